// PureCluster: the messages between the processes, each a step.
#include <algorithm>
#include <utility>

#include "testing/world/processes.hpp"

namespace monarch::world {
namespace {

std::string name_of(const model::Request& request) {
  static constexpr const char* kNames[] = {
      "OpenSession",   "CloseSession", "Synchronize",      "ChangeStatus", "AddContact",
      "RemoveContact", "Rename",       "SetProperty",      "SetPrompting", "SetDefaultPrivacy",
      "ReadJournal",   "Compare",      "ListNodeSessions", "Invite"};
  return kNames[request.index()];
}

// Of a request that names one.
std::string session_of(const model::Request& request) {
  return std::visit(
      [](const auto& asked) -> std::string {
        if constexpr (requires { asked.attempt; }) {
          return " " + std::to_string(asked.attempt.session.session.value());
        } else if constexpr (requires { asked.session.token; }) {
          return " " + std::to_string(asked.session.session.value());
        } else if constexpr (requires { asked.resume; }) {
          return " " + std::to_string(asked.session.value()) + (asked.resume ? " (resume)" : "");
        } else {
          return "";
        }
      },
      request);
}

std::string name_of(const model::Reply& reply) {
  static constexpr const char* kNames[] = {"Refused",  "Failed",        "Opened",  "Closed",
                                           "Roster",   "StatusChanged", "Changed", "Journal",
                                           "Compared", "NodeSessions",  "Invited"};
  const auto* failed = std::get_if<model::Failed>(&reply);
  if (failed != nullptr) {
    return "Failed " + std::to_string(static_cast<unsigned>(failed->fault));
  }
  return kNames[reply.index()];
}

std::string to_text(const model::Version& version) {
  return std::to_string(version.generation) + "." + std::to_string(version.counter);
}

std::string to_text(const model::Hint& hint) {
  if (const auto* presence = std::get_if<model::PresenceHint>(&hint)) {
    return presence->subject.handle.value() + " " + std::string(to_wire(presence->subject.status)) +
           " " + presence->subject.name + " v" + to_text(presence->subject.version) + " to " +
           std::to_string(presence->recipients.size());
  }
  if (const auto* roster = std::get_if<model::RosterHint>(&hint)) {
    return "serial " + std::to_string(roster->event.serial.value()) + " kind " +
           std::to_string(static_cast<unsigned>(roster->event.kind)) + " about " +
           roster->event.other.value() + " to " + std::to_string(roster->recipient.value());
  }
  if (const auto* ring = std::get_if<model::RingHint>(&hint)) {
    return "ring " + std::to_string(ring->recipient.value());
  }
  if (const auto* notice = std::get_if<model::NoticeHint>(&hint)) {
    return "notice " + std::to_string(notice->notice.index()) +
           (notice->everyone ? " to everyone" : " to " + std::to_string(notice->recipients.size()));
  }
  return "kick " + std::to_string(std::get<model::KickHint>(hint).session.value());
}

// As auth's service and notification's client have it between them.
notification::Verified::Result result_of(auth::Verdict verdict) {
  using Result = notification::Verified::Result;
  switch (verdict) {
    case auth::Verdict::kGood:
      return Result::kOk;
    case auth::Verdict::kNoConsent:
      return Result::kNoConsent;
    case auth::Verdict::kUnverified:
      return Result::kUnverified;
    case auth::Verdict::kMaintenance:
      return Result::kMaintenance;
    case auth::Verdict::kStoreUnavailable:
    case auth::Verdict::kUnreadable:
      return Result::kStoreUnavailable;
    case auth::Verdict::kUnknownAccount:
    case auth::Verdict::kWrongPassword:
    case auth::Verdict::kNotActive:
    case auth::Verdict::kAccountShut:
    case auth::Verdict::kAddressShut:
      break;
  }
  return Result::kRefused;
}

std::string to_text(const model::NodeHints& hints) {
  std::string text = hints.node.value() + ":";
  for (const auto& hint : hints.hints) text += " [" + to_text(hint) + "]";
  return text;
}

}  // namespace

std::optional<std::size_t> PureCluster::node_index(const NodeId& id) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i]->settings.node == id) return i;
  }
  return std::nullopt;
}

// ---- requests and replies -----------------------------------------------------------------------

void PureCluster::carry_request(std::size_t node, const NodeId& instance,
                                notification::RequestId id, const model::Request& request) {
  std::size_t to = 0;
  while (instances_.at(to)->name != instance) ++to;
  const auto& link = links_.at(node).at(to);
  const Route route{node, nodes_.at(node)->incarnation, to, link.epoch, id};
  const bool lost = chance(weather.request_lost);
  const bool answer_lost = lose_reply && lose_reply(request);
  say("   " + nodes_.at(node)->settings.node.value() + " -> " + instance.value() + " #" +
      std::to_string(id.value()) + " " + name_of(request) + session_of(request) +
      (lost ? " (lost)" : ""));
  if (lost) return;
  const auto send = [this, route, request, answer_lost] {
    steps_.post([this, route, request, answer_lost] { arrive(route, request, answer_lost); });
  };
  if (chance(weather.request_delayed)) {
    later(some_delay(), send);
  } else {
    send();
  }
}

void PureCluster::arrive(Route route, const model::Request& request, bool answer_lost) {
  const auto& link = links_.at(route.node).at(route.instance);
  if (!link.up || link.epoch != route.epoch) return;
  auto& instance = *instances_.at(route.instance);
  instance.tasks->spawn(serve(this, instance.presence.get(), request, route, answer_lost));
}

Task<void> PureCluster::serve(PureCluster* cluster, presence::Presence* presence,
                              model::Request request, Route route, bool answer_lost) {
  auto handling = presence->handle(std::move(request));
  auto reply = co_await handling;
  if (!answer_lost) cluster->carry_reply(route, reply);
}

void PureCluster::carry_reply(Route route, const model::Reply& reply) {
  const bool lost = chance(weather.reply_lost);
  say("   " + instances_.at(route.instance)->name.value() + " -> " +
      nodes_.at(route.node)->settings.node.value() + " #" + std::to_string(route.id.value()) + " " +
      name_of(reply) + (lost ? " (lost)" : ""));
  if (lost) return;
  const auto send = [this, route, reply] {
    steps_.post([this, route, reply] {
      const auto& link = links_.at(route.node).at(route.instance);
      if (!link.up || link.epoch != route.epoch) return;
      auto& process = *nodes_.at(route.node);
      if (process.node == nullptr || process.incarnation != route.incarnation) return;
      process.node->replied(route.id, reply);
    });
  };
  if (chance(weather.reply_delayed)) {
    later(some_delay(), send);
  } else {
    send();
  }
}

// ---- auth ---------------------------------------------------------------------------------------

void PureCluster::carry_verify(std::size_t node, notification::RequestId id,
                               const notification::Verify& question) {
  if (chance(weather.verify_lost)) return;
  auth::SignIn attempt;
  attempt.handle = Handle::trusted(question.handle);
  attempt.challenge = question.challenge;
  attempt.digest = question.digest;
  attempt.peer = question.peer;
  steps_.post([this, node, incarnation = nodes_.at(node)->incarnation, id, attempt] {
    checks_.spawn(check(this, node, incarnation, id, attempt));
  });
}

Task<void> PureCluster::check(PureCluster* cluster, std::size_t node, std::uint64_t incarnation,
                              notification::RequestId id, auth::SignIn attempt) {
  using Result = notification::Verified::Result;
  notification::Verified answer;
  if (cluster->store_away_) {
    answer.result = Result::kStoreUnavailable;
  } else {
    auto verifying = cluster->verifier_.verify(std::move(attempt));
    auto found = co_await verifying;
    answer.result = result_of(found.verdict);
    answer.account = found.account;
    answer.address_verified = found.verified;
  }
  cluster->steps_.post([cluster, node, incarnation, id, answer] {
    auto& process = *cluster->nodes_.at(node);
    if (process.node == nullptr || process.incarnation != incarnation) return;
    process.node->verified(id, answer);
  });
}

// ---- switchboards -------------------------------------------------------------------------------

// From the least loaded one, as notification's adapter takes it.
void PureCluster::carry_reservation(std::size_t node, notification::RequestId id,
                                    const notification::Reservation& reservation) {
  const auto incarnation = nodes_.at(node)->incarnation;
  steps_.post([this, node, incarnation, id, reservation] {
    notification::Reserved reserved;
    const auto least = std::min_element(
        switchboards_.begin(), switchboards_.end(), [](const auto& left, const auto& right) {
          return left->exchange->connections() < right->exchange->connections();
        });
    if (least != switchboards_.end()) {
      auto ticket = (*least)->exchange->reserve(
          {reservation.account, reservation.handle, reservation.friendly_name, reservation.session,
           msnp::Dialect(static_cast<msnp::Dialect::Version>(reservation.dialect))});
      if (ticket.ok()) reserved = {(*least)->settings.advertised, std::move(ticket.value())};
    }
    steps_.post([this, node, incarnation, id, reserved] {
      auto& process = *nodes_.at(node);
      if (process.node == nullptr || process.incarnation != incarnation) return;
      process.node->reserved(id, reserved);
    });
  });
}

void PureCluster::carry_invite(std::size_t switchboard, switchboard::RequestId id,
                               const switchboard::Invite& invite) {
  const model::Invite request{
      invite.caller,         invite.caller_handle,        invite.caller_name,
      invite.callee.value(), invite.conversation.value(), invite.address,
      invite.ticket};
  steps_.post([this, switchboard, id, request] {
    for (const auto& instance : instances_) {
      if (instance->presence == nullptr) continue;
      instance->tasks->spawn(
          serve_invite(this, instance->presence.get(), request, switchboard, id));
      return;
    }
    switchboards_.at(switchboard)->exchange->invited(id, {});
  });
}

Task<void> PureCluster::serve_invite(PureCluster* cluster, presence::Presence* presence,
                                     model::Invite request, std::size_t switchboard,
                                     switchboard::RequestId id) {
  using Result = switchboard::Invited::Result;
  auto handling = presence->handle(std::move(request));
  const auto reply = co_await handling;
  switchboard::Invited answer;
  if (const auto* invited = std::get_if<model::Invited>(&reply)) {
    answer = {Result::kReachable, invited->account, invited->session,
              msnp::Dialect(static_cast<msnp::Dialect::Version>(invited->dialect)), invited->name};
  } else if (std::holds_alternative<model::Refused>(reply)) {
    answer.result = Result::kNotAvailable;
  }
  cluster->steps_.post([cluster, switchboard, id, answer] {
    cluster->switchboards_.at(switchboard)->exchange->invited(id, answer);
  });
}

// ---- the bus ------------------------------------------------------------------------------------

// One message that Redis took. Weather and tests decide how often and when it arrives.
void PureCluster::deliver(const model::NodeHints& hints) {
  unsigned copies = 1;
  if (hint_copies) {
    copies = hint_copies(hints);
  } else if (chance(weather.hint_lost)) {
    copies = 0;
  } else if (chance(weather.hint_doubled)) {
    copies = 2;
  }
  if (copies == 0) say("   lost hint for " + to_text(hints));
  for (unsigned i = 0; i < copies; ++i) {
    if (chance(weather.hint_delayed)) {
      later(some_delay(), [this, hints] { hand_over(hints); });
    } else if (i == 0) {
      hand_over(hints);
    } else {
      steps_.post([this, hints] { hand_over(hints); });
    }
  }
}

void PureCluster::hand_over(const model::NodeHints& hints) {
  const auto place = node_index(hints.node);
  if (!place) return;
  auto& process = *nodes_.at(*place);
  if (process.node == nullptr || process.deaf || redis_away_) return;
  say("   hint for " + to_text(hints));
  process.node->hinted(hints);
}

}  // namespace monarch::world
