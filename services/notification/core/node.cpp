#include "notification/core/node.hpp"

#include <algorithm>
#include <chrono>

#include "base/assert.hpp"

namespace monarch::notification {

Node::Node(const Settings& settings, Wire& wire, Links& links, AuthDoor& auth,
           SwitchboardDoor& switchboards, Doors doors, Md5Hex md5, const Clock& clock,
           Random& random)
    : settings_(settings),
      wire_(wire),
      auth_(auth),
      switchboards_(switchboards),
      doors_(doors),
      clock_(clock),
      reception_(settings, clock, random),
      around_{settings,  clock,      random,
              counters_, reception_, {.implicit_msnp2 = true, .urls = settings.urls},
              md5},
      requests_(settings, links, clock, counters_),
      closings_(settings, counters_),
      truth_(settings, random),
      strangers_quota_(settings.strangers_per_address_max, settings.strangers_exempt) {
  // Traces count from anywhere, so that those of two processes do not meet.
  around_.last_trace = random.next();
}

Node::~Node() = default;

// ---- client connections -----------------------------------------------------------------------

bool Node::connected(ConnectionId connection, std::string_view peer) {
  if (clients_.size() >= settings_.connections_max) {
    ++counters_.connections_refused;
    return false;
  }
  if (!strangers_quota_.enter(peer)) {
    ++counters_.strangers_refused;
    return false;
  }
  strangers_.emplace(connection, peer);
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
    if (around_.witness != nullptr) {
      around_.witness->sent(client.session.ref().session, effects.send);
    }
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
  if (effects.mail) {
    client.mail = ask_outside(mailing_, client, effects.asked_for_since);
    doors_.mailer.mail(client.mail, *effects.mail,
                       effects.asked_for_since + settings_.ask_timeout - clock_.now());
  }
  if (effects.page) {
    client.page = ask_outside(paging_, client, effects.asked_for_since);
    doors_.pager.page(client.page, *effects.page,
                      effects.asked_for_since + settings_.ask_timeout - clock_.now());
  }
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
  steer(client);
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

void Node::steer(Client& client) {
  if (client.paused == client.session.paused()) return;
  client.paused = !client.paused;
  if (client.paused) {
    wire_.pause(client.connection);
  } else {
    wire_.resume(client.connection);
  }
}

void Node::no_stranger(ConnectionId connection) {
  const auto place = strangers_.find(connection);
  if (place == strangers_.end()) return;
  strangers_quota_.leave(place->second);
  strangers_.erase(place);
}

RequestId Node::ask_outside(std::deque<Asked>& asked, const Client& client, TimePoint since) {
  // A command may have spent some of its time on presence: not all have the same left.
  const Asked entry{since + settings_.ask_timeout, requests_.next_id(), client.connection};
  asked.insert(
      std::upper_bound(asked.begin(), asked.end(), entry.until,
                       [](TimePoint until, const Asked& other) { return until < other.until; }),
      entry);
  return entry.id;
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
    if (around_.witness != nullptr) around_.witness->ended(ref.session, reason);
    by_session_.erase(ref.session);
    const auto place = by_account_.find(ref.account);
    if (place != by_account_.end() && place->second == &client) {
      --by_version_.at(client.session.dialect().version());
      by_account_.erase(place);
    }
    closings_.add(ref, now);
  }
  // The key must not lie in what is erased.
  const auto connection = client.connection;
  no_stranger(connection);
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

void Node::set_peers(std::vector<Peer> peers) {
  for (const auto& peer : peers) counters_.referrals.know(peer.node);
  reception_.set_peers(std::move(peers));
}

void Node::declared_dead() {
  for (const auto connection : all_signed_in()) {
    if (auto* client = find(connection)) start_reopen(*client);
  }
  settle();
}

void Node::drain() { reception_.drain(); }

void Node::send_away(std::uint32_t per_second, Duration within) {
  drain();
  const auto now = clock_.now();
  farewell_.emplace(now, now + within, per_second, people());
  for (const auto connection : all_signed_in()) {
    if (auto* client = find(connection)) warn(*client);
  }
  settle();
}

// docs/protocol/presence-and-privacy.md#9-server-shutdown-and-ns-hand-over
void Node::warn(Client& client) {
  if (client.session.told_of_shutdown()) return;
  const auto left = std::max(farewell_->last() - clock_.now(), Duration(1));
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
  tell(client, model::ShutdownNotice{static_cast<std::uint32_t>(minutes)});
}

void Node::see_off(Client& client) {
  Effects effects;
  client.session.shut_down(effects);
  apply(client, effects);
}

void Node::say_farewell() {
  if (!farewell_) return;
  for (auto count = farewell_->take(clock_.now(), by_account_.size());
       count > 0 && !by_account_.empty(); --count) {
    see_off(*by_account_.begin()->second);
  }
}

void Node::shut_down() {
  std::vector<ConnectionId> leaving;
  leaving.reserve(clients_.size());
  for (const auto& [connection, client] : clients_) leaving.push_back(connection);
  for (const auto connection : leaving) {
    if (auto* client = find(connection)) see_off(*client);
  }
  settle();
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
  while (!mailing_.empty() && mailing_.front().until <= now) {
    mailed(mailing_.front().id, Delivery::kTimedOut);
  }
  while (!paging_.empty() && paging_.front().until <= now) {
    paged(paging_.front().id, Delivery::kTimedOut);
  }
  say_farewell();
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
  if (!mailing_.empty()) consider(mailing_.front().until);
  if (!paging_.empty()) consider(paging_.front().until);
  consider(requests_.due());
  consider(closings_.due());
  if (farewell_ && !by_account_.empty()) consider(farewell_->due());
  return earliest;
}

// ---- looking in -------------------------------------------------------------------------------

bool Node::draining() const { return reception_.draining(); }
bool Node::has_link() const { return requests_.has_link(); }
std::size_t Node::connections() const { return clients_.size(); }
std::size_t Node::signed_in() const { return by_account_.size(); }
std::size_t Node::people() const { return by_session_.size() + verifying_.size(); }
bool Node::quiet() const { return requests_.size() == 0 && closings_.empty(); }

const Session* Node::session(ConnectionId connection) const {
  const auto place = clients_.find(connection);
  return place == clients_.end() ? nullptr : &place->second->session;
}

const Session* Node::session(SessionId session) const {
  const auto place = by_session_.find(session);
  const bool here = place != by_session_.end() && place->second->session.signed_in();
  return here ? &place->second->session : nullptr;
}

}  // namespace monarch::notification
