// OnlineIndex over maps. Every command of a round trip is a step of its own, so that commands of
// two instances interleave as they may between the shards of a Redis Cluster.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "presence/core/ports.hpp"
#include "presence/core/testing/steps.hpp"

namespace monarch::presence::testing {

class InMemoryIndex final : public OnlineIndex {
 public:
  explicit InMemoryIndex(Steps& steps) : steps_(steps) {}

  Answer<std::vector<IndexReply>> run(const std::vector<IndexCommand>& commands) override;
  Answer<NodeSessionPage> node_sessions(const NodeId& node, AccountId after,
                                        std::size_t limit) override;
  Answer<Ok> begin_generation(std::uint64_t generation) override;
  [[nodiscard]] bool settled() const override { return is_settled; }
  [[nodiscard]] bool reachable() const override { return is_reachable; }

  // For tests and the simulation: the record, at once; without session when there is none.
  [[nodiscard]] OnlineRecord peek(AccountId account) const;
  // All that it knew is gone, as after a restart without persistence.
  void lose_everything();
  // A tombstone's time is over.
  void vanish(AccountId account) { slots_.erase(account); }

  Fates fates;
  std::size_t round_trips = 0;
  std::size_t commands_run = 0;
  bool is_settled = true;
  bool is_reachable = true;  // what reachable() says; what becomes of a call is `fates`' matter

 private:
  struct Gone {
    SessionId session;
    NodeId node;
    bool was_shown = false;
  };
  struct Slot {
    OnlineRecord record;
    Gone closed;     // the last one
    Gone displaced;  // by the session open now
  };
  struct Trip;

  void step(const std::shared_ptr<Trip>& trip);
  [[nodiscard]] IndexReply execute(const IndexCommand& command);
  [[nodiscard]] IndexReply execute_on(Slot& slot, const OpenCommand& open);
  [[nodiscard]] static IndexReply take_over(Slot& slot, const OpenCommand& open);
  [[nodiscard]] IndexReply execute_on(Slot& slot, const CloseCommand& close);
  [[nodiscard]] IndexReply execute_on(Slot& slot, const StatusCommand& status);
  [[nodiscard]] IndexReply execute_on(Slot& slot, const StampCommand& stamp);
  void raise(Slot& slot);

  Steps& steps_;
  std::map<AccountId, Slot> slots_;
  std::map<NodeId, std::map<std::pair<AccountId, SessionId>, bool>> lists_;
  std::uint64_t generation_ = 0;
  std::uint64_t time_ = 0;  // what a real index has a clock for
};

}  // namespace monarch::presence::testing
