// PureCluster: the real cores of all services in one process, over
// in-memory stores, on a clock that only moves when told to. Every message and every effect is a
// step of one queue; what goes wrong is said by Weather and by the calls below, and everything
// follows from the seed. For tests and the simulation; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/core/testing/fakes.hpp"
#include "auth/core/testing/memory_account_store.hpp"
#include "auth/core/verifier.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "dispatch/core/session.hpp"
#include "notification/core/node.hpp"
#include "presence/core/presence.hpp"
#include "presence/core/testing/in_memory_bus.hpp"
#include "presence/core/testing/in_memory_index.hpp"
#include "presence/core/testing/in_memory_roster_store.hpp"
#include "presence/core/testing/steps.hpp"
#include "switchboard/core/exchange.hpp"
#include "testing/world/options.hpp"

namespace monarch::world {

// A client's end of a connection; never reused. 0 is none.
using ClientId = notification::ConnectionId;

class PureCluster {
 public:
  explicit PureCluster(Options options);
  ~PureCluster();
  PureCluster(const PureCluster&) = delete;
  PureCluster& operator=(const PureCluster&) = delete;

  // ---- accounts ----
  AccountId create_account(const std::string& handle, std::string_view password,
                           const std::string& friendly_name);
  void set_verified(const std::string& handle, bool verified);
  // As auth does it: the roster first, which ends the session. False: nobody has this handle.
  [[nodiscard]] bool delete_account(const std::string& handle);
  // What an administrator's kick is to presence.
  [[nodiscard]] bool kick(const std::string& handle);
  // As auth does it: stored first, then the session ends.
  [[nodiscard]] bool suspend_account(const std::string& handle);
  [[nodiscard]] bool resume_account(const std::string& handle);
  [[nodiscard]] bool set_consent(const std::string& handle, bool given);
  // Nothing: no such account, or presence could not publish it.
  [[nodiscard]] std::optional<presence::Reached> notify(const std::string& handle,
                                                        model::Notice notice);
  [[nodiscard]] std::optional<presence::Reached> notify_nodes(const std::vector<NodeId>& nodes,
                                                              model::Notice notice);
  [[nodiscard]] std::vector<NodeId> live_nodes() const;
  [[nodiscard]] std::optional<AccountId> account_of(const std::string& handle);
  [[nodiscard]] bool serves_mail_events() const { return options_.mail_events; }
  // Asks a presence instance of its own that remembers nothing; runs until it has answered.
  model::Reply ask(model::Request request);

  // ---- clients ----
  [[nodiscard]] static std::string dispatch_address(std::size_t i);
  [[nodiscard]] static std::string node_address(std::size_t i);
  [[nodiscard]] static std::string switchboard_address(std::size_t i);
  // 0: nobody listens there, or there is no room.
  [[nodiscard]] ClientId connect(const std::string& address);
  // One segment.
  void send(ClientId client, std::string_view bytes);
  // What has come since the last call.
  [[nodiscard]] std::string receive(ClientId client);
  // The server has closed: there will be no more than receive() returns.
  [[nodiscard]] bool closed(ClientId client) const;
  void disconnect(ClientId client);

  // ---- steps and time ----
  bool step() { return steps_.run_one(); }
  [[nodiscard]] std::size_t waiting() const { return steps_.waiting(); }
  // Runs until nothing is left to do at this moment.
  void settle();
  // Moves the clock, timers fire at their time. Steps wait ...
  void pass(Duration by) { move_clock(by, false); }
  // ... or all run at their time.
  void advance(Duration by) { move_clock(by, true); }

  // ---- notification nodes ----
  void kill_node(std::size_t i);   // the sockets are gone; after dead_after presence reaps
  void start_node(std::size_t i);  // the same name, a new incarnation
  void drain_node(std::size_t i);
  void stop_node(std::size_t i);  // drains, and sends everybody away
  void fill_node(std::size_t i);  // from now on it has room for nobody
  // Its heartbeat stands still though it lives: it is reaped ...
  void declare_dead(std::size_t i);
  // ... and told so. With `deaf` its subscription breaks until hear() is called.
  void tell_declared_dead(std::size_t i);
  void deafen(std::size_t i);
  void hear(std::size_t i);

  // ---- presence instances ----
  void crash_instance(std::size_t i);
  void start_instance(std::size_t i);
  // The stream between the two; what is under way on it is lost.
  void cut(std::size_t node, std::size_t instance);
  void mend(std::size_t node, std::size_t instance);

  // ---- PostgreSQL and Redis ----
  void take_store_away() { store_away_ = true; }
  void bring_store_back() { store_away_ = false; }
  void take_redis_away();
  // `empty`: it has lost everything.
  void bring_redis_back(bool empty);

  // Everything that is down comes up again, and the weather is fine.
  void mend_all();

  // ---- looking in ----
  Weather weather;
  std::function<void(const std::string&)> trace;  // every message and fault, when set
  // Asked for every request on its way to presence: true loses its reply, false lets it be.
  std::function<bool(const model::Request&)> lose_reply;
  // Asked for every hint message; not set: the weather decides. 0 loses it.
  std::function<unsigned(const model::NodeHints&)> hint_copies;
  [[nodiscard]] const ManualClock& clock() const { return clock_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] bool node_alive(std::size_t i) const;
  [[nodiscard]] bool node_ready(std::size_t i) const;
  [[nodiscard]] bool instance_alive(std::size_t i) const;
  [[nodiscard]] bool linked(std::size_t node, std::size_t instance) const;
  [[nodiscard]] bool redis_away() const { return redis_away_; }
  [[nodiscard]] bool store_away() const { return store_away_; }
  // Null when it is dead.
  [[nodiscard]] notification::Node* node(std::size_t i);
  [[nodiscard]] std::size_t nodes() const { return nodes_.size(); }
  [[nodiscard]] std::size_t instances() const { return instances_.size(); }
  // -1: a dispatcher's, or none.
  [[nodiscard]] int node_of(ClientId client) const;
  [[nodiscard]] presence::testing::InMemoryRosterStore& store() { return store_; }
  [[nodiscard]] presence::testing::InMemoryIndex& index() { return index_; }
  [[nodiscard]] presence::testing::InMemoryBus& bus() { return bus_; }

 private:
  struct NodeProcess;
  struct Instance;
  struct Dispatcher;
  struct SwitchboardProcess;
  struct Client {
    std::string inbox;
    bool closed = false;  // by the server
    int node = -1;
    int dispatcher = -1;
    int switchboard = -1;
  };
  // The way back of an answer.
  struct Route {
    std::size_t node = 0;
    std::uint64_t incarnation = 0;
    std::size_t instance = 0;
    std::uint64_t epoch = 0;
    notification::RequestId id;
  };
  struct LinkState {
    bool up = false;
    std::uint64_t epoch = 0;
  };

  // ---- messages (pure_links.cpp) ----
  void carry_request(std::size_t node, const NodeId& instance, notification::RequestId id,
                     const model::Request& request);
  void arrive(Route route, const model::Request& request, bool answer_lost);
  void carry_reply(Route route, const model::Reply& reply);
  void carry_verify(std::size_t node, notification::RequestId id,
                    const notification::Verify& question);
  void carry_reservation(std::size_t node, notification::RequestId id,
                         const notification::Reservation& reservation);
  void carry_invite(std::size_t switchboard, switchboard::RequestId id,
                    const switchboard::Invite& invite);
  static Task<void> serve_invite(PureCluster* cluster, presence::Presence* presence,
                                 model::Invite request, std::size_t switchboard,
                                 switchboard::RequestId id);
  void deliver(const model::NodeHints& hints);
  void hand_over(const model::NodeHints& hints);
  static Task<void> serve(PureCluster* cluster, presence::Presence* presence,
                          model::Request request, Route route, bool answer_lost);
  static Task<void> check(PureCluster* cluster, std::size_t node, std::uint64_t incarnation,
                          notification::RequestId id, auth::SignIn attempt);
  static Task<void> run_reap(PureCluster* cluster, presence::Presence* presence, std::size_t node,
                             std::uint64_t death);
  void reap(std::size_t node, std::uint64_t death);
  void reaped(std::size_t node, std::uint64_t death, bool again);

  [[nodiscard]] bool chance(unsigned in_thousand);
  [[nodiscard]] Duration some_delay();
  void later(Duration after, std::function<void()> what);
  void say(const std::string& what) const;
  [[nodiscard]] presence::testing::Fate fate(const char* call, unsigned failed, unsigned lost,
                                             bool away);
  void move_clock(Duration by, bool settling);
  // The client's process is told that he has gone.
  void leave(ClientId client, const Client& gone);
  [[nodiscard]] std::optional<TimePoint> next_due() const;
  bool advance_switchboards(TimePoint now);
  void fire_due();
  void update_tables();
  void link_up(std::size_t node, std::size_t instance);
  void link_down(std::size_t node, std::size_t instance);
  [[nodiscard]] std::optional<std::size_t> node_index(const NodeId& id) const;

  Options options_;
  ManualClock clock_;
  SeededRandom random_;
  presence::testing::Steps steps_;
  presence::testing::InMemoryRosterStore store_;
  presence::testing::InMemoryIndex index_;
  presence::testing::InMemoryBus bus_;
  auth::testing::MemoryAccountStore accounts_;
  auth::testing::XorVault vault_;
  std::unique_ptr<auth::Hasher> hasher_;
  auth::Throttle throttle_;
  auth::Verifier verifier_;
  TaskScope checks_;
  std::vector<std::unique_ptr<NodeProcess>> nodes_;
  std::vector<std::unique_ptr<Instance>> instances_;
  std::vector<std::unique_ptr<Dispatcher>> dispatchers_;
  std::vector<std::unique_ptr<SwitchboardProcess>> switchboards_;
  std::vector<std::vector<LinkState>> links_;  // by node, by instance
  std::map<ClientId, Client> clients_;
  std::multimap<TimePoint, std::function<void()>> later_;
  std::uint64_t last_client_ = 0;
  std::uint64_t heartbeat_ = 0;
  bool store_away_ = false;
  bool redis_away_ = false;
  std::uint64_t redis_lives_ = 0;
};

}  // namespace monarch::world
