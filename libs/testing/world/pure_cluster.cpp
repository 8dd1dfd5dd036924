#include "testing/world/pure_cluster.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "testing/transcript/pattern.hpp"
#include "testing/world/processes.hpp"

namespace monarch::world {
namespace {

// More timers than this at one moment is a core that spins.
constexpr unsigned kTimersAtOnceMax = 100'000;

// The digests of the transcripts are real.
class Md5 final : public auth::Hasher {
 public:
  auth::Md5Digest md5(std::string_view challenge, std::string_view password) override {
    const auto hex = transcript::md5_hex(std::string(challenge) + std::string(password));
    auth::Md5Digest digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
      digest.at(i) = static_cast<std::uint8_t>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
    }
    return digest;
  }
};

auth::ThrottleLimits limits() {
  auth::ThrottleLimits limits;
  limits.account_failures_free = 1'000;  // throttling has tests of its own
  limits.address_failures_max = 1'000;
  return limits;
}

NodeId node_name(std::size_t i) { return NodeId("notification-" + std::to_string(i + 1)); }

}  // namespace

PureCluster::PureCluster(Options options)
    : options_(std::move(options)),
      random_(options_.seed),
      steps_(options_.shuffled ? presence::testing::Steps(random_) : presence::testing::Steps()),
      store_(steps_),
      index_(steps_),
      bus_(steps_),
      directory_(steps_, store_),
      hasher_(std::make_unique<Md5>()),
      throttle_(limits()),
      verifier_(accounts_, vault_, *hasher_, throttle_, clock_, options_.auth) {
  bus_.deliver = [this](const model::NodeHints& hints) { deliver(hints); };
  store_.fates = [this](const char* call) {
    return fate(call, weather.store_failed, weather.store_lost, store_away_);
  };
  directory_.fates = store_.fates;
  index_.fates = [this](const char* call) {
    return fate(call, weather.index_failed, weather.index_lost, redis_away_);
  };
  bus_.fates = [this](const char* call) {
    return fate(call, weather.bus_failed, weather.bus_lost, redis_away_);
  };
  links_.assign(options_.nodes, std::vector<LinkState>(options_.instances));
  for (std::size_t i = 0; i < options_.dispatchers; ++i) {
    dispatchers_.push_back(std::make_unique<Dispatcher>(random_, dispatch_address(i)));
    dispatchers_.back()->settings.opening.urls = options_.notification.urls;
  }
  for (std::size_t i = 0; i < options_.switchboards; ++i) {
    switchboards_.push_back(std::make_unique<SwitchboardProcess>(*this, i));
  }
  for (std::size_t i = 0; i < options_.nodes; ++i) {
    auto& process = *nodes_.emplace_back(std::make_unique<NodeProcess>(*this, i));
    process.settings = options_.notification;
    process.settings.node = node_name(i);
    process.settings.advertised = node_address(i);
  }
  for (std::size_t i = 0; i < options_.instances; ++i) {
    auto& instance = *instances_.emplace_back(std::make_unique<Instance>());
    instance.name = NodeId("presence-" + std::to_string(i + 1));
    start_instance(i);
  }
  for (std::size_t i = 0; i < options_.nodes; ++i) start_node(i);
}

PureCluster::~PureCluster() = default;

std::string PureCluster::dispatch_address(std::size_t i) {
  return "10.0.0." + std::to_string(i + 1) + ":1863";
}
std::string PureCluster::node_address(std::size_t i) {
  return "10.0.1." + std::to_string(i + 1) + ":1863";
}

std::string PureCluster::switchboard_address(std::size_t i) {
  return "10.0.2." + std::to_string(i + 1) + ":1863";
}

model::Reply PureCluster::ask(model::Request request) {
  presence::Presence presence(store_, index_, bus_, directory_, options_.presence);
  auto reply = steps_.await(presence.handle(std::move(request)));
  settle();
  return reply;
}

// ---- clients ------------------------------------------------------------------------------------

ClientId PureCluster::connect(const std::string& address) {
  const ClientId id(++last_client_);
  for (std::size_t i = 0; i < dispatchers_.size(); ++i) {
    if (address != dispatch_address(i)) continue;
    update_tables();
    auto& dispatcher = *dispatchers_[i];
    dispatcher.sessions.emplace(
        id, std::make_unique<dispatch::Session>(dispatcher.settings, dispatcher.picker,
                                                dispatcher.counters, clock_.now()));
    clients_[id].dispatcher = static_cast<int>(i);
    return id;
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (address != node_address(i) || !node_alive(i)) continue;
    update_tables();
    clients_[id].node = static_cast<int>(i);
    if (nodes_[i]->node->connected(id, "192.0.2." + std::to_string(id.value() % 250))) return id;
    clients_.erase(id);
  }
  for (std::size_t i = 0; i < switchboards_.size(); ++i) {
    if (address != switchboard_address(i)) continue;
    clients_[id].switchboard = static_cast<int>(i);
    if (switchboards_[i]->exchange->connected(switchboard::ConnectionId(id.value()))) return id;
    clients_.erase(id);
  }
  return {};
}

void PureCluster::send(ClientId client, std::string_view bytes) {
  const auto place = clients_.find(client);
  if (place == clients_.end() || place->second.closed) return;
  if (place->second.node >= 0) {
    auto* node = this->node(static_cast<std::size_t>(place->second.node));
    if (node != nullptr) node->received(client, bytes);
    return;
  }
  if (place->second.switchboard >= 0) {
    auto& process = *switchboards_.at(static_cast<std::size_t>(place->second.switchboard));
    process.exchange->received(switchboard::ConnectionId(client.value()), bytes);
    return;
  }
  auto& sessions = dispatchers_.at(static_cast<std::size_t>(place->second.dispatcher))->sessions;
  const auto session = sessions.find(client);
  if (session == sessions.end()) return;
  msnp::Effects effects;
  session->second->receive(bytes, effects);
  place->second.inbox += effects.send;
  if (!effects.close) return;
  place->second.closed = true;
  sessions.erase(session);
}

std::string PureCluster::receive(ClientId client) {
  const auto place = clients_.find(client);
  return place == clients_.end() ? std::string() : std::exchange(place->second.inbox, {});
}

bool PureCluster::closed(ClientId client) const {
  const auto place = clients_.find(client);
  return place == clients_.end() || place->second.closed;
}

void PureCluster::disconnect(ClientId client) {
  const auto place = clients_.find(client);
  if (place == clients_.end()) return;
  const Client gone = std::move(place->second);
  clients_.erase(place);
  if (!gone.closed) leave(client, gone);
}

void PureCluster::leave(ClientId client, const Client& gone) {
  if (gone.dispatcher >= 0) {
    dispatchers_.at(static_cast<std::size_t>(gone.dispatcher))->sessions.erase(client);
  } else if (gone.switchboard >= 0) {
    switchboards_.at(static_cast<std::size_t>(gone.switchboard))
        ->exchange->disconnected(switchboard::ConnectionId(client.value()));
  } else if (auto* node = this->node(static_cast<std::size_t>(gone.node))) {
    node->disconnected(client);
  }
}

int PureCluster::node_of(ClientId client) const {
  const auto place = clients_.find(client);
  return place == clients_.end() ? -1 : place->second.node;
}

// What registry heartbeats bring: who is there, and how loaded.
void PureCluster::update_tables() {
  ++heartbeat_;
  std::vector<dispatch::NotificationNode> table;
  std::vector<notification::Peer> ready;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!node_alive(i)) continue;
    const auto& process = *nodes_[i];
    dispatch::NotificationNode row;
    row.id = process.settings.node;
    row.incarnation = process.incarnation;
    row.advertised_address = node_address(i);
    row.capacity = static_cast<std::uint32_t>(process.settings.capacity);
    row.load = static_cast<std::uint32_t>(process.node->connections());
    row.ready = !process.node->draining();
    row.heartbeat = heartbeat_;
    table.push_back(row);
  }
  for (const auto& dispatcher : dispatchers_) dispatcher->picker.update(table);
  for (const auto& process : nodes_) {
    if (process->node == nullptr) continue;
    std::vector<notification::Peer> peers;
    for (const auto& row : table) {
      if (row.id == process->settings.node || !row.ready || row.load >= row.capacity) continue;
      peers.push_back({row.advertised_address, row.capacity - row.load});
    }
    process->node->set_peers(std::move(peers));
  }
}

// ---- steps and time -----------------------------------------------------------------------------

void PureCluster::later(Duration after, std::function<void()> what) {
  later_.emplace(clock_.now() + after, std::move(what));
}

std::optional<TimePoint> PureCluster::next_due() const {
  std::optional<TimePoint> earliest;
  const auto consider = [&earliest](TimePoint when) {
    if (!earliest || when < *earliest) earliest = when;
  };
  if (!later_.empty()) consider(later_.begin()->first);
  for (const auto& process : nodes_) {
    if (process->node == nullptr) continue;
    if (const auto due = process->node->deadline()) consider(*due);
  }
  for (const auto& process : switchboards_) {
    if (const auto due = process->exchange->deadline()) consider(*due);
  }
  for (const auto& dispatcher : dispatchers_) {
    for (const auto& [id, session] : dispatcher->sessions) consider(session->deadline());
  }
  return earliest;
}

bool PureCluster::advance_switchboards(TimePoint now) {
  bool advanced = false;
  for (const auto& process : switchboards_) {
    if (process->exchange->deadline().value_or(TimePoint::max()) > now) continue;
    process->exchange->advance();
    advanced = true;
  }
  return advanced;
}

void PureCluster::fire_due() {
  const auto now = clock_.now();
  for (unsigned fired = 0;; ++fired) {
    MONARCH_ASSERT(fired < kTimersAtOnceMax);
    if (!later_.empty() && later_.begin()->first <= now) {
      const auto what = std::move(later_.begin()->second);
      later_.erase(later_.begin());
      what();
      continue;
    }
    bool advanced = advance_switchboards(now);
    for (const auto& process : nodes_) {
      if (process->node == nullptr || process->node->deadline().value_or(TimePoint::max()) > now) {
        continue;
      }
      process->node->advance();
      advanced = true;
    }
    if (advanced) continue;
    for (const auto& dispatcher : dispatchers_) {
      auto& sessions = dispatcher->sessions;
      for (auto place = sessions.begin(); place != sessions.end();) {
        msnp::Effects effects;
        if (place->second->deadline() <= now) place->second->advance(now, effects);
        auto& client = clients_.at(place->first);
        client.inbox += effects.send;
        client.closed = client.closed || effects.close.has_value();
        place = effects.close ? sessions.erase(place) : std::next(place);
      }
    }
    return;
  }
}

void PureCluster::settle() {
  while (true) {
    steps_.run_all();
    const auto due = next_due();
    if (!due || *due > clock_.now()) return;
    fire_due();
  }
}

void PureCluster::move_clock(Duration by, bool settling) {
  const auto until = clock_.now() + by;
  while (true) {
    fire_due();
    if (settling) settle();
    const auto due = next_due();
    if (!due || *due > until) break;
    if (*due > clock_.now()) clock_.advance(*due - clock_.now());
  }
  if (until > clock_.now()) clock_.advance(until - clock_.now());
}

bool PureCluster::chance(unsigned in_thousand) {
  return in_thousand != 0 && random_.below(1000) < in_thousand;
}

Duration PureCluster::some_delay() {
  const auto most = static_cast<std::uint64_t>(weather.delay_max.count());
  return std::chrono::milliseconds(1 + random_.below(std::max<std::uint64_t>(most, 1)));
}

void PureCluster::say(const std::string& what) const {
  if (trace) trace(what);
}

presence::testing::Fate PureCluster::fate(const char* call, unsigned failed, unsigned lost,
                                          bool away) {
  using presence::testing::Fate;
  if (away || chance(failed)) {
    say(std::string("   ") + call + " fails");
    return Fate::kFailed;
  }
  if (!chance(lost)) return Fate::kDone;
  say(std::string("   ") + call + " happens, its answer is lost");
  return Fate::kLost;
}

}  // namespace monarch::world
