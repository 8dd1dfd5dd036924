// The hops about lists and presence: each change is done when the other one has seen it.
#include "monarchctl/doctor/visit.hpp"

namespace monarch::ctl::doctor {

namespace {

// A line about `handle`, wherever it stands in it.
auto about(std::string verb, std::string handle) {
  return [verb = std::move(verb), handle = std::move(handle)](const Heard& heard) {
    if (heard.verb != verb) return false;
    for (const std::string& param : heard.params) {
      if (param == handle) return true;
    }
    return false;
  };
}

Done heard_by(Visit& visit, Patient& who, const std::string& verb, const Patient& subject,
              const std::string& what) {
  visit.place = who.notification;
  const auto heard = who.home.notice(what, about(verb, subject.handle), visit.until);
  if (!heard) return fail(heard.error());
  return Ok{};
}

Done ask(Visit& visit, Patient& patient, std::string_view verb, const std::string& rest) {
  visit.place = patient.notification;
  const auto heard = patient.home.ask(verb, rest, visit.until);
  if (!heard) return fail(heard.error());
  return Ok{};
}

}  // namespace

Done synchronise(Visit& visit) {
  for (Patient* patient : {&visit.a, &visit.b}) {
    auto done = ask(visit, *patient, "SYN", "0");
    if (!done) return done;
    // The last of the dump (docs/protocol/notification.md#syn-2).
    while (true) {
      const auto line = patient->home.more(visit.until);
      if (!line) return fail(line.error());
      if (line->verb == "LST" && line->param(1) == "RL" && line->param(3) == line->param(4)) break;
    }
  }
  return Ok{};
}

Done go_online(Visit& visit) {
  auto done = ask(visit, visit.a, "CHG", "NLN");
  if (done && visit.two) done = ask(visit, visit.b, "CHG", "NLN");
  return done;
}

Done add_contact(Visit& visit, Patient& who, Patient& whom) {
  for (const char* list : {"AL", "FL"}) {
    auto done = ask(visit, who, "ADD", list + (" " + whom.handle + " " + whom.handle));
    if (!done) return done;
  }
  auto seen = heard_by(visit, who, "ILN", whom, "ILN, the status of the new contact,");
  if (!seen) return seen;
  return heard_by(visit, whom, "ADD", who, "ADD 0 RL, the word of having been added,");
}

Done change_status(Visit& visit) {
  auto done = ask(visit, visit.a, "CHG", "BSY");
  if (!done) return done;
  visit.place = visit.b.notification;
  const auto heard = visit.b.home.notice(
      "NLN, the other one's change of status,",
      [&](const Heard& line) {
        return line.verb == "NLN" && line.param(0) == "BSY" && line.param(1) == visit.a.handle;
      },
      visit.until);
  if (!heard) return fail(heard.error());
  return Ok{};
}

Done sign_out_seen(Visit& visit) {
  visit.place = visit.b.notification;
  auto left = visit.b.home.leave(visit.until);
  if (!left) return left;
  return heard_by(visit, visit.a, "FLN", visit.b, "FLN, the other one's going offline,");
}

Done sign_out(Visit& visit) {
  visit.place = visit.a.notification;
  auto left = visit.a.home.leave(visit.until);
  if (left && visit.office == nullptr && visit.two) left = visit.b.home.leave(visit.until);
  return left;
}

}  // namespace monarch::ctl::doctor
