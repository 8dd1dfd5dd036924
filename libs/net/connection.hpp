// Connection: a TCP byte stream on a loop. The loop keeps it alive until it is closed; whoever uses
// it may hold a shared_ptr as well. Loop thread only, and it knows nothing of what the bytes mean.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "net/loop.hpp"

namespace monarch::net {

// Why a connection ended, for metrics and logs.
enum class CloseReason : std::uint8_t {
  kLocal,       // we closed it
  kPeer,        // the peer closed its side
  kReset,       // reset, keep-alive ran out, or any other error of the socket
  kSlowReader,  // more output was pending than the limit allows
};
[[nodiscard]] std::string_view to_string(CloseReason reason);

class Connection;

// What a connection tells its user. Never called from inside a call to the connection.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;
  // The bytes lie in the loop's read buffer: take what you need before you return.
  virtual void on_bytes(Connection& connection, std::string_view bytes) = 0;
  // Everything queued has gone to the kernel. Only after a send that had to queue.
  virtual void on_drained(Connection& /*connection*/) {}
  // The last call, exactly once: the socket is closed. The handler may destroy itself here.
  virtual void on_closed(Connection& connection, CloseReason reason) = 0;
};

// What waits to be written, of all connections that share it. For one loop's metrics.
struct OutputTotals {
  std::size_t bytes = 0;
  std::size_t connections = 0;  // that have any
};

struct ConnectionOptions {
  // Output that may wait for the peer; beyond it the connection is closed as a slow reader
  // (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules).
  std::size_t write_queue_bytes_max = 256 * 1024;
  // Bounds of a graceful close: until the output is flushed, then until the peer closes too.
  Duration flush_at_most = std::chrono::seconds(5);
  Duration linger_at_most = std::chrono::seconds(2);
  // TCP keep-alive: a silent peer is probed after this time and given up after three probes.
  std::chrono::seconds keepalive_idle{60};
  // Bytes of the kernel's send buffer; 0 leaves it to the kernel. For tests of back-pressure.
  int send_buffer_bytes = 0;
  // The same of the receive buffer.
  int receive_buffer_bytes = 0;
  // Kept up to date when it is there.
  std::shared_ptr<OutputTotals> output = nullptr;
};

class Connection {
 public:
  virtual ~Connection() = default;

  // Begins to read; the handler must live until on_closed() or detach().
  virtual void start(ConnectionHandler& handler) = 0;
  // No further callbacks; the connection goes on (a close in progress ends by itself).
  virtual void detach() = 0;

  // Tries the kernel at once and queues what it does not take. Ignored once closing.
  virtual void send(std::string_view bytes) = 0;
  // The same without a copy when it must queue: one formatted line for many connections.
  virtual void send(const std::shared_ptr<const std::string>& bytes) = 0;
  [[nodiscard]] virtual std::size_t queued_bytes() const = 0;

  // Back-pressure: nothing is read, and no end is noticed, until resume_reading().
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;

  // Flush, shut down our side, linger briefly discarding input, close
  // (docs/protocol/framing.md#9-what-closes-a-connection). No on_bytes() afterwards.
  virtual void close() = 0;
  // Closes at once; what is queued is lost.
  virtual void abort() = 0;
  // Open and not closing.
  [[nodiscard]] virtual bool open() const = 0;

  // The peer's address as text, without its port: what throttling and logs go by.
  [[nodiscard]] virtual std::string peer_address() const = 0;
  [[nodiscard]] virtual std::uint16_t peer_port() const = 0;
};

using ConnectCallback =
    std::function<void(Result<std::shared_ptr<Connection>, std::string> connection)>;
// Connects to an IP literal. The callback comes once, on the loop, within `at_most`.
void connect(Loop& loop, const Endpoint& to, Duration at_most,
             std::shared_ptr<const ConnectionOptions> options, ConnectCallback callback);

}  // namespace monarch::net
