// MSG: something is said.
#include "msnp/encoder.hpp"
#include "switchboard/core/commands/table.hpp"
#include "switchboard/core/hall.hpp"

namespace monarch::switchboard::commands {

// MSG <trid> U|N|A <length>: docs/protocol/switchboard.md#5-messages. D comes with MSNP9.
void msg(Hall& hall, Session& session, const msnp::Invocation& invocation) {
  const auto type = invocation.arg(0);
  if (type != "U" && type != "N" && type != "A") {
    return hall.close(session, CloseReason::kBadParameter);
  }
  if (invocation.payload.size() > hall.settings().message_bytes_max) {
    return hall.close(session, CloseReason::kPayloadTooLong);
  }
  const bool delivered = hall.relay(session, invocation.payload);
  std::string line;
  if (delivered && type == "A") {
    msnp::Encoder(line).ack(invocation.trid);
    ++hall.count().acks;
  } else if (!delivered && type != "U") {
    msnp::Encoder(line).nak(invocation.trid);
    ++hall.count().naks;
  }
  if (!line.empty()) hall.send(session, line);
}

}  // namespace monarch::switchboard::commands
