// The tables of hops: which there are, in their order, and what to check when one fails.
#include <array>

#include "monarchctl/doctor/visit.hpp"

namespace monarch::ctl::doctor {

namespace {

constexpr const char* kBus =
    "such lines travel from presence over Redis to the notification node: is Redis reachable from "
    "both? Log lines: bus_disconnected (notification), publish_failed (presence)";
constexpr const char* kLists =
    "lists are kept by presence in PostgreSQL: log lines roster_statement_failed, postgres_failed "
    "(presence)";
constexpr const char* kNotes =
    "status is kept by presence in Redis: log lines redis_disconnected, index_command_failed "
    "(presence)";
constexpr const char* kInviting =
    "the switchboard asks presence, by its --presence; log line presence_refused (switchboard)";
constexpr const char* kAuth = "accounts are auth's: is monarch-auth running, and PostgreSQL?";

// One for A and one for B.
template <Done (*kAction)(Visit&, Patient&)>
Done for_a(Visit& visit) {
  return kAction(visit, visit.a);
}
template <Done (*kAction)(Visit&, Patient&)>
Done for_b(Visit& visit) {
  return kAction(visit, visit.b);
}

Done a_adds_b(Visit& visit) { return add_contact(visit, visit.a, visit.b); }
Done b_adds_a(Visit& visit) { return add_contact(visit, visit.b, visit.a); }
Done a_writes_b(Visit& visit) { return message(visit, visit.a, visit.b); }
Done b_writes_a(Visit& visit) { return message(visit, visit.b, visit.a); }

constexpr auto kAdministration = Role::kAdministration;
constexpr auto kDispatch = Role::kDispatch;
constexpr auto kNotification = Role::kNotification;
constexpr auto kSwitchboard = Role::kSwitchboard;

constexpr std::array kInside{
    Step{"leftovers of a killed doctor", kAdministration, false, remove_leftovers, kAuth},
    Step{"make two accounts", kAdministration, false, make_accounts, kAuth},
    Step{"nodes in the registry", kAdministration, false, look_up_nodes,
         "monarchctl nodes shows the registry, which is in Redis"},
    Step{"A: connect to dispatch", kDispatch, false, for_a<reach_dispatch>, ""},
    Step{"A: VER INF USR, XFR NS", kDispatch, false, for_a<get_referral>, ""},
    Step{"A: connect to notification", kNotification, false, for_a<reach_notification>, ""},
    Step{"A: sign in", kNotification, false, for_a<sign_in>, ""},
    Step{"B: connect to dispatch", kDispatch, false, for_b<reach_dispatch>, ""},
    Step{"B: VER INF USR, XFR NS", kDispatch, false, for_b<get_referral>, ""},
    Step{"B: another node than A's", kAdministration, false, choose_other_node, ""},
    Step{"B: connect to notification", kNotification, false, for_b<reach_notification>, ""},
    Step{"B: sign in", kNotification, false, for_b<sign_in>, ""},
    Step{"A, B: lists (SYN)", kNotification, false, synchronise, kLists},
    Step{"A, B: online (CHG NLN)", kNotification, false, go_online, kNotes},
    Step{"A adds B (ADD AL, FL)", kNotification, false, a_adds_b, kBus},
    Step{"B adds A (ADD AL, FL)", kNotification, false, b_adds_a, kBus},
    Step{"B sees A busy (CHG, NLN)", kNotification, false, change_status, kBus},
    Step{"A: ask for a switchboard (XFR SB)", kNotification, false, ask_switchboard, ""},
    Step{"A: connect to switchboard", kSwitchboard, false, for_a<reach_switchboard>, ""},
    Step{"A: enter (USR)", kSwitchboard, false, enter, ""},
    Step{"A: call B (CAL)", kSwitchboard, false, call, kInviting},
    Step{"B: is rung (RNG)", kNotification, false, be_rung, kBus},
    Step{"B: connect to switchboard", kSwitchboard, false, for_b<reach_switchboard>, ""},
    Step{"B: answer (ANS, IRO)", kSwitchboard, false, answer, ""},
    Step{"A: sees B join (JOI)", kSwitchboard, false, see_joining, ""},
    Step{"A to B: message (MSG, ACK)", kSwitchboard, false, a_writes_b, ""},
    Step{"B to A: message (MSG, ACK)", kSwitchboard, false, b_writes_a, ""},
    Step{"A: sees B leave (OUT, BYE)", kSwitchboard, false, leave_chat, ""},
    Step{"A: leave the switchboard", kSwitchboard, false, close_chat, ""},
    Step{"A: sees B sign out (FLN)", kNotification, false, sign_out_seen, kBus},
    Step{"A: sign out", kNotification, false, sign_out, ""},
};

constexpr std::array kOutside{
    Step{"A: connect to dispatch", kDispatch, false, for_a<reach_dispatch>, ""},
    Step{"A: VER INF USR, XFR NS", kDispatch, false, for_a<get_referral>, ""},
    Step{"A: connect to notification", kNotification, false, for_a<reach_notification>, ""},
    Step{"A: sign in", kNotification, false, for_a<sign_in>, ""},
    Step{"B: connect to dispatch", kDispatch, true, for_b<reach_dispatch>, ""},
    Step{"B: VER INF USR, XFR NS", kDispatch, true, for_b<get_referral>, ""},
    Step{"B: connect to notification", kNotification, true, for_b<reach_notification>, ""},
    Step{"B: sign in", kNotification, true, for_b<sign_in>, ""},
    Step{"online (CHG NLN)", kNotification, false, go_online, ""},
    Step{"A: ask for a switchboard (XFR SB)", kNotification, false, ask_switchboard, ""},
    Step{"A: connect to switchboard", kSwitchboard, false, for_a<reach_switchboard>, ""},
    Step{"A: enter (USR)", kSwitchboard, false, enter, ""},
    Step{"A: call B (CAL)", kSwitchboard, true, call, ""},
    Step{"B: is rung (RNG)", kNotification, true, be_rung, ""},
    Step{"B: connect to switchboard", kSwitchboard, true, for_b<reach_switchboard>, ""},
    Step{"B: answer (ANS, IRO)", kSwitchboard, true, answer, ""},
    Step{"A: sees B join (JOI)", kSwitchboard, true, see_joining, ""},
    Step{"A to B: message (MSG, ACK)", kSwitchboard, true, a_writes_b, ""},
    Step{"B to A: message (MSG, ACK)", kSwitchboard, true, b_writes_a, ""},
    Step{"A: sees B leave (OUT, BYE)", kSwitchboard, true, leave_chat, ""},
    Step{"A: leave the switchboard", kSwitchboard, false, close_chat, ""},
    Step{"sign out", kNotification, false, sign_out, ""},
};

}  // namespace

std::span<const Step> steps_inside() { return kInside; }
std::span<const Step> steps_outside() { return kOutside; }

}  // namespace monarch::ctl::doctor
