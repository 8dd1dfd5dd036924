#include "net/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "net/listener.hpp"
#include "net/tcp_connection.hpp"

namespace monarch::net {
namespace {

// One end of a connection, and all that it was told.
struct End final : ConnectionHandler {
  void on_bytes(Connection& which, std::string_view bytes) override {
    received.append(bytes);
    if (echo) which.send(bytes);
    if (close_on_bytes) which.close();
  }
  void on_drained(Connection& /*which*/) override { ++drained; }
  void on_closed(Connection& /*which*/, CloseReason reason) override {
    EXPECT_FALSE(closed.has_value()) << "told twice";
    closed = reason;
  }
  std::shared_ptr<Connection> connection;
  std::string received;
  std::optional<CloseReason> closed;
  int drained = 0;
  bool echo = false;
  bool close_on_bytes = false;
};

// The socket of this process whose other end has this port.
int descriptor_of_peer(std::uint16_t port) {
  for (int descriptor = 0; descriptor < 1024; ++descriptor) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
        peer.sin_family == AF_INET && ntohs(peer.sin_port) == port) {
      return descriptor;
    }
  }
  return -1;
}

class ConnectionTest : public testing::Test {
 protected:
  void open(ListenerOptions options = {}) {
    auto opened = Listener::open(loop, {"127.0.0.1", 0}, options, [this](auto connection) {
      server.connection = std::move(connection);
      server.connection->start(server);
    });
    ASSERT_TRUE(opened.ok()) << opened.error();
    listener = std::move(opened).value();
    connect(loop, {"127.0.0.1", listener->port()}, std::chrono::seconds(5), nullptr,
            [this](auto connected) {
              ASSERT_TRUE(connected.ok()) << connected.error();
              client.connection = *connected;
              client.connection->start(client);
            });
    ASSERT_TRUE(until([this] { return server.connection && client.connection; }));
  }
  bool until(const std::function<bool()>& done) { return loop.run_until(done); }

  Loop loop;
  End server;
  End client;
  std::unique_ptr<Listener> listener;
};

TEST_F(ConnectionTest, CarriesBytesBothWays) {
  open();
  server.echo = true;
  client.connection->send("VER 0 MSNP7\r\n");
  ASSERT_TRUE(until([this] { return client.received.size() == 13; }));
  EXPECT_EQ(client.received, "VER 0 MSNP7\r\n");
  EXPECT_EQ(server.connection->peer_address(), "127.0.0.1");
  EXPECT_NE(server.connection->peer_port(), 0);
}

TEST_F(ConnectionTest, QueuesWhatTheKernelDoesNotTakeInOrder) {
  ListenerOptions options;
  options.connection.write_queue_bytes_max = 64 * 1024 * 1024;
  options.connection.send_buffer_bytes = 4096;
  open(options);
  client.connection->pause_reading();
  std::string expected;
  for (int i = 0; i < 4000; ++i) {
    const std::string line = "line " + std::to_string(i) + std::string(700, 'x') + "\n";
    expected += line;
    if (i % 3 == 0) {
      server.connection->send(std::make_shared<const std::string>(line));
    } else {
      server.connection->send(line);
    }
  }
  EXPECT_GT(server.connection->queued_bytes(), 0U);
  client.connection->resume_reading();
  ASSERT_TRUE(until([&] { return client.received.size() == expected.size(); }));
  EXPECT_EQ(client.received, expected);
  EXPECT_EQ(server.connection->queued_bytes(), 0U);
  EXPECT_EQ(server.drained, 1);
}

TEST_F(ConnectionTest, ClosesASlowReader) {
  ListenerOptions options;
  options.connection.send_buffer_bytes = 4096;
  open(options);
  client.connection->pause_reading();
  const auto line = std::make_shared<const std::string>(std::string(64 * 1024, 'x'));
  int sent = 0;
  while (server.connection->open() && ++sent < 1000) server.connection->send(line);
  EXPECT_LT(sent, 1000);
  EXPECT_FALSE(server.closed.has_value()) << "never from inside a call";
  ASSERT_TRUE(until([this] { return server.closed.has_value(); }));
  EXPECT_EQ(server.closed, CloseReason::kSlowReader);
}

TEST_F(ConnectionTest, OthersAreServedWhileOneDoesNotRead) {
  ListenerOptions options;
  options.connection.send_buffer_bytes = 4096;
  options.connection.output = std::make_shared<OutputTotals>();
  open(options);
  const auto totals = options.connection.output;
  client.connection->pause_reading();
  End other;
  End others_server;
  std::swap(others_server, server);  // the listener's next
  others_server.connection->detach();
  others_server.connection->start(others_server);
  connect(loop, {"127.0.0.1", listener->port()}, std::chrono::seconds(5), nullptr,
          [&](auto connected) {
            other.connection = *connected;
            other.connection->start(other);
          });
  ASSERT_TRUE(until([&] { return server.connection && other.connection; }));
  server.echo = true;

  const auto line = std::make_shared<const std::string>(std::string(1024, 'x'));
  int rounds = 0;
  while (others_server.connection->open() && rounds < 20'000) {
    others_server.connection->send(line);
    if (++rounds % 100 != 0) continue;
    // The one who reads has his answer after each hundred lines that the other does not take.
    EXPECT_LE(totals->bytes, options.connection.write_queue_bytes_max + line->size());
    const std::size_t before = other.received.size();
    other.connection->send("PNG\r\n");
    ASSERT_TRUE(until([&] { return other.received.size() == before + 5; }));
  }
  EXPECT_FALSE(others_server.connection->open());
  ASSERT_TRUE(until([&] { return others_server.closed.has_value(); }));
  EXPECT_EQ(others_server.closed, CloseReason::kSlowReader);
  EXPECT_TRUE(server.connection->open());
  EXPECT_EQ(totals->bytes, 0U) << "nothing is kept of it";
  EXPECT_EQ(totals->connections, 0U);
}

TEST_F(ConnectionTest, ManySmallSendsCountAgainstTheLimitToo) {
  ListenerOptions options;
  options.connection.send_buffer_bytes = 4096;
  options.connection.write_queue_bytes_max = 100'000;
  open(options);
  client.connection->pause_reading();
  const auto line = std::make_shared<const std::string>("x");
  server.connection->send(std::string(80'000, 'x'));
  // Whatever the kernel took, the rest of the limit is used up by what each pointer costs.
  std::size_t sent = 0;
  while (server.connection->open() && sent < 8'000'000) {
    server.connection->send(line);
    ++sent;
  }
  EXPECT_FALSE(server.connection->open());
}

TEST_F(ConnectionTest, APausedReaderReadsNothingUntilResumed) {
  open();
  server.connection->pause_reading();
  client.echo = false;
  client.connection->send("held");
  bool passed = false;
  Timer turn(loop);
  turn.start(std::chrono::milliseconds(20), [&] { passed = true; });
  ASSERT_TRUE(until([&] { return passed; }));
  EXPECT_EQ(server.received, "");
  server.connection->resume_reading();
  ASSERT_TRUE(until([this] { return server.received == "held"; }));
}

TEST_F(ConnectionTest, GracefulCloseDeliversEverythingAndWaitsForThePeer) {
  ListenerOptions options;
  options.connection.write_queue_bytes_max = 8 * 1024 * 1024;
  options.connection.send_buffer_bytes = 4096;
  open(options);
  client.connection->pause_reading();
  const std::string owed(256 * 1024, 'o');
  server.connection->send(owed);
  server.connection->close();
  server.connection->send("too late");
  EXPECT_FALSE(server.connection->open());
  // Input that nobody reads any more would turn the close into a reset and lose the output.
  client.connection->send("unread");
  client.connection->resume_reading();
  ASSERT_TRUE(until([this] { return client.closed && server.closed; }));
  EXPECT_EQ(client.received.size(), owed.size());
  EXPECT_EQ(client.closed, CloseReason::kPeer);
  EXPECT_EQ(server.closed, CloseReason::kLocal);
  EXPECT_EQ(server.received, "");
}

TEST_F(ConnectionTest, LingeringIsBounded) {
  ListenerOptions options;
  options.connection.linger_at_most = std::chrono::milliseconds(10);
  open(options);
  client.connection->pause_reading();  // it never notices, and never closes
  server.connection->close();
  ASSERT_TRUE(until([this] { return server.closed.has_value(); }));
  EXPECT_EQ(server.closed, CloseReason::kLocal);
}

TEST_F(ConnectionTest, FlushingIsBounded) {
  ListenerOptions options;
  options.connection.write_queue_bytes_max = 64 * 1024 * 1024;
  options.connection.send_buffer_bytes = 4096;
  options.connection.flush_at_most = std::chrono::milliseconds(10);
  open(options);
  client.connection->pause_reading();
  server.connection->send(std::string(16 * 1024 * 1024, 'x'));
  ASSERT_GT(server.connection->queued_bytes(), 0U);
  server.connection->close();
  ASSERT_TRUE(until([this] { return server.closed.has_value(); }));
}

TEST_F(ConnectionTest, CloseFromInsideOnBytes) {
  open();
  server.close_on_bytes = true;
  client.connection->send("OUT\r\n");
  ASSERT_TRUE(until([this] { return client.closed && server.closed; }));
  EXPECT_EQ(client.closed, CloseReason::kPeer);
}

TEST_F(ConnectionTest, AbortTellsBothSides) {
  open();
  server.connection->abort();
  EXPECT_FALSE(server.closed.has_value());
  ASSERT_TRUE(until([this] { return client.closed && server.closed; }));
  EXPECT_EQ(server.closed, CloseReason::kLocal);
}

TEST_F(ConnectionTest, ADetachedHandlerHearsNothing) {
  open();
  server.connection->detach();
  server.connection->close();
  server.connection.reset();
  client.connection->send("x");
  ASSERT_TRUE(until([this] { return client.closed.has_value(); }));
  EXPECT_FALSE(server.closed.has_value());
  EXPECT_EQ(server.received, "");
}

TEST_F(ConnectionTest, TheLoopKeepsAConnectionThatNobodyHolds) {
  open();
  server.connection.reset();
  client.connection->send("x");
  ASSERT_TRUE(until([this] { return server.received == "x"; }));
}

// docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules: 60 s, three probes.
TEST_F(ConnectionTest, ProbesASilentPeer) {
  open();
  const int descriptor = descriptor_of_peer(server.connection->peer_port());
  ASSERT_GE(descriptor, 0);
  const auto option = [descriptor](int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    EXPECT_EQ(::getsockopt(descriptor, level, name, &value, &size), 0);
    return value;
  };
  EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 60);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPCNT), 3);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_NODELAY), 1);
}

TEST_F(ConnectionTest, AnIdleConnectionIsSmall) {
  EXPECT_LE(sizeof(TcpConnection), 384U) << "it is paid for every client that is signed in";
}

TEST(ListenerTest, NamesTheAddressThatItCannotHave) {
  Loop loop;
  auto first = Listener::open(loop, {"127.0.0.1", 0}, {}, [](auto) {});
  ASSERT_TRUE(first.ok());
  const Endpoint taken{"127.0.0.1", (*first)->port()};
  auto second = Listener::open(loop, taken, {}, [](auto) {});
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().find(taken.to_string()), std::string::npos) << second.error();
}

TEST(ListenerTest, LoopsMayShareAPort) {
  Loop loop;
  ListenerOptions options;
  options.reuse_port = true;
  auto first = Listener::open(loop, {"127.0.0.1", 0}, options, [](auto) {});
  ASSERT_TRUE(first.ok());
  auto second = Listener::open(loop, {"127.0.0.1", (*first)->port()}, options, [](auto) {});
  EXPECT_TRUE(second.ok());
}

TEST(ConnectTest, ReportsARefusal) {
  Loop loop;
  std::uint16_t port = 0;
  {
    auto listener = Listener::open(loop, {"127.0.0.1", 0}, {}, [](auto) {});
    port = (*listener)->port();
  }
  std::string error;
  connect(loop, {"127.0.0.1", port}, std::chrono::seconds(5), nullptr,
          [&](auto connected) { error = connected.ok() ? "connected" : connected.error(); });
  ASSERT_TRUE(loop.run_until([&] { return !error.empty(); }));
  EXPECT_NE(error.find("cannot connect to 127.0.0.1"), std::string::npos) << error;
}

TEST(ListenerTest, RestsWhenDescriptorsRunOutAndGoesOnAfterwards) {
  Loop loop;
  int failures = 0;
  int accepted = 0;
  ListenerOptions options;
  options.pause_on_error = std::chrono::milliseconds(5);
  auto listener = Listener::open(
      loop, {"127.0.0.1", 0}, options, [&](auto) { ++accepted; },
      [&](const std::string&) { ++failures; });
  ASSERT_TRUE(listener.ok());
  std::shared_ptr<Connection> client;
  bool answered = false;
  connect(loop, {"127.0.0.1", (*listener)->port()}, std::chrono::seconds(5), nullptr,
          [&](auto connected) {
            answered = true;
            if (connected.ok()) client = *connected;
          });
  // The lowest free descriptor as the limit: connect() has taken its own, accept() gets none.
  const int lowest = ::dup(0);
  ::close(lowest);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(lowest);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  EXPECT_TRUE(loop.run_until([&] { return answered && failures == 1; }));
  EXPECT_EQ(accepted, 0);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(loop.run_until([&] { return accepted == 1; }));
  EXPECT_EQ(failures, 1) << "once per spell";
}

}  // namespace
}  // namespace monarch::net
