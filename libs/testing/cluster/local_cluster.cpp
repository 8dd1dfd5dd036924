#include "testing/cluster/local_cluster.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "testing/cluster/loopback.hpp"

namespace monarch::testing {
namespace {

constexpr const char* kRedisTemplate = "deploy/redis/users.acl.template";
constexpr std::size_t kFailureLogLines = 15;
constexpr std::chrono::milliseconds kMigrateWithin{30'000};
constexpr std::chrono::milliseconds kAdminWithin{1'000};
// Between two looks at /readyz; the wait itself ends at once when a process does.
constexpr int kLookEveryMs = 20;
// On top of the grace time, for a loaded machine.
constexpr std::chrono::milliseconds kStopWithin{10'000};

bool is_built(const std::string& role) {
  return access(LocalCluster::program("monarch-" + role).c_str(), X_OK) == 0;
}

std::string fresh_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "monarch-cluster-XXXXXX").string();
  MONARCH_ASSERT(mkdtemp(name.data()) != nullptr);
  return name;
}

// The test itself.
constexpr const char* kFixtureUser = "fixture";
constexpr std::array kRedisUsers = {"auth", "presence", "notification", "switchboard", "dispatch"};
constexpr std::array kPostgresUsers = {"auth", "presence"};

// The same in every cluster of a program, for roles belong to the whole PostgreSQL server.
std::string password_of(const std::string& user) { return "pass-of-" + user; }

void write_secret(const std::string& path, const std::string& text) {
  const mode_t before = umask(077);
  std::ofstream(path) << text << "\n";
  umask(before);
}

// The users of deploy/redis, with their passwords put in.
std::vector<std::string> redis_users() {
  std::vector<std::string> lines;
  std::ifstream file(kRedisTemplate);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("user ")) continue;
    for (const std::string role : kRedisUsers) {
      std::string place = "@PASSWORD_" + role + "@";
      for (char& c : place) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      const auto at = line.find(place);
      if (at != std::string::npos) line.replace(at, place.size(), password_of("redis-" + role));
    }
    lines.push_back(line);
  }
  MONARCH_ASSERT(lines.size() > kRedisUsers.size());
  lines.push_back(std::string("user ") + kFixtureUser + " on >" + password_of(kFixtureUser) +
                  " resetkeys ~monarch:* -@all +del +info");
  return lines;
}

}  // namespace

bool nightly() { return std::getenv("MONARCH_TEST_NIGHTLY") != nullptr; }

LocalCluster::LocalCluster(ClusterOptions options)
    : options_(std::move(options)),
      directory_(fresh_directory()),
      secrets_(directory_ + "/secrets"),
      postgres_(PrivatePostgres::shared()),
      redis_(redis_users()) {
  add("auth", options_.auth);
  add("presence", options_.presence);
  add("notification", options_.notification);
  if (is_built("switchboard")) add("switchboard", options_.switchboard);
  add("dispatch", options_.dispatch);
  const std::string corner = fresh_loopback_corner();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i].host = corner + "." + std::to_string(i + 1);
  }
  std::filesystem::create_directory(secrets_);
  for (const std::string user : kRedisUsers) {
    write_secret(secret("redis-" + user), password_of("redis-" + user));
  }
  for (const std::string user : kPostgresUsers) {
    write_secret(secret("postgres-" + user), password_of("postgres-" + user));
  }
}

LocalCluster::~LocalCluster() {
  // From the door inwards, as a cluster is stopped; whatever is frozen is killed all the same.
  for (auto it = members_.rbegin(); it != members_.rend(); ++it) it->process.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string LocalCluster::program(const std::string& name) {
  return std::string(MONARCH_BIN_DIR "/") + name;
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

std::string LocalCluster::mail_spool() const { return directory_ + "/mail"; }

std::string LocalCluster::secret(const std::string& name) const { return secrets_ + "/" + name; }

void LocalCluster::add_secrets(const std::string& role, std::vector<std::string>& words) const {
  words.push_back("--redis-user=" + role);
  words.push_back("--redis-password-file=" + secret("redis-" + role));
  if (role == "auth") words.push_back("--password-key-file=" + secret("password-key"));
  if (role != "auth" && role != "presence") return;
  auto postgres = conninfo_;
  postgres.replace(postgres.find("user=postgres"), 13, "user=monarch_" + role);
  words.push_back("--postgres=" + postgres);
  words.push_back("--postgres-password-file=" + secret("postgres-" + role));
}

// The same settings as tools/dev/services.bash gives.
std::vector<std::string> LocalCluster::command(const Member& member) const {
  const std::string rpc = rpc_address(member.name);
  std::vector<std::string> words = {
      program("monarch-" + member.role),
      "--node-id=" + member.name,
      "--rpc-bind=" + rpc,
      "--rpc-advertise=" + rpc,
      "--admin-bind=" + member.host + ":" + std::to_string(kAdminPort),
      "--health-bind=" + member.host + ":" + std::to_string(kHealthPort),
      "--grace-time=" + options_.grace_time,
      "--heartbeat-interval=" + options_.heartbeat_interval,
      "--dead-after=" + options_.dead_after,
      "--redis=" + redis_.host() + ":" + std::to_string(redis_.port())};
  const bool meets_clients = member.role != "auth" && member.role != "presence";
  if (meets_clients) {
    words.push_back("--bind=" + client_address(member.name));
    words.push_back("--advertise=" + client_address(member.name));
  }
  add_secrets(member.role, words);
  if (member.role == "notification") words.push_back("--auth=" + rpc_addresses("auth"));
  if (member.role == "notification" && options_.doors) {
    words.insert(words.end(), {"--site-url=https://im.example.com/", "--mail-spool=" + mail_spool(),
                               "--mail-from=invitations@im.example.com"});
  }
  if (member.role == "auth") words.push_back("--presence=" + rpc_addresses("presence"));
  for (const std::string& key : {member.role, member.name}) {
    const auto more = options_.flags.find(key);
    if (more == options_.flags.end()) continue;
    words.insert(words.end(), more->second.begin(), more->second.end());
  }
  return words;
}

LocalCluster::Done LocalCluster::migrate() {
  conninfo_ = postgres_.fresh_database();
  std::vector<std::string> words = {program("monarch-migrate"), "--postgres=" + conninfo_,
                                    "--migrations=deploy/postgres/migrations",
                                    "--roles=deploy/postgres/roles.sql"};
  for (const std::string user : kPostgresUsers) {
    words.push_back("--role-password=monarch_" + user + "=" + secret("postgres-" + user));
  }
  if (auto done = run(words, "migrate"); !done) return done;
  postgres_.require_password({"monarch_auth", "monarch_presence"});
  return run({program("monarch-auth"), "--generate-key", secret("password-key")}, "migrate");
}

LocalCluster::Done LocalCluster::run(const std::vector<std::string>& words,
                                     const std::string& log_name) const {
  auto process = ChildProcess::start(words, log_path(log_name));
  if (!process) return fail(process.error());
  if (process->wait(kMigrateWithin) == 0) return Ok{};
  return fail(words.front() + " failed:\n" + tail_of(log_path(log_name), kFailureLogLines, "  "));
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
  if (auto done = wait_until_ready(names()); !done) return done;
  return wait_until_acquainted();
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

std::optional<double> LocalCluster::metric(const std::string& name, const std::string& of) const {
  const auto answer = ask_admin(host(name), kAdminPort, "/metrics", kAdminWithin);
  if (!answer || answer->status != 200) return std::nullopt;
  const auto line = ("\n" + answer->body).find("\n" + of + " ");
  if (line == std::string::npos) return std::nullopt;
  return std::strtod(answer->body.c_str() + line + of.size() + 1, nullptr);
}

LocalCluster::Done LocalCluster::wait_for_metric(const std::string& name, const std::string& of,
                                                 const std::function<bool(double)>& holds,
                                                 std::chrono::milliseconds bound) {
  const TimePoint deadline = SystemClock().now() + bound;
  while (true) {
    const auto value = metric(name, of);
    if (value && holds(*value)) return Ok{};
    if (SystemClock().now() > deadline) {
      return fail(name + ": " + of + " is " + (value ? std::to_string(*value) : "not there"));
    }
    poll(nullptr, 0, kLookEveryMs);
  }
}

LocalCluster::Done LocalCluster::wait_until_acquainted() {
  std::map<std::string, double> alive;
  for (Member& member : members_) {
    if (member.process && member.process->running()) alive[member.role] += 1;
  }
  const auto wait = [&](const std::string& name, const std::string& metric, double wanted) {
    return wait_for_metric(name, metric, [wanted](double value) { return value == wanted; });
  };
  for (Member& member : members_) {
    if (!member.process || !member.process->running()) continue;
    Done done = Ok{};
    if (member.role == "dispatch") {
      done = wait(member.name, "monarch_dispatch_nodes_count", alive["notification"]);
    } else if (member.role == "notification") {
      done = wait(member.name, "monarch_notification_presence_links_count", alive["presence"]);
      if (done) {
        done = wait(member.name, "monarch_notification_peers_count", alive["notification"] - 1);
      }
      if (done) {
        done = wait(member.name, "monarch_notification_switchboards_count", alive["switchboard"]);
      }
    }
    if (!done) return done;
  }
  return Ok{};
}

Result<int, std::string> LocalCluster::stop(const std::string& name) {
  process(name).signal(SIGTERM);
  const auto status = process(name).wait(kStopWithin);
  if (!status) return fail(name + " did not end within its grace time");
  return *status;
}

Result<std::string, std::string> LocalCluster::redis_info(const std::string& section) const {
  std::string answer = redis_.execute(std::string("AUTH ") + kFixtureUser + " " +
                                      password_of(kFixtureUser) + "\r\nINFO " + section);
  if (!answer.starts_with("+OK\r\n$")) return fail("Redis: " + answer);
  return answer;
}

LocalCluster::Done LocalCluster::forget_in_redis(const std::vector<std::string>& keys) const {
  if (keys.empty()) return Ok{};
  std::string commands = std::string("AUTH ") + kFixtureUser + " " + password_of(kFixtureUser);
  commands += "\r\nDEL";
  for (const std::string& key : keys) commands += " " + key;
  const std::string answer = redis_.execute(commands);
  if (!answer.starts_with("+OK\r\n:")) return fail("Redis: " + answer);
  return Ok{};
}

std::string LocalCluster::log(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(log_path(name)).rdbuf();
  return text.str();
}

std::string LocalCluster::logs(std::size_t lines) const {
  std::string text;
  for (const Member& member : members_) {
    text += "--- " + member.name + "\n" + tail_of(log_path(member.name), lines, "    ");
  }
  return text;
}

}  // namespace monarch::testing
