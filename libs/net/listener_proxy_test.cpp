// Listeners that require the PROXY protocol, over real sockets.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <map>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "net/listener.hpp"
#include "net/proxy_header.hpp"

namespace monarch::net {
namespace {

using namespace std::string_literals;

const std::string kLine = "PROXY TCP4 203.0.113.7 192.0.2.1 40000 1863\r\n";
const std::string kBinary =
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xCB\0\x71\x07\xC0\0\x02\x01\x9C\x40\x07\x47"s;

struct Client final : ConnectionHandler {
  void on_bytes(Connection& /*which*/, std::string_view bytes) override { received.append(bytes); }
  void on_closed(Connection& /*which*/, CloseReason reason) override { closed = reason; }
  std::shared_ptr<Connection> connection;
  std::string received;
  std::optional<CloseReason> closed;
};

class ListenerBehindAProxy : public testing::Test {
 protected:
  void open() {
    options.proxy.required = true;
    options.proxy.refused = [this](ProxyRefusal why) { ++refusals[why]; };
    auto opened = Listener::open(loop, {"127.0.0.1", 0}, options, [this](auto connection) {
      accepted.push_back(std::make_unique<Client>());
      accepted.back()->connection = connection;
      connection->start(*accepted.back());
    });
    ASSERT_TRUE(opened.ok()) << opened.error();
    listener = std::move(opened).value();
  }
  // The proxy's end.
  Client& dial() {
    dialled.push_back(std::make_unique<Client>());
    Client& client = *dialled.back();
    connect(loop, {"127.0.0.1", listener->port()}, std::chrono::seconds(5), nullptr,
            [&client](auto connected) {
              ASSERT_TRUE(connected.ok()) << connected.error();
              client.connection = *connected;
              client.connection->start(client);
            });
    EXPECT_TRUE(loop.run_until([&client] { return client.connection != nullptr; }));
    return client;
  }
  bool until(const std::function<bool()>& done) { return loop.run_until(done); }
  void expect_refused(Client& client, ProxyRefusal why) {
    EXPECT_TRUE(until([&] { return client.closed && refusals[why] == 1; }))
        << to_string(why) << " " << refusals[why];
    EXPECT_TRUE(accepted.empty());
  }

  Loop loop;
  ListenerOptions options = [] {
    ListenerOptions made;
    made.proxy.from = Networks::parse({"127.0.0.0/8"}).value();
    return made;
  }();
  std::map<ProxyRefusal, int> refusals;
  std::vector<std::unique_ptr<Client>> accepted;
  std::vector<std::unique_ptr<Client>> dialled;
  std::unique_ptr<Listener> listener;
};

TEST_F(ListenerBehindAProxy, KnowsTheClientByEitherVersion) {
  open();
  dial().connection->send(kLine + "VER 0 MSNP7\r\n");
  ASSERT_TRUE(until([this] { return accepted.size() == 1; }));
  EXPECT_EQ(accepted[0]->connection->peer_address(), "203.0.113.7");
  EXPECT_EQ(accepted[0]->connection->peer_port(), 40'000);
  // Not a byte of the client's is lost, and none of the header's is left.
  ASSERT_TRUE(until([this] { return accepted[0]->received == "VER 0 MSNP7\r\n"; }));
  accepted[0]->connection->send("VER 0 MSNP7\r\n");
  ASSERT_TRUE(until([this] { return dialled[0]->received == "VER 0 MSNP7\r\n"; }));

  dial().connection->send(kBinary + "VER 1 MSNP5\r\n");
  ASSERT_TRUE(until([this] { return accepted.size() == 2; }));
  EXPECT_EQ(accepted[1]->connection->peer_address(), "203.0.113.7");
  ASSERT_TRUE(until([this] { return accepted[1]->received == "VER 1 MSNP5\r\n"; }));
  EXPECT_TRUE(refusals.empty());
}

TEST_F(ListenerBehindAProxy, TakesTheHeaderInPieces) {
  open();
  for (const std::string& header : {kLine, kBinary}) {
    accepted.clear();
    Client& client = dial();
    const std::string all = header + "OUT\r\n";
    // Each piece is read before the next one is sent: the header byte by byte, which the kernel's
    // queue shows by being empty.
    for (const char c : all) client.connection->send(std::string(1, c));
    ASSERT_TRUE(until([this] { return accepted.size() == 1; }));
    ASSERT_TRUE(until([this] { return accepted[0]->received == "OUT\r\n"; }));
    EXPECT_EQ(accepted[0]->connection->peer_address(), "203.0.113.7");
  }
  // And with the loop turning in between.
  accepted.clear();
  Client& client = dial();
  for (const char c : kLine) {
    client.connection->send(std::string(1, c));
    bool turned = false;
    loop.post([&turned] { turned = true; });
    ASSERT_TRUE(until([&turned] { return turned; }));
  }
  ASSERT_TRUE(until([this] { return accepted.size() == 1; }));
}

TEST_F(ListenerBehindAProxy, TakesTheProxysOwnForWhatItIs) {
  open();
  dial().connection->send("PROXY UNKNOWN\r\nhello");
  dial().connection->send("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0hello"s);
  ASSERT_TRUE(until([this] { return accepted.size() == 2; }));
  for (const auto& client : accepted) {
    EXPECT_EQ(client->connection->peer_address(), "127.0.0.1");
    EXPECT_TRUE(until([&client] { return client->received == "hello"; }));
  }
}

TEST_F(ListenerBehindAProxy, CarriesIpv6) {
  open();
  dial().connection->send("PROXY TCP6 2001:db8::7 ::1 5 1863\r\n");
  ASSERT_TRUE(until([this] { return accepted.size() == 1; }));
  EXPECT_EQ(accepted[0]->connection->peer_address(), "2001:db8::7");
}

TEST_F(ListenerBehindAProxy, ClosesWhatComesFromElsewhere) {
  options.proxy.from = Networks::parse({"192.0.2.0/24"}).value();
  open();
  Client& client = dial();
  client.connection->send(kLine);
  expect_refused(client, ProxyRefusal::kUntrusted);
}

TEST_F(ListenerBehindAProxy, ClosesWhatIsNoHeader) {
  open();
  Client& client = dial();
  client.connection->send("VER 0 MSNP7 CVR0\r\n");
  expect_refused(client, ProxyRefusal::kBadHeader);
}

TEST_F(ListenerBehindAProxy, ClosesWhoSendsNoneInTime) {
  options.proxy.within = std::chrono::milliseconds(20);
  open();
  Client& client = dial();
  client.connection->send("PROXY TCP4 203.0.113.7 ");
  expect_refused(client, ProxyRefusal::kTimedOut);
}

TEST_F(ListenerBehindAProxy, NoticesWhoLeavesBefore) {
  open();
  Client& client = dial();
  client.connection->send("PROXY ");
  client.connection->close();
  expect_refused(client, ProxyRefusal::kLeft);
}

TEST_F(ListenerBehindAProxy, BoundsThoseWhoWait) {
  options.proxy.waiting_max = 2;
  open();
  Client& first = dial();
  first.connection->send("PROXY ");
  dial();
  Client& third = dial();
  expect_refused(third, ProxyRefusal::kTooMany);
  first.connection->send(kLine.substr(6));
  ASSERT_TRUE(until([this] { return accepted.size() == 1; }));
  dial().connection->send(kLine);
  ASSERT_TRUE(until([this] { return accepted.size() == 2; })) << "there is room again";
}

TEST_F(ListenerBehindAProxy, EndsThoseWhoWaitWhenItStops) {
  open();
  Client& client = dial();
  client.connection->send("PROXY ");
  bool turned = false;
  loop.post([&turned] { turned = true; });
  ASSERT_TRUE(until([&turned] { return turned; }));
  listener.reset();
  ASSERT_TRUE(until([&client] { return client.closed.has_value(); }));
  EXPECT_TRUE(refusals.empty());
}

}  // namespace
}  // namespace monarch::net
