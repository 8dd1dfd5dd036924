// The hops that talk to the cluster's administration.
#include <algorithm>
#include <array>
#include <poll.h>

#include "monarchctl/doctor/visit.hpp"

namespace monarch::ctl::doctor {

namespace {

using Kind = Trouble::Kind;

// Sixteen characters, the most that official clients send.
std::string random_password(Random& random) {
  constexpr std::string_view kLetters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::string password;
  for (int i = 0; i < 16; ++i) password += kLetters[random.below(kLetters.size())];
  return password;
}

bool is_ready(const Office::Node& node, std::string_view role) {
  return node.role == role && node.state == "ready" && !node.advertised.empty();
}

std::size_t count_ready(const Visit& visit, std::string_view role) {
  return static_cast<std::size_t>(
      std::count_if(visit.nodes.begin(), visit.nodes.end(),
                    [&](const Office::Node& node) { return is_ready(node, role); }));
}

// Reads the table until it is as wanted. A node that has just started is ready a heartbeat or two
// before presence knows, and a doctor is often the first thing that is run.
template <class Wanted>
Done read_nodes(Visit& visit, std::chrono::milliseconds patience, Wanted wanted) {
  constexpr int kPauseMs = 100;
  const auto until = std::min(visit.until, std::chrono::steady_clock::now() + patience);
  while (true) {
    auto nodes = visit.office->nodes();
    if (!nodes) return fail(nodes.error());
    visit.nodes = *std::move(nodes);
    if (wanted() || std::chrono::steady_clock::now() >= until) return Ok{};
    pollfd interrupt{visit.interrupt_descriptor, POLLIN, 0};
    if (::poll(&interrupt, 1, kPauseMs) > 0) {
      return fail(Trouble{Kind::kInterrupted, "interrupted"});
    }
  }
}

}  // namespace

Done remove_leftovers(Visit& visit) {
  const auto guests = visit.office->guests();
  if (!guests) return fail(guests.error());
  std::size_t removed = 0;
  for (const Office::Guest& guest : *guests) {
    if (!is_leftover(guest)) continue;
    const auto gone = visit.office->remove(guest.handle);
    if (!gone) return gone;
    ++removed;
  }
  visit.detail = removed == 0 ? "none" : std::to_string(removed) + " removed";
  return Ok{};
}

Done make_accounts(Visit& visit) {
  for (Patient* patient : {&visit.a, &visit.b}) {
    patient->handle = guest_handle(static_cast<std::uint32_t>(visit.random.next()));
    patient->password = random_password(visit.random);
    // Before the answer, for one that is lost may have been a yes.
    visit.accounts.push_back(patient->handle);
    auto added = visit.office->add(patient->handle, patient->password);
    if (!added) return added;
  }
  visit.detail = "A is " + visit.a.handle + ", B is " + visit.b.handle;
  return Ok{};
}

Done remove_accounts(Visit& visit) {
  Done all = Ok{};
  std::string left;
  for (const std::string& handle : visit.accounts) {
    auto gone = visit.office->remove(handle);
    if (gone) continue;
    left += (left.empty() ? "" : " ") + handle;
    all = std::move(gone);
  }
  if (all) return all;
  return fail(Trouble{all.error().kind, left + " may be left: " + all.error().text, 0,
                      all.error().out_of_reach});
}

Done look_up_nodes(Visit& visit) {
  auto read = read_nodes(visit, std::chrono::seconds(3), [&] {
    return count_ready(visit, "dispatch") > 0 && count_ready(visit, "notification") > 0 &&
           count_ready(visit, "switchboard") > 0;
  });
  if (!read) return read;
  const auto dispatch =
      std::find_if(visit.nodes.begin(), visit.nodes.end(),
                   [](const Office::Node& node) { return is_ready(node, "dispatch"); });
  if (dispatch == visit.nodes.end()) {
    return fail(Trouble{Kind::kOffice, "the registry knows no dispatch node that is ready"});
  }
  const auto place = Endpoint::parse(dispatch->advertised);
  if (!place) {
    return fail(Trouble{Kind::kAddress,
                        dispatch->id + " advertises an address that is none: " + place.error()});
  }
  visit.dispatch = *place;
  visit.detail = std::to_string(count_ready(visit, "dispatch")) + " dispatch, " +
                 std::to_string(count_ready(visit, "notification")) + " notification, " +
                 std::to_string(count_ready(visit, "switchboard")) + " switchboard ready";
  return Ok{};
}

// Dispatch chooses by load; the point here is to go across nodes.
Done choose_other_node(Visit& visit) {
  if (!(visit.b.notification == visit.a.notification)) {
    visit.detail = node_at(visit, visit.b.notification) + ", as dispatch has said";
    return Ok{};
  }
  auto read = read_nodes(visit, std::chrono::seconds(1),
                         [&] { return count_ready(visit, "notification") > 1; });
  if (!read) return read;
  for (const Office::Node& node : visit.nodes) {
    if (!is_ready(node, "notification")) continue;
    const auto place = Endpoint::parse(node.advertised);
    if (!place || *place == visit.a.notification) continue;
    visit.b.notification = *place;
    visit.detail = node.id + " at " + place->to_string() + ", for dispatch named A's node again";
    return Ok{};
  }
  visit.detail = "there is one notification node only: both sign in there";
  return Ok{};
}

std::string node_at(const Visit& visit, const Endpoint& place) {
  const std::string address = place.to_string();
  for (const Office::Node& node : visit.nodes) {
    if (node.advertised == address) return node.id;
  }
  return address;
}

}  // namespace monarch::ctl::doctor
