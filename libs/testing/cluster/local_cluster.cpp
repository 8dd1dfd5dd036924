#include "testing/cluster/local_cluster.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "testing/cluster/loopback.hpp"

namespace monarch::testing {
namespace {

constexpr std::size_t kFailureLogLines = 15;
constexpr std::chrono::milliseconds kMigrateWithin{30'000};
constexpr std::chrono::milliseconds kAdminWithin{1'000};
// Between two looks at /readyz; the wait itself ends at once when a process does.
constexpr int kLookEveryMs = 20;
// On top of the grace time, for a loaded machine.
constexpr std::chrono::milliseconds kStopWithin{10'000};

std::string program(const std::string& name) { return std::string(MONARCH_BIN_DIR "/") + name; }

bool is_built(const std::string& role) {
  return access(program("monarch-" + role).c_str(), X_OK) == 0;
}

std::string fresh_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "monarch-cluster-XXXXXX").string();
  MONARCH_ASSERT(mkdtemp(name.data()) != nullptr);
  return name;
}

// A secret for this cluster alone, in a file that only its owner reads.
void write_secret(const std::string& path) {
  const mode_t before = umask(077);
  std::ofstream(path) << "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";
  umask(before);
}

}  // namespace

LocalCluster::LocalCluster(ClusterOptions options)
    : options_(std::move(options)),
      directory_(fresh_directory()),
      postgres_(PrivatePostgres::shared()) {
  add("auth", options_.auth);
  add("presence", options_.presence);
  add("notification", options_.notification);
  if (is_built("switchboard")) add("switchboard", options_.switchboard);
  add("dispatch", options_.dispatch);
  const std::string corner = fresh_loopback_corner();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i].host = corner + "." + std::to_string(i + 1);
  }
  write_secret(directory_ + "/password-key");
}

LocalCluster::~LocalCluster() {
  // From the door inwards, as a cluster is stopped; whatever is frozen is killed all the same.
  for (auto it = members_.rbegin(); it != members_.rend(); ++it) it->process.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

LocalCluster::Done LocalCluster::built() {
  for (const char* role : {"migrate", "auth", "presence", "notification", "dispatch"}) {
    if (!is_built(role)) return fail(program(std::string("monarch-") + role) + " is not built");
  }
  return Ok{};
}

void LocalCluster::add(const std::string& role, unsigned count) {
  for (unsigned i = 1; i <= count; ++i) {
    members_.push_back({role + "-" + std::to_string(i), role, "", nullptr});
  }
}

LocalCluster::Member& LocalCluster::member(const std::string& name) {
  const auto it = std::find_if(members_.begin(), members_.end(),
                               [&](const Member& member) { return member.name == name; });
  MONARCH_ASSERT(it != members_.end());
  return *it;
}

const LocalCluster::Member& LocalCluster::member(const std::string& name) const {
  return const_cast<LocalCluster*>(this)->member(name);
}

std::vector<std::string> LocalCluster::names() const {
  std::vector<std::string> found;
  for (const Member& member : members_) found.push_back(member.name);
  return found;
}

ChildProcess& LocalCluster::process(const std::string& name) {
  MONARCH_ASSERT(member(name).process != nullptr);
  return *member(name).process;
}

std::string LocalCluster::host(const std::string& name) const { return member(name).host; }

std::string LocalCluster::client_address(const std::string& name) const {
  return host(name) + ":" + std::to_string(kClientPort);
}

std::string LocalCluster::rpc_address(const std::string& name) const {
  return host(name) + ":" + std::to_string(kRpcPort);
}

std::string LocalCluster::log_path(const std::string& name) const {
  return directory_ + "/" + name + ".log";
}

std::string LocalCluster::rpc_addresses(const std::string& role) const {
  std::string list;
  for (const Member& member : members_) {
    if (member.role != role) continue;
    list += (list.empty() ? "" : ",") + rpc_address(member.name);
  }
  return list;
}

// The same settings as tools/dev/services.bash gives, but for passwords: these servers have none.
std::vector<std::string> LocalCluster::command(const Member& member) const {
  const std::string rpc = rpc_address(member.name);
  std::vector<std::string> words = {
      program("monarch-" + member.role),
      "--node-id=" + member.name,
      "--rpc-bind=" + rpc,
      "--rpc-advertise=" + rpc,
      "--admin-bind=" + member.host + ":" + std::to_string(kAdminPort),
      "--grace-time=" + options_.grace_time,
      "--heartbeat-interval=" + options_.heartbeat_interval,
      "--dead-after=" + options_.dead_after,
      "--redis=" + redis_.host() + ":" + std::to_string(redis_.port())};
  const bool meets_clients = member.role != "auth" && member.role != "presence";
  if (meets_clients) {
    words.push_back("--bind=" + client_address(member.name));
    words.push_back("--advertise=" + client_address(member.name));
  }
  if (!meets_clients) words.push_back("--postgres=" + conninfo_);
  if (member.role == "auth") words.push_back("--password-key-file=" + directory_ + "/password-key");
  if (member.role == "notification") words.push_back("--auth=" + rpc_addresses("auth"));
  if (member.role == "notification" || member.role == "auth") {
    words.push_back("--presence=" + rpc_addresses("presence"));
  }
  for (const std::string& key : {member.role, member.name}) {
    const auto more = options_.flags.find(key);
    if (more == options_.flags.end()) continue;
    words.insert(words.end(), more->second.begin(), more->second.end());
  }
  return words;
}

LocalCluster::Done LocalCluster::migrate() {
  std::string problem;
  conninfo_ = postgres_.fresh_database("monarch-schema", [&](const std::string& conninfo) {
    auto runner = ChildProcess::start({program("monarch-migrate"), "--postgres=" + conninfo,
                                       "--migrations=deploy/postgres/migrations"},
                                      log_path("migrate"));
    if (!runner) {
      problem = runner.error();
      return;
    }
    const auto status = runner->wait(kMigrateWithin);
    if (status != 0) problem = "monarch-migrate failed:\n" + tail_of(log_path("migrate"), 15, "  ");
  });
  if (!problem.empty()) return fail(problem);
  return Ok{};
}

LocalCluster::Done LocalCluster::launch(Member& member) {
  auto process = ChildProcess::start(command(member), log_path(member.name));
  if (!process) return fail(process.error());
  member.process = std::make_unique<ChildProcess>(std::move(*process));
  return Ok{};
}

LocalCluster::Done LocalCluster::start() {
  if (auto done = built(); !done) return done;
  if (auto done = migrate(); !done) return done;
  for (Member& member : members_) {
    if (auto done = launch(member); !done) return done;
  }
  return wait_until_ready(names());
}

LocalCluster::Done LocalCluster::restart(const std::string& name) {
  Member& node = member(name);
  node.process.reset();
  if (auto done = launch(node); !done) return done;
  return wait_until_ready({name});
}

LocalCluster::Done LocalCluster::wait_until_ready(const std::vector<std::string>& names) {
  const TimePoint deadline = SystemClock().now() + options_.ready_within;
  std::vector<std::string> waiting = names;
  std::string last;
  while (true) {
    std::erase_if(waiting, [&](const std::string& name) {
      const auto answer = ask_admin(host(name), kAdminPort, "/readyz", kAdminWithin);
      if (!answer) last = answer.error();
      if (answer && answer->status != 200) last = answer->body;
      return answer.ok() && answer->status == 200;
    });
    if (waiting.empty()) return Ok{};
    std::vector<pollfd> ends;
    for (const std::string& name : names) {
      ends.push_back({process(name).ended_descriptor(), POLLIN, 0});
    }
    poll(ends.data(), ends.size(), kLookEveryMs);
    for (const std::string& name : names) {
      if (const auto status = process(name).wait(std::chrono::milliseconds(0))) {
        return fail(name + " ended with status " + std::to_string(*status) +
                    " while it started:\n" + tail_of(log_path(name), kFailureLogLines, "  "));
      }
    }
    if (SystemClock().now() > deadline) {
      return fail(waiting.front() + " is not ready (" + last + "):\n" +
                  tail_of(log_path(waiting.front()), kFailureLogLines, "  "));
    }
  }
}

Result<int, std::string> LocalCluster::stop(const std::string& name) {
  process(name).signal(SIGTERM);
  const auto status = process(name).wait(kStopWithin);
  if (!status) return fail(name + " did not end within its grace time");
  return *status;
}

std::string LocalCluster::logs(std::size_t lines) const {
  std::string text;
  for (const Member& member : members_) {
    text += "--- " + member.name + "\n" + tail_of(log_path(member.name), lines, "    ");
  }
  return text;
}

}  // namespace monarch::testing
