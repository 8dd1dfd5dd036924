// The hops from the door to USR OK (docs/protocol/dispatch.md#1-overview).
#include "monarchctl/doctor/visit.hpp"

namespace monarch::ctl::doctor {

namespace {

using Kind = Trouble::Kind;

constexpr int kReferralsMax = 2;  // docs/protocol/dispatch.md#which-ns

Trouble unexpected(const Visit& visit, const std::string& asked, const Heard& heard) {
  return {Kind::kUnexpected, visit.place.to_string() + " answers " + asked + " with " + heard.verb +
                                 ", which the protocol does not have there"};
}

// VER, INF, USR I: what the server says to the handle.
Talk::Answer introduce(Visit& visit, Talk& talk, const std::string& handle) {
  auto heard = talk.ask("VER", "MSNP5 CVR0", visit.until);
  if (!heard) return heard;
  if (heard->verb != "VER") return fail(unexpected(visit, "VER", *heard));
  if (heard->param(1) != "MSNP5") {
    return fail(Trouble{Kind::kUnexpected, visit.place.to_string() + " does not speak MSNP5"});
  }
  heard = talk.ask("INF", "", visit.until);
  if (!heard) return heard;
  if (heard->verb != "INF" || heard->param(1) != "MD5") {
    return fail(unexpected(visit, "INF", *heard));
  }
  return talk.ask("USR", "MD5 I " + handle, visit.until);
}

Done take_referral(Visit& visit, Patient& patient, const Heard& heard) {
  auto place = Endpoint::parse(heard.param(2));
  if (heard.param(1) != "NS" || !place) return fail(unexpected(visit, "USR", heard));
  patient.notification = *std::move(place);
  return Ok{};
}

bool is_challenge(const Heard& heard) { return heard.verb == "USR" && heard.param(2) == "S"; }

// Of 127.0.0.0/8 a client elsewhere reaches its own machine only, whoever answers there.
Done check_handed_out(const Visit& visit, const Endpoint& place) {
  if (visit.office != nullptr || is_loopback(visit.dispatch.host) || !is_loopback(place.host)) {
    return Ok{};
  }
  return fail(Trouble{Kind::kAddress, "the address handed out, " + place.to_string() +
                                          ", is a loopback address: for every other machine it "
                                          "means that machine itself"});
}

}  // namespace

Done reach_dispatch(Visit& visit, Patient& patient) {
  visit.place = visit.dispatch;
  visit.detail = visit.dispatch.to_string();
  return patient.door.connect(visit.dispatch, visit.until);
}

Done get_referral(Visit& visit, Patient& patient) {
  visit.place = visit.dispatch;
  const auto heard = introduce(visit, patient.door, patient.handle);
  if (!heard) return fail(heard.error());
  if (is_challenge(*heard)) {
    // One process may do both (docs/protocol/dispatch.md#1-overview), or a node's own address was
    // given.
    patient.at_home = true;
    patient.notification = visit.dispatch;
    patient.door.hang_up();
    visit.detail = "this is a notification node itself";
    return Ok{};
  }
  if (heard->verb != "XFR") return fail(unexpected(visit, "USR", *heard));
  auto taken = take_referral(visit, patient, *heard);
  if (!taken) return taken;
  patient.door.hang_up();
  visit.detail = "to " + patient.notification.to_string();
  return Ok{};
}

Done reach_notification(Visit& visit, Patient& patient) {
  visit.place = patient.notification;
  auto meant = check_handed_out(visit, patient.notification);
  if (!meant) return meant;
  const std::string node = node_at(visit, patient.notification);
  visit.detail = patient.notification.to_string();
  if (node != visit.detail) visit.detail = node + " at " + visit.detail;
  return patient.home.connect(patient.notification, visit.until);
}

Done sign_in(Visit& visit, Patient& patient) {
  visit.place = patient.notification;
  auto heard = introduce(visit, patient.home, patient.handle);
  for (int referrals = 0; heard && heard->verb == "XFR"; ++referrals) {
    if (referrals == kReferralsMax) {
      return fail(Trouble{Kind::kUnexpected, "notification nodes send us round in a circle, at " +
                                                 visit.place.to_string()});
    }
    auto taken = take_referral(visit, patient, *heard);
    if (!taken) return taken;
    auto reached = reach_notification(visit, patient);
    if (!reached) return reached;
    heard = introduce(visit, patient.home, patient.handle);
  }
  if (!heard) return fail(heard.error());
  if (!is_challenge(*heard)) return fail(unexpected(visit, "USR", *heard));
  heard =
      patient.home.ask("USR", "MD5 S " + digest(heard->param(3), patient.password), visit.until);
  if (!heard) return fail(heard.error());
  if (heard->verb != "USR" || heard->param(1) != "OK") {
    return fail(unexpected(visit, "USR", *heard));
  }
  visit.detail = "VER INF USR on " + node_at(visit, patient.notification);
  return Ok{};
}

Done ask_switchboard(Visit& visit) {
  Patient& a = visit.a;
  visit.place = a.notification;
  const auto heard = a.home.ask("XFR", "SB", visit.until);
  if (!heard) return fail(heard.error());
  auto place = Endpoint::parse(heard->param(2));
  if (heard->verb != "XFR" || heard->param(1) != "SB" || !place) {
    return fail(unexpected(visit, "XFR SB", *heard));
  }
  a.switchboard = *std::move(place);
  a.ticket = heard->param(4);
  visit.detail = "to " + a.switchboard.to_string();
  return Ok{};
}

Done reach_switchboard(Visit& visit, Patient& patient) {
  visit.place = patient.switchboard;
  auto meant = check_handed_out(visit, patient.switchboard);
  if (!meant) return meant;
  const std::string node = node_at(visit, patient.switchboard);
  visit.detail = patient.switchboard.to_string();
  if (node != visit.detail) visit.detail = node + " at " + visit.detail;
  return patient.chat.connect(patient.switchboard, visit.until);
}

}  // namespace monarch::ctl::doctor
