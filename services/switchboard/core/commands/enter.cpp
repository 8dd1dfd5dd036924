// USR and ANS: how a connection comes into a conversation.
#include <string>

#include "switchboard/core/commands/table.hpp"
#include "switchboard/core/hall.hpp"

namespace monarch::switchboard::commands {

// USR <trid> <handle> <ticket>: docs/protocol/switchboard.md#1-starting-a-session
void usr(Hall& hall, Session& session, const msnp::Invocation& invocation) {
  const auto handle = invocation.arg(0);
  const auto ticket = invocation.arg(1);
  if (hall.check(session, invocation.trid, ticket, Ticket::Kind::kBegin, handle) == nullptr) return;
  hall.begin(session, invocation.trid, ticket);
}

// ANS <trid> <handle> <ticket> <session>: docs/protocol/switchboard.md#3-answering
void ans(Hall& hall, Session& session, const msnp::Invocation& invocation) {
  const auto handle = invocation.arg(0);
  const auto ticket = invocation.arg(1);
  const Ticket* good = hall.check(session, invocation.trid, ticket, Ticket::Kind::kJoin, handle);
  if (good == nullptr) return;
  if (invocation.arg(2) != std::to_string(good->conversation.value())) {
    return hall.close(session, CloseReason::kBadParameter);
  }
  hall.answer(session, invocation.trid, ticket);
}

}  // namespace monarch::switchboard::commands
