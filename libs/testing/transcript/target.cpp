#include "testing/transcript/target.hpp"

namespace monarch::transcript {

Target::Done Target::advance(std::chrono::seconds) {
  return fail(std::string("this target cannot make time pass: mark the transcript @only pure"));
}

Target::Done Target::operate(std::string_view words) {
  return fail("this target does not know the operator's command \"" + std::string(words) + "\"");
}

}  // namespace monarch::transcript
