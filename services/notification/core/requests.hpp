// Requests: what a node has asked presence and not yet heard, and the rules of asking again:
// another instance when one dies or does not answer in time, a bounded number of tries, one answer
// or one failure for each (ARCHITECTURE.md#rule-3, #rule-11). Owned by Node, on its loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/presence.hpp"
#include "notification/core/counters.hpp"
#include "notification/core/ports.hpp"
#include "notification/core/settings.hpp"

namespace monarch::notification {

// The session that a request speaks for; null for Compare and ListNodeSessions, and for
// OpenSession, which makes one.
[[nodiscard]] model::SessionRef* session_of(model::Request& request);

// What the answer is for.
struct Purpose {
  enum class Kind : std::uint8_t {
    kAsk,         // Effects::ask
    kChore,       // Effects::chore
    kReopen,      // a resume (ARCHITECTURE.md#rule-5, #rule-7)
    kOrphanOpen,  // an OpenSession whose client has left
    kClose,
    kCompare,
    kListing,
  };
  Kind kind = Kind::kAsk;
  ConnectionId connection;  // of the first three
};

class Requests {
 public:
  struct Entry {
    model::Request request;
    Purpose purpose;
    NodeId instance;  // empty: none is in reach
    TimePoint asked;  // for the first time
    TimePoint give_up;
    TimePoint try_until;
    std::uint32_t tries = 0;
    bool reopened = false;                            // repeated after a resume already
    bool link_lost = false;                           // failed because its instance went away
    model::Fault fault = model::Fault::kUnreachable;  // of a failed one
  };

  Requests(const Settings& settings, Links& links, const Clock& clock, Counters& counters)
      : settings_(settings), links_(links), clock_(clock), counters_(counters) {}

  RequestId submit(model::Request request, Purpose purpose) {
    return submit(std::move(request), purpose, clock_.now() + settings_.ask_timeout);
  }
  RequestId submit(model::Request request, Purpose purpose, TimePoint give_up);
  // Somebody who waits for it has less time than it was given.
  void hasten(RequestId id, TimePoint give_up);
  // Once more, within the time that it has left.
  RequestId resubmit(Entry entry);
  // The answered one; nothing when it is not waited for (any more).
  [[nodiscard]] std::optional<Entry> take(RequestId id);
  [[nodiscard]] Entry* find(RequestId id);
  // What has failed since the last call.
  [[nodiscard]] std::vector<Entry> take_failed();

  void link_up(const NodeId& instance);
  void link_down(const NodeId& instance);
  void advance();
  [[nodiscard]] std::optional<TimePoint> due() const;

  [[nodiscard]] bool has_link() const { return !instances_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] RequestId next_id() { return RequestId(++last_id_); }

 private:
  using Timer = std::pair<TimePoint, RequestId>;

  // Sends to the instance that the account's hash picks, another than `avoid` if there is one.
  void attempt(RequestId id, Entry& entry, const NodeId& avoid);
  // Its instance is gone or silent: ask another, or give up.
  void next_try(RequestId id);
  void fail(RequestId id, model::Fault fault);

  const Settings& settings_;
  Links& links_;
  const Clock& clock_;
  Counters& counters_;
  std::vector<NodeId> instances_;
  std::unordered_map<RequestId, Entry> entries_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::vector<Entry> failed_;
  std::uint64_t last_id_ = 0;
};

}  // namespace monarch::notification
