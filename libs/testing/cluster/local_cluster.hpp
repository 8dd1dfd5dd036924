// LocalCluster: the real processes of Monarch on loopback addresses of their own, with a private
// PostgreSQL and Redis, for one test. Starts them, waits until each says that it is ready, ends and
// freezes each by its own pid, and on every way out stops and deletes all of it. One thread.
#pragma once

#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "testing/cluster/child_process.hpp"
#include "testing/servers/private_postgres.hpp"
#include "testing/servers/private_redis.hpp"

namespace monarch::testing {

struct ClusterOptions {
  unsigned auth = 1;
  unsigned presence = 2;
  unsigned notification = 2;
  unsigned switchboard = 2;  // left out as long as it is not built
  unsigned dispatch = 1;
  // Scaled down, so that a death is noticed within a test's patience.
  std::string heartbeat_interval = "200ms";
  std::string dead_after = "1500ms";
  std::string grace_time = "3s";
  // Further flags, by role ("notification") or node id ("notification-1").
  std::map<std::string, std::vector<std::string>> flags;
  std::chrono::milliseconds ready_within{20'000};
};

class LocalCluster {
 public:
  using Done = Outcome<std::string>;

  explicit LocalCluster(ClusterOptions options = {});
  LocalCluster(const LocalCluster&) = delete;
  LocalCluster& operator=(const LocalCluster&) = delete;
  ~LocalCluster();

  // Whether the programs of the options are there; the error names what is missing.
  [[nodiscard]] static Done built();

  // Migrates, starts everything and waits until all are ready. The error holds the end of the logs.
  [[nodiscard]] Done start();

  // Node ids are role and number: "notification-1".
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] ChildProcess& process(const std::string& name);
  // Starts a node again that was ended, with the same addresses.
  [[nodiscard]] Done restart(const std::string& name);
  [[nodiscard]] Done wait_until_ready(const std::vector<std::string>& names);
  // SIGTERM and the bounded wait for the end that the grace time promises; the exit status.
  [[nodiscard]] Result<int, std::string> stop(const std::string& name);
  void kill(const std::string& name) { process(name).kill(); }
  void freeze(const std::string& name) { process(name).signal(SIGSTOP); }
  void thaw(const std::string& name) { process(name).signal(SIGCONT); }

  // host:port, of a node that exists whether it runs or not.
  [[nodiscard]] std::string client_address(const std::string& name) const;
  [[nodiscard]] std::string rpc_address(const std::string& name) const;
  [[nodiscard]] std::string host(const std::string& name) const;

  [[nodiscard]] PrivatePostgres& postgres() { return postgres_; }
  [[nodiscard]] PrivateRedis& redis() { return redis_; }
  // As superuser, of this cluster's own database.
  [[nodiscard]] const std::string& conninfo() const { return conninfo_; }

  // The last lines of every process, for a test that has failed.
  [[nodiscard]] std::string logs(std::size_t lines = 15) const;

 private:
  struct Member {
    std::string name;
    std::string role;
    std::string host;
    std::unique_ptr<ChildProcess> process;
  };

  void add(const std::string& role, unsigned count);
  [[nodiscard]] Member& member(const std::string& name);
  [[nodiscard]] const Member& member(const std::string& name) const;
  [[nodiscard]] std::string log_path(const std::string& name) const;
  [[nodiscard]] std::string rpc_addresses(const std::string& role) const;
  [[nodiscard]] std::vector<std::string> command(const Member& member) const;
  [[nodiscard]] Done migrate();
  [[nodiscard]] Done launch(Member& member);

  ClusterOptions options_;
  std::string directory_;  // logs and secrets; deleted at the end
  PrivatePostgres& postgres_;
  PrivateRedis redis_;
  std::string conninfo_;
  std::vector<Member> members_;  // in the order in which they are started
};

}  // namespace monarch::testing
