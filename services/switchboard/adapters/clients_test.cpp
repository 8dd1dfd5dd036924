// The limits of a client's connection over real sockets
// (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules): who floods is not read any more,
// who does not read is closed, and nobody else notices.
#include "switchboard/adapters/clients.hpp"

#include <gtest/gtest.h>

#include "net/testing/socket_client.hpp"
#include "switchboard/core/testing/stage.hpp"

namespace monarch::switchboard {
namespace {

using net::testing::SocketClient;

class ClientsOfASwitchboard : public ::testing::Test {
 protected:
  void open() {
    door_.emplace(door_settings, metrics);
    door_->options().connection.send_buffer_bytes = 4096;
    door_->options().connection.receive_buffer_bytes = 4096;
    clients_.emplace(loop, *door_);
    exchange.emplace(settings, *clients_, presence, clock, random);
    driver.emplace(loop, *exchange, clock);
    const auto opened = clients_->open({"127.0.0.1", 0}, *driver);
    ASSERT_TRUE(opened.ok()) << opened.error();
  }
  [[nodiscard]] std::uint16_t port() const { return clients_->port(); }

  void begin(SocketClient& client, const std::string& name) {
    const auto ticket = driver->enter([&](Exchange& e) { return e.reserve(user(name)).value(); });
    client.send("USR 1 " + name + "@example.com " + ticket + "\r\n");
    ASSERT_NE(client.line("USR 1 OK "), "");
  }
  void join(SocketClient& caller, SocketClient& callee, const std::string& name) {
    caller.send("CAL 2 " + name + "@example.com\r\n");
    ASSERT_TRUE(loop.run_until([this] { return !presence.asked.empty(); }));
    const auto asked = presence.take();
    const Identity identity = user(name);
    driver->enter([&](Exchange& e) {
      e.invited(asked.id, {.result = Invited::Result::kReachable,
                           .account = identity.account,
                           .session = identity.session,
                           .dialect = identity.dialect,
                           .name = identity.name});
    });
    callee.send(Stage::answer_line(asked));
    ASSERT_NE(callee.line("ANS 1 OK"), "");
    ASSERT_NE(caller.line("JOI "), "");
  }
  std::uint64_t closes(CloseReason reason) const {
    return exchange->counters().closes[static_cast<std::size_t>(reason)];
  }

  net::Loop loop;
  SystemClock clock;
  SeededRandom random{1};
  metrics::Registry metrics{"switchboard"};
  runtime::ClientDoorSettings door_settings;
  Settings settings = stage_settings();
  FakePresence presence;
  std::optional<runtime::ClientDoor> door_;
  std::optional<Clients> clients_;
  std::optional<Exchange> exchange;
  std::optional<Driver> driver;
};

const std::string kMessage = "MSG 5 U 500\r\n" + std::string(498, 'x') + "\r\n";

TEST_F(ClientsOfASwitchboard, WhoFloodsIsNotReadAnyMoreAndOthersAreServed) {
  settings.messages_per_second = 1;
  settings.messages_burst = 50;
  open();
  SocketClient alice(loop, port());
  SocketClient bob(loop, port());
  SocketClient carol(loop, port());
  begin(alice, "alice");
  join(alice, bob, "bob");
  begin(carol, "carol");
  ASSERT_TRUE(alice.flood(kMessage)) << "nothing holds her back";
  EXPECT_GE(exchange->counters().throttled, 1U);
  const auto received = exchange->counters().bytes_received;
  EXPECT_LT(received, 128U * 1024U) << "the rest waits in the kernel, and at her end";
  for (int i = 0; i < 20; ++i) {
    carol.send("PNG\r\n");
    ASSERT_TRUE(carol.reads("QNG\r\n")) << i;
    bob.send("PNG\r\n");
    ASSERT_TRUE(bob.reads("QNG\r\n")) << i;
  }
  EXPECT_EQ(exchange->counters().bytes_received, received + 20 * 10) << "of the others alone";
  EXPECT_FALSE(alice.closed());
  EXPECT_EQ(closes(CloseReason::kBacklog), 0U);
}

TEST_F(ClientsOfASwitchboard, WhoDoesNotReadIsClosedAndOthersAreServed) {
  settings.messages_per_second = 0;
  door_settings.queue_bytes_max = 32 * 1024;
  open();
  SocketClient alice(loop, port());
  SocketClient bob(loop, port());
  SocketClient carol(loop, port());
  begin(alice, "alice");
  join(alice, bob, "bob");
  join(alice, carol, "carol");
  bob.stop_reading();
  int rounds = 0;
  while (closes(CloseReason::kSlowReader) == 0 && ++rounds < 20'000) {
    alice.send(kMessage);
    ASSERT_NE(carol.line("MSG alice@example.com "), "") << rounds;
  }
  EXPECT_EQ(closes(CloseReason::kSlowReader), 1U);
  EXPECT_NE(carol.line("BYE bob@example.com"), "");
  EXPECT_GE(exchange->counters().deliveries_lost, 1U);
  door_->update();
  EXPECT_NE(metrics.expose().find("monarch_switchboard_queued_bytes 0\n"), std::string::npos);
  alice.send("PNG\r\n");
  EXPECT_NE(alice.line("QNG"), "");
}

TEST_F(ClientsOfASwitchboard, StandsBehindAProxyToo) {
  door_settings.proxy_protocol = "required";
  door_settings.proxies = Networks::parse({"127.0.0.1"}).value();
  open();
  SocketClient alice(loop, port());
  alice.send("PROXY TCP4 203.0.113.7 127.0.0.1 40000 1863\r\n");
  begin(alice, "alice");
  SocketClient bare(loop, port());
  bare.send("USR 1 alice@example.com 1.1\r\n");
  EXPECT_TRUE(bare.ends());
  EXPECT_NE(
      metrics.expose().find("monarch_switchboard_proxy_refusals_total{reason=\"bad_header\"} 1\n"),
      std::string::npos);
}

}  // namespace
}  // namespace monarch::switchboard
