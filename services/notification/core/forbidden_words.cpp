#include "notification/core/forbidden_words.hpp"

#include <algorithm>

#include "msnp/url_coding.hpp"

namespace monarch::notification {

namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

Result<ForbiddenWords, std::string> ForbiddenWords::parse(std::string_view text) {
  ForbiddenWords result;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view word = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (word.size() > kWordBytesMax) {
      return fail("line " + std::to_string(line) + " is longer than a name may be, " +
                  std::to_string(kWordBytesMax) + " bytes");
    }
    if (result.words_.size() == kWordsMax) {
      return fail("more than " + std::to_string(kWordsMax) + " words");
    }
    result.words_.push_back(lower_case(word));
  }
  return result;
}

bool ForbiddenWords::occur_in(std::string_view name_token) const {
  if (words_.empty()) return false;
  const std::string name = lower_case(msnp::decode_name(name_token));
  return std::any_of(words_.begin(), words_.end(), [&name](const std::string& word) {
    return name.find(word) != std::string::npos;
  });
}

}  // namespace monarch::notification
