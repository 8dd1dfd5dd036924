// What PureCluster's processes are made of: the doors that each core sees. Part of PureCluster; for
// its own sources only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "testing/world/pure_cluster.hpp"

namespace monarch::world {

struct PureCluster::NodeProcess final : notification::Wire,
                                        notification::Links,
                                        notification::AuthDoor,
                                        notification::SwitchboardDoor,
                                        notification::Mailer,
                                        notification::Pager {
  NodeProcess(PureCluster& owner, std::size_t number) : cluster(owner), index(number) {}

  void send(notification::ConnectionId connection, std::string bytes) override {
    const auto place = cluster.clients_.find(connection);
    if (place != cluster.clients_.end()) place->second.inbox += bytes;
  }
  void send(notification::ConnectionId connection,
            const notification::SharedBytes& bytes) override {
    send(connection, *bytes);
  }
  // What a client sends reaches the node at once here; it is kept by the session as far as its
  // backlog goes.
  void pause(notification::ConnectionId /*connection*/) override {}
  void resume(notification::ConnectionId /*connection*/) override {}
  void close(notification::ConnectionId connection) override {
    const auto place = cluster.clients_.find(connection);
    if (place != cluster.clients_.end()) place->second.closed = true;
  }
  void send(const NodeId& instance, notification::RequestId id,
            const model::Request& request) override {
    cluster.carry_request(index, instance, id, request);
  }
  void verify(notification::RequestId id, const notification::Verify& question) override {
    cluster.carry_verify(index, id, question);
  }
  void reserve(notification::RequestId id, const notification::Reservation& reservation) override {
    cluster.carry_reservation(index, id, reservation);
  }
  void mail(notification::RequestId id, const notification::Mail& mail,
            Duration /*within*/) override {
    cluster.carry_mail(index, id, mail);
  }
  void page(notification::RequestId id, const notification::Page& page,
            Duration /*within*/) override {
    cluster.carry_page(index, id, page);
  }

  PureCluster& cluster;
  std::size_t index;
  notification::Settings settings;
  std::unique_ptr<notification::Node> node;  // null: dead
  std::uint64_t incarnation = 0;
  std::uint64_t death = 0;  // which declaration of its death is being carried out
  bool dying = false;       // presence has declared it dead
  bool deaf = false;
};

struct PureCluster::Instance {
  NodeId name;
  std::unique_ptr<presence::Presence> presence;  // null: crashed
  std::unique_ptr<TaskScope> tasks;              // ends before what its tasks use
};

struct PureCluster::Dispatcher {
  Dispatcher(Random& random, std::string address) : picker(random) {
    settings.advertised_address = std::move(address);
  }
  dispatch::Settings settings;
  dispatch::NodePicker picker;
  dispatch::Counters counters;
  std::map<ClientId, std::unique_ptr<dispatch::Session>> sessions;
};

struct PureCluster::SwitchboardProcess final : switchboard::Wire, switchboard::PresenceDoor {
  SwitchboardProcess(PureCluster& owner, std::size_t number) : cluster(owner), index(number) {
    settings = owner.options_.switchboard;
    settings.advertised = switchboard_address(number);
    exchange.emplace(settings, *this, *this, cluster.clock_, cluster.random_);
  }

  bool send(switchboard::ConnectionId connection, std::string_view bytes) override {
    const auto place = cluster.clients_.find(ClientId(connection.value()));
    if (place == cluster.clients_.end() || place->second.closed) return false;
    place->second.inbox += bytes;
    return true;
  }
  bool send(switchboard::ConnectionId connection, const switchboard::SharedBytes& bytes) override {
    return send(connection, std::string_view(*bytes));
  }
  // Clients here never send faster than they may.
  void pause(switchboard::ConnectionId /*connection*/) override {}
  void resume(switchboard::ConnectionId /*connection*/) override {}
  void close(switchboard::ConnectionId connection) override {
    const auto place = cluster.clients_.find(ClientId(connection.value()));
    if (place != cluster.clients_.end()) place->second.closed = true;
  }
  void invite(switchboard::RequestId id, const switchboard::Invite& invite) override {
    cluster.carry_invite(index, id, invite);
  }

  PureCluster& cluster;
  std::size_t index;
  switchboard::Settings settings;
  std::optional<switchboard::Exchange> exchange;
};

}  // namespace monarch::world
