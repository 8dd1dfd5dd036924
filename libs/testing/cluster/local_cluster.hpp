// LocalCluster: the real processes of Monarch on loopback addresses of their own, with a private
// PostgreSQL and Redis whose users and passwords are those of production. Starts them, waits until
// each says that it is ready, ends and freezes each by its own pid, and on every way out stops and
// deletes all of it. One thread.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "testing/cluster/child_process.hpp"
#include "testing/servers/private_postgres.hpp"
#include "testing/servers/private_redis.hpp"

namespace monarch::testing {

// Whether this is the run with production's heartbeats: ./dev test --nightly.
[[nodiscard]] bool nightly();

struct ClusterOptions {
  unsigned auth = 1;
  unsigned presence = 2;
  unsigned notification = 2;
  unsigned switchboard = 2;  // left out as long as it is not built
  unsigned dispatch = 1;
  // Scaled down, so that most of a test is not waiting for a death; production's own in a nightly
  // run.
  std::string heartbeat_interval = nightly() ? "1s" : "200ms";
  std::string dead_after = nightly() ? "5s" : "1500ms";
  std::string grace_time = "3s";
  // Notification nodes name the site https://im.example.com/ and spool mails, mail_spool().
  bool doors = true;
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

  // Where a program of this build is: "monarch-auth".
  [[nodiscard]] static std::string program(const std::string& name);
  // Whether the programs of the options are there; the error names what is missing.
  [[nodiscard]] static Done built();

  // Migrates, starts everything and waits until all are ready. The error holds the end of the logs.
  [[nodiscard]] Done start();

  // Where the notification nodes put the mails that they take.
  [[nodiscard]] std::string mail_spool() const;

  // Node ids are role and number: "notification-1".
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] ChildProcess& process(const std::string& name);
  // Starts a node again that was ended, with the same addresses.
  [[nodiscard]] Done restart(const std::string& name);
  [[nodiscard]] Done wait_until_ready(const std::vector<std::string>& names);
  // All that run know of each other: dispatch of each notification node, these of one another and
  // of each presence instance. Draining nodes are not to be among them.
  [[nodiscard]] Done wait_until_acquainted();
  // SIGTERM and the bounded wait for the end that the grace time promises; the exit status.
  [[nodiscard]] Result<int, std::string> stop(const std::string& name);
  void kill(const std::string& name) { process(name).kill(); }
  void freeze(const std::string& name) { process(name).signal(SIGSTOP); }
  void thaw(const std::string& name) { process(name).signal(SIGCONT); }

  // Runs a program to its end, which must be 0; what it says goes into a log of that name.
  [[nodiscard]] Done run(const std::vector<std::string>& words, const std::string& log_name) const;

  // host:port, of a node that exists whether it runs or not.
  [[nodiscard]] std::string client_address(const std::string& name) const;
  [[nodiscard]] std::string rpc_address(const std::string& name) const;
  [[nodiscard]] std::string host(const std::string& name) const;

  // Statements of a test, as superuser in this cluster's database.
  // Of a query, the columns of each row with a space between, and a newline after each row.
  std::string sql(const std::string& statement) const {
    return postgres_.execute(conninfo_, statement);
  }
  // Deletes keys behind the back of everybody.
  [[nodiscard]] Done forget_in_redis(const std::vector<std::string>& keys) const;

  // INFO of Redis, for tests that count what was asked of it.
  [[nodiscard]] Result<std::string, std::string> redis_info(const std::string& section) const;

  [[nodiscard]] PrivatePostgres& postgres() { return postgres_; }
  [[nodiscard]] PrivateRedis& redis() { return redis_; }
  // As superuser, of this cluster's own database.
  [[nodiscard]] const std::string& conninfo() const { return conninfo_; }

  // What a process has written, all of it,.
  [[nodiscard]] std::string log(const std::string& name) const;
  // The metric's value in /metrics of that process ("monarch_dispatch_nodes_count", or with labels
  // as they stand there); nothing if it is not there.
  [[nodiscard]] std::optional<double> metric(const std::string& name, const std::string& of) const;
  // Looks until `holds` says so of it.
  [[nodiscard]] Done wait_for_metric(const std::string& name, const std::string& of,
                                     const std::function<bool(double)>& holds,
                                     std::chrono::milliseconds bound = std::chrono::seconds(10));
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
  [[nodiscard]] std::string secret(const std::string& name) const;
  void add_secrets(const std::string& role, std::vector<std::string>& words) const;
  [[nodiscard]] std::string rpc_addresses(const std::string& role) const;
  [[nodiscard]] std::vector<std::string> command(const Member& member) const;
  [[nodiscard]] Done migrate();
  [[nodiscard]] Done launch(Member& member);

  ClusterOptions options_;
  std::string directory_;      // logs; deleted at the end
  std::string secrets_;        // inside it
  PrivatePostgres& postgres_;  // the program's: each cluster has a database of its own
  PrivateRedis redis_;
  std::string conninfo_;
  std::vector<Member> members_;  // in the order in which they are started
};

}  // namespace monarch::testing
