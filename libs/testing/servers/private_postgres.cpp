#include "testing/servers/private_postgres.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <libpq-fe.h>
#include <memory>
#include <pwd.h>
#include <unistd.h>

#include "testing/servers/server_process.hpp"

// libpqxx 6.4 forgets one result (2 kB) each time a connection breaks in the middle of a statement;
// outage tests would not be clean with the leak sanitizer for it. Looked up by name by the
// sanitizer.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx\n"; }

namespace monarch::testing {

using namespace detail;

namespace {

constexpr const char* kBinaries = "/usr/lib/postgresql/15/bin/";

// PostgreSQL refuses to run as root.
std::string server_user() { return ::geteuid() == 0 ? "postgres" : ""; }

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

Connection connect(const std::string& conninfo) {
  return {PQconnectdb((conninfo + " connect_timeout=5").c_str()), &PQfinish};
}

}  // namespace

PrivatePostgres::PrivatePostgres() : directory_(make_directory("monarch-test-pg")) {
  const auto user = server_user();
  if (const passwd* entry = user.empty() ? nullptr : ::getpwnam(user.c_str())) {
    if (::chown(directory_.c_str(), entry->pw_uid, entry->pw_gid) != 0) give_up("cannot chown");
  }
  const auto initdb =
      spawn({std::string(kBinaries) + "initdb", "-D", directory_ + "/data", "-U", "postgres", "-A",
             "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
            directory_ + "/initdb.log", user);
  if (wait_for_end(initdb) != 0) give_up(read_file(directory_ + "/initdb.log"));
  port_ = free_port();
  run_server();
}

PrivatePostgres::~PrivatePostgres() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

PrivatePostgres& PrivatePostgres::shared() {
  static PrivatePostgres server;
  return server;
}

std::string PrivatePostgres::conninfo(const std::string& database) const {
  return "host=127.0.0.1 port=" + std::to_string(port_) + " user=postgres dbname=" + database;
}

void PrivatePostgres::run_server() {
  const auto setting = [](const std::string& text) { return "-c" + text; };
  pid_ = spawn({std::string(kBinaries) + "postgres", "-D", directory_ + "/data",
                setting("port=" + std::to_string(port_)), setting("listen_addresses=127.0.0.1"),
                setting("unix_socket_directories=" + directory_), setting("fsync=off"),
                setting("full_page_writes=off"), setting("max_connections=60"),
                setting("shared_buffers=16MB"), setting("autovacuum=off")},
               directory_ + "/server.log", server_user());
  const bool answers = wait_until(
      pid_, [this] { return PQping((conninfo() + " connect_timeout=5").c_str()) == PQPING_OK; });
  if (!answers) give_up("PostgreSQL does not start:\n" + read_file(directory_ + "/server.log"));
}

void PrivatePostgres::require_password(const std::vector<std::string>& roles) {
  std::string rules;
  for (const auto& role : roles) rules += "host all " + role + " 127.0.0.1/32 scram-sha-256\n";
  rules += "host all all 127.0.0.1/32 trust\nlocal all all trust\n";
  // Written over, not replaced: the file keeps its owner, as whom the server runs.
  std::ofstream(directory_ + "/data/pg_hba.conf", std::ios::trunc) << rules;
  execute(conninfo(), "SELECT pg_reload_conf()");
}

void PrivatePostgres::start() {
  if (pid_ < 0) run_server();
}

void PrivatePostgres::stop() {
  if (pid_ < 0) return;
  thaw();
  // SIGQUIT: at once, without a checkpoint, as if it had crashed.
  ::kill(pid_, SIGQUIT);
  wait_for_end(pid_);
  pid_ = -1;
}

void PrivatePostgres::freeze() {
  if (pid_ < 0) return;
  // The postmaster first, so that it starts no further back end.
  ::kill(pid_, SIGSTOP);
  for (const auto child : children_of(pid_)) ::kill(child, SIGSTOP);
}

void PrivatePostgres::thaw() {
  if (pid_ < 0) return;
  for (const auto child : children_of(pid_)) ::kill(child, SIGCONT);
  ::kill(pid_, SIGCONT);
}

std::string PrivatePostgres::execute(const std::string& conninfo, const std::string& sql) const {
  const auto connection = connect(conninfo);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()),
                                                             &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    give_up(sql + ": " + PQerrorMessage(connection.get()));
  }
  std::string text;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      text += (column == 0 ? "" : " ") + std::string(PQgetvalue(result.get(), row, column));
    }
    text += '\n';
  }
  return text;
}

std::string PrivatePostgres::fresh_database() {
  const auto name = "test_" + std::to_string(++databases_);
  execute(conninfo(), "CREATE DATABASE " + name + " TEMPLATE template0");
  return conninfo(name);
}

std::string PrivatePostgres::fresh_database(
    const std::string& name, const std::function<void(const std::string& conninfo)>& prepare) {
  auto& original = templates_[name];
  if (original.empty()) {
    original = "template_" + std::to_string(templates_.size());
    execute(conninfo(), "CREATE DATABASE " + original + " TEMPLATE template0");
    prepare(conninfo(original));
  }
  const auto copy = "test_" + std::to_string(++databases_);
  execute(conninfo(), "CREATE DATABASE " + copy + " TEMPLATE " + original);
  return conninfo(copy);
}

}  // namespace monarch::testing
