#include "testing/transcript/socket_target.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace monarch::transcript {
namespace {

std::optional<sockaddr_in> to_sockaddr(const std::string& address) {
  const auto colon = address.find(':');
  sockaddr_in result{};
  result.sin_family = AF_INET;
  std::uint16_t port = 1863;  // docs/protocol/framing.md#1-transport
  if (colon != std::string::npos) {
    const char* end = address.data() + address.size();
    const auto [stop, error] = std::from_chars(address.data() + colon + 1, end, port);
    if (error != std::errc() || stop != end) return std::nullopt;
  }
  result.sin_port = htons(port);
  if (inet_pton(AF_INET, address.substr(0, colon).c_str(), &result.sin_addr) != 1) {
    return std::nullopt;
  }
  return result;
}

// Whether the socket is ready for `events` by the deadline.
bool wait_for(int socket, short events, TimePoint deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SystemClock().now());
    pollfd entry{socket, events, 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::max<long>(0, left.count())));
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) return false;
  }
}

std::string problem(const std::string& what) { return what + ": " + std::strerror(errno); }

}  // namespace

SocketTarget::~SocketTarget() {
  for (const auto& [conn, socket] : sockets_) ::close(socket);
}

Target::Done SocketTarget::connect(const std::string& conn, const std::string& address) {
  close(conn);
  const auto peer = to_sockaddr(address);
  if (!peer) return fail("no IPv4 address with port: " + address);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return fail(problem("socket"));
  sockets_[conn] = socket;
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&*peer), sizeof *peer) == 0) return Ok{};
  if (errno != EINPROGRESS) return fail(problem("connect to " + address));
  if (!wait_for(socket, POLLOUT, SystemClock().now() + options_.patience)) {
    return fail("connect to " + address + ": no answer");
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  errno = error;
  if (error != 0) return fail(problem("connect to " + address));
  return Ok{};
}

Target::Done SocketTarget::send(const std::string& conn, std::string_view bytes) {
  const auto socket = sockets_.find(conn);
  if (socket == sockets_.end()) return fail(conn + " is not connected");
  if (!options_.every_byte) return send_segment(socket->second, bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (auto done = send_segment(socket->second, bytes.substr(i, 1)); !done) return done;
  }
  return Ok{};
}

Target::Done SocketTarget::send_segment(int socket, std::string_view bytes) const {
  const TimePoint deadline = SystemClock().now() + options_.patience;
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return Ok{};  // receive() tells that the server has closed
    } else if (errno == EAGAIN) {
      if (!wait_for(socket, POLLOUT, deadline)) return fail(std::string("send: no progress"));
    } else if (errno != EINTR) {
      return fail(problem("send"));
    }
  }
  return Ok{};
}

Received SocketTarget::receive(const std::string& conn, TimePoint deadline) {
  const auto socket = sockets_.find(conn);
  if (socket == sockets_.end()) return {"", true};
  std::array<char, 16384> buffer{};
  while (wait_for(socket->second, POLLIN, deadline)) {
    const ssize_t got = ::recv(socket->second, buffer.data(), buffer.size(), 0);
    if (got > 0) return {std::string(buffer.data(), static_cast<std::size_t>(got)), false};
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    return {"", true};  // closed, or reset, which is a close too
  }
  return {"", false};
}

void SocketTarget::close(const std::string& conn) {
  const auto socket = sockets_.find(conn);
  if (socket == sockets_.end()) return;
  ::close(socket->second);
  sockets_.erase(socket);
}

}  // namespace monarch::transcript
