// RedisLink: the part that RedisClient and RedisSubscriber share: one TCP connection that is made
// again when it breaks, signs in, writes bytes and reads replies. Private to libs/stores; lives on
// the loop thread.
//
// It speaks RESP2: hiredis's reader knows nothing newer, and sharded pub/sub does not need it on a
// connection of its own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "stores/redis_client.hpp"
#include "stores/redis_reader.hpp"

namespace monarch::stores {

class RedisLink : public std::enable_shared_from_this<RedisLink> {
 public:
  class User {
   public:
    virtual ~User() = default;
    virtual void link_up() = 0;
    // The link was up, or an attempt failed (was_up == false).
    virtual void link_down(const std::string& reason, bool was_up) = 0;
    virtual void link_reply(Reply reply) = 0;
    // Every kSweep while the link is up: deadlines and keep-alive.
    virtual void link_sweep(TimePoint now) = 0;
  };
  static constexpr std::chrono::milliseconds kSweep{50};

  RedisLink(boost::asio::io_context& loop, RedisSettings settings, User& user);

  void start();
  // The user is not called any more.
  void stop();

  [[nodiscard]] bool up() const { return phase_ == Phase::kUp; }
  [[nodiscard]] const std::string& last_reason() const { return reason_; }
  [[nodiscard]] std::uint64_t writes() const { return writes_; }
  [[nodiscard]] std::size_t unwritten() const { return out_.size() + writing_.size(); }

  // Append to this, then flush(): what one turn of the loop appends goes out in one write.
  std::string& out() { return out_; }
  void flush();
  // Gives the connection up and makes a new one.
  void fail(const std::string& reason);

 private:
  enum class Phase : std::uint8_t { kIdle, kWaiting, kConnecting, kGreeting, kUp, kStopped };

  void connect();
  void greet();
  void greeted(const Reply& reply);
  void wait_and_connect();
  void read();
  void received(std::size_t bytes);
  void write_now();
  void sweep();
  void close();
  // Whether a handler started for connection `epoch` still speaks of the present one.
  [[nodiscard]] bool current(std::uint64_t epoch) const {
    return epoch == epoch_ && phase_ != Phase::kStopped;
  }

  boost::asio::io_context& loop_;
  const RedisSettings settings_;
  User* user_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;  // connect time-out, wait before the next attempt, sweep
  RedisReader reader_;
  Phase phase_ = Phase::kIdle;
  std::uint64_t epoch_ = 0;
  unsigned greetings_due_ = 0;
  std::chrono::milliseconds backoff_;
  std::string reason_ = "not connected yet";
  std::string out_;
  std::string writing_;
  bool flush_posted_ = false;
  std::uint64_t writes_ = 0;
  std::array<char, 64U * 1024U> in_{};
};

}  // namespace monarch::stores
