#include "stores/redis_client.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "stores/redis_link.hpp"

namespace monarch::stores {

using Done = std::function<void(RepliesResult)>;

class RedisClient::Impl final : public RedisLink::User,
                                public std::enable_shared_from_this<RedisClient::Impl> {
 public:
  Impl(boost::asio::io_context& loop, RedisSettings settings, Callbacks callbacks)
      : loop_(loop), settings_(std::move(settings)), callbacks_(std::move(callbacks)) {
    link_ = std::make_shared<RedisLink>(loop_, settings_, *this);
  }

  void start() { link_->start(); }

  // Stops without a word to anyone: the owner is being destroyed.
  void abandon() {
    link_->stop();
    in_flight_.clear();
    callbacks_ = {};
  }

  void stop() {
    if (stopped_) return;
    stopped_ = true;
    link_->stop();
    fail_all("the client was stopped");
  }

  void pipeline(std::vector<Command> commands, Done done, Duration deadline) {
    if (auto refusal = refuse()) {
      ++counters_.refused;
      boost::asio::post(loop_, [done = std::move(done), error = std::move(*refusal)]() mutable {
        done(fail(std::move(error)));
      });
      return;
    }
    if (commands.empty()) {
      boost::asio::post(loop_, [done = std::move(done)] { done(Replies{}); });
      return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (deadline <= Duration::zero()) deadline = settings_.deadline;
    ++counters_.pipelines;
    counters_.commands += commands.size();
    Call call;
    call.due = commands.size();
    call.sent = now;
    call.deadline = now + deadline;
    call.done = std::move(done);
    bool scripts = false;
    for (const auto& command : commands) {
      if (!command.is_script()) continue;
      scripts = true;
      if (!loaded_.insert(command.script_sha1()).second) continue;
      // Its first use on this connection: load it in the same write.
      Command("SCRIPT", "LOAD", command.script_source()).encode(link_->out());
      ++call.to_skip;
    }
    for (const auto& command : commands) command.encode(link_->out());
    if (scripts) call.commands = std::move(commands);
    send(std::move(call));
  }

  [[nodiscard]] bool connected() const { return link_->up(); }

  [[nodiscard]] std::optional<TimePoint> answering_since() const {
    const auto now = std::chrono::steady_clock::now();
    if (!link_->up() || late_ || now - last_answer_ > gap_max()) return std::nullopt;
    if (!in_flight_.empty() && now - in_flight_.front().sent > settings_.answer_max) {
      return std::nullopt;
    }
    return answering_since_;
  }

  [[nodiscard]] StoreHealth health() const {
    if (!link_->up()) return {false, link_->last_reason()};
    if (!answering_since()) return {false, "Redis answers late"};
    return {true, {}};
  }

  [[nodiscard]] RedisCounters counters() const {
    auto counters = counters_;
    counters.writes = link_->writes();
    counters.in_flight = in_flight_.size();
    return counters;
  }

  void link_up() override {
    ++counters_.connects;
    loaded_.clear();
    late_ = false;
    answering_since_ = last_sent_ = last_answer_ = std::chrono::steady_clock::now();
    if (callbacks_.connected) callbacks_.connected();
  }

  void link_down(const std::string& reason, bool was_up) override {
    if (!was_up) {
      ++counters_.connect_failures;
      return;
    }
    ++counters_.disconnects;
    auto self = shared_from_this();
    fail_all(reason);
    if (callbacks_.disconnected) callbacks_.disconnected(reason);
  }

  void link_reply(Reply reply) override {
    if (in_flight_.empty()) return link_->fail("an answer that nobody asked for");
    auto& call = in_flight_.front();
    if (reply.is_error() && reply.text.starts_with("READONLY")) demoted_ = true;
    if (call.to_skip > 0) {
      --call.to_skip;
      return;
    }
    if (call.replies.empty()) call.replies.reserve(call.due);
    call.replies.push_back(std::move(reply));
    if (call.replies.size() < call.due) return;
    Call complete = std::move(call);
    in_flight_.pop_front();
    note_answer(complete.sent);
    auto self = shared_from_this();
    finish(std::move(complete));
    // A server that became a replica takes no writes: its successor is found by connecting anew.
    if (std::exchange(demoted_, false)) link_->fail("the server became a read-only replica");
  }

  void link_sweep(TimePoint now) override {
    if (!in_flight_.empty()) {
      const auto waiting = now - in_flight_.front().sent;
      if (waiting > settings_.answer_max) late_ = true;
      if (waiting > settings_.silence_max) return link_->fail("no answer for too long");
    } else if (now - last_sent_ >= settings_.ping_interval) {
      Command("PING").encode(link_->out());
      Call ping;
      ping.due = 1;
      ping.sent = now;
      ping.deadline = TimePoint::max();
      send(std::move(ping));
    }
    expire(now);
  }

 private:
  struct Call {
    std::size_t to_skip = 0;  // answers to SCRIPT LOAD that come before
    std::size_t due = 0;
    Replies replies;
    std::vector<Command> commands;  // kept where a script may have to be sent in full
    TimePoint sent;
    TimePoint deadline;
    Done done;  // empty: a PING, or its deadline has passed
  };

  [[nodiscard]] std::optional<StoreError> refuse() const {
    if (stopped_) return StoreError{StoreErrorKind::kUnavailable, "the client was stopped"};
    if (!link_->up()) return StoreError{StoreErrorKind::kUnavailable, link_->last_reason()};
    if (in_flight_.size() >= settings_.in_flight_max) {
      return StoreError{StoreErrorKind::kOverloaded, "Redis: too many calls in flight"};
    }
    if (link_->unwritten() >= settings_.queue_bytes_max) {
      return StoreError{StoreErrorKind::kOverloaded, "Redis: too many bytes wait to be written"};
    }
    return std::nullopt;
  }

  void send(Call call) {
    last_sent_ = call.sent;
    in_flight_.push_back(std::move(call));
    link_->flush();
  }

  // An idle connection is asked every ping_interval. A longer gap between answers means that this
  // process stood still itself (stopped, or its loop was blocked), and proves nothing of others.
  [[nodiscard]] Duration gap_max() const {
    return settings_.ping_interval + settings_.answer_max + 2 * RedisLink::kSweep;
  }

  void note_answer(TimePoint sent) {
    const auto now = std::chrono::steady_clock::now();
    const bool gap = now - last_answer_ > gap_max();
    last_answer_ = now;
    settings_.round_trips.observe(now - sent);
    if (!late_ && !gap && now - sent <= settings_.answer_max) return;
    // It answers again, from now on; if the next one waits too, the sweep sees it.
    late_ = false;
    answering_since_ = now;
  }

  void finish(Call call) {
    if (!call.done) return;
    const bool reload = std::any_of(call.replies.begin(), call.replies.end(), is_noscript);
    if (reload && !call.commands.empty()) return send_in_full(std::move(call));
    call.done(std::move(call.replies));
  }

  static bool is_noscript(const Reply& reply) {
    return reply.is_error() && reply.text.starts_with("NOSCRIPT");
  }

  // The server forgot its scripts (SCRIPT FLUSH): those commands go again with their source, which
  // loads them, and their answers take the places of the refusals.
  void send_in_full(Call call) {
    ++counters_.script_reloads;
    Call again;
    again.sent = std::chrono::steady_clock::now();
    again.deadline = call.deadline;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < call.replies.size(); ++i) {
      if (!is_noscript(call.replies[i]) || !call.commands[i].is_script()) continue;
      places.push_back(i);
      call.commands[i].encode(link_->out(), true);
    }
    again.due = places.size();
    again.done = [places = std::move(places), replies = std::move(call.replies),
                  done = std::move(call.done)](RepliesResult result) mutable {
      if (!result.ok()) return done(std::move(result));
      for (std::size_t i = 0; i < places.size(); ++i) {
        replies[places[i]] = std::move(result.value()[i]);
      }
      done(std::move(replies));
    };
    send(std::move(again));
  }

  void expire(TimePoint now) {
    std::vector<Done> expired;
    for (auto& call : in_flight_) {
      if (call.done && call.deadline <= now) expired.push_back(std::exchange(call.done, nullptr));
    }
    counters_.timeouts += expired.size();
    auto self = shared_from_this();
    for (auto& done : expired) {
      done(
          fail(StoreError{StoreErrorKind::kTimeout, "Redis: no answer before the deadline", true}));
    }
  }

  void fail_all(const std::string& reason) {
    auto calls = std::exchange(in_flight_, {});
    for (auto& call : calls) {
      if (call.done) call.done(fail(StoreError{StoreErrorKind::kUnavailable, reason, true}));
    }
  }

  boost::asio::io_context& loop_;
  RedisSettings settings_;
  Callbacks callbacks_;
  std::shared_ptr<RedisLink> link_;
  std::deque<Call> in_flight_;
  std::unordered_set<std::string> loaded_;  // digests this connection has loaded; few
  TimePoint answering_since_{};
  TimePoint last_sent_{};
  TimePoint last_answer_{};
  bool late_ = false;
  bool demoted_ = false;
  bool stopped_ = false;
  RedisCounters counters_;
};

RedisClient::RedisClient(boost::asio::io_context& loop, RedisSettings settings, Callbacks callbacks)
    : impl_(std::make_shared<Impl>(loop, std::move(settings), std::move(callbacks))) {}

RedisClient::~RedisClient() { impl_->abandon(); }

void RedisClient::start() { impl_->start(); }
void RedisClient::stop() { impl_->stop(); }

void RedisClient::pipeline(std::vector<Command> commands, Done done, Duration deadline) {
  impl_->pipeline(std::move(commands), std::move(done), deadline);
}

Eventual<RepliesResult> RedisClient::pipeline(std::vector<Command> commands, Duration deadline) {
  Eventual<RepliesResult> eventual;
  impl_->pipeline(
      std::move(commands), [eventual](RepliesResult result) { eventual.set(std::move(result)); },
      deadline);
  return eventual;
}

Eventual<StoreResult<Reply>> RedisClient::command(Command command, Duration deadline) {
  Eventual<StoreResult<Reply>> eventual;
  std::vector<Command> commands;
  commands.push_back(std::move(command));
  impl_->pipeline(
      std::move(commands),
      [eventual](RepliesResult result) {
        if (!result.ok()) return eventual.set(fail(std::move(result.error())));
        auto& reply = result.value().front();
        if (!reply.is_error()) return eventual.set(std::move(reply));
        static constexpr std::array<std::string_view, 5> kPassing = {
            "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "BUSY"};
        const bool passing =
            std::any_of(kPassing.begin(), kPassing.end(),
                        [&](std::string_view prefix) { return reply.text.starts_with(prefix); });
        eventual.set(fail(StoreError{passing ? StoreErrorKind::kUnavailable : StoreErrorKind::kBug,
                                     "Redis: " + reply.text}));
      },
      deadline);
  return eventual;
}

bool RedisClient::connected() const { return impl_->connected(); }
std::optional<TimePoint> RedisClient::answering_since() const { return impl_->answering_since(); }
bool RedisClient::answered_throughout(Duration duration) const {
  const auto since = impl_->answering_since();
  return since && std::chrono::steady_clock::now() - *since >= duration;
}
StoreHealth RedisClient::health() const { return impl_->health(); }
RedisCounters RedisClient::counters() const { return impl_->counters(); }

}  // namespace monarch::stores
