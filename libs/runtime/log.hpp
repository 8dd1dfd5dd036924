// The log: one line per event on stderr, as key=value or JSON. Any thread. Never hand it a
// password, a digest, a ticket or a message's text.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace monarch::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError, kOff };
[[nodiscard]] std::optional<Level> parse_level(std::string_view name);
[[nodiscard]] std::string_view to_string(Level level);
enum class Format : std::uint8_t { kKeyValue, kJson };

// A field's value; it borrows text until the line is written.
class Value {
 public:
  // NOLINTBEGIN(google-explicit-constructor): fields are written in braces.
  Value(std::string_view text) : value_(text) {}
  Value(const std::string& text) : value_(std::string_view(text)) {}
  Value(const char* text) : value_(std::string_view(text)) {}
  Value(bool truth) : value_(truth) {}
  template <std::signed_integral I>
  Value(I number) : value_(static_cast<std::int64_t>(number)) {}
  template <std::unsigned_integral I>
  requires(!std::same_as<I, bool>) Value(I number) : value_(static_cast<std::uint64_t>(number)) {}
  Value(double number) : value_(number) {}
  template <class Tag, class T>
  Value(const Strong<Tag, T>& id) : Value(id.value()) {}
  // Written in seconds.
  template <class Rep, class Period>
  Value(std::chrono::duration<Rep, Period> time)
      : value_(std::chrono::duration<double>(time).count()) {}
  // NOLINTEND(google-explicit-constructor)

  using Any = std::variant<std::string_view, bool, std::int64_t, std::uint64_t, double>;
  [[nodiscard]] const Any& any() const { return value_; }

 private:
  Any value_;
};

struct Field {
  std::string_view key;
  Value value;
};
using Fields = std::initializer_list<Field>;

// `node` stands on every line unless it is empty.
void set_up(Level level, Format format, std::string_view node);
void set_level(Level level);
[[nodiscard]] Level level();
[[nodiscard]] inline bool enabled(Level at) { return at >= level(); }

// `event` is a word or two in snake_case, the same for every occurrence: "signed_in".
void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) { write(Level::kInfo, event, fields); }
inline void warn(std::string_view event, Fields fields = {}) { write(Level::kWarn, event, fields); }
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::kError, event, fields);
}

// Who did what to the cluster: written whatever the level is.
void audit(std::string_view event, Fields fields);

// For failures that repeat: lets one line through per interval and counts those it held back.
//   if (const auto held_back = often_.due(now)) log::warn("redis_down", {{"held_back",
//   *held_back}});
// Belongs to one thread.
class RateLimit {
 public:
  explicit RateLimit(Duration interval = std::chrono::seconds(10)) : interval_(interval) {}
  [[nodiscard]] std::optional<std::uint64_t> due(TimePoint now);

 private:
  Duration interval_;
  std::optional<TimePoint> last_;
  std::uint64_t held_back_ = 0;
};

// For tests: lines go to `sink` instead of stderr; an empty one restores stderr.
void redirect(std::function<void(std::string_view line)> sink);

}  // namespace monarch::log
