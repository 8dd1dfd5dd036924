// Ledger: which serial of its roster the client of one session has been shown, and the serial lines
// that go out in order whatever order the hints arrive in (ARCHITECTURE.md#rule-2 and
// #rule-6). Owned by its session; pure.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/presence.hpp"
#include "msnp/dialect.hpp"
#include "msnp/encoder.hpp"
#include "notification/core/counters.hpp"
#include "notification/core/watch.hpp"

namespace monarch::notification {

// Whether `a` comes after `b`; right across the wrap of
// docs/protocol/presence-and-privacy.md#2-serial-numbers-list-versions.
[[nodiscard]] bool is_newer(Serial a, Serial b);

class Ledger {
 public:
  // A writer of lines who knows for whom they are, and who is to know of changes of the forward
  // list, if anybody.
  struct Lines {
    msnp::Encoder encoder;
    msnp::Dialect dialect;
    Watch* watch = nullptr;
  };

  // The serial last shown; 0 before the first SYN is answered.
  [[nodiscard]] Serial shown() const { return shown_; }
  [[nodiscard]] bool synchronised() const { return shown_ != Serial(); }

  // A dump has been asked for: what happens meanwhile is held until it is written, for it may or
  // may not be in it.
  void begin_dump();
  // It did not come.
  void cancel_dump(Lines lines);

  // One event, as a hint brings it.
  [[nodiscard]] Fate offer(const model::RosterEvent& event, Lines lines, TimePoint now,
                           std::size_t held_max);
  // All that the journal has, in order; those shown already are skipped. Returns how many were new.
  std::size_t catch_up(std::span<const model::RosterEvent> events, Lines lines);
  // Events in order, as a reply brings them, up to a serial.
  std::size_t catch_up_to(Serial last, std::span<const model::RosterEvent> events, Lines lines);
  // What is held and follows at once, up to `last`.
  void drain_to(Serial last, Lines lines);
  // The client knows the state of `serial`: call it when the line that says so is written. What was
  // held for it and is newer follows.
  void reached(Serial serial, Lines lines);

  // A comparison says that the roster is at `serial`. True: something is missing.
  bool expect(Serial serial, TimePoint now);
  // Since when something has been missing; nothing while a dump is under way.
  [[nodiscard]] std::optional<TimePoint> gap_since() const;
  // More was held than may be, since this was asked last.
  [[nodiscard]] bool take_overflow();
  // The journal could not be read: wait anew.
  void retry_from(TimePoint when);

  [[nodiscard]] std::size_t heap_bytes() const;

 private:
  struct Gap {
    std::vector<model::RosterEvent> held;  // ascending
    std::optional<TimePoint> since;
    bool dumping = false;
    bool overflowed = false;  // more was held than may be: only the journal knows it
    bool overflow_news = false;
    Serial expected;  // 0: nothing beyond what is held
  };

  Gap& gap();
  void show(const model::RosterEvent& event, Lines& lines);
  void drain(Lines& lines);
  void tidy();

  Serial shown_;
  std::unique_ptr<Gap> gap_;  // while something is missing or a dump is under way
};

}  // namespace monarch::notification
