// The limits of a client's connection over real sockets
// (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules): who floods is not read any more,
// who does not read is closed, and nobody else notices.
#include "notification/adapters/clients.hpp"

#include <gtest/gtest.h>

#include "net/testing/socket_client.hpp"
#include "notification/core/testing/house.hpp"

namespace monarch::notification {
namespace {

using net::testing::SocketClient;

class ClientsOfANode : public ::testing::Test {
 protected:
  void open() {
    door_.emplace(door_settings, metrics);
    door_->options().connection.send_buffer_bytes = 4096;
    door_->options().connection.receive_buffer_bytes = 4096;
    clients_.emplace(loop, *door_);
    node.emplace(settings, *clients_, links, auth, switchboards, Doors{doors, doors},
                 &testing::toy_md5, clock, random);
    driver.emplace(loop, *node, clock);
    driver->enter([](Node& n) { n.link_up(NodeId("presence-1")); });
    const auto opened = clients_->open({"127.0.0.1", 0}, *driver);
    ASSERT_TRUE(opened.ok()) << opened.error();
  }
  [[nodiscard]] std::uint16_t port() const { return clients_->port(); }

  // USR OK for the account of this number.
  void sign_in(SocketClient& client, std::uint64_t account) {
    const std::string handle = "user" + std::to_string(account) + "@example.com";
    client.send("VER 1 MSNP5\r\nINF 2\r\nUSR 3 MD5 I " + handle + "\r\n");
    ASSERT_NE(client.line("USR 3 MD5 S "), "");
    client.send("USR 4 MD5 S 0123456789abcdef0123456789abcdef\r\n");
    ASSERT_TRUE(loop.run_until([this] { return !auth.asked.empty(); }));
    const auto id = auth.asked.front().first;
    auth.asked.pop_front();
    driver->enter([&](Node& n) {
      n.verified(id, {Verified::Result::kOk, AccountId(account), true});
    });
    ASSERT_TRUE(loop.run_until([this] { return asked<model::OpenSession>() != nullptr; }));
    const auto open = asked<model::OpenSession>()->id;
    driver->enter([&](Node& n) { n.replied(open, model::Opened{{1, account}, "User"}); });
    links.sent.clear();
    ASSERT_NE(client.line("USR 4 OK "), "");
  }
  template <class T>
  const testing::FakeLinks::Sent* asked() const {
    for (const auto& sent : links.sent) {
      if (std::holds_alternative<T>(sent.request)) return &sent;
    }
    return nullptr;
  }
  std::uint64_t closes(CloseReason reason) const {
    return node->counters().closes[static_cast<std::size_t>(reason)];
  }

  net::Loop loop;
  SystemClock clock;
  SeededRandom random{1};
  metrics::Registry metrics{"notification"};
  runtime::ClientDoorSettings door_settings;
  Settings settings = [] {
    Settings made;
    made.node = NodeId("notification-1");
    made.advertised = "127.0.0.1:1863";
    return made;
  }();
  testing::FakeLinks links;
  testing::FakeAuth auth;
  testing::FakeSwitchboards switchboards;
  testing::FakeDoors doors;
  std::optional<runtime::ClientDoor> door_;
  std::optional<Clients> clients_;
  std::optional<Node> node;
  std::optional<Driver> driver;
};

TEST_F(ClientsOfANode, WhoFloodsIsNotReadAnyMoreAndOthersAreServed) {
  settings.commands_per_second = 1;
  settings.commands_burst = 50;
  open();
  SocketClient flooder(loop, port());
  SocketClient other(loop, port());
  sign_in(flooder, 1);
  sign_in(other, 2);
  ASSERT_TRUE(flooder.flood("PNG\r\n")) << "nothing holds it back";
  EXPECT_GE(node->counters().throttled, 1U);
  const auto received = node->counters().bytes_received;
  EXPECT_LT(received, 64U * 1024U) << "the rest waits in the kernel, and at his end";
  for (int i = 0; i < 20; ++i) {
    other.send("PNG\r\n");
    ASSERT_TRUE(other.reads("QNG\r\n")) << i;
  }
  EXPECT_EQ(node->counters().bytes_received, received + 20 * 5) << "of the other alone";
  EXPECT_FALSE(flooder.closed());
  EXPECT_EQ(closes(CloseReason::kBacklog), 0U);
}

TEST_F(ClientsOfANode, WhoIsSlowedDownLosesNothing) {
  settings.commands_per_second = 2000;
  settings.commands_burst = 10;
  open();
  SocketClient client(loop, port());
  sign_in(client, 1);
  std::string text;
  for (int i = 0; i < 500; ++i) text += "PNG\r\n";
  client.send(text + "FND 9 fname=A lname=B city=* state=* country=NL\r\n");
  EXPECT_NE(client.line("502 9"), "");
  EXPECT_GE(node->counters().throttled, 1U);
}

TEST_F(ClientsOfANode, WhoSendsOnAndOnWhileHeIsToWaitIsClosed) {
  settings.commands_per_second = 1'000'000;
  settings.commands_burst = 1'000'000;
  open();
  SocketClient client(loop, port());
  sign_in(client, 1);
  client.send("SYN 5 0\r\n");
  ASSERT_TRUE(loop.run_until([this] { return asked<model::Synchronize>() != nullptr; }));
  std::string pings;
  while (pings.size() < 256 * 1024) pings += "PNG\r\n";
  client.send(pings);
  EXPECT_TRUE(client.ends());
  EXPECT_EQ(closes(CloseReason::kBacklog), 1U);
}

TEST_F(ClientsOfANode, WhoDoesNotReadIsClosedAndOthersAreServed) {
  settings.commands_per_second = 1'000'000;
  settings.commands_burst = 1'000'000;
  door_settings.queue_bytes_max = 32 * 1024;
  open();
  SocketClient deaf(loop, port());
  SocketClient other(loop, port());
  sign_in(deaf, 1);
  sign_in(other, 2);
  deaf.stop_reading();
  std::string pings;
  for (int i = 0; i < 200; ++i) pings += "PNG\r\n";
  // He is answered a thousand bytes at a time; nothing beyond the kernel's room and the queue.
  int rounds = 0;
  while (closes(CloseReason::kSlowReader) == 0 && ++rounds < 20'000) {
    deaf.send(pings);
    other.send("PNG\r\n");
    ASSERT_TRUE(other.reads("QNG\r\n")) << rounds;
  }
  EXPECT_EQ(closes(CloseReason::kSlowReader), 1U);
  door_->update();
  EXPECT_NE(metrics.expose().find("monarch_notification_queued_bytes 0\n"), std::string::npos);
  EXPECT_EQ(node->connections(), 1U);
}

TEST_F(ClientsOfANode, StrangersOfOneAddressAreLimited) {
  settings.strangers_per_address_max = 2;
  open();
  SocketClient first(loop, port());
  SocketClient second(loop, port());
  SocketClient third(loop, port());
  EXPECT_TRUE(third.ends());
  EXPECT_EQ(node->counters().strangers_refused, 1U);
  sign_in(first, 1);
  SocketClient fourth(loop, port());
  sign_in(fourth, 2);
  EXPECT_FALSE(second.closed());
}

TEST_F(ClientsOfANode, AuthLearnsTheAddressThatTheProxyTells) {
  door_settings.proxy_protocol = "required";
  door_settings.proxies = Networks::parse({"127.0.0.0/8"}).value();
  open();
  SocketClient client(loop, port());
  client.send("PROXY TCP4 203.0.113.7 127.0.0.1 40000 1863\r\n");
  client.send("VER 1 MSNP5\r\nUSR 3 MD5 I user1@example.com\r\n");
  ASSERT_NE(client.line("USR 3 MD5 S "), "");
  client.send("USR 4 MD5 S 0123456789abcdef0123456789abcdef\r\n");
  ASSERT_TRUE(loop.run_until([this] { return !auth.asked.empty(); }));
  EXPECT_EQ(auth.asked.front().second.peer, "203.0.113.7");
  SocketClient bare(loop, port());
  bare.send("VER 1 MSNP5\r\n");
  EXPECT_TRUE(bare.ends());
  EXPECT_NE(
      metrics.expose().find("monarch_notification_proxy_refusals_total{reason=\"bad_header\"} 1\n"),
      std::string::npos);
}

}  // namespace
}  // namespace monarch::notification
