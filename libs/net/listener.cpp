#include "net/listener.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/proxy_arrival.hpp"
#include "net/tcp_connection.hpp"

namespace monarch::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// After so many the other connections of the loop get their turn.
constexpr int kAcceptsPerWakeUp = 64;

bool out_of_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

IpAddress address_of(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &peer, sizeof four);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &four.sin_addr, bytes.size());
    return IpAddress::v4(bytes);
  }
  sockaddr_in6 six{};
  std::memcpy(&six, &peer, sizeof six);
  IpAddress::Bytes bytes{};
  std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
  return IpAddress(bytes);
}

}  // namespace

class Listener::Impl : public std::enable_shared_from_this<Listener::Impl> {
 public:
  Impl(Loop& loop, const ListenerOptions& options, Accepted accepted, Failed failed)
      : loop_(loop),
        acceptor_(loop.io().get_executor()),
        pause_(loop),
        pause_on_error_(options.pause_on_error),
        connection_(std::make_shared<const ConnectionOptions>(options.connection)),
        proxy_(options.proxy),
        accepted_(std::move(accepted)),
        failed_(std::move(failed)) {}

  error_code open(const tcp::endpoint& endpoint, const ListenerOptions& options) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (error) return error;
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && options.reuse_port) {
      acceptor_.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true),
                           error);
    }
    if (!error) acceptor_.non_blocking(true, error);
    if (!error) acceptor_.bind(endpoint, error);
    if (error) return error;
    // Linux hands these options on to every connection accepted, which saves a handful of system
    // calls for each.
    TcpConnection::prepare(acceptor_.native_handle(), *connection_);
    acceptor_.listen(options.backlog, error);
    if (!error) wait();
    return error;
  }

  [[nodiscard]] std::uint16_t port() const {
    error_code error;
    return acceptor_.local_endpoint(error).port();
  }

  void stop() {
    stopped_ = true;
    pause_.cancel();
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& [key, arrival] : arrivals_) arrival->abandon();
    arrivals_.clear();
  }

 private:
  void wait() {
    acceptor_.async_wait(tcp::acceptor::wait_read,
                         [self = shared_from_this()](const error_code& error) {
                           if (!error && !self->stopped_) self->accept();
                         });
  }

  void accept() {
    for (int i = 0; i < kAcceptsPerWakeUp && !stopped_; ++i) {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      const int descriptor =
          ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                    SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor < 0) {
        if (errno == EAGAIN) break;
        if (out_of_resources(errno)) {
          rest(std::strerror(errno));
          return;
        }
        // Anything else is the fate of that one connection, which was gone before we came.
        continue;
      }
      if (!(proxy_.required ? receive(descriptor, peer) : hand_on(descriptor, peer))) {
        rest("the event loop cannot watch another socket");
        return;
      }
      failing_ = false;
    }
    if (!stopped_) wait();
  }

  // False: the loop cannot watch another socket.
  bool hand_on(int descriptor, const sockaddr_storage& peer) {
    auto connection = TcpConnection::adopt(loop_, descriptor,
                                           reinterpret_cast<const sockaddr*>(&peer), connection_);
    if (!connection) return false;
    accepted_(std::move(connection));
    return true;
  }

  // The same of a connection that a proxy carries, when the proxy has said whose it is.
  bool receive(int descriptor, const sockaddr_storage& peer) {
    const bool trusted = proxy_.from.contains(address_of(peer));
    if (!trusted || arrivals_.size() >= proxy_.waiting_max) {
      ::close(descriptor);
      refused(trusted ? ProxyRefusal::kTooMany : ProxyRefusal::kUntrusted);
      return true;
    }
    const auto arrival = ProxyArrival::adopt(loop_, descriptor, peer);
    if (!arrival) return false;
    arrivals_.emplace(arrival.get(), arrival);
    const auto weak = weak_from_this();
    arrival->start(
        proxy_.within,
        [weak](ProxyArrival& which, int its_descriptor, const sockaddr_storage& whose) {
          const auto self = weak.lock();
          if (!self) return static_cast<void>(::close(its_descriptor));
          self->arrivals_.erase(&which);
          // Only this one is lost when the loop has no room; the next accept will rest.
          static_cast<void>(self->hand_on(its_descriptor, whose));
        },
        [weak](ProxyArrival& which, ProxyRefusal why) {
          const auto self = weak.lock();
          if (!self) return;
          self->arrivals_.erase(&which);
          self->refused(why);
        });
    return true;
  }

  void refused(ProxyRefusal why) const {
    if (proxy_.refused) proxy_.refused(why);
  }

  // Trying again at once would only burn a core: the connections stay in the kernel's queue.
  void rest(const std::string& error) {
    if (!std::exchange(failing_, true) && failed_) failed_(error);
    pause_.start(pause_on_error_, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self && !self->stopped_) self->accept();
    });
  }

  Loop& loop_;
  asio::basic_socket_acceptor<tcp, asio::io_context::executor_type> acceptor_;
  Timer pause_;
  Duration pause_on_error_;
  std::shared_ptr<const ConnectionOptions> connection_;
  ProxyOptions proxy_;
  std::unordered_map<ProxyArrival*, std::shared_ptr<ProxyArrival>> arrivals_;
  Accepted accepted_;
  Failed failed_;
  bool failing_ = false;
  bool stopped_ = false;
};

Result<std::unique_ptr<Listener>, std::string> Listener::open(Loop& loop, const Endpoint& bind,
                                                              const ListenerOptions& options,
                                                              Accepted accepted, Failed failed) {
  error_code error;
  const std::string host = bind.host == "localhost" ? "127.0.0.1" : bind.host;
  const auto address = asio::ip::make_address(host, error);
  if (error) return fail("cannot listen on " + bind.to_string() + ": not an IP address");
  auto impl = std::make_shared<Impl>(loop, options, std::move(accepted), std::move(failed));
  error = impl->open(tcp::endpoint(address, bind.port), options);
  if (error) {
    impl->stop();
    return fail("cannot listen on " + bind.to_string() + ": " + error.message());
  }
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

Listener::Listener(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Listener::~Listener() { impl_->stop(); }

std::uint16_t Listener::port() const { return impl_->port(); }

void Listener::stop() { impl_->stop(); }

}  // namespace monarch::net
