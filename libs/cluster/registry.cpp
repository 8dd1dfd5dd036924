#include "cluster/registry.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cluster/registry_scripts.hpp"
#include "stores/redis_client.hpp"

namespace monarch::cluster {

namespace {

constexpr std::size_t kPurgesPerReading = 50;

// HGETALL's answer: field, value, field, value. What is no record is passed over.
std::vector<NodeRecord> read_records(const stores::Reply& reply) {
  std::vector<NodeRecord> records;
  const auto pairs = std::min(reply.elements.size() / 2, kNodesMax);
  records.reserve(pairs);
  for (std::size_t i = 0; i < pairs; ++i) {
    auto record = decode(NodeId(reply.elements[2 * i].text), reply.elements[2 * i + 1].text);
    if (record) records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace

class Registry::Impl : public std::enable_shared_from_this<Registry::Impl> {
 public:
  Impl(boost::asio::io_context& loop, stores::RedisClient& redis, const Clock& clock,
       RegistrySettings settings, Callbacks callbacks)
      : redis_(redis),
        clock_(clock),
        settings_(settings),
        callbacks_(std::move(callbacks)),
        liveness_(settings.liveness),
        timer_(loop) {}

  void start() {
    running_ = true;
    refresh();
  }

  void stop() {
    running_ = false;
    timer_.cancel();
  }

  void abandon() {
    stop();
    callbacks_ = {};
  }

  void refresh() {
    if (!running_) return;
    ask();
    wait();
  }

  [[nodiscard]] const Liveness& liveness() const { return liveness_; }
  [[nodiscard]] std::optional<TimePoint> last_reading() const { return last_reading_; }

 private:
  void wait() {
    timer_.expires_after(jittered(settings_.interval));
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      auto self = weak.lock();
      if (!error && self) self->refresh();
    });
  }

  void ask() {
    if (asking_) return;
    asking_ = true;
    std::vector<stores::Command> commands;
    commands.emplace_back("HGETALL", kNodesKey);
    redis_.pipeline(std::move(commands),
                    [weak = weak_from_this(), asked = clock_.now()](stores::RepliesResult result) {
                      auto self = weak.lock();
                      if (!self) return;
                      self->asking_ = false;
                      // Without an answer the last table stands.
                      if (self->running_ && result.ok() && result.value()[0].is_array()) {
                        self->take_in(result.value()[0], asked);
                      }
                    });
  }

  void take_in(const stores::Reply& reply, TimePoint asked) {
    const auto answered = clock_.now();
    const auto events = liveness_.feed(
        {read_records(reply), asked, answered, redis_.answering_since().value_or(answered)});
    last_reading_ = answered;
    for (const auto& event : events) {
      if (callbacks_.changed) callbacks_.changed(event);
    }
    if (callbacks_.refreshed) callbacks_.refreshed();
    if (running_) purge();
  }

  void purge() {
    std::vector<stores::Command> commands;
    for (const auto& record : liveness_.purgeable()) {
      if (commands.size() == kPurgesPerReading) break;
      commands.push_back(stores::Command::eval(remove_script(), {std::string(kNodesKey)},
                                               record.id.value(), encoded_beat(record)));
    }
    // Another observer may do it at the same moment, and the next reading tells the outcome.
    if (!commands.empty()) redis_.pipeline(std::move(commands), [](stores::RepliesResult) {});
  }

  stores::RedisClient& redis_;
  const Clock& clock_;
  const RegistrySettings settings_;
  Callbacks callbacks_;
  Liveness liveness_;
  boost::asio::steady_timer timer_;
  std::optional<TimePoint> last_reading_;
  bool running_ = false;
  bool asking_ = false;
};

Registry::Registry(boost::asio::io_context& loop, stores::RedisClient& redis, const Clock& clock,
                   RegistrySettings settings, Callbacks callbacks)
    : impl_(std::make_shared<Impl>(loop, redis, clock, settings, std::move(callbacks))) {}

Registry::~Registry() { impl_->abandon(); }

void Registry::start() { impl_->start(); }
void Registry::stop() { impl_->stop(); }
void Registry::refresh() { impl_->refresh(); }

std::vector<NodeRecord> Registry::ready(std::string_view role) const {
  std::vector<NodeRecord> proven;
  std::vector<NodeRecord> unproven;
  std::vector<NodeRecord> missing;
  for (auto& [record, health, is_proven] : impl_->liveness().table()) {
    if (record.role != role || record.state != NodeState::kReady) continue;
    if (health == NodeHealth::kDead) continue;
    auto& group = health == NodeHealth::kMissing ? missing : is_proven ? proven : unproven;
    group.push_back(std::move(record));
  }
  if (!proven.empty()) return proven;
  return unproven.empty() ? missing : unproven;
}

std::vector<NodeRecord> Registry::alive(std::string_view role) const {
  std::vector<NodeRecord> records;
  for (auto& entry : impl_->liveness().table()) {
    if (entry.record.role != role || entry.health != NodeHealth::kAlive) continue;
    records.push_back(std::move(entry.record));
  }
  return records;
}

std::optional<Liveness::Entry> Registry::find(const NodeId& id) const {
  const auto* entry = impl_->liveness().find(id);
  return entry == nullptr ? std::nullopt : std::optional(*entry);
}

std::vector<Liveness::Entry> Registry::table() const { return impl_->liveness().table(); }
bool Registry::informed() const { return impl_->liveness().informed(); }
std::optional<TimePoint> Registry::last_reading() const { return impl_->last_reading(); }

}  // namespace monarch::cluster
