#include "testing/world/pure_target.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "testing/world/pure_operator.hpp"

namespace monarch::world {

using transcript::Fixture;
using transcript::Node;
using transcript::Role;

namespace {

constexpr std::size_t kNodes = 3;
constexpr std::size_t kDispatchers = 2;
constexpr std::size_t kSwitchboards = 2;

template <class T>
bool number(const std::string& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool truth(const std::string& text, bool& value) {
  value = text == "true";
  return text == "true" || text == "false";
}

bool without_allow(Options& to, const std::string& value) {
  to.presence.rules.without_allow = value == "deny" ? presence::PresenceWithoutAllow::kDeny
                                                    : presence::PresenceWithoutAllow::kFollowBlp;
  return value == "deny" || value == "follow_blp";
}

// The settings that transcripts use, by the names that the processes know them by.
struct Setting {
  const char* name;
  bool (*set)(Options& to, const std::string& value);
};

constexpr Setting kSettings[] = {
    {"presence.presence_without_al", without_allow},
    {"presence.forward_max",
     [](Options& to, const auto& value) { return number(value, to.presence.rules.forward_max); }},
    {"presence.allow_max",
     [](Options& to, const auto& value) { return number(value, to.presence.rules.allow_max); }},
    {"presence.block_max",
     [](Options& to, const auto& value) { return number(value, to.presence.rules.block_max); }},
    {"presence.reverse_shown_max",
     [](Options& to, const auto& value) { return number(value, to.presence.reverse_shown_max); }},
    {"notification.switchboards_in_burst",
     [](Options& to, const auto& value) {
       return number(value, to.notification.switchboards_in_burst);
     }},
    {"presence.mail_events",
     [](Options& to, const auto& value) { return truth(value, to.mail_events); }},
    {"auth.require_verified",
     [](Options& to, const auto& value) { return truth(value, to.auth.require_verified); }},
    {"auth.maintenance",
     [](Options& to, const auto& value) { return truth(value, to.auth.maintenance); }},
    {"switchboard.participants_max",
     [](Options& to, const auto& value) { return number(value, to.switchboard.participants_max); }},
};

bool apply(const std::string& name, const std::string& value, Options& to) {
  const auto* known = std::find_if(std::begin(kSettings), std::end(kSettings),
                                   [&](const Setting& setting) { return setting.name == name; });
  return known != std::end(kSettings) && known->set(to, value);
}

}  // namespace

transcript::Target::Done PureTarget::prepare(const Fixture& fixture) {
  Options options;
  options.nodes = kNodes;
  options.dispatchers = kDispatchers;
  options.switchboards = fixture.switchboards_alive ? kSwitchboards : 0;
  options.notification.urls = {"http://im.example.com/download", "http://im.example.com/"};
  for (const auto& [name, value] : fixture.settings) {
    if (!apply(name, value, options)) {
      return fail("this target does not know the setting " + name + " " + value);
    }
  }
  clients_.clear();
  cluster_ = std::make_unique<PureCluster>(options);
  cluster_->settle();
  if (auto done = write_fixture(fixture, *cluster_); !done) return done;
  for (const auto& node : fixture.draining) cluster_->drain_node(node.instance - 1);
  for (const auto& node : fixture.full) cluster_->fill_node(node.instance - 1);
  for (std::size_t i = 0; fixture.notification_nodes_full && i < kNodes; ++i) {
    cluster_->fill_node(i);
  }
  for (std::size_t i = 0; !fixture.notification_nodes_alive && i < kNodes; ++i) {
    cluster_->kill_node(i);
  }
  cluster_->settle();
  return Ok{};
}

Result<std::string, std::string> PureTarget::resolve(const Node& node) {
  const std::size_t i = node.instance - 1;
  if (node.role == Role::kNotification && i < kNodes) return PureCluster::node_address(i);
  if (node.role == Role::kDispatch && i < kDispatchers) return PureCluster::dispatch_address(i);
  if (node.role == Role::kSwitchboard && i < kSwitchboards) {
    return PureCluster::switchboard_address(i);
  }
  return fail("the pure cluster has no " + to_string(node));
}

std::vector<std::string> PureTarget::ready(Role role) {
  std::vector<std::string> addresses;
  for (std::size_t i = 0; role == Role::kNotification && i < kNodes; ++i) {
    if (cluster_->node_ready(i)) addresses.push_back(PureCluster::node_address(i));
  }
  for (std::size_t i = 0; role == Role::kSwitchboard && i < kSwitchboards; ++i) {
    addresses.push_back(PureCluster::switchboard_address(i));
  }
  for (std::size_t i = 0; role == Role::kDispatch && i < kDispatchers; ++i) {
    addresses.push_back(PureCluster::dispatch_address(i));
  }
  return addresses;
}

transcript::Target::Done PureTarget::connect(const std::string& conn, const std::string& address) {
  const auto client = cluster_->connect(address);
  if (client == ClientId()) return fail("nobody listens at " + address);
  clients_[conn] = client;
  cluster_->settle();
  return Ok{};
}

transcript::Target::Done PureTarget::send(const std::string& conn, std::string_view bytes) {
  const auto client = clients_.at(conn);
  const std::size_t step = every_byte_ ? 1 : bytes.size();
  for (; !bytes.empty(); bytes.remove_prefix(step)) {
    cluster_->send(client, bytes.substr(0, step));
    cluster_->settle();
  }
  return Ok{};
}

transcript::Received PureTarget::receive(const std::string& conn, TimePoint) {
  const auto client = clients_.at(conn);
  transcript::Received received;
  received.bytes = cluster_->receive(client);
  received.closed = cluster_->closed(client);
  return received;
}

void PureTarget::close(const std::string& conn) {
  cluster_->disconnect(clients_.at(conn));
  cluster_->settle();
}

transcript::Target::Done PureTarget::operate(std::string_view words) {
  constexpr std::string_view kStop = "stop ns:";
  if (words.starts_with(kStop)) {
    std::size_t instance = 0;
    if (!number(std::string(words.substr(kStop.size())), instance) || instance < 1 ||
        instance > kNodes) {
      return fail("there is no node to " + std::string(words));
    }
    cluster_->stop_node(instance - 1);
    cluster_->settle();
    return Ok{};
  }
  const auto done = world::operate(*cluster_, transcript::operator_words(words));
  if (!done) return fail("monarchctl " + std::string(words) + ": " + done.error());
  return Ok{};
}

transcript::Target::Done PureTarget::take_away(transcript::Store store) {
  if (store == transcript::Store::kRedis) {
    cluster_->take_redis_away();
  } else {
    cluster_->take_store_away();
  }
  return Ok{};
}

transcript::Target::Done PureTarget::bring_back(transcript::Store store) {
  if (store == transcript::Store::kRedis) {
    cluster_->bring_redis_back(false);
  } else {
    cluster_->bring_store_back();
  }
  cluster_->settle();
  return Ok{};
}

transcript::Target::Done PureTarget::advance(std::chrono::seconds by) {
  cluster_->advance(by);
  return Ok{};
}

}  // namespace monarch::world
