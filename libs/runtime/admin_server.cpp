#include "runtime/admin_server.hpp"

#include <optional>
#include <unordered_map>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "net/listener.hpp"
#include "runtime/log.hpp"

namespace monarch::runtime {

namespace http = boost::beast::http;

namespace {

struct Answer {
  const char* status;
  std::string body;
  const char* type = "text/plain; charset=utf-8";
};

std::string to_wire(const Answer& answer, bool head_only) {
  std::string wire = "HTTP/1.1 ";
  wire += answer.status;
  wire += "\r\nContent-Type: ";
  wire += answer.type;
  wire += "\r\nContent-Length: " + std::to_string(answer.body.size());
  wire += "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
  if (!head_only) wire += answer.body;
  return wire;
}

}  // namespace

// Every request has a connection of its own, which keeps it simple: who asks, asks every few
// seconds.
struct AdminServer::Impl : std::enable_shared_from_this<AdminServer::Impl> {
  Impl(net::Loop& its_loop, metrics::Registry& its_metrics, const Health& its_health,
       const AdminLimits& its_limits)
      : loop(its_loop), metrics(its_metrics), health(its_health), limits(its_limits) {}

  struct Exchange final : net::ConnectionHandler {
    Exchange(Impl& its_server, std::shared_ptr<net::Connection> its_connection)
        : server(its_server), connection(std::move(its_connection)), timer(its_server.loop) {
      parser.header_limit(static_cast<std::uint32_t>(server.limits.request_bytes_max));
      parser.body_limit(std::uint64_t{0});
      parser.eager(true);
    }

    void on_bytes(net::Connection& /*from*/, std::string_view bytes) override {
      // The parser reads a header only when it has all of it, so what came is kept; it is bounded.
      unread += bytes;
      boost::system::error_code error;
      const std::size_t used = parser.put(boost::asio::buffer(unread), error);
      unread.erase(0, used);
      if (parser.is_header_done()) {
        reply(server.answer(parser.get()), parser.get().method() == http::verb::head);
      } else if (unread.size() > server.limits.request_bytes_max ||
                 error == http::error::header_limit) {
        reply({"431 Request Header Fields Too Large", "too large\n"}, false);
      } else if (error && error != http::error::need_more) {
        reply({"400 Bad Request", "not an HTTP request\n"}, false);
      }
    }

    void on_closed(net::Connection& /*which*/, net::CloseReason /*reason*/) override {
      server.exchanges.erase(connection.get());  // and with it this
    }

    void reply(const Answer& answer, bool head_only) {
      connection->send(to_wire(answer, head_only));
      connection->close();
    }

    Impl& server;
    std::shared_ptr<net::Connection> connection;
    net::Timer timer;
    http::request_parser<http::empty_body> parser;
    std::string unread;
  };

  void accepted(std::shared_ptr<net::Connection> connection) {
    if (exchanges.size() >= limits.connections_max) {
      connection->abort();
      return;
    }
    net::Connection* key = connection.get();
    auto exchange = std::make_unique<Exchange>(*this, std::move(connection));
    exchange->timer.start(limits.exchange_at_most, [key] { key->abort(); });
    key->start(*exchange);
    exchanges.emplace(key, std::move(exchange));
  }

  Answer answer(const http::request<http::empty_body>& request) {
    if (request.method() != http::verb::get && request.method() != http::verb::head) {
      return {"405 Method Not Allowed", "only GET and HEAD\n"};
    }
    const std::string_view target(request.target().data(), request.target().size());
    const std::string_view path = target.substr(0, target.find('?'));
    if (path == "/metrics") {
      return {"200 OK", metrics.expose(), "text/plain; version=0.0.4; charset=utf-8"};
    }
    if (path == "/healthz") return {"200 OK", "ok\n"};
    if (path == "/readyz") {
      return {health.ready() ? "200 OK" : "503 Service Unavailable", health.describe()};
    }
    return {"404 Not Found", "there are /metrics, /healthz and /readyz\n"};
  }

  net::Loop& loop;
  metrics::Registry& metrics;
  const Health& health;
  AdminLimits limits;
  std::unique_ptr<net::Listener> listener;
  std::unordered_map<net::Connection*, std::unique_ptr<Exchange>> exchanges;
};

Result<std::unique_ptr<AdminServer>, std::string> AdminServer::open(net::Loop& loop,
                                                                    const Endpoint& bind,
                                                                    metrics::Registry& metrics,
                                                                    const Health& health,
                                                                    const AdminLimits& limits) {
  auto impl = std::make_shared<Impl>(loop, metrics, health, limits);
  net::ListenerOptions options;
  // The metrics are the largest answer, and whoever asks for them reads at once or not at all.
  options.connection.write_queue_bytes_max = 8 * 1024 * 1024;
  options.connection.linger_at_most = std::chrono::milliseconds(500);
  auto listener = net::Listener::open(
      loop, bind, options, [raw = impl.get()](auto connection) { raw->accepted(connection); },
      [](const std::string& error) {
        log::warn("admin_accept_failed", {{"error", error}});
      });
  if (!listener) return fail(listener.error());
  impl->listener = std::move(listener).value();
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(impl)));
}

AdminServer::AdminServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

AdminServer::~AdminServer() {
  impl_->listener.reset();
  for (auto& [connection, exchange] : impl_->exchanges) {
    connection->detach();
    connection->abort();
  }
}

std::uint16_t AdminServer::port() const { return impl_->listener->port(); }

}  // namespace monarch::runtime
