// SocketClient: the other end of a listener under test, on the same loop: it connects, sends, and
// keeps what it has read. Not for production.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "net/connection.hpp"
#include "net/loop.hpp"

namespace monarch::net::testing {

class SocketClient final : public ConnectionHandler {
 public:
  // As much as it likes may wait at its end; little does in the kernel.
  SocketClient(Loop& loop, std::uint16_t port) : loop_(loop) {
    ConnectionOptions options;
    options.write_queue_bytes_max = std::size_t{256} << 20U;
    options.send_buffer_bytes = 4096;
    options.receive_buffer_bytes = 4096;
    connect(loop, {"127.0.0.1", port}, std::chrono::seconds(5),
            std::make_shared<const ConnectionOptions>(options), [this](auto connected) {
              MONARCH_ASSERT(connected.ok());
              connection_ = *connected;
              connection_->start(*this);
            });
    const bool up = loop.run_until([this] { return connection_ != nullptr; });
    MONARCH_ASSERT(up);
  }
  ~SocketClient() override {
    connection_->detach();
    connection_->abort();
  }
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  void send(std::string_view bytes) { connection_->send(bytes); }
  void stop_reading() { connection_->pause_reading(); }
  [[nodiscard]] std::size_t unsent() const { return connection_->queued_bytes(); }
  [[nodiscard]] bool closed() const { return closed_; }
  // What it has read since the last time, when that ends with `end`; false: it never did.
  [[nodiscard]] bool reads(std::string_view end) {
    const bool came = loop_.run_until([&] { return received_.ends_with(end); });
    if (came) received_.clear();
    return came;
  }
  // The line that begins so, which has come or comes.
  [[nodiscard]] std::string line(std::string_view begin) {
    std::string found;
    (void)loop_.run_until([&] {
      const std::size_t at = ("\n" + received_).find("\n" + std::string(begin));
      const std::size_t end = at == std::string::npos ? at : received_.find("\r\n", at);
      if (end == std::string::npos) return false;
      found = received_.substr(at, end - at);
      received_.erase(0, end + 2);
      return true;
    });
    return found;
  }
  [[nodiscard]] bool ends() {
    return loop_.run_until([this] { return closed_; });
  }
  // Sends this over and over until the other side takes no more, so that a good deal waits here.
  // False: it took all of 64 MiB.
  [[nodiscard]] bool flood(std::string_view line) {
    constexpr std::size_t kWaiting = 512 * 1024;
    constexpr int kChunksMax = 4096;
    std::string chunk;
    while (chunk.size() < 16 * 1024) chunk.append(line);
    for (int i = 0; i < kChunksMax && !closed_; ++i) {
      send(chunk);
      if (unsent() >= kWaiting) return true;
      bool turned = false;
      loop_.post([&turned] { turned = true; });
      (void)loop_.run_until([&turned] { return turned; });
    }
    return false;
  }

  void on_bytes(Connection& /*connection*/, std::string_view bytes) override {
    received_.append(bytes);
  }
  void on_closed(Connection& /*connection*/, CloseReason /*reason*/) override { closed_ = true; }

 private:
  Loop& loop_;
  std::shared_ptr<Connection> connection_;
  std::string received_;
  bool closed_ = false;
};

}  // namespace monarch::net::testing
