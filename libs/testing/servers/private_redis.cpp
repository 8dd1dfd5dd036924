#include "testing/servers/private_redis.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/socket.h>
#include <unistd.h>

#include "testing/servers/server_process.hpp"

namespace monarch::testing {

using namespace detail;

namespace {

// Asks once and reads what comes in one piece; empty when nothing answers.
std::string ask(std::uint16_t port, const std::string& command) {
  const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval wait{5, 0};
  ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  const auto line = command + "\r\n";
  if (::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      ::send(connection, line.data(), line.size(), MSG_NOSIGNAL) > 0) {
    answer.resize(65536);
    const auto got = ::recv(connection, answer.data(), answer.size(), 0);
    answer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  }
  ::close(connection);
  return answer;
}

}  // namespace

PrivateRedis::PrivateRedis(std::vector<std::string> configuration)
    : configuration_(std::move(configuration)),
      directory_(make_directory("monarch-test-redis")),
      port_(free_port()) {
  start();
}

PrivateRedis::~PrivateRedis() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

PrivateRedis& PrivateRedis::shared() {
  static PrivateRedis server;
  return server;
}

void PrivateRedis::start() {
  if (pid_ >= 0) return;
  {
    std::ofstream file(directory_ + "/redis.conf");
    file << "bind 127.0.0.1\nport " << port_ << "\ndir " << directory_
         << "\nsave \"\"\nappendonly no\ndatabases 1\n";
    for (const auto& line : configuration_) file << line << '\n';
  }
  pid_ = spawn({"redis-server", directory_ + "/redis.conf"}, directory_ + "/server.log", "");
  // With a password even the refusal of a PING shows that it answers.
  const bool answers = wait_until(pid_, [this] { return !ask(port_, "PING").empty(); });
  if (!answers) give_up("Redis does not start:\n" + read_file(directory_ + "/server.log"));
}

void PrivateRedis::stop() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait_for_end(pid_);
  pid_ = -1;
}

void PrivateRedis::freeze() {
  if (pid_ >= 0) ::kill(pid_, SIGSTOP);
}

void PrivateRedis::thaw() {
  if (pid_ >= 0) ::kill(pid_, SIGCONT);
}

std::string PrivateRedis::execute(const std::string& command) const { return ask(port_, command); }

}  // namespace monarch::testing
