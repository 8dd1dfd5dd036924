// Reception: whether a newcomer is let in or referred to another node, and to which
// (docs/protocol/dispatch.md#which-ns). Owned by Node, on its loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/handle.hpp"
#include "base/random.hpp"
#include "notification/core/session.hpp"
#include "notification/core/settings.hpp"

namespace monarch::notification {

// Another notification node to which clients may be referred; only ready ones are named.
struct Peer {
  std::string address;     // host:port for clients
  std::uint32_t free = 0;  // capacity minus load
  std::string node = {};   // its id, for counting
};

class Reception final : public Doorkeeper {
 public:
  Reception(const Settings& settings, const Clock& clock, Random& random)
      : settings_(settings), clock_(clock), random_(random) {}

  [[nodiscard]] Admission admit(const Handle& handle) override;

  void set_peers(std::vector<Peer> peers) { peers_ = std::move(peers); }
  void set_load(std::size_t connections) { load_ = connections; }
  void drain() { draining_ = true; }
  [[nodiscard]] bool draining() const override { return draining_; }

 private:
  // Whether this handle has been referred so often that it must not be once more.
  [[nodiscard]] bool bounced(std::size_t handle_hash);
  // Two at random, weighted by free capacity; the one with more of it.
  [[nodiscard]] Peer* pick();
  [[nodiscard]] std::size_t draw(std::uint64_t total);

  const Settings& settings_;
  const Clock& clock_;
  Random& random_;
  std::vector<Peer> peers_;
  std::deque<std::pair<TimePoint, std::size_t>> referrals_;
  std::size_t load_ = 0;
  bool draining_ = false;
};

}  // namespace monarch::notification
