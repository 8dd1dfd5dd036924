// Truth: when a node compares which of its sessions with presence, and what it then believes
// (ARCHITECTURE.md#rule-4). It only keeps the schedule; Node asks and applies. Owned by Node, on
// its loop.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "model/presence.hpp"
#include "notification/core/ports.hpp"
#include "notification/core/settings.hpp"

namespace monarch::notification {

class Truth {
 public:
  // A difference that presence has reported, to be applied if it still stands at `when`: a hint may
  // be on its way.
  struct Finding {
    TimePoint when;
    model::SessionVerdict verdict;
    model::SessionReport reported;  // contacts aside
  };

  Truth(const Settings& settings, Random& random) : settings_(settings), random_(random) {}

  // Something may have been missed by all: a round begins at once (anew).
  void hurry(TimePoint now);
  // By this one.
  void soon(ConnectionId connection, TimePoint when);

  // The connections to compare now, at most kCompareMax; `all` names those signed in when a round
  // begins. Empty: nothing is due.
  template <class All>
  [[nodiscard]] std::vector<ConnectionId> take_chunk(TimePoint now, const All& all) {
    auto chunk = take_soon(now);
    if (!chunk.empty()) return chunk;
    if (!round_ && now >= next_round_) begin_round(now, all());
    if (!round_ || now < next_chunk_) return {};
    return take_of_round(now);
  }
  // True once after each round: list the sessions the other way round.
  [[nodiscard]] bool take_listing(TimePoint now);
  // The listing has failed.
  void list_again(TimePoint when) { listing_ = when; }

  void found(Finding finding) { findings_.push_back(std::move(finding)); }
  [[nodiscard]] std::vector<Finding> take_findings(TimePoint now);

  [[nodiscard]] TimePoint due() const;

 private:
  [[nodiscard]] std::vector<ConnectionId> take_soon(TimePoint now);
  [[nodiscard]] std::vector<ConnectionId> take_of_round(TimePoint now);
  void begin_round(TimePoint now, std::vector<ConnectionId> all);

  const Settings& settings_;
  Random& random_;
  bool round_ = false;
  bool hurried_ = true;  // a process that starts looks at once for what its predecessor left
  std::optional<TimePoint> listing_;  // when it is due
  std::vector<ConnectionId> todo_;
  TimePoint next_round_{};
  TimePoint next_chunk_{};
  Duration spacing_{};
  std::deque<std::pair<TimePoint, ConnectionId>> soon_;
  std::unordered_set<ConnectionId> soon_set_;
  std::deque<Finding> findings_;
};

}  // namespace monarch::notification
