// Visit: everything that one run of the doctor has in hand, and the table of hops that it works
// through. Owned by run(); one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/random.hpp"
#include "monarchctl/doctor/office.hpp"
#include "monarchctl/doctor/talk.hpp"

namespace monarch::ctl::doctor {

// The server that a hop is about.
enum class Role : std::uint8_t { kAdministration, kDispatch, kNotification, kSwitchboard };

struct Patient {
  explicit Patient(int interrupt) : door(interrupt), home(interrupt), chat(interrupt) {}

  std::string handle;
  std::string password;
  Talk door;              // to dispatch
  Endpoint notification;  // where dispatch has sent him
  Talk home;              // to his notification node
  bool at_home = false;   // the door turned out to be a notification node
  std::string challenge;  // heard there already
  Endpoint switchboard;
  std::string ticket;
  Talk chat;
};

struct Visit {
  Visit(Office* the_office, Random& the_random, int interrupt)
      : interrupt_descriptor(interrupt),
        office(the_office),
        random(the_random),
        a(interrupt),
        b(interrupt) {}

  int interrupt_descriptor;
  Office* office;  // nullptr outside
  Random& random;
  bool two = true;  // there is a second account
  Endpoint dispatch;
  std::vector<Office::Node> nodes;
  std::vector<std::string> accounts;  // that we have made, or tried to
  Patient a;
  Patient b;
  std::string conversation;

  // Of the hop under way.
  Until until;
  std::string detail;  // shown behind a good hop
  Endpoint place;      // what it talks to, for advice
};

struct Step {
  const char* name;
  Role role;
  bool needs_two;  // left out when there is one account only
  Done (*act)(Visit& visit);
  const char* check;  // what to look at when it fails, besides what advise() knows
};

[[nodiscard]] std::span<const Step> steps_inside();
[[nodiscard]] std::span<const Step> steps_outside();

// The name by which the registry knows who advertises that address; "" when nobody does.
[[nodiscard]] std::string node_at(const Visit& visit, const Endpoint& place);

// ---- the actions, by subject (accounts.cpp, sign_in.cpp, contacts.cpp, chat.cpp) ----
[[nodiscard]] Done remove_leftovers(Visit& visit);
[[nodiscard]] Done make_accounts(Visit& visit);
[[nodiscard]] Done remove_accounts(Visit& visit);
[[nodiscard]] Done look_up_nodes(Visit& visit);

[[nodiscard]] Done reach_dispatch(Visit& visit, Patient& patient);
[[nodiscard]] Done get_referral(Visit& visit, Patient& patient);
[[nodiscard]] Done choose_other_node(Visit& visit);
[[nodiscard]] Done reach_notification(Visit& visit, Patient& patient);
[[nodiscard]] Done sign_in(Visit& visit, Patient& patient);

[[nodiscard]] Done synchronise(Visit& visit);
[[nodiscard]] Done go_online(Visit& visit);
[[nodiscard]] Done add_contact(Visit& visit, Patient& who, Patient& whom);
[[nodiscard]] Done change_status(Visit& visit);
[[nodiscard]] Done sign_out_seen(Visit& visit);
[[nodiscard]] Done sign_out(Visit& visit);

[[nodiscard]] Done ask_switchboard(Visit& visit);
[[nodiscard]] Done reach_switchboard(Visit& visit, Patient& patient);
[[nodiscard]] Done enter(Visit& visit);
[[nodiscard]] Done call(Visit& visit);
[[nodiscard]] Done be_rung(Visit& visit);
[[nodiscard]] Done answer(Visit& visit);
[[nodiscard]] Done see_joining(Visit& visit);
[[nodiscard]] Done message(Visit& visit, Patient& from, Patient& to);
[[nodiscard]] Done leave_chat(Visit& visit);
[[nodiscard]] Done close_chat(Visit& visit);

}  // namespace monarch::ctl::doctor
