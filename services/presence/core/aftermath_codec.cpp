// The stored form of an Aftermath: a format number, then its fields in order, integers as eight
// bytes little-endian, strings with their length before them.
#include <cstddef>

#include "presence/core/roster_data.hpp"

namespace monarch::presence {
namespace {

// 1 had no account, list and group in its events, and nothing of groups. It is still read: what
// release N has stored, N+1 may have to finish.
constexpr std::uint64_t kFormat = 2;
constexpr std::uint64_t kFormatBeforeGroups = 1;
constexpr std::uint64_t kNoGroup = 255;
constexpr std::uint64_t kEventsMax = 4096;
constexpr std::uint64_t kAccountsMax = 1U << 20U;

class Writer {
 public:
  void number(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU));
    }
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  void affected(const Affected& value) {
    number(value.account.value());
    text(value.profile.name);
    number(value.profile.allow ? 1 : 0);
    number(value.profile.serial.value());
    number(value.profile.revision);
    number(value.events.size());
    for (const auto& event : value.events) {
      number(event.serial.value());
      number(static_cast<std::uint64_t>(event.kind));
      text(event.other);
      number(static_cast<std::uint64_t>(event.property));
      text(event.value);
      number(static_cast<std::uint64_t>(event.list));
      group(event.group);
      number(event.account.value());
    }
  }
  void group(std::optional<model::GroupId> value) { number(value.value_or(kNoGroup)); }
  void accounts(const std::vector<AccountId>& all) {
    number(all.size());
    for (const auto account : all) number(account.value());
  }
  [[nodiscard]] std::string take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what Writer wrote; after a read past the end everything is 0 and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes), format_(number()) {}

  [[nodiscard]] bool known() const { return format_ == kFormat || format_ == kFormatBeforeGroups; }
  [[nodiscard]] bool has_groups() const { return format_ != kFormatBeforeGroups; }

  std::uint64_t number() {
    if (left_.size() < 8) {
      ok_ = false;
      left_ = {};
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(left_[i])) << (8 * i);
    }
    left_.remove_prefix(8);
    return value;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > left_.size()) {
      ok_ = false;
      left_ = {};
      return {};
    }
    std::string value(left_.substr(0, size));
    left_.remove_prefix(size);
    return value;
  }
  template <class E>
  E word(E last) {
    const std::uint64_t value = number();
    if (value > static_cast<std::uint64_t>(last)) {
      ok_ = false;
      return E{};
    }
    return static_cast<E>(value);
  }
  Affected affected() {
    Affected value;
    value.account = AccountId(number());
    value.profile.name = text();
    value.profile.allow = number() != 0;
    value.profile.serial = Serial(static_cast<std::uint32_t>(number()));
    value.profile.revision = number();
    const std::uint64_t count = number();
    ok_ = ok_ && count <= kEventsMax;
    for (std::uint64_t i = 0; ok_ && i < count; ++i) {
      model::RosterEvent event;
      event.serial = Serial(static_cast<std::uint32_t>(number()));
      event.kind = word(model::RosterEvent::Kind::kUngrouped);
      event.other = Handle::trusted(text());
      event.property = word(model::Property::kMobileDevice);
      event.value = text();
      if (has_groups()) {
        event.list = word(model::List::kReverse);
        event.group = group();
        event.account = AccountId(number());
      }
      value.events.push_back(std::move(event));
    }
    return value;
  }
  std::optional<model::GroupId> group() {
    const std::uint64_t value = number();
    if (value == kNoGroup) return std::nullopt;
    ok_ = ok_ && value < model::kGroupsMax;
    return static_cast<model::GroupId>(value);
  }
  std::vector<AccountId> accounts() {
    const std::uint64_t count = number();
    ok_ = ok_ && count <= kAccountsMax;
    std::vector<AccountId> all;
    for (std::uint64_t i = 0; ok_ && i < count; ++i) all.emplace_back(number());
    return all;
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool done() const { return ok_ && left_.empty(); }

 private:
  std::string_view left_;
  bool ok_ = true;
  std::uint64_t format_;
};

}  // namespace

std::string encode(const Aftermath& aftermath) {
  Writer out;
  out.number(kFormat);
  out.affected(aftermath.self);
  out.number(aftermath.other ? 1 : 0);
  if (aftermath.other) out.affected(*aftermath.other);
  out.text(aftermath.self_handle);
  out.text(aftermath.other_handle);
  out.number(static_cast<std::uint64_t>(aftermath.audience));
  out.number(aftermath.spread);
  out.number(aftermath.added ? 1 : 0);
  out.number(aftermath.removed ? 1 : 0);
  out.text(aftermath.value);
  out.group(aftermath.group);
  out.accounts(aftermath.left);
  out.accounts(aftermath.overdue);
  return std::move(out).take();
}

std::optional<Aftermath> decode_aftermath(std::string_view bytes) {
  Reader in(bytes);
  if (!in.known()) return std::nullopt;
  Aftermath aftermath;
  aftermath.self = in.affected();
  if (in.number() != 0) aftermath.other = in.affected();
  aftermath.self_handle = Handle::trusted(in.text());
  aftermath.other_handle = Handle::trusted(in.text());
  aftermath.audience = in.word(Aftermath::Audience::kWatchers);
  aftermath.spread = in.number();
  aftermath.added = in.number() != 0;
  aftermath.removed = in.number() != 0;
  aftermath.value = in.text();
  if (in.has_groups()) {
    aftermath.group = in.group();
    aftermath.left = in.accounts();
    aftermath.overdue = in.accounts();
  }
  if (!in.done()) return std::nullopt;
  return aftermath;
}

}  // namespace monarch::presence
