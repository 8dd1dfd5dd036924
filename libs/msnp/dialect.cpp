#include "msnp/dialect.hpp"

#include <algorithm>

namespace monarch::msnp {

namespace {

constexpr std::string_view kVersionCheckName = "CVR0";
constexpr std::array<std::string_view, 6> kNames = {"MSNP2", "MSNP3", "MSNP4",
                                                    "MSNP5", "MSNP6", "MSNP7"};

bool same_without_case(std::string_view a, std::string_view b) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return upper(x) == upper(y); });
}

}  // namespace

std::string_view Dialect::name() const {
  return version_ == kNone ? std::string_view() : kNames[version_ - kMsnp2];
}

Dialect Dialect::parse(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (same_without_case(name, kNames[i])) return {static_cast<Version>(kMsnp2 + i)};
  }
  return {};
}

Negotiation negotiate(std::span<const std::string_view> offer) {
  Negotiation result;
  const auto add = [&result](std::string_view word) {
    // At most the six dialects and CVR0, since each comes once.
    const auto said = result.answer();
    if (std::find(said.begin(), said.end(), word) == said.end()) {
      result.words[result.words_count++] = word;
    }
  };
  for (const std::string_view word : offer) {
    if (same_without_case(word, kVersionCheckName)) {
      add(kVersionCheckName);
      continue;
    }
    const Dialect dialect = Dialect::parse(word);
    if (dialect == Dialect(Dialect::kNone)) continue;
    if (result.dialect == Dialect(Dialect::kNone)) result.dialect = dialect;
    add(dialect.name());
  }
  if (result.words_count == 0) {
    add("0");
  } else if (result.dialect == Dialect(Dialect::kNone)) {
    result.version_check_only = true;
  }
  return result;
}

}  // namespace monarch::msnp
