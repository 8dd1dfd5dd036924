#include <array>
#include <charconv>
#include <utility>

#include "runtime/settings.hpp"

namespace monarch::runtime {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::pair<std::string_view, milliseconds>, 4> kUnits{{
    {"h", hours(1)},
    {"m", minutes(1)},
    {"s", seconds(1)},
    {"ms", milliseconds(1)},
}};
constexpr milliseconds kLongest = hours(24) * 366;

}  // namespace

Result<Duration, std::string> parse_duration(std::string_view text) {
  const auto wrong = [text] {
    return fail("\"" + std::string(text) + "\" is not a duration such as 5s, 250ms or 1m30s");
  };
  milliseconds sum{0};
  std::string_view rest = text;
  if (rest.empty()) return wrong();
  while (!rest.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (error != std::errc{} || rest.front() == '-') return wrong();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::string_view unit = rest.substr(0, rest.find_first_not_of("hms"));
    rest.remove_prefix(unit.size());
    const milliseconds* factor = nullptr;
    for (const auto& [name, length] : kUnits) {
      if (name == unit) factor = &length;
    }
    if (factor == nullptr || count > kLongest / *factor) return wrong();
    sum += count * *factor;
  }
  if (sum > kLongest) return wrong();
  return Duration(sum);
}

std::string format_duration(Duration duration) {
  auto rest = std::chrono::duration_cast<milliseconds>(duration);
  if (rest.count() == 0) return "0s";
  std::string text;
  for (const auto& [name, length] : kUnits) {
    if (const auto count = rest / length; count > 0) {
      text += std::to_string(count) + std::string(name);
      rest -= count * length;
    }
  }
  return text;
}

}  // namespace monarch::runtime
