// PrivatePostgres: a PostgreSQL server of a test's own, in a temporary directory, reachable on a
// free loopback port and a Unix socket; trust authentication, fsync off. Owned by the test (or
// shared by a whole test program); used from one thread. As root it runs as user postgres.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace monarch::testing {

class PrivatePostgres {
 public:
  // Initialises and starts; aborts the test program with the server's log if that fails.
  PrivatePostgres();
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;
  // Stops the server, also a frozen one, and deletes the directory.
  ~PrivatePostgres();

  // One server for the whole test program, ended with it.
  static PrivatePostgres& shared();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& socket_directory() const { return directory_; }
  // Over TCP, as superuser, without a password.
  [[nodiscard]] std::string conninfo(const std::string& database = "postgres") const;

  // Creates an empty database and returns its conninfo.
  [[nodiscard]] std::string fresh_database();
  // The same as a copy of a template that `prepare(conninfo)` fills the first time `name` is used
  // (say, with the migrations): a copy costs tens of milliseconds.
  [[nodiscard]] std::string fresh_database(
      const std::string& name, const std::function<void(const std::string& conninfo)>& prepare);

  // One statement; of a query, the columns of each row with a space between and a newline after
  // each row. Aborts the test program when it fails.
  std::string execute(const std::string& conninfo, const std::string& sql) const;

  // From now on these roles need their passwords over TCP; everybody else is still trusted.
  void require_password(const std::vector<std::string>& roles);

  void stop();    // at once, as a crash would
  void start();   // again, on the same port with the same data; returns when it answers
  void freeze();  // SIGSTOP to the server and its back ends: connections stay, nothing answers
  void thaw();

 private:
  void run_server();

  std::string directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
  unsigned databases_ = 0;
  std::map<std::string, std::string> templates_;
};

}  // namespace monarch::testing
