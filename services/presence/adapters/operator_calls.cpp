#include "presence/adapters/operator_calls.hpp"

#include <algorithm>
#include <utility>

#include "codec/values.hpp"
#include "msnp/limits.hpp"
#include "msnp/notice.hpp"
#include "msnp/url_coding.hpp"
#include "presence/adapters/unavailable.hpp"
#include "runtime/log.hpp"

namespace monarch::presence {

namespace pb = monarch::presence::v1;
using rpc::Code;

namespace {

// A node that goes down later than tomorrow need not say so today.
constexpr std::uint32_t kMinutesMax = 24 * 60;
constexpr std::uint32_t kEnglish = 1033;

rpc::Error bad_argument(const std::string& why) { return {Code::kInvalidArgument, why}; }

model::Toast decode(const pb::Toast& from) {
  return {from.id(),           from.message_id(),
          from.site_id(),      from.lcid() == 0 ? kEnglish : from.lcid(),
          from.site_url(),     from.action_url(),
          from.settings_url(), from.icon(),
          from.text()};
}

void encode(const Reached& from, std::size_t nodes, pb::Reached* to) {
  to->set_sessions(static_cast<std::uint32_t>(from.sessions));
  to->set_unable(static_cast<std::uint32_t>(from.unable));
  to->set_more(from.more);
  to->set_nodes(static_cast<std::uint32_t>(nodes));
}

// docs/protocol/errors.md, in words.
std::string text_of(std::uint16_t code) {
  const auto said = [code](const char* why) {
    return std::string(why) + " (" + std::to_string(code) + ")";
  };
  switch (code) {
    case 205:
      return said("there is no account with the contact's email");
    case 210:
      return said("the list is full");
    case 215:
      return said("the contact is on this list already");
    case 216:
      return said("the contact is not on this list");
    case 219:
      return said("the contact is on the opposite list: remove it there first");
    default:
      return said("the rules of the lists forbid it");
  }
}

std::vector<NodeId> alive_nodes(const cluster::Registry& registry) {
  std::vector<NodeId> nodes;
  for (const auto& record : registry.alive("notification")) nodes.push_back(record.id);
  return nodes;
}

}  // namespace

Task<Result<AccountId, rpc::Error>> account_of(RosterStore& store, std::string handle) {
  const auto parsed = Handle::parse(handle);
  if (!parsed) co_return fail(bad_argument("this is no email: name@domain.tld is one"));
  auto finding = store.find(*parsed);
  const auto found = co_await finding;
  if (!found.ok()) co_return fail(unavailable(model::Fault::kRosterUnavailable));
  if (!found->has_value()) {
    co_return fail(rpc::Error{Code::kNotFound, "there is no account with this email"});
  }
  co_return **found;
}

OperatorCalls::OperatorCalls(Doors doors, metrics::Registry& metrics)
    : doors_(doors),
      calls_(metrics.counter_family("administration_calls_total",
                                    "Calls of administrators that change something", {"call"})) {}

void OperatorCalls::note(std::string_view call, std::string_view who, const Done& done) {
  calls_.with(call).add();
  log::info("administration", {{"call", call},
                               {"about", who.substr(0, Handle::kBytesMax)},
                               {"result", done ? "done" : rpc::to_string(done.error().code)}});
}

Task<Result<Reached, rpc::Error>> OperatorCalls::notify_one(std::string handle,
                                                            model::Notice notice) {
  auto finding = account_of(doors_.store, std::move(handle));
  const auto account = co_await finding;
  if (!account.ok()) co_return fail(account.error());
  auto notifying = doors_.presence.notify(*account, std::move(notice));
  const auto reached = co_await notifying;
  if (!reached.ok()) co_return fail(unavailable(reached.error()));
  co_return *reached;
}

Task<Result<Reached, rpc::Error>> OperatorCalls::notify_nodes(std::vector<NodeId> nodes,
                                                              model::Notice notice) {
  if (nodes.empty()) {
    co_return fail(
        rpc::Error{Code::kFailedPrecondition, "presence sees no notification node alive"});
  }
  auto notifying = doors_.presence.notify_nodes(std::move(nodes), std::move(notice));
  const auto reached = co_await notifying;
  if (!reached.ok()) co_return fail(unavailable(reached.error()));
  co_return *reached;
}

Task<OperatorCalls::Done> OperatorCalls::kick(const pb::KickRequest& request,
                                              pb::KickReply& reply) {
  AccountId account(request.account());
  if (request.who_case() != pb::KickRequest::kAccount) {
    auto finding = account_of(doors_.store, request.handle());
    const auto found = co_await finding;
    if (!found.ok()) co_return fail(found.error());
    account = *found;
  }
  auto kicking = doors_.presence.kick(account, model::KickReason::kAdministrator);
  const auto kicked = co_await kicking;
  if (!kicked.ok()) co_return fail(unavailable(kicked.error()));
  reply.set_sessions(static_cast<std::uint32_t>(*kicked));
  co_return Ok{};
}

Task<OperatorCalls::Done> OperatorCalls::notify(const pb::NotifyRequest& request,
                                                pb::NotifyReply& reply) {
  const model::Toast toast = decode(request.toast());
  if (const auto good = msnp::check_toast(toast); !good) co_return fail(bad_argument(good.error()));
  if (request.to_case() == pb::NotifyRequest::TO_NOT_SET ||
      (request.to_case() == pb::NotifyRequest::kEveryone && !request.everyone())) {
    co_return fail(bad_argument("for whom? An email, or everyone"));
  }
  const bool everyone = request.everyone();
  const auto nodes = everyone ? alive_nodes(doors_.registry) : std::vector<NodeId>();
  auto notifying = everyone ? notify_nodes(nodes, toast) : notify_one(request.handle(), toast);
  const auto reached = co_await notifying;
  if (!reached.ok()) co_return fail(reached.error());
  encode(*reached, everyone ? nodes.size() : reached->sessions, reply.mutable_reached());
  co_return Ok{};
}

Task<OperatorCalls::Done> OperatorCalls::announce(const pb::AnnounceRequest& request,
                                                  pb::AnnounceReply& reply) {
  if (request.minutes() > kMinutesMax) {
    co_return fail(bad_argument("minutes: at most " + std::to_string(kMinutesMax)));
  }
  auto nodes = alive_nodes(doors_.registry);
  if (!request.node().empty()) {
    const NodeId wanted(request.node());
    const bool alive = std::find(nodes.begin(), nodes.end(), wanted) != nodes.end();
    if (!alive) {
      co_return fail(rpc::Error{Code::kNotFound,
                                "no notification node of this name is alive (monarchctl nodes)"});
    }
    nodes = {wanted};
  }
  const std::size_t told = nodes.size();
  auto notifying = notify_nodes(std::move(nodes), model::ShutdownNotice{request.minutes()});
  const auto reached = co_await notifying;
  if (!reached.ok()) co_return fail(reached.error());
  encode(*reached, told, reply.mutable_reached());
  co_return Ok{};
}

Task<OperatorCalls::Done> OperatorCalls::set_status(const pb::SetStatusRequest& request,
                                                    pb::SetStatusReply& /*reply*/) {
  const model::Status status = codec::decode(request.status());
  if (status == model::Status::kOffline) {
    co_return fail(bad_argument("status: offline is none, a kick ends the session"));
  }
  auto notifying = notify_one(request.handle(), model::NewStatus{status});
  const auto reached = co_await notifying;
  if (!reached.ok()) co_return fail(reached.error());
  if (reached->sessions > 0) co_return Ok{};
  co_return fail(rpc::Error{
      Code::kFailedPrecondition,
      reached->unable > 0 ? "has signed in, but not chosen a status yet" : "is not signed in"});
}

Task<OperatorCalls::Done> OperatorCalls::change_contact(const pb::ChangeContactRequest& request,
                                                        pb::ChangeContactReply& reply) {
  const auto other = Handle::parse(request.other());
  if (!other) co_return fail(bad_argument("the contact is no email: name@domain.tld is one"));
  if (!pb::List_IsValid(request.list()) || request.list() == pb::LIST_REVERSE) {
    co_return fail(bad_argument("list: FL, AL or BL; RL follows from the others' FL"));
  }
  const std::string typed = request.name().empty() ? other->value() : request.name();
  if (const auto good = msnp::check_text("name", typed); !good) {
    co_return fail(bad_argument(good.error()));
  }
  std::string name = msnp::encode_name(typed);
  if (name.size() > msnp::kNameBytesMax) co_return fail(bad_argument("name: is too long"));
  auto finding = account_of(doors_.store, request.handle());
  const auto account = co_await finding;
  if (!account.ok()) co_return fail(account.error());

  // Session 0: an administrator's attempt (model::Attempt).
  model::Attempt attempt;
  attempt.session.account = *account;
  const model::List list = codec::decode(request.list());
  model::Request change;
  if (request.remove()) {
    change = model::RemoveContact{attempt, list, other->value(), std::nullopt};
  } else {
    change = model::AddContact{attempt, list, other->value(), std::move(name), std::nullopt};
  }
  auto changing = doors_.presence.handle(std::move(change));
  const auto answer = co_await changing;
  if (const auto* refused = std::get_if<model::Refused>(&answer)) {
    co_return fail(rpc::Error{Code::kFailedPrecondition, text_of(refused->code)});
  }
  const auto* changed = std::get_if<model::Changed>(&answer);
  if (changed == nullptr) {
    const auto* failed = std::get_if<model::Failed>(&answer);
    co_return fail(
        unavailable(failed != nullptr ? failed->fault : model::Fault::kRosterUnavailable));
  }
  reply.set_serial(changed->serial.value());
  co_return Ok{};
}

Task<OperatorCalls::Done> OperatorCalls::deliver_page(const pb::DeliverPageRequest& request,
                                                      pb::DeliverPageReply& reply) {
  const model::IncomingPage page{request.from(), request.text(), 0};
  if (const auto good = msnp::check_page(page); !good) co_return fail(bad_argument(good.error()));
  auto notifying = notify_one(request.handle(), page);
  const auto reached = co_await notifying;
  if (!reached.ok()) co_return fail(reached.error());
  encode(*reached, reached->sessions, reply.mutable_reached());
  co_return Ok{};
}

}  // namespace monarch::presence
