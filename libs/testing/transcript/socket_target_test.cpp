#include "testing/transcript/socket_target.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace monarch::transcript {
namespace {

class LoopbackTarget : public SocketTarget {
 public:
  using SocketTarget::SocketTarget;
  Done prepare(const Fixture&) override { return Ok{}; }
  Result<std::string, std::string> resolve(const Node&) override { return fail(std::string()); }
  std::vector<std::string> ready(Role) override { return {}; }
};

// The other end: a listener on a free port, driven by the test's own thread.
class SocketTargetTest : public ::testing::Test {
 protected:
  SocketTargetTest() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, generic, size), 0);
    EXPECT_EQ(listen(listener_, 4), 0);
    EXPECT_EQ(getsockname(listener_, generic, &size), 0);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~SocketTargetTest() override {
    if (peer_ >= 0) ::close(peer_);
    ::close(listener_);
  }

  void accept() { peer_ = ::accept(listener_, nullptr, nullptr); }
  std::string heard(std::size_t size) const {
    std::string bytes(size, '\0');
    const ssize_t got = recv(peer_, bytes.data(), size, MSG_WAITALL);
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return bytes;
  }
  static TimePoint soon() { return SystemClock().now() + std::chrono::seconds(5); }

  int listener_;
  int peer_ = -1;
  std::string address_;
};

TEST_F(SocketTargetTest, SendsAndReceives) {
  for (const bool every_byte : {false, true}) {
    LoopbackTarget target({every_byte, std::chrono::seconds(5)});
    ASSERT_TRUE(target.connect("a", address_).ok());
    accept();
    ASSERT_TRUE(target.send("a", "VER 1\r\n").ok());
    EXPECT_EQ(heard(7), "VER 1\r\n");
    ASSERT_EQ(::send(peer_, "QNG\r\n", 5, MSG_NOSIGNAL), 5);
    const Received received = target.receive("a", soon());
    EXPECT_EQ(received.bytes, "QNG\r\n");
    EXPECT_FALSE(received.closed);
    ::close(peer_);
    peer_ = -1;
    EXPECT_TRUE(target.receive("a", soon()).closed);
  }
}

TEST_F(SocketTargetTest, AServerThatHasClosedIsNoErrorOfSend) {
  LoopbackTarget target;
  ASSERT_TRUE(target.connect("a", address_).ok());
  accept();
  ::close(peer_);
  peer_ = -1;
  EXPECT_TRUE(target.send("a", "PNG\r\n").ok());
  EXPECT_TRUE(target.send("a", "PNG\r\n").ok());
  EXPECT_TRUE(target.receive("a", soon()).closed);
}

TEST_F(SocketTargetTest, ADeadlineThatHasPassedLeavesNothing) {
  LoopbackTarget target;
  ASSERT_TRUE(target.connect("a", address_).ok());
  const Received received = target.receive("a", SystemClock().now());
  EXPECT_EQ(received.bytes, "");
  EXPECT_FALSE(received.closed);
}

TEST_F(SocketTargetTest, RefusedAndMalformedAddressesAreErrors) {
  LoopbackTarget target;
  EXPECT_FALSE(target.connect("a", "nowhere:1863").ok());
  EXPECT_FALSE(target.connect("a", "127.0.0.1:99999").ok());
  ::close(listener_);
  EXPECT_FALSE(target.connect("a", address_).ok());
  EXPECT_FALSE(target.send("b", "PNG\r\n").ok()) << "never connected";
}

}  // namespace
}  // namespace monarch::transcript
