// Node: what becomes of the answers of presence and auth, and of sessions that must be opened anew.
#include <algorithm>
#include <utility>

#include "notification/core/node.hpp"

namespace monarch::notification {

using model::Failed;
using model::Fault;
using Kind = Purpose::Kind;

namespace {

std::optional<Fault> fault_of(const model::Reply& reply) {
  const auto* failed = std::get_if<Failed>(&reply);
  return failed == nullptr ? std::nullopt : std::optional(failed->fault);
}

}  // namespace

Node::Client* Node::asker(std::deque<Asked>& asked, RequestId id) {
  // The oldest question is answered first as a rule.
  const auto place =
      std::find_if(asked.begin(), asked.end(), [id](const Asked& entry) { return entry.id == id; });
  if (place == asked.end()) return nullptr;
  const auto connection = place->connection;
  asked.erase(place);
  return find(connection);
}

void Node::verified(RequestId id, const Verified& answer) {
  auto* client = asker(verifying_, id);
  if (client == nullptr || client->verify != id) return;
  client->verify = {};
  Effects effects;
  client->session.verified(answer, effects);
  apply(*client, effects);
  settle();
}

void Node::reserved(RequestId id, const Reserved& answer) {
  auto* client = asker(reserving_, id);
  if (client == nullptr || client->reserve != id) return;
  client->reserve = {};
  Effects effects;
  client->session.reserved(answer, effects);
  apply(*client, effects);
  settle();
}

void Node::mail_counted(RequestId id, const Mailbox& mailbox) {
  const auto place = counting_mail_.find(id);
  if (place == counting_mail_.end()) return;
  auto* client = find(place->second);
  counting_mail_.erase(place);
  if (client == nullptr) return;
  Effects effects;
  const auto answer = client->session.mail_counted(mailbox, effects);
  ++counters_.mail_answers[static_cast<std::size_t>(answer)];
  apply(*client, effects);
  settle();
}

void Node::mailed(RequestId id, Delivery outcome) {
  auto* client = asker(mailing_, id);
  if (client == nullptr || client->mail != id) return;
  client->mail = {};
  Effects effects;
  client->session.mailed(outcome, effects);
  apply(*client, effects);
  settle();
}

void Node::paged(RequestId id, Delivery outcome) {
  auto* client = asker(paging_, id);
  if (client == nullptr || client->page != id) return;
  client->page = {};
  Effects effects;
  client->session.paged(outcome, effects);
  apply(*client, effects);
  settle();
}

void Node::replied(RequestId id, model::Reply reply) {
  auto entry = requests_.take(id);
  if (!entry) return;
  if (meter_ != nullptr) meter_->answered(entry->request, clock_.now() - entry->asked);
  dispatch(std::move(*entry), std::move(reply));
  settle();
}

void Node::dispatch(Requests::Entry entry, model::Reply reply) {
  const auto fault = fault_of(reply);
  switch (entry.purpose.kind) {
    case Kind::kAsk:
    case Kind::kChore:
      answer_client(std::move(entry), std::move(reply));
      return;
    case Kind::kReopen:
      if (auto* client = find(entry.purpose.connection)) reopened(*client, reply);
      return;
    case Kind::kOrphanOpen: {
      const auto& open = std::get<model::OpenSession>(entry.request);
      const auto* opened = std::get_if<model::Opened>(&reply);
      if (opened != nullptr) {
        closings_.add({open.account, open.session, opened->token}, clock_.now());
      }
      return;
    }
    case Kind::kClose: {
      const auto session = std::get<model::CloseSession>(entry.request).session.session;
      const bool over = !fault || *fault == Fault::kNoSession || *fault == Fault::kFenced ||
                        *fault == Fault::kNoPrincipal;
      if (over) {
        closings_.acknowledged(session);
      } else {
        closings_.failed(session, clock_.now());
      }
      return;
    }
    case Kind::kCompare:
      if (const auto* answer = std::get_if<model::Compared>(&reply)) {
        compared(entry, *answer);
      } else {
        not_compared(entry);
      }
      return;
    case Kind::kListing:
      if (const auto* answer = std::get_if<model::NodeSessions>(&reply)) {
        listed(*answer);
      } else {
        truth_.list_again(clock_.now() + settings_.announce_retry);
      }
      return;
  }
}

void Node::answer_client(Requests::Entry entry, model::Reply reply) {
  auto* client = find(entry.purpose.connection);
  if (client == nullptr) return;
  const bool is_ask = entry.purpose.kind == Kind::kAsk;
  (is_ask ? client->ask : client->chore) = {};
  const bool is_open = std::holds_alternative<model::OpenSession>(entry.request);
  const auto fault = fault_of(reply);
  if (is_open && fault && abandon_open(entry)) return;
  if (!is_open && fault == Fault::kNoSession && !entry.reopened) {
    // The index has lost the session, not the client: open it anew, then ask once more.
    ++counters_.repairs[static_cast<std::size_t>(Repair::kReopened)];
    const auto give_up = entry.give_up;
    client->parked.push_back(std::move(entry));
    start_reopen(*client);
    // What waits for it has a client that waits.
    requests_.hasten(client->reopen, give_up);
    return;
  }
  Effects effects;
  if (is_ask) {
    client->session.answer(entry.request, std::move(reply), effects);
  } else {
    client->session.finish(entry.request, reply, effects);
  }
  const bool joined = is_open && client->session.signed_in();
  const auto connection = client->connection;
  apply(*client, effects);
  if (!joined) return;
  no_stranger(connection);
  client = find(connection);
  if (client != nullptr) opened(*client);
}

// One session per account (ARCHITECTURE.md#rule-5). On the same node the loser need not wait for
// the bus.
void Node::opened(Client& client) {
  const auto account = client.session.ref().account;
  auto*& place = by_account_[account];
  if (farewell_) warn(client);
  if (place == &client) return;
  ++by_version_.at(client.session.dialect().version());
  auto* loser = std::exchange(place, &client);
  if (loser == nullptr) return;
  if (client.session.ref().token < loser->session.ref().token) std::swap(place, loser);
  --by_version_.at(loser->session.dialect().version());
  Effects effects;
  loser->session.kick(model::KickReason::kSignedInElsewhere, effects);
  apply(*loser, effects);
}

bool Node::abandon_open(Requests::Entry& entry) {
  const bool unknown = entry.fault == Fault::kUnreachable && entry.tries > 0;
  if (!unknown) return false;
  auto& open = std::get<model::OpenSession>(entry.request);
  closings_.add({open.account, open.session, {}}, clock_.now());
  auto* client = find(entry.purpose.connection);
  const bool again = entry.link_lost && entry.tries < settings_.tries_max &&
                     clock_.now() < entry.give_up && client != nullptr;
  if (!again) return false;
  by_session_.erase(open.session);
  open.session = client->session.renew();
  by_session_[open.session] = client;
  entry.link_lost = false;
  client->ask = requests_.resubmit(std::move(entry));
  return true;
}

void Node::start_reopen(Client& client) {
  if (client.reopen != RequestId() || !client.session.signed_in()) return;
  const auto& ref = client.session.ref();
  model::OpenSession open{.account = ref.account,
                          .session = ref.session,
                          .node = settings_.node,
                          .dialect = client.session.dialect().version(),
                          .resume = client.session.resume()};
  client.reopen = requests_.submit(std::move(open), {Kind::kReopen, client.connection});
}

void Node::reopened(Client& client, const model::Reply& reply) {
  client.reopen = {};
  auto parked = std::exchange(client.parked, {});
  const auto connection = client.connection;
  const auto* opened = std::get_if<model::Opened>(&reply);
  const auto fault = fault_of(reply);
  if (fault == Fault::kFenced) {
    Effects effects;
    client.session.kick(model::KickReason::kSignedInElsewhere, effects);
    apply(client, effects);
    return;
  }
  if (opened != nullptr) client.session.reopened(opened->token);
  // Whatever was published while the index did not know us is found by comparing.
  truth_.soon(connection,
              clock_.now() + (opened != nullptr ? Duration() : settings_.announce_retry));
  for (auto& entry : parked) {
    entry.reopened = true;
    if (opened == nullptr) {
      answer_client(std::move(entry), Failed{fault.value_or(Fault::kUnreachable)});
      continue;
    }
    session_of(entry.request)->token = opened->token;
    auto* still = find(connection);
    if (still == nullptr) return;
    const bool is_ask = entry.purpose.kind == Kind::kAsk;
    entry.tries = 0;
    (is_ask ? still->ask : still->chore) = requests_.resubmit(std::move(entry));
  }
}

}  // namespace monarch::notification
