// Settings: one description of what a process can be told; it becomes the flag --some-name, the
// environment variable MONARCH_SOME_NAME and the key some-name of the TOML file given by --config,
// which win in this order. Used by main() before anything else exists.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "runtime/security_settings.hpp"

namespace monarch::runtime {

// "5s", "250ms", "2m", "1h", and sums of them: "1m30s".
[[nodiscard]] Result<Duration, std::string> parse_duration(std::string_view text);
[[nodiscard]] std::string format_duration(Duration duration);

// The content of a file that holds one secret, without its trailing newline. Refused: missing,
// unreadable, empty, longer than 64 KiB, or readable by everybody. The error never shows the
// content.
[[nodiscard]] Result<std::string, std::string> read_secret_file(const std::string& path);
// The whole of a file of at most 64 KiB that is no secret and not empty.
[[nodiscard]] Result<std::string, std::string> read_small_file(const std::string& path);

class Settings {
 public:
  Settings(std::string program, std::string description, std::string version);
  ~Settings();
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  // Each add describes one setting: `name` as "some-name", what it is about in one line, and the
  // variable that holds its default now and its value after parse().
  void add(std::string name, std::string& value, std::string about);
  void add(std::string name, bool& value, std::string about);
  void add(std::string name, std::int64_t& value, std::string about, std::int64_t min,
           std::int64_t max);
  void add(std::string name, Duration& value, std::string about, Duration min, Duration max);
  // An empty host is no default: then the setting stays so unless it is given.
  void add(std::string name, Endpoint& value, std::string about);
  // An address to connect to or to tell others: checked by check_advertisable().
  void add_advertised(std::string name, Endpoint& value, std::string about);
  void add_choice(std::string name, std::string& value, std::string about,
                  std::vector<std::string> choices);
  // The setting is the path of a file; `secret` receives what it holds.
  void add_secret_file(std::string name, std::string& secret, std::string about);
  // May be given several times, or as a TOML array, or with commas.
  void add_list(std::string name, std::vector<std::string>& value, std::string about);
  // parse() refuses to go on when it was not given.
  void require(const std::string& name);
  // A check that looks at several settings, made when all are read; the error begins with the name
  // of a setting: "--dead-after: must be …".
  void check(std::function<Outcome<std::string>()> check);

  [[nodiscard]] bool given(const std::string& name) const;

  // What --help, --version, --check-config or an error lead to: print this, exit with that.
  struct Exit {
    int status = 0;
    std::string out;    // for stdout
    std::string error;  // for stderr: one line, without its newline
  };
  // Nothing: go on. Exit statuses: 0, or 2 for a setting that is wrong.
  [[nodiscard]] std::optional<Exit> parse(int argc, const char* const* argv);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What every process of the cluster can be told.
struct CommonSettings {
  std::string node_id;
  Endpoint rpc_bind{"127.0.0.1", 0};
  Endpoint rpc_advertise;  // default: rpc_bind, when that is an address one can tell others
  Endpoint admin_bind{"127.0.0.1", 0};
  Endpoint health_bind;  // no host: none
  SecuritySettings security;
  std::string log_level = "info";
  std::string log_format = "kv";
  Duration grace_time = std::chrono::seconds(30);
  Duration heartbeat_interval = std::chrono::seconds(1);
  Duration dead_after = std::chrono::seconds(5);
  Endpoint redis{"127.0.0.1", 6379};
  std::string redis_user;
  std::string redis_password;
};
void add_common(Settings& settings, CommonSettings& common);
// Of these, the ones that SecuritySettings holds.
void add_security(Settings& settings, SecuritySettings& security);

}  // namespace monarch::runtime
