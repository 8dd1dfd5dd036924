#include "testing/servers/tcp_listener.hpp"

#include <array>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "base/assert.hpp"

namespace monarch::testing {
namespace {

constexpr int kPatienceMs = 10'000;

// Whether the first can be read before the listener goes.
bool readable(int socket, int stop) {
  std::array<pollfd, 2> ends = {pollfd{socket, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
  return poll(ends.data(), ends.size(), kPatienceMs) > 0 && ends[1].revents == 0;
}

}  // namespace

bool Peer::fill() {
  if (!readable(socket_, stop_)) return false;
  std::array<char, 4096> piece{};
  const auto count = ::recv(socket_, piece.data(), piece.size(), 0);
  if (count <= 0) return false;
  buffer_.append(piece.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<std::string> Peer::line() {
  for (;;) {
    const auto end = buffer_.find("\r\n");
    if (end != std::string::npos) {
      auto text = buffer_.substr(0, end);
      buffer_.erase(0, end + 2);
      return text;
    }
    if (!fill()) return std::nullopt;
  }
}

std::optional<std::string> Peer::bytes(std::size_t count) {
  while (buffer_.size() < count) {
    if (!fill()) return std::nullopt;
  }
  auto text = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return text;
}

void Peer::write(std::string_view text) const {
  // What the peer does not take any more is not its business.
  (void)::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
}

TcpListener::TcpListener(Serve serve) {
  std::array<int, 2> ends{};
  // A server that a test starts must not keep the other end open.
  MONARCH_ASSERT(::pipe2(ends.data(), O_CLOEXEC) == 0);
  stop_read_ = ends[0];
  stop_write_ = ends[1];
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  MONARCH_ASSERT(::bind(socket_, generic, size) == 0);
  MONARCH_ASSERT(::listen(socket_, SOMAXCONN) == 0);
  MONARCH_ASSERT(::getsockname(socket_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, serve = std::move(serve)] { run(serve); });
}

TcpListener::~TcpListener() {
  ::close(stop_write_);
  thread_.join();
  ::close(socket_);
  ::close(stop_read_);
}

void TcpListener::run(const Serve& serve) const {
  std::array<pollfd, 2> ends = {pollfd{socket_, POLLIN, 0}, pollfd{stop_read_, POLLIN, 0}};
  while (poll(ends.data(), ends.size(), -1) > 0 && ends[1].revents == 0) {
    const int accepted = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted < 0) continue;
    Peer peer(accepted, stop_read_);
    serve(peer);
    ::close(accepted);
  }
}

}  // namespace monarch::testing
