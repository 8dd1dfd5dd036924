// OUT and PNG: going, and saying that one is still there.
#include "switchboard/core/commands/table.hpp"
#include "switchboard/core/hall.hpp"

namespace monarch::switchboard::commands {

// docs/protocol/switchboard.md#6-leaving: no reply, the close is one.
void out(Hall& hall, Session& session, const msnp::Invocation&) {
  hall.close(session, CloseReason::kClientLeft);
}

// docs/protocol/switchboard.md#1-starting-a-session
void png(Hall& hall, Session& session, const msnp::Invocation&) { hall.send(session, "QNG\r\n"); }

}  // namespace monarch::switchboard::commands
