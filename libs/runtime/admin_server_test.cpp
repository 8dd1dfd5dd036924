#include "runtime/admin_server.hpp"

#include <gtest/gtest.h>
#include <optional>

#include "net/connection.hpp"

namespace monarch::runtime {
namespace {

struct Client final : net::ConnectionHandler {
  void on_bytes(net::Connection& /*from*/, std::string_view bytes) override { answer += bytes; }
  void on_closed(net::Connection& /*which*/, net::CloseReason /*why*/) override { closed = true; }
  std::shared_ptr<net::Connection> connection;
  std::string answer;
  bool closed = false;
};

class AdminServerTest : public testing::Test {
 protected:
  void open(const AdminLimits& limits = {}) {
    auto opened = AdminServer::open(loop_, {"127.0.0.1", 0}, metrics_, health_, limits);
    ASSERT_TRUE(opened.ok()) << opened.error();
    server_ = std::move(opened).value();
  }
  void dial(Client& client) {
    net::connect(loop_, {"127.0.0.1", server_->port()}, std::chrono::seconds(5), nullptr,
                 [&client](auto connected) {
                   ASSERT_TRUE(connected.ok()) << connected.error();
                   client.connection = *connected;
                   client.connection->start(client);
                 });
    ASSERT_TRUE(loop_.run_until([&] { return client.connection != nullptr; }));
  }
  std::string ask(const std::vector<std::string>& parts) {
    Client client;
    dial(client);
    for (const auto& part : parts) {
      client.connection->send(part);
      bool passed = false;
      loop_.post([&] { passed = true; });
      loop_.run_until([&] { return passed; });
    }
    EXPECT_TRUE(loop_.run_until([&] { return client.closed; }));
    return client.answer;
  }
  std::string get(const std::string& path) {
    return ask({"GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"});
  }

  net::Loop loop_;
  metrics::Registry metrics_{"test"};
  Health health_;
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, AnswersWhatMachinesAsk) {
  open();
  metrics_.counter("things_total", "Things").add(3);
  auto& check = health_.add("redis");
  EXPECT_TRUE(get("/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(get("/metrics").find("monarch_test_things_total 3\n"), std::string::npos);
  const std::string not_ready = get("/readyz");
  EXPECT_TRUE(not_ready.starts_with("HTTP/1.1 503 ")) << not_ready;
  EXPECT_TRUE(not_ready.ends_with("redis: not ok (not yet known)\n")) << not_ready;
  check.set(true);
  EXPECT_TRUE(get("/readyz?verbose").starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(get("/other").starts_with("HTTP/1.1 404 "));
}

TEST_F(AdminServerTest, TakesARequestInPieces) {
  open();
  EXPECT_TRUE(ask({"GET /hea", "lthz HTT", "P/1.1\r\nHost: x", "\r\n\r", "\n"})
                  .starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(AdminServerTest, RefusesWhatItDoesNotServe) {
  open();
  EXPECT_TRUE(
      ask({"POST /metrics HTTP/1.1\r\nContent-Length: 0\r\n\r\n"}).starts_with("HTTP/1.1 405 "));
  EXPECT_TRUE(ask({"VER 0 MSNP7\r\n\r\n"}).starts_with("HTTP/1.1 400 "));
  const std::string head = ask({"HEAD /healthz HTTP/1.0\r\n\r\n"});
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
}

TEST_F(AdminServerTest, RefusesAHugeHeader) {
  open();
  const std::string answer = ask({"GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"});
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 ")) << answer;
}

TEST_F(AdminServerTest, ClosesWhoSaysNothing) {
  AdminLimits limits;
  limits.exchange_at_most = std::chrono::milliseconds(10);
  open(limits);
  EXPECT_EQ(ask({"GET /healthz"}), "");
}

TEST_F(AdminServerTest, HasRoomForAFewOnly) {
  AdminLimits limits;
  limits.connections_max = 1;
  open(limits);
  Client first;
  dial(first);
  first.connection->send("GET ");
  EXPECT_EQ(get("/healthz"), "");
  first.connection->send("/healthz HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(loop_.run_until([&] { return first.closed; }));
  EXPECT_TRUE(first.answer.starts_with("HTTP/1.1 200"));
}

}  // namespace
}  // namespace monarch::runtime
