#include "switchboard/adapters/presence_caller.hpp"

#include <algorithm>
#include <utility>

#include "base/rendezvous.hpp"

namespace monarch::switchboard {
namespace {

using Replies = presence_client::PresenceStreams::Handlers::Replies;

model::Invite request_of(const Invite& invite) {
  return {invite.caller,         invite.caller_handle,        invite.caller_name,
          invite.callee.value(), invite.conversation.value(), invite.address,
          invite.ticket};
}

Invited answer_of(const model::Reply& reply) {
  if (const auto* invited = std::get_if<model::Invited>(&reply)) {
    return {Invited::Result::kReachable, invited->account, invited->session,
            msnp::Dialect(static_cast<msnp::Dialect::Version>(invited->dialect)), invited->name};
  }
  Invited answer;
  answer.result = std::holds_alternative<model::Refused>(reply) ? Invited::Result::kNotAvailable
                                                                : Invited::Result::kUnreachable;
  return answer;
}

}  // namespace

PresenceCaller::PresenceCaller(net::Loop& loop, Random& random, const std::string& node_id,
                               rpc::ChannelOptions options)
    : loop_(loop),
      streams_(loop, random, node_id, options,
               {[this](const NodeId& instance) {
                  up_.insert(std::lower_bound(up_.begin(), up_.end(), instance), instance);
                  if (came_up_) came_up_();
                },
                [this](const NodeId& instance) { down(instance); },
                [this](Replies replies) {
                  for (const auto& [id, reply] : replies) replied(id, reply);
                }}) {}

void PresenceCaller::invite(RequestId id, const Invite& invite) {
  if (up_.empty()) {
    loop_.post([this, id] { answer(id, Invited{}); });
    return;
  }
  // Where the caller's roster is cached, which knows most callees.
  const NodeId& instance = rendezvous_pick(invite.caller, up_);
  asked_.emplace(id.value(), instance);
  streams_.send(instance, id.value(), request_of(invite));
}

void PresenceCaller::replied(std::uint64_t id, const model::Reply& reply) {
  if (asked_.erase(id) != 0) answer(RequestId(id), answer_of(reply));
}

void PresenceCaller::down(const NodeId& instance) {
  up_.erase(std::remove(up_.begin(), up_.end(), instance), up_.end());
  std::vector<std::uint64_t> lost;
  for (const auto& [id, at] : asked_) {
    if (at == instance) lost.push_back(id);
  }
  for (const auto id : lost) {
    asked_.erase(id);
    answer(RequestId(id), Invited{});
  }
}

void PresenceCaller::answer(RequestId id, Invited answer) {
  driver_->enter([&](Exchange& exchange) { exchange.invited(id, std::move(answer)); });
}

}  // namespace monarch::switchboard
