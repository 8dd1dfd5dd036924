#include "testing/transcript/target.hpp"

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

}  // namespace monarch::transcript
