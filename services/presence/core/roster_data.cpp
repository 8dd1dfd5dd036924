#include "presence/core/roster_data.hpp"

namespace monarch::presence {

Profile profile_of(const Principal& principal) {
  return {principal.friendly_name, principal.allow, principal.serial, principal.revision};
}

}  // namespace monarch::presence
