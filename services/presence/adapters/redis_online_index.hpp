// RedisOnlineIndex: the core's OnlineIndex in Redis: a hash per account (online_scripts.hpp), a
// sorted set of sessions per node, and the generation. Owned by the composition root; loop thread
// only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "presence/core/ports.hpp"
#include "stores/redis_client.hpp"

namespace monarch::presence {

class RedisOnlineIndex final : public OnlineIndex {
 public:
  struct Settings {
    // How long a record stays after its session; ports.hpp asks for ten minutes at least.
    std::chrono::milliseconds tombstone_ttl{std::chrono::minutes(20)};
    // ARCHITECTURE.md#rule-7: how long absence proves nothing after a new generation.
    std::chrono::milliseconds settle_time{10'000};
  };

  RedisOnlineIndex(stores::RedisClient& redis, const Clock& clock, Settings settings)
      : redis_(redis), clock_(clock), settings_(settings) {}

  Answer<std::vector<IndexReply>> run(const std::vector<IndexCommand>& commands) override;
  Answer<NodeSessionPage> node_sessions(const NodeId& node, AccountId after,
                                        std::size_t limit) override;
  Answer<Ok> begin_generation(std::uint64_t generation) override;
  [[nodiscard]] bool settled() const override;
  [[nodiscard]] bool reachable() const override { return redis_.health().ok; }

 private:
  void execute(std::vector<IndexCommand> commands, const Answer<std::vector<IndexReply>>& answer);
  // False: Redis is older than what we know, or empty.
  [[nodiscard]] bool learn(const stores::Reply& reply);

  stores::RedisClient& redis_;
  const Clock& clock_;
  Settings settings_;
  std::optional<std::uint64_t> generation_;
  TimePoint learned_{};
};

}  // namespace monarch::presence
