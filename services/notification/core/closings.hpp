// Closings: sessions that have ended here and of which presence has not yet said that it knows.
// Each is told again until it is acknowledged (ARCHITECTURE.md#rule-5). Owned by Node, on its loop.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/presence.hpp"
#include "notification/core/counters.hpp"
#include "notification/core/settings.hpp"

namespace monarch::notification {

class Closings {
 public:
  Closings(const Settings& settings, Counters& counters)
      : settings_(settings), counters_(counters) {}

  // From now on `session` is to be closed.
  void add(const model::SessionRef& session, TimePoint now);
  // Those to be told now; each counts as under way until acknowledged() or failed().
  [[nodiscard]] std::vector<model::SessionRef> take_due(TimePoint now);
  void acknowledged(SessionId session);
  void failed(SessionId session, TimePoint now);

  // Whether it is being closed, or was acknowledged since the last forget().
  [[nodiscard]] bool knows(SessionId session) const;
  void forget() { acknowledged_.clear(); }

  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::optional<TimePoint> due() const;

 private:
  struct Item {
    model::SessionRef session;
    Duration backoff{};
  };

  const Settings& settings_;
  Counters& counters_;
  std::unordered_map<SessionId, Item> items_;
  std::multimap<TimePoint, SessionId> due_;
  std::unordered_set<SessionId> acknowledged_;
};

}  // namespace monarch::notification
