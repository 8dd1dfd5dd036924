#include "notification/core/ledger.hpp"

#include <algorithm>
#include <utility>

namespace monarch::notification {

using model::RosterEvent;

bool is_newer(Serial a, Serial b) { return static_cast<std::int32_t>(a.value() - b.value()) > 0; }

namespace {

// Whether this dialect has a line for it.
bool has_line(const RosterEvent& event, msnp::Dialect dialect) {
  switch (event.kind) {
    case RosterEvent::Kind::kSilent:
      return false;
    case RosterEvent::Kind::kReverseAdded:
    case RosterEvent::Kind::kReverseRemoved:
    case RosterEvent::Kind::kListAdded:
    case RosterEvent::Kind::kListRemoved:
      return true;
    case RosterEvent::Kind::kGrouped:
    case RosterEvent::Kind::kUngrouped:
      return dialect.has(msnp::Feature::kGroups);
    case RosterEvent::Kind::kNumber:
      return dialect.has(msnp::Feature::kProperties);
  }
  return false;
}

}  // namespace

Ledger::Gap& Ledger::gap() {
  if (!gap_) gap_ = std::make_unique<Gap>();
  return *gap_;
}

void Ledger::tidy() {
  if (!gap_) return;
  auto& held = gap_->held;
  held.erase(
      std::remove_if(held.begin(), held.end(),
                     [&](const RosterEvent& event) { return !is_newer(event.serial, shown_); }),
      held.end());
  if (!is_newer(gap_->expected, shown_)) gap_->expected = Serial();
  const bool missing = !held.empty() || gap_->overflowed || gap_->expected != Serial();
  if (!missing) gap_->since.reset();
  if (!missing && !gap_->dumping) gap_.reset();
}

void Ledger::begin_dump() { gap().dumping = true; }

void Ledger::cancel_dump(Lines lines) {
  gap().dumping = false;
  if (!synchronised()) {
    gap_.reset();
    return;
  }
  drain(lines);
}

void Ledger::show(const RosterEvent& event, Lines& lines) {
  shown_ = event.serial;
  if (lines.watch != nullptr) lines.watch->listed(event);
  if (!has_line(event, lines.dialect)) return;
  switch (event.kind) {
    case RosterEvent::Kind::kReverseAdded:
      lines.encoder.add(msnp::kUnsolicited, to_wire(model::List::kReverse), event.serial,
                        event.other, event.value);
      break;
    case RosterEvent::Kind::kReverseRemoved:
      lines.encoder.rem(msnp::kUnsolicited, to_wire(model::List::kReverse), event.serial,
                        event.other);
      break;
    case RosterEvent::Kind::kNumber:
      lines.encoder.bpr(event.serial, event.other, to_wire(event.property), event.value);
      break;
    case RosterEvent::Kind::kListAdded:
    case RosterEvent::Kind::kGrouped:
      lines.encoder.add(msnp::kUnsolicited, to_wire(event.list), event.serial, event.other,
                        event.value, event.group);
      break;
    case RosterEvent::Kind::kListRemoved:
    case RosterEvent::Kind::kUngrouped:
      lines.encoder.rem(msnp::kUnsolicited, to_wire(event.list), event.serial, event.other,
                        event.group);
      break;
    case RosterEvent::Kind::kSilent:
      break;
  }
}

Fate Ledger::offer(const RosterEvent& event, Lines lines, TimePoint now, std::size_t held_max) {
  const bool dumping = gap_ && gap_->dumping;
  if (!synchronised() && !dumping) return Fate::kClosed;
  if (synchronised() && !is_newer(event.serial, shown_)) return Fate::kStale;
  if (!dumping && event.serial == next(shown_)) {
    const bool visible = has_line(event, lines.dialect);
    show(event, lines);
    drain(lines);
    return visible ? Fate::kShown : Fate::kAdvanced;
  }
  auto& held = gap().held;
  if (!gap_->since) gap_->since = now;
  const auto place = std::lower_bound(
      held.begin(), held.end(), event,
      [](const RosterEvent& a, const RosterEvent& b) { return is_newer(b.serial, a.serial); });
  if (place != held.end() && place->serial == event.serial) return Fate::kStale;
  if (held.size() >= held_max) {
    gap_->overflow_news = true;
    gap_->overflowed = true;
    held.clear();
    return Fate::kHeld;
  }
  held.insert(place, event);
  return Fate::kHeld;
}

bool Ledger::take_overflow() { return gap_ && std::exchange(gap_->overflow_news, false); }

void Ledger::drain(Lines& lines) {
  if (!gap_) return;
  for (const auto& event : gap_->held) {
    if (!is_newer(event.serial, shown_)) continue;
    if (event.serial != next(shown_)) break;
    show(event, lines);
  }
  tidy();
}

void Ledger::drain_to(Serial last, Lines lines) {
  if (!gap_) return;
  for (const auto& event : gap_->held) {
    if (!is_newer(event.serial, shown_)) continue;
    if (event.serial != next(shown_) || is_newer(event.serial, last)) break;
    show(event, lines);
  }
  tidy();
}

std::size_t Ledger::catch_up_to(Serial last, std::span<const RosterEvent> events, Lines lines) {
  if (!synchronised()) return 0;
  std::size_t fresh = 0;
  for (const auto& event : events) {
    if (is_newer(event.serial, last)) break;
    if (!is_newer(event.serial, shown_)) continue;
    show(event, lines);
    ++fresh;
  }
  return fresh;
}

std::size_t Ledger::catch_up(std::span<const RosterEvent> events, Lines lines) {
  if (!synchronised()) return 0;
  const auto fresh = events.empty() ? 0 : catch_up_to(events.back().serial, events, lines);
  if (!gap_) return fresh;
  // The journal knew everything up to its end, be it more than was held or expected.
  gap_->overflowed = false;
  gap_->expected = Serial();
  if (!gap_->dumping) drain(lines);
  return fresh;
}

void Ledger::reached(Serial serial, Lines lines) {
  if (!synchronised() || is_newer(serial, shown_)) shown_ = serial;
  if (gap_) gap_->dumping = false;
  drain(lines);
}

bool Ledger::expect(Serial serial, TimePoint now) {
  if (!synchronised() || !is_newer(serial, shown_)) return false;
  if (gap_ && (gap_->dumping || gap_->since)) return false;
  gap().expected = serial;
  gap_->since = now;
  return true;
}

std::optional<TimePoint> Ledger::gap_since() const {
  if (!gap_ || gap_->dumping || !synchronised()) return std::nullopt;
  return gap_->since;
}

void Ledger::retry_from(TimePoint when) {
  if (gap_ && gap_->since) gap_->since = when;
}

std::size_t Ledger::heap_bytes() const {
  return gap_ ? sizeof(Gap) + gap_->held.capacity() * sizeof(RosterEvent) : 0;
}

}  // namespace monarch::notification
