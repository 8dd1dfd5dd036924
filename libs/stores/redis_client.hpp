// RedisClient: one connection to Redis for commands and scripts, pipelined, on our own Asio socket.
// Owned by a service's composition root. It lives on the loop thread of the io_context it is given;
// every function and every callback runs there. Destroy it before the io_context.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "runtime/metrics.hpp"
#include "stores/redis_reply.hpp"
#include "stores/store_error.hpp"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace monarch::stores {

// How to reach a Redis and what to bear from it. Used by RedisClient and RedisSubscriber.
struct RedisSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string user;         // empty: no AUTH
  std::string password;     // never appears in an error
  std::string client_name;  // CLIENT SETNAME; no spaces

  std::chrono::milliseconds connect_timeout{2000};  // resolve, connect and AUTH together
  std::chrono::milliseconds backoff_min{50};        // first wait before another attempt
  std::chrono::milliseconds backoff_max{2000};      // the wait doubles up to this, with jitter
  std::chrono::milliseconds deadline{2000};         // of a call that names none
  std::chrono::milliseconds ping_interval{1000};    // an idle connection is asked this often
  // A reply later than this breaks answered_throughout(); later than silence_max, the connection.
  std::chrono::milliseconds answer_max{1000};
  std::chrono::milliseconds silence_max{4000};
  std::size_t in_flight_max = 20'000;                  // pipelines without an answer
  std::size_t queue_bytes_max = 64U * 1024U * 1024U;   // bytes not yet written
  std::size_t reply_bytes_max = 256U * 1024U * 1024U;  // a single reply
  metrics::Histogram round_trips = {};                 // of pipelines that were answered
};

struct RedisCounters {
  std::uint64_t connects = 0;
  std::uint64_t connect_failures = 0;
  std::uint64_t disconnects = 0;
  std::uint64_t pipelines = 0;
  std::uint64_t commands = 0;
  std::uint64_t writes = 0;  // write system calls
  std::uint64_t timeouts = 0;
  std::uint64_t refused = 0;         // not connected, or a bound was reached
  std::uint64_t script_reloads = 0;  // NOSCRIPT answered by sending the script in full
  std::uint64_t in_flight = 0;
};

using Replies = std::vector<Reply>;
using RepliesResult = StoreResult<Replies>;

class RedisClient {
 public:
  struct Callbacks {
    std::function<void()> connected;
    // Everything in flight has failed before this is called. The text says why.
    std::function<void(const std::string& reason)> disconnected;
  };

  RedisClient(boost::asio::io_context& loop, RedisSettings settings, Callbacks callbacks = {});
  RedisClient(const RedisClient&) = delete;
  RedisClient& operator=(const RedisClient&) = delete;
  // Forgets what is in flight without a word; stop() fails it. Not from inside a callback of its
  // own.
  ~RedisClient();

  // Connects, and reconnects until stop(). Not connected: calls fail at once with kUnavailable.
  void start();
  void stop();

  // All commands in one write; replies in order, one each. A command that Redis refused is a Reply
  // of kind kError in a good result. A deadline of zero means settings.deadline. `done` is never
  // called from inside the call.
  void pipeline(std::vector<Command> commands, std::function<void(RepliesResult)> done,
                Duration deadline = Duration::zero());
  [[nodiscard]] Eventual<RepliesResult> pipeline(std::vector<Command> commands,
                                                 Duration deadline = Duration::zero());
  // One command; an error reply becomes a StoreError (kBug; kUnavailable for LOADING and the like).
  [[nodiscard]] Eventual<StoreResult<Reply>> command(Command command,
                                                     Duration deadline = Duration::zero());

  [[nodiscard]] bool connected() const;
  // Since when this connection has answered everything within answer_max; empty if it does not.
  [[nodiscard]] std::optional<TimePoint> answering_since() const;
  // Whether it has answered continuously for that long, up to now: the witness that a node whose
  // heartbeat stood still is dead rather than we cut off (ARCHITECTURE.md#rule-7).
  [[nodiscard]] bool answered_throughout(Duration duration) const;

  [[nodiscard]] StoreHealth health() const;
  [[nodiscard]] RedisCounters counters() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::stores
