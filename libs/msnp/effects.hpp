// What a session wants done, the form common to dispatch, notification and switchboard: the caller
// owns one, hands it to each entry point and carries it out afterwards. One entry writes to the
// socket at most once, however many lines it sends.
#pragma once

#include <optional>
#include <string>

#include "msnp/close_reason.hpp"

namespace monarch::msnp {

struct Effects {
  // To be sent, in order; sessions append.
  std::string send;
  // Set when the connection is to be closed after `send` has been flushed. The session takes no
  // further input.
  std::optional<CloseReason> close;

  void clear() {
    send.clear();
    close.reset();
  }
};

}  // namespace monarch::msnp
