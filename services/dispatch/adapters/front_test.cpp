// A dispatch node's door over real sockets: who is let in, for how long, and who is behind a proxy.
#include "dispatch/adapters/front.hpp"

#include <gtest/gtest.h>

#include "net/testing/socket_client.hpp"

namespace monarch::dispatch {
namespace {

using net::testing::SocketClient;

class DispatchFront : public ::testing::Test {
 protected:
  void open() {
    nodes.update({{.id = NodeId("notification-1"),
                   .incarnation = 1,
                   .advertised_address = "10.0.0.5:1863",
                   .capacity = 1000,
                   .load = 0,
                   .ready = true,
                   .heartbeat = 1}});
    settings.advertised_address = "127.0.0.1:1863";
    front.emplace(loop, clock, settings, nodes, limits, metrics);
    const auto opened = front->open({"127.0.0.1", 0});
    ASSERT_TRUE(opened.ok()) << opened.error();
  }
  std::uint16_t port() { return front->port(); }
  // The metric's value as /metrics shows it; empty: it is not there.
  std::string metric(const std::string& name) {
    const std::string text = "\n" + metrics.expose();
    const std::string begin = "\nmonarch_dispatch_" + name + " ";
    const std::size_t at = text.find(begin);
    if (at == std::string::npos) return {};
    const std::size_t value = at + begin.size();
    return text.substr(value, text.find('\n', value) - value);
  }

  net::Loop loop;
  SystemClock clock;
  SeededRandom random{1};
  NodePicker nodes{random};
  Settings settings;
  DispatchSettings limits;
  metrics::Registry metrics{"dispatch"};
  std::optional<Front> front;
};

const std::string kOpening = "VER 1 MSNP5\r\nINF 2\r\nUSR 3 MD5 I alice@example.com\r\n";

TEST_F(DispatchFront, RefersAndCountsWhatItSays) {
  open();
  SocketClient alice(loop, port());
  alice.send(kOpening);
  EXPECT_EQ(alice.line("XFR"), "XFR 3 NS 10.0.0.5:1863 0");
  EXPECT_TRUE(alice.ends());
  EXPECT_EQ(metric("closes_total{reason=\"referred\"}"), "1");
  nodes.update({});
  SocketClient bob(loop, port());
  bob.send(kOpening);
  EXPECT_EQ(bob.line("601"), "601 3");
  SocketClient carol(loop, port());
  carol.send("VER 1 MSNP5\r\nUSR 2 MD5 I carol@\r\n");
  EXPECT_EQ(carol.line("206"), "206 2");
  front->tell();
  EXPECT_EQ(metric("errors_total{code=\"601\"}"), "1");
  EXPECT_EQ(metric("errors_total{code=\"206\"}"), "1");
  EXPECT_EQ(metric("errors_total{code=\"911\"}"), "0") << "each is there from the start";
  EXPECT_EQ(metric("referrals_total{reason=\"only_node\",target=\"notification-1\"}"), "1");
  EXPECT_EQ(metric("referrals_total{reason=\"no_node\",target=\"none\"}"), "1");
  EXPECT_EQ(metric("commands_total{result=\"ok\",verb=\"USR\"}"), "1");
  EXPECT_EQ(metric("commands_total{result=\"error\",verb=\"USR\"}"), "2");
}

TEST_F(DispatchFront, ClosesWhoTakesTooLongWhateverHeSends) {
  settings.login_timeout = std::chrono::milliseconds(50);
  open();
  SocketClient silent(loop, port());
  SocketClient busy(loop, port());
  // Empty lines are no commands; nothing of them is kept.
  busy.send(std::string(200'000, '\n'));
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(busy.ends());
  EXPECT_EQ(metric("closes_total{reason=\"login_timeout\"}"), "2");
}

TEST_F(DispatchFront, LimitsConnectionsInAllAndOfOneAddress) {
  limits.connections_max = 3;
  limits.strangers.per_address_max = 2;
  open();
  SocketClient first(loop, port());
  SocketClient second(loop, port());
  SocketClient third(loop, port());
  EXPECT_TRUE(third.ends());
  EXPECT_EQ(metric("strangers_refused_total"), "1");
  EXPECT_EQ(metric("connections_refused_total"), "0");
  first.send(kOpening);
  EXPECT_TRUE(first.ends());
  SocketClient fourth(loop, port());
  fourth.send(kOpening);
  EXPECT_NE(fourth.line("XFR"), "") << "there is room again";
}

TEST_F(DispatchFront, LetsExemptAddressesInAsFarAsThereIsRoom) {
  limits.connections_max = 3;
  limits.strangers.per_address_max = 1;
  limits.strangers.networks = Networks::parse({"127.0.0.0/8"}).value();
  open();
  SocketClient first(loop, port());
  SocketClient second(loop, port());
  SocketClient third(loop, port());
  SocketClient fourth(loop, port());
  EXPECT_TRUE(fourth.ends());
  EXPECT_EQ(metric("strangers_refused_total"), "0");
  EXPECT_EQ(metric("connections_refused_total"), "1");
}

TEST_F(DispatchFront, CountsStrangersByTheAddressThatTheProxyTells) {
  limits.door.proxy_protocol = "required";
  limits.door.proxies = Networks::parse({"127.0.0.0/8"}).value();
  limits.strangers.per_address_max = 1;
  open();
  SocketClient alice(loop, port());
  alice.send("PROXY TCP4 203.0.113.1 127.0.0.1 40000 1863\r\nVER 1 MSNP5\r\n");
  EXPECT_NE(alice.line("VER 1"), "");
  SocketClient bob(loop, port());
  bob.send("PROXY TCP4 203.0.113.2 127.0.0.1 40000 1863\r\n" + kOpening);
  EXPECT_NE(bob.line("XFR"), "");
  SocketClient alice_again(loop, port());
  alice_again.send("PROXY TCP4 203.0.113.1 127.0.0.1 40001 1863\r\n" + kOpening);
  EXPECT_TRUE(alice_again.ends());
  EXPECT_EQ(metric("strangers_refused_total"), "1");
  SocketClient bare(loop, port());
  bare.send(kOpening);
  EXPECT_TRUE(bare.ends());
  EXPECT_EQ(metric("proxy_refusals_total{reason=\"bad_header\"}"), "1");
  EXPECT_EQ(metric("proxy_refusals_total{reason=\"untrusted\"}"), "0");
}

}  // namespace
}  // namespace monarch::dispatch
