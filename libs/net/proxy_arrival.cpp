#include "net/proxy_arrival.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <span>
#include <unistd.h>
#include <utility>

namespace monarch::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

sockaddr_storage socket_address(const IpAddress& address, std::uint16_t port) {
  sockaddr_storage result{};
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  std::memcpy(&six.sin6_addr, address.bytes().data(), address.bytes().size());
  std::memcpy(&result, &six, sizeof six);
  return result;
}

}  // namespace

std::string_view to_string(ProxyRefusal why) {
  switch (why) {
    case ProxyRefusal::kUntrusted:
      return "untrusted";
    case ProxyRefusal::kBadHeader:
      return "bad_header";
    case ProxyRefusal::kTimedOut:
      return "timed_out";
    case ProxyRefusal::kLeft:
      return "left";
    case ProxyRefusal::kTooMany:
      return "too_many";
  }
  return "unknown";
}

std::shared_ptr<ProxyArrival> ProxyArrival::adopt(Loop& loop, int descriptor,
                                                  const sockaddr_storage& from) {
  auto arrival = std::make_shared<ProxyArrival>(loop, from);
  const auto protocol = from.ss_family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
  error_code error;
  arrival->socket_.assign(protocol, descriptor, error);
  if (error) {
    ::close(descriptor);
    return nullptr;
  }
  return arrival;
}

ProxyArrival::ProxyArrival(Loop& loop, const sockaddr_storage& from)
    : loop_(loop), socket_(loop.io().get_executor()), timer_(loop), from_(from) {}

void ProxyArrival::start(Duration within, Done done, Refused refused) {
  done_ = std::move(done);
  refused_ = std::move(refused);
  timer_.start(within, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->refuse(ProxyRefusal::kTimedOut);
  });
  wait();
}

void ProxyArrival::abandon() {
  timer_.cancel();
  done_ = nullptr;
  refused_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
}

void ProxyArrival::wait() {
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& error) {
    if (!error && self->socket_.is_open()) self->read();
  });
}

// What lies beyond the header stays in the kernel for whoever gets the socket: so the bytes are
// looked at first, and then only those are taken that belong to the header.
void ProxyArrival::read() {
  const std::span<char> buffer = loop_.read_buffer().first(kProxyHeaderBytesMax - header_.size());
  const ssize_t count =
      ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return wait();
  if (count <= 0) return refuse(ProxyRefusal::kLeft);
  const std::size_t before = header_.size();
  header_.append(buffer.data(), static_cast<std::size_t>(count));
  const ProxyVerdict verdict = parse_proxy_header(header_);
  if (verdict.step == ProxyVerdict::Step::kBad) return refuse(ProxyRefusal::kBadHeader);
  const bool done = verdict.step == ProxyVerdict::Step::kDone;
  const std::size_t taken = (done ? verdict.size : header_.size()) - before;
  if (::recv(socket_.native_handle(), buffer.data(), taken, MSG_DONTWAIT) !=
      static_cast<ssize_t>(taken)) {
    return refuse(ProxyRefusal::kLeft);
  }
  if (!done) return wait();
  finish(verdict.header);
}

void ProxyArrival::finish(const ProxyHeader& header) {
  timer_.cancel();
  error_code error;
  const int descriptor = socket_.release(error);
  if (error) return refuse(ProxyRefusal::kLeft);
  refused_ = nullptr;
  const auto done = std::exchange(done_, nullptr);
  if (!done) return;
  done(*this, descriptor, header.proxied ? socket_address(header.source, header.port) : from_);
}

void ProxyArrival::refuse(ProxyRefusal why) {
  const auto refused = std::exchange(refused_, nullptr);
  abandon();
  if (refused) refused(*this, why);
}

}  // namespace monarch::net
