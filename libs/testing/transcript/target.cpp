#include "testing/transcript/target.hpp"

#include <utility>

namespace monarch::transcript {

Target::Done Target::advance(std::chrono::seconds) {
  return fail(std::string("this target cannot make time pass: mark the transcript @only pure"));
}

Target::Done Target::take_away(Store) {
  return fail(std::string("this target cannot take a store away: mark the transcript @only pure"));
}

Target::Done Target::bring_back(Store) {
  return fail(std::string("this target cannot bring a store back: mark the transcript @only pure"));
}

Target::Done Target::operate(std::string_view words) {
  return fail("this target does not know the operator's command \"" + std::string(words) + "\"");
}

std::vector<std::string> operator_words(std::string_view text) {
  std::vector<std::string> words;
  bool quoted = false;
  bool fresh = true;
  for (const char c : text) {
    if (c == ' ' && !quoted) {
      fresh = true;
      continue;
    }
    if (std::exchange(fresh, false)) words.emplace_back();
    if (c == '"') {
      quoted = !quoted;
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace monarch::transcript
