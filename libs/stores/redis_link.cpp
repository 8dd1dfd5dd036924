#include "stores/redis_link.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace monarch::stores {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Half to the whole of the wait, so that a fleet does not come back in one instant.
std::chrono::milliseconds jittered(std::chrono::milliseconds wait) {
  thread_local std::minstd_rand engine{std::random_device{}()};
  std::uniform_int_distribution<std::int64_t> spread(wait.count() / 2,
                                                     std::max<std::int64_t>(wait.count(), 1));
  return std::chrono::milliseconds(spread(engine));
}

}  // namespace

RedisLink::RedisLink(asio::io_context& loop, RedisSettings settings, User& user)
    : loop_(loop),
      settings_(std::move(settings)),
      user_(&user),
      resolver_(loop),
      socket_(loop),
      timer_(loop),
      reader_(settings_.reply_bytes_max),
      backoff_(settings_.backoff_min) {}

void RedisLink::start() {
  if (phase_ == Phase::kIdle) connect();
}

void RedisLink::stop() {
  phase_ = Phase::kStopped;
  reason_ = "stopped";
  user_ = nullptr;
  close();
}

void RedisLink::close() {
  ++epoch_;
  error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  timer_.cancel();
  out_.clear();
  writing_.clear();
}

void RedisLink::connect() {
  phase_ = Phase::kConnecting;
  const auto epoch = ++epoch_;
  auto self = shared_from_this();
  timer_.expires_after(settings_.connect_timeout);
  timer_.async_wait([self, epoch](error_code error) {
    if (!error && self->current(epoch)) self->fail("no connection within the time allowed");
  });
  resolver_.async_resolve(
      settings_.host, std::to_string(settings_.port),
      [self, epoch](error_code error, const asio::ip::tcp::resolver::results_type& found) {
        if (!self->current(epoch)) return;
        if (error) return self->fail("cannot resolve the host: " + error.message());
        asio::async_connect(self->socket_, found,
                            [self, epoch](error_code failed, const asio::ip::tcp::endpoint&) {
                              if (!self->current(epoch)) return;
                              if (failed) return self->fail("cannot connect: " + failed.message());
                              self->greet();
                            });
      });
}

void RedisLink::greet() {
  phase_ = Phase::kGreeting;
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  reader_.reset();
  Command hello("HELLO", 2);
  if (!settings_.password.empty() || !settings_.user.empty()) {
    hello.add("AUTH").add(settings_.user.empty() ? "default" : settings_.user);
    hello.add(settings_.password);
  }
  if (!settings_.client_name.empty()) hello.add("SETNAME").add(settings_.client_name);
  hello.encode(out_);
  // A server that is still loading its data says so to the PING.
  Command("PING").encode(out_);
  greetings_due_ = 2;
  write_now();
  read();
}

void RedisLink::greeted(const Reply& reply) {
  if (reply.is_error()) return fail("refused: " + reply.text);
  if (--greetings_due_ > 0) return;
  phase_ = Phase::kUp;
  reason_.clear();
  backoff_ = settings_.backoff_min;
  timer_.cancel();
  sweep();
  user_->link_up();
}

void RedisLink::fail(const std::string& reason) {
  if (phase_ == Phase::kStopped || phase_ == Phase::kWaiting) return;
  const bool was_up = phase_ == Phase::kUp;
  auto self = shared_from_this();  // the user may drop us
  close();
  reason_ = "Redis at " + settings_.host + ":" + std::to_string(settings_.port) + ": " + reason;
  wait_and_connect();
  user_->link_down(reason_, was_up);
}

void RedisLink::wait_and_connect() {
  phase_ = Phase::kWaiting;
  timer_.expires_after(jittered(backoff_));
  backoff_ = std::min(backoff_ * 2, settings_.backoff_max);
  timer_.async_wait([self = shared_from_this(), epoch = epoch_](error_code error) {
    if (!error && self->current(epoch)) self->connect();
  });
}

void RedisLink::sweep() {
  timer_.expires_after(kSweep);
  timer_.async_wait([self = shared_from_this(), epoch = epoch_](error_code error) {
    if (error || !self->current(epoch)) return;
    self->sweep();
    self->user_->link_sweep(std::chrono::steady_clock::now());
  });
}

void RedisLink::read() {
  socket_.async_read_some(asio::buffer(in_), [self = shared_from_this(), epoch = epoch_](
                                                 error_code error, std::size_t bytes) {
    if (!self->current(epoch)) return;
    if (error) return self->fail("connection lost: " + error.message());
    self->received(bytes);
    if (self->current(epoch)) self->read();
  });
}

void RedisLink::received(std::size_t bytes) {
  const auto epoch = epoch_;
  reader_.feed({in_.data(), bytes});
  while (auto reply = reader_.next()) {
    if (phase_ == Phase::kGreeting) {
      greeted(*reply);
    } else {
      user_->link_reply(std::move(*reply));
    }
    if (!current(epoch)) return;  // failed or stopped by what it was told
  }
  if (reader_.broken()) fail("an answer that is no RESP2 or too long");
}

void RedisLink::flush() {
  if (flush_posted_ || !writing_.empty()) return;
  flush_posted_ = true;
  asio::post(loop_, [self = shared_from_this()] {
    self->flush_posted_ = false;
    if (self->phase_ == Phase::kUp && self->writing_.empty()) self->write_now();
  });
}

void RedisLink::write_now() {
  if (out_.empty()) return;
  writing_.swap(out_);
  ++writes_;
  asio::async_write(socket_, asio::buffer(writing_),
                    [self = shared_from_this(), epoch = epoch_](error_code error, std::size_t) {
                      if (!self->current(epoch)) return;
                      if (error) return self->fail("connection lost: " + error.message());
                      self->writing_.clear();
                      self->write_now();
                    });
}

}  // namespace monarch::stores
