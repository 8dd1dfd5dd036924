#include "testing/cluster/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "testing/transcript/socket_target.hpp"

namespace monarch::testing {
namespace {

bool is_free(const std::string& host, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const bool parsed = inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1;
  // As servers do it, so that what a former test left in TIME_WAIT does not count.
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool bound =
      parsed && bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return bound;
}

// The transcript's socket, without a transcript.
class PlainSocket : public transcript::SocketTarget {
 public:
  explicit PlainSocket(std::chrono::milliseconds patience) : SocketTarget({false, patience}) {}
  Done prepare(const transcript::Fixture&) override { return Ok{}; }
  Result<std::string, std::string> resolve(const transcript::Node&) override {
    return fail(std::string());
  }
  std::vector<std::string> ready(transcript::Role) override { return {}; }
};

}  // namespace

std::string fresh_loopback_corner() {
  static unsigned taken = 0;
  // 127.0.* and 127.1.* belong to ./dev up. Two processes of one start differ in pid; the step is
  // coprime to the number of corners, so that one process walks through all of them.
  constexpr unsigned kCorners = 120 * 256;
  for (unsigned tried = 0; tried < kCorners; ++tried) {
    const unsigned n = (static_cast<unsigned>(getpid()) + 7919 * taken++) % kCorners;
    std::string corner = "127." + std::to_string(100 + n / 256) + "." + std::to_string(n % 256);
    if (is_free(corner + ".1", kClientPort) && is_free(corner + ".1", kRpcPort)) return corner;
  }
  MONARCH_ASSERT(!"a free corner of 127.0.0.0/8");
  return {};
}

bool listens(const std::string& address) {
  PlainSocket socket(std::chrono::seconds(1));
  return socket.connect("", address).ok();
}

Result<AdminAnswer, std::string> ask_admin(const std::string& host, std::uint16_t port,
                                           const std::string& path,
                                           std::chrono::milliseconds bound) {
  PlainSocket socket(bound);
  const TimePoint deadline = SystemClock().now() + bound;
  if (auto done = socket.connect("", host + ":" + std::to_string(port)); !done) {
    return fail(done.error());
  }
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
  if (auto done = socket.send("", request); !done) return fail(done.error());
  std::string answer;
  while (true) {
    const transcript::Received received = socket.receive("", deadline);
    answer += received.bytes;
    if (received.closed) break;
    if (received.bytes.empty()) return fail("no whole answer to " + path);
  }
  const auto space = answer.find(' ');
  if (!answer.starts_with("HTTP/1.") || space == std::string::npos) {
    return fail("no HTTP answer to " + path);
  }
  const auto end_of_head = answer.find("\r\n\r\n");
  return AdminAnswer{std::atoi(answer.c_str() + space + 1),
                     end_of_head == std::string::npos ? "" : answer.substr(end_of_head + 4)};
}

}  // namespace monarch::testing
