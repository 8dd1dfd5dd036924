#include "cluster/registrar.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/assert.hpp"
#include "cluster/registry_scripts.hpp"
#include "stores/redis_client.hpp"

namespace monarch::cluster {

class Registrar::Impl : public std::enable_shared_from_this<Registrar::Impl> {
 public:
  Impl(boost::asio::io_context& loop, stores::RedisClient& redis, const Clock& clock,
       RegistrarSettings settings, NodeRecord record, Callbacks callbacks)
      : redis_(redis),
        clock_(clock),
        settings_(settings),
        record_(std::move(record)),
        callbacks_(std::move(callbacks)),
        timer_(loop) {
    MONARCH_ASSERT(record_.incarnation != 0);
    MONARCH_ASSERT(encode(record_).size() + 64 <= kRecordBytesMax);
  }

  void beat_now() {
    if (!beating_) return;
    beat();
    wait();
  }

  void start() {
    beating_ = true;
    beat_now();
  }

  void stop() {
    beating_ = false;
    timer_.cancel();
    callbacks_ = {};
  }

  Eventual<bool> leave() {
    Eventual<bool> left;
    beating_ = false;
    timer_.cancel();
    std::vector<stores::Command> commands;
    commands.push_back(stores::Command::eval(remove_script(), {std::string(kNodesKey)},
                                             record_.id.value(), encoded_incarnation(record_)));
    redis_.pipeline(std::move(commands), [left](stores::RepliesResult result) {
      left.set(result.ok() && result.value()[0].is_integer());
    });
    return left;
  }

  NodeRecord& record() { return record_; }
  [[nodiscard]] bool declared_dead() const { return declared_dead_; }
  [[nodiscard]] std::optional<TimePoint> last_beat() const { return beaten_; }

 private:
  void beat() {
    ++record_.beat;
    const auto sent = clock_.now();
    std::vector<stores::Command> commands;
    commands.emplace_back("HSET", kNodesKey, record_.id.value(), encode(record_));
    redis_.pipeline(
        std::move(commands),
        [weak = weak_from_this(), sent](stores::RepliesResult result) {
          auto self = weak.lock();
          if (self && result.ok() && !result.value()[0].is_error()) self->beaten(sent);
        },
        settings_.dead_after);
    next_beat_ = sent + jittered(settings_.interval);
  }

  // A heartbeat that was sent then has been written since.
  void beaten(TimePoint sent) {
    if (!beating_) return;
    // The gap may have been noticed by the others although our timer did not run to see it.
    if (beaten_ && clock_.now() - *beaten_ >= settings_.dead_after) declare();
    beaten_ = std::max(beaten_.value_or(sent), sent);
    if (!declared_dead_ || clock_.now() - *beaten_ >= settings_.dead_after) return;
    declared_dead_ = false;
    if (callbacks_.back) callbacks_.back();
  }

  void declare() {
    if (std::exchange(declared_dead_, true)) return;
    if (callbacks_.declared_dead) callbacks_.declared_dead();
  }

  // Until the next heartbeat, or until the others give us up if that comes first.
  void wait() {
    auto until = next_beat_;
    if (beaten_ && !declared_dead_) until = std::min(until, *beaten_ + settings_.dead_after);
    timer_.expires_after(std::max(until - clock_.now(), Duration::zero()));
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      auto self = weak.lock();
      if (!error && self && self->beating_) self->tick();
    });
  }

  void tick() {
    const auto now = clock_.now();
    if (beaten_ && now - *beaten_ >= settings_.dead_after) declare();
    if (!beating_) return;
    if (now >= next_beat_) beat();
    wait();
  }

  stores::RedisClient& redis_;
  const Clock& clock_;
  const RegistrarSettings settings_;
  NodeRecord record_;
  Callbacks callbacks_;
  boost::asio::steady_timer timer_;
  bool beating_ = false;
  bool declared_dead_ = false;
  // When the last heartbeat known to be written was sent: stillness may count from then.
  std::optional<TimePoint> beaten_;
  TimePoint next_beat_{};
};

Registrar::Registrar(boost::asio::io_context& loop, stores::RedisClient& redis, const Clock& clock,
                     RegistrarSettings settings, NodeRecord record, Callbacks callbacks)
    : impl_(std::make_shared<Impl>(loop, redis, clock, settings, std::move(record),
                                   std::move(callbacks))) {}

Registrar::~Registrar() { impl_->stop(); }

void Registrar::start() { impl_->start(); }
void Registrar::set_load(std::uint32_t load) { impl_->record().load = load; }
void Registrar::set_capacity(std::uint32_t capacity) { impl_->record().capacity = capacity; }

void Registrar::set_state(NodeState state) {
  if (std::exchange(impl_->record().state, state) != state) impl_->beat_now();
}

void Registrar::beat_now() { impl_->beat_now(); }
Eventual<bool> Registrar::leave() { return impl_->leave(); }
const NodeRecord& Registrar::record() const { return impl_->record(); }
bool Registrar::declared_dead() const { return impl_->declared_dead(); }
std::optional<TimePoint> Registrar::last_beat() const { return impl_->last_beat(); }

}  // namespace monarch::cluster
