// How sessions are spoken of.
#pragma once

#include "monarch/presence/v1/model.pb.h"

namespace monarch::ctl {

// A status as monarchctl writes it: "online", "be-right-back"; "signed-in" for none.
[[nodiscard]] const char* word_of(monarch::presence::v1::Status status);

}  // namespace monarch::ctl
