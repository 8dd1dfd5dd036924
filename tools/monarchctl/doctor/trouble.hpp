// Trouble: why a hop of the doctor failed, and of which kind, from which the advice follows.
// Values; one thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace monarch::ctl::doctor {

struct Trouble {
  enum class Kind : std::uint8_t {
    kNoName,       // the host's name leads to no IPv4 address
    kRefused,      // nothing listens there
    kUnreachable,  // no way there, or no answer to the attempt to connect
    kSilence,      // connected, and what was waited for did not come
    kClosed,       // the server closed the connection
    kError,        // a numeric error, in `code`
    kUnexpected,   // another answer than the protocol has
    kAddress,      // an address was handed out that cannot be meant for us
    kOffice,       // auth or presence said so, and `text` says what to look at
    kInterrupted,  // Ctrl-C
  };
  Kind kind = Kind::kUnexpected;
  std::string text;
  int code = 0;
  bool out_of_reach = false;  // of kOffice: exit status 2
};

using Done = Outcome<Trouble>;

}  // namespace monarch::ctl::doctor
