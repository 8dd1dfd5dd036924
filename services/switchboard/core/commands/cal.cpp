// CAL: somebody is invited.
#include "msnp/handle.hpp"
#include "switchboard/core/commands/table.hpp"
#include "switchboard/core/hall.hpp"

namespace monarch::switchboard::commands {

namespace {

using msnp::ErrorCode;

void refuse(Hall& hall, Session& session, Call result, ErrorCode code, std::string_view trid) {
  ++hall.count().calls[static_cast<std::size_t>(result)];
  hall.error(session, code, trid);
}

// The next call after so many failed ones in a row, unless they are long ago.
bool too_active(const Settings& settings, Session& session, TimePoint now) {
  auto& failed = session.failed_calls;
  std::erase_if(failed, [&](TimePoint at) { return at + settings.failed_calls_window <= now; });
  return failed.size() >= settings.failed_calls_max;
}

}  // namespace

// CAL <trid> <handle>: docs/protocol/switchboard.md#4-errors-of-cal. What needs no presence is
// looked at first, so that nothing rings for a call that is refused.
void cal(Hall& hall, Session& session, const msnp::Invocation& invocation) {
  const auto trid = invocation.trid;
  auto callee = msnp::callee_handle(invocation.arg(0));
  if (!callee && callee.error() != ErrorCode::kNotOnline) {
    return refuse(hall, session, Call::kBadHandle, callee.error(), trid);
  }
  const Conversation& conversation = *session.conversation;
  if (callee && (conversation.present(*callee) || conversation.rings(*callee))) {
    return refuse(hall, session, Call::kAlreadyThere, ErrorCode::kAlreadyThere, trid);
  }
  if (too_active(hall.settings(), session, hall.now())) {
    return refuse(hall, session, Call::kTooActive, ErrorCode::kTooActive, trid);
  }
  if (conversation.size() >= hall.settings().participants_max) {
    return refuse(hall, session, Call::kFull, ErrorCode::kNotAcceptingNewUsers, trid);
  }
  // No account has such a handle: no need to ask.
  if (!callee) return hall.refuse_call(session, Call::kNotAvailable, trid);

  const auto rung = hall.ring(session, trid, std::move(callee).value());
  if (rung) return;
  const bool own_doing = rung.error() == NoTicket::kTooManyOfOwner;
  refuse(hall, session, Call::kNoTicket, own_doing ? ErrorCode::kTooActive : ErrorCode::kNotOnline,
         trid);
}

}  // namespace monarch::switchboard::commands
