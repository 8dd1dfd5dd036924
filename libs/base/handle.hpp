// Handle: the account name of a principal, an e-mail address, always in lower case
// (docs/protocol/framing.md#2-command-lines). A value; whoever holds one need not check it again.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace monarch {

class Handle {
 public:
  // docs/protocol/framing.md#7-limits.
  static constexpr std::size_t kBytesMax = 129;

  // No handle; only to be assigned to.
  Handle() = default;

  // A handle of the form local@dom.tld, at most kBytesMax bytes, in lower case; nothing when the
  // text is anything else (docs/protocol/notification.md#add-2-9, check 4).
  [[nodiscard]] static std::optional<Handle> parse(std::string_view text);

  // For text that was checked before: what a store or another service of ours returns, and what a
  // rule more lenient than parse() has let through. Lower-cases, checks nothing.
  [[nodiscard]] static Handle trusted(std::string text);

  [[nodiscard]] const std::string& value() const { return text_; }
  // NOLINTNEXTLINE(google-explicit-constructor): a handle reads as its text wherever text is read.
  operator std::string_view() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  friend auto operator<=>(const Handle&, const Handle&) = default;
  friend bool operator==(const Handle&, const Handle&) = default;

 private:
  explicit Handle(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace monarch

template <>
struct std::hash<monarch::Handle> {
  std::size_t operator()(const monarch::Handle& handle) const noexcept {
    return std::hash<std::string>{}(handle.value());
  }
};
