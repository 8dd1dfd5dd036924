// What an administrator may read of a session (monarchctl trace): who did what and when, and
// nothing that is a key to anything or was meant for somebody. It works by what may be shown, not
// by what must not: one table says of each verb, in each direction, which parameters are shown; all
// else is counted. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "msnp/command.hpp"

namespace monarch::notification {

// A line of a transcript is cut here, marked by "...".
inline constexpr std::size_t kTranscriptLineBytesMax = 1024;

// A command of the client: printable ASCII, what is left out in brackets:
//   USR 4 MD5 S [hidden]
//   PAG 9 [hidden] 41 [41 bytes]
//   XYZ [3 hidden]                      a verb that the table does not know
[[nodiscard]] std::string received_line(const msnp::Command& command);

// The same for what a session sends, whole commands all of it. Of a payload its length and, of a
// MSG, its content type: "MSG Hotmail Hotmail 511 [511 bytes, text/x-msmsgsprofile]".
[[nodiscard]] std::vector<std::string> sent_lines(std::string_view bytes);

// Whether the table has something to say of a command, for the test that it forgets none.
[[nodiscard]] bool transcribes_received(std::string_view verb);

}  // namespace monarch::notification
