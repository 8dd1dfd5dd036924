#include "notification/core/node.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace monarch::notification {

Node::Node(const Settings& settings, Wire& wire, Links& links, AuthDoor& auth,
           SwitchboardDoor& switchboards, const Clock& clock, Random& random)
    : settings_(settings),
      wire_(wire),
      auth_(auth),
      switchboards_(switchboards),
      clock_(clock),
      reception_(settings, clock, random),
      around_{settings,  clock,      random,
              counters_, reception_, {.implicit_msnp2 = true, .urls = settings.urls}},
      requests_(settings, links, clock, counters_),
      closings_(settings, counters_),
      truth_(settings, random) {}

Node::~Node() = default;

// ---- client connections -----------------------------------------------------------------------

bool Node::connected(ConnectionId connection, std::string_view peer) {
  if (clients_.size() >= settings_.connections_max) return false;
  ++counters_.connections;
  const auto [place, fresh] =
      clients_.emplace(connection, std::make_unique<Client>(connection, around_, peer));
  MONARCH_ASSERT(fresh);
  reception_.set_load(clients_.size());
  schedule(*place->second);
  return true;
}

void Node::received(ConnectionId connection, std::string_view bytes) {
  auto* client = find(connection);
  if (client == nullptr) return;
  counters_.bytes_received += bytes.size();
  Effects effects;
  client->session.receive(bytes, effects);
  apply(*client, effects);
  settle();
}

void Node::disconnected(ConnectionId connection, CloseReason reason) {
  auto* client = find(connection);
  if (client == nullptr) return;
  drop(*client, reason);
  settle();
}

Node::Client* Node::find(ConnectionId connection) {
  const auto place = clients_.find(connection);
  return place == clients_.end() ? nullptr : place->second.get();
}

Node::Client* Node::find(SessionId session) {
  const auto place = by_session_.find(session);
  return place == by_session_.end() ? nullptr : place->second;
}

// ---- carrying out what sessions want ----------------------------------------------------------

void Node::apply(Client& client, Effects& effects) {
  if (!effects.send.empty()) {
    counters_.bytes_sent += effects.send.size();
    wire_.send(client.connection, std::move(effects.send));
  }
  if (effects.verify) {
    client.verify = requests_.next_id();
    verifying_.push_back({clock_.now() + settings_.ask_timeout, client.verify, client.connection});
    auth_.verify(client.verify, *effects.verify);
  }
  if (effects.reserve) {
    client.reserve = requests_.next_id();
    reserving_.push_back({clock_.now() + settings_.ask_timeout, client.reserve, client.connection});
    switchboards_.reserve(client.reserve, *effects.reserve);
  }
  if (effects.count_mail) count_mail(client);
  if (effects.ask) submit_ask(client, std::move(*effects.ask), effects.asked_for_since);
  if (effects.chore) {
    client.chore =
        requests_.submit(std::move(*effects.chore), {Purpose::Kind::kChore, client.connection});
  }
  if (effects.compare) truth_.soon(client.connection, clock_.now() + settings_.repair_wait);
  if (effects.close) {
    wire_.close(client.connection);
    drop(client, *effects.close);
    return;
  }
  schedule(client);
}

void Node::count_mail(const Client& client) {
  if (mailbox_ == nullptr) return;
  if (counting_mail_.size() >= settings_.mail_questions_max) {
    ++counters_.mail_answers[static_cast<std::size_t>(MailAnswer::kOverloaded)];
    return;
  }
  const auto id = requests_.next_id();
  counting_mail_.emplace(id, client.connection);
  mailbox_->count(id, client.session.handle());
}

void Node::submit_ask(Client& client, model::Request request, TimePoint since) {
  // The session is known before presence hears of it, so that an early kick finds it
  // (ARCHITECTURE.md#rule-5).
  if (std::holds_alternative<model::OpenSession>(request)) {
    by_session_[client.session.ref().session] = &client;
  }
  client.ask = requests_.submit(std::move(request), {Purpose::Kind::kAsk, client.connection},
                                since + settings_.ask_timeout);
}

void Node::drop(Client& client, CloseReason reason) {
  ++counters_.closes[static_cast<std::size_t>(reason)];
  const auto now = clock_.now();
  const auto& ref = client.session.ref();
  const bool joining = ref.session != SessionId() && ref.token == model::Version();
  const bool answered =
      reason == CloseReason::kUnavailable || reason == CloseReason::kSignInRefused;
  if (!answered && (joining || client.verify != RequestId())) {
    ++counters_.sign_ins[static_cast<std::size_t>(SignIn::kAbandoned)];
  }
  if (auto* entry = requests_.find(client.ask)) {
    if (joining) {
      // Its answer tells the token to close with.
      entry->purpose = {Purpose::Kind::kOrphanOpen, {}};
    } else {
      (void)requests_.take(client.ask);
    }
  }
  (void)requests_.take(client.chore);
  (void)requests_.take(client.reopen);
  if (ref.session != SessionId()) {
    by_session_.erase(ref.session);
    const auto place = by_account_.find(ref.account);
    if (place != by_account_.end() && place->second == &client) by_account_.erase(place);
    closings_.add(ref, now);
  }
  // The key must not lie in what is erased.
  const auto connection = client.connection;
  clients_.erase(connection);
  reception_.set_load(clients_.size());
}

void Node::schedule(Client& client) {
  const auto due = client.session.due();
  if (!due || *due >= client.timer) return;
  client.timer = *due;
  timers_.emplace(*due, client.connection);
}

void Node::close_due() {
  for (const auto& session : closings_.take_due(clock_.now())) {
    (void)requests_.submit(model::CloseSession{session}, {Purpose::Kind::kClose, {}});
  }
}

void Node::settle() {
  // A failure may close a session, whose closing may fail at once: but that waits for its time.
  do {
    close_due();
    for (auto& entry : requests_.take_failed()) {
      const auto fault = entry.fault;
      dispatch(std::move(entry), model::Failed{fault});
    }
  } while (closings_.due() && *closings_.due() <= clock_.now());
}

// ---- the cluster ------------------------------------------------------------------------------

void Node::link_up(const NodeId& instance) {
  const bool first = !requests_.has_link();
  requests_.link_up(instance);
  if (first) truth_.hurry(clock_.now());
  settle();
}

void Node::link_down(const NodeId& instance) {
  requests_.link_down(instance);
  settle();
}

void Node::bus_up() { truth_.hurry(clock_.now()); }

void Node::set_peers(std::vector<Peer> peers) { reception_.set_peers(std::move(peers)); }

void Node::declared_dead() {
  for (const auto connection : all_signed_in()) {
    if (auto* client = find(connection)) start_reopen(*client);
  }
  settle();
}

void Node::drain() { reception_.drain(); }

std::size_t Node::shut_down(std::size_t most) {
  std::vector<ConnectionId> leaving;
  for (const auto& [connection, client] : clients_) {
    if (leaving.size() >= most) break;
    leaving.push_back(connection);
  }
  for (const auto connection : leaving) {
    auto* client = find(connection);
    if (client == nullptr) continue;
    Effects effects;
    client->session.shut_down(effects);
    apply(*client, effects);
  }
  settle();
  return clients_.size();
}

// ---- time -------------------------------------------------------------------------------------

void Node::advance() {
  const auto now = clock_.now();
  while (!timers_.empty() && timers_.top().first <= now) {
    const auto [when, connection] = timers_.top();
    timers_.pop();
    auto* client = find(connection);
    if (client == nullptr || client->timer != when) continue;
    client->timer = TimePoint::max();
    Effects effects;
    client->session.advance(effects);
    apply(*client, effects);
  }
  while (!verifying_.empty() && verifying_.front().until <= now) {
    // Takes it off the queue.
    verified(verifying_.front().id, Verified{});
  }
  while (!reserving_.empty() && reserving_.front().until <= now) {
    reserved(reserving_.front().id, Reserved{});
  }
  requests_.advance();
  settle();
  run_truth();
  settle();
}

std::optional<TimePoint> Node::deadline() const {
  TimePoint earliest = truth_.due();
  const auto consider = [&earliest](std::optional<TimePoint> when) {
    if (when && *when < earliest) earliest = *when;
  };
  if (!timers_.empty()) consider(timers_.top().first);
  if (!verifying_.empty()) consider(verifying_.front().until);
  if (!reserving_.empty()) consider(reserving_.front().until);
  consider(requests_.due());
  consider(closings_.due());
  return earliest;
}

// ---- looking in -------------------------------------------------------------------------------

bool Node::draining() const { return reception_.draining(); }
bool Node::has_link() const { return requests_.has_link(); }
std::size_t Node::connections() const { return clients_.size(); }
std::size_t Node::signed_in() const { return by_account_.size(); }
bool Node::quiet() const { return requests_.size() == 0 && closings_.empty(); }

const Session* Node::session(ConnectionId connection) const {
  const auto place = clients_.find(connection);
  return place == clients_.end() ? nullptr : &place->second->session;
}

}  // namespace monarch::notification
