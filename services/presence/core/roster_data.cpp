#include "presence/core/roster_data.hpp"

namespace monarch::presence {

Profile profile_of(const Principal& principal) {
  return {principal.friendly_name, principal.allow, principal.serial, principal.revision};
}

void leave_forward(Entry& mine) {
  mine.forward = false;
  mine.forward_name.clear();
  mine.forward_order = 0;
  mine.groups = 0;
  mine.numbers = {};
  mine.numbers_cause = 0;
}

}  // namespace monarch::presence
