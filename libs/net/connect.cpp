#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "net/tcp_connection.hpp"

namespace monarch::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

struct Attempt : std::enable_shared_from_this<Attempt> {
  Attempt(Loop& its_loop, std::string its_target, ConnectCallback its_callback)
      : loop(its_loop),
        socket(its_loop.io().get_executor()),
        timer(its_loop),
        target(std::move(its_target)),
        callback(std::move(its_callback)) {}

  void fail_with(const std::string& why) {
    timer.cancel();
    error_code ignored;
    socket.close(ignored);
    if (const auto done = std::exchange(callback, nullptr)) {
      done(fail("cannot connect to " + target + ": " + why));
    }
  }

  void connected(const tcp::endpoint& peer, std::shared_ptr<const ConnectionOptions> options) {
    timer.cancel();
    error_code error;
    socket.native_non_blocking(true, error);
    const int descriptor = error ? -1 : socket.release(error);
    if (error) return fail_with(error.message());
    TcpConnection::prepare(descriptor, *options);
    auto connection = TcpConnection::adopt(loop, descriptor, peer.data(), std::move(options));
    if (!connection) return fail_with("the event loop cannot watch another socket");
    std::exchange(callback, nullptr)(std::shared_ptr<Connection>(std::move(connection)));
  }

  Loop& loop;
  asio::basic_stream_socket<tcp, asio::io_context::executor_type> socket;
  Timer timer;
  std::string target;
  ConnectCallback callback;
};

}  // namespace

void connect(Loop& loop, const Endpoint& to, Duration at_most,
             std::shared_ptr<const ConnectionOptions> options, ConnectCallback callback) {
  if (!options) options = std::make_shared<const ConnectionOptions>();
  auto attempt = std::make_shared<Attempt>(loop, to.to_string(), std::move(callback));
  error_code error;
  const auto address =
      asio::ip::make_address(to.host == "localhost" ? "127.0.0.1" : to.host, error);
  if (error) {
    asio::post(loop.io(), [attempt] { attempt->fail_with("not an IP address"); });
    return;
  }
  const tcp::endpoint peer(address, to.port);
  attempt->timer.start(at_most, [weak = std::weak_ptr(attempt)] {
    if (const auto self = weak.lock()) self->fail_with("timed out");
  });
  attempt->socket.async_connect(
      peer, [attempt, peer, options = std::move(options)](const error_code& failed) {
        if (!attempt->callback) return;
        if (failed) return attempt->fail_with(failed.message());
        attempt->connected(peer, options);
      });
}

}  // namespace monarch::net
