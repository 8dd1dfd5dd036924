// PrivateRedis: a Redis server of a test's own on a free loopback port, without persistence, so
// that a restarted one is empty. Owned by the test (or shared by a whole test program); used from
// one thread.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace monarch::testing {

class PrivateRedis {
 public:
  // `configuration`: lines of redis.conf, such as "user presence on >secret ~monarch:* +@all".
  explicit PrivateRedis(std::vector<std::string> configuration = {});
  PrivateRedis(const PrivateRedis&) = delete;
  PrivateRedis& operator=(const PrivateRedis&) = delete;
  ~PrivateRedis();

  // One server for the whole test program, ended with it. Tests that use it take keys of their own.
  static PrivateRedis& shared();

  [[nodiscard]] std::string host() const { return "127.0.0.1"; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  void stop();    // at once, as a crash would
  void start();   // again, on the same port, empty; returns when it answers
  void freeze();  // SIGSTOP: connections stay, nothing answers
  void thaw();
  // One inline command on a connection of its own ("CLIENT KILL TYPE normal"); the raw answer.
  std::string execute(const std::string& command) const;

 private:
  std::vector<std::string> configuration_;
  std::string directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace monarch::testing
