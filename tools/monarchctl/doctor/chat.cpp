// The hops of a conversation (docs/protocol/switchboard.md#1-starting-a-session).
#include "monarchctl/doctor/visit.hpp"

namespace monarch::ctl::doctor {

namespace {

using Kind = Trouble::Kind;

constexpr std::string_view kMessage =
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nIs it working?";

Trouble unexpected(const Visit& visit, const std::string& asked, const Heard& heard) {
  return {Kind::kUnexpected, visit.place.to_string() + " answers " + asked + " with " + heard.verb +
                                 " instead of what it should"};
}

auto named(std::string verb, std::string handle) {
  return [verb = std::move(verb), handle = std::move(handle)](const Heard& heard) {
    return heard.verb == verb && heard.param(0) == handle;
  };
}

}  // namespace

Done enter(Visit& visit) {
  Patient& a = visit.a;
  visit.place = a.switchboard;
  const auto heard = a.chat.ask("USR", a.handle + " " + a.ticket, visit.until);
  if (!heard) return fail(heard.error());
  if (heard->param(1) != "OK") return fail(unexpected(visit, "USR", *heard));
  return Ok{};
}

Done call(Visit& visit) {
  visit.place = visit.a.switchboard;
  const auto heard = visit.a.chat.ask("CAL", visit.b.handle, visit.until);
  if (!heard) return fail(heard.error());
  if (heard->param(1) != "RINGING") return fail(unexpected(visit, "CAL", *heard));
  visit.conversation = heard->param(2);
  visit.detail = "RINGING";
  return Ok{};
}

Done be_rung(Visit& visit) {
  Patient& b = visit.b;
  visit.place = b.notification;
  const auto heard = b.home.notice(
      "RNG, the call,",
      [&](const Heard& line) {
        return line.verb == "RNG" && line.param(0) == visit.conversation &&
               line.param(4) == visit.a.handle;
      },
      visit.until);
  if (!heard) return fail(heard.error());
  auto place = Endpoint::parse(heard->param(1));
  if (!place) return fail(unexpected(visit, "CAL", *heard));
  b.switchboard = *std::move(place);
  b.ticket = heard->param(3);
  visit.detail = "to " + b.switchboard.to_string();
  return Ok{};
}

Done answer(Visit& visit) {
  Patient& b = visit.b;
  visit.place = b.switchboard;
  const std::string rest = b.handle + " " + b.ticket + " " + visit.conversation;
  auto heard = b.chat.ask("ANS", rest, visit.until);
  if (!heard) return fail(heard.error());
  if (heard->verb != "IRO" || heard->param(3) != visit.a.handle) {
    return fail(unexpected(visit, "ANS", *heard));
  }
  heard = b.chat.more(visit.until);
  if (!heard) return fail(heard.error());
  if (heard->verb != "ANS") return fail(unexpected(visit, "ANS", *heard));
  return Ok{};
}

Done see_joining(Visit& visit) {
  visit.place = visit.a.switchboard;
  const auto heard = visit.a.chat.notice("JOI, the other one's coming in,",
                                         named("JOI", visit.b.handle), visit.until);
  if (!heard) return fail(heard.error());
  return Ok{};
}

Done message(Visit& visit, Patient& from, Patient& to) {
  visit.place = from.switchboard;
  const auto heard =
      from.chat.ask("MSG", "A " + std::to_string(kMessage.size()), visit.until, kMessage);
  if (!heard) return fail(heard.error());
  if (heard->verb == "NAK") {
    return fail(Trouble{Kind::kUnexpected,
                        visit.place.to_string() + " answers NAK: the message was not delivered"});
  }
  if (heard->verb != "ACK") return fail(unexpected(visit, "MSG", *heard));
  const auto message = to.chat.notice("the message", named("MSG", from.handle), visit.until);
  if (!message) return fail(message.error());
  if (message->payload != kMessage) {
    return fail(Trouble{Kind::kUnexpected, "the message has changed on its way"});
  }
  visit.detail = "ACK";
  return Ok{};
}

Done leave_chat(Visit& visit) {
  visit.place = visit.a.switchboard;
  auto left = visit.b.chat.leave(visit.until);
  if (!left) return left;
  const auto heard = visit.a.chat.notice("BYE, the other one's leaving,",
                                         named("BYE", visit.b.handle), visit.until);
  if (!heard) return fail(heard.error());
  return Ok{};
}

Done close_chat(Visit& visit) {
  visit.place = visit.a.switchboard;
  return visit.a.chat.leave(visit.until);
}

}  // namespace monarch::ctl::doctor
