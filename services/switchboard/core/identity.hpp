// Identity: who stands behind a connection, as the ticket says. A snapshot of the time when the
// ticket was made: later renames are not propagated
// (docs/protocol/switchboard.md#3-answering). A value.
#pragma once

#include <string>

#include "base/handle.hpp"
#include "base/ids.hpp"
#include "msnp/dialect.hpp"

namespace monarch::switchboard {

struct Identity {
  AccountId account;
  Handle handle;
  std::string name;   // friendly name, URL-encoded
  SessionId session;  // on the notification server
  msnp::Dialect dialect;
};

}  // namespace monarch::switchboard
