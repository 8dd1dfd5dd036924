#include "stores/redis_subscriber.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/assert.hpp"
#include "stores/redis_link.hpp"

namespace monarch::stores {

class RedisSubscriber::Impl final : public RedisLink::User,
                                    public std::enable_shared_from_this<RedisSubscriber::Impl> {
 public:
  Impl(boost::asio::io_context& loop, RedisSettings settings, Callbacks callbacks)
      : settings_(std::move(settings)), callbacks_(std::move(callbacks)) {
    link_ = std::make_shared<RedisLink>(loop, settings_, *this);
  }

  void start() { link_->start(); }
  void stop() {
    link_->stop();
    subscribed_ = false;
  }
  void abandon() {
    stop();
    callbacks_ = {};
  }

  void subscribe(std::string channel) {
    if (std::find(channels_.begin(), channels_.end(), channel) != channels_.end()) return;
    MONARCH_ASSERT(channels_.size() < kChannelsMax);
    channels_.push_back(std::move(channel));
    if (!link_->up()) return;
    ask_for(channels_.back());
    link_->flush();
  }

  [[nodiscard]] bool subscribed() const { return subscribed_; }

  [[nodiscard]] StoreHealth health() const {
    if (!link_->up()) return {false, link_->last_reason()};
    if (!subscribed_) return {false, "Redis: not subscribed yet"};
    return {true, {}};
  }

  [[nodiscard]] RedisSubscriberCounters counters() const { return counters_; }

  void link_up() override {
    ++counters_.connects;
    acknowledgements_due_ = 0;
    ping_unanswered_ = false;
    last_ping_ = asked_ = std::chrono::steady_clock::now();
    for (const auto& channel : channels_) ask_for(channel);
    link_->flush();
  }

  void link_down(const std::string& reason, bool was_up) override {
    subscribed_ = false;
    if (!was_up) {
      ++counters_.connect_failures;
      return;
    }
    ++counters_.disconnects;
    auto self = shared_from_this();
    if (callbacks_.disconnected) callbacks_.disconnected(reason);
  }

  void link_reply(Reply reply) override {
    if (reply.is_error()) return link_->fail("refused: " + reply.text);
    // The answer to a PING before any channel is subscribed is a plain string, else an array.
    const auto& elements = reply.elements;
    const std::string& kind = reply.is_array() && !elements.empty() ? elements[0].text : reply.text;
    auto self = shared_from_this();
    if (kind == "smessage" && elements.size() == 3) {
      ++counters_.messages;
      counters_.message_bytes += elements[2].text.size();
      if (callbacks_.message) callbacks_.message(elements[1].text, elements[2].text);
    } else if (kind == "ssubscribe") {
      acknowledged();
    } else if (kind == "sunsubscribe") {
      // Redis Cluster moved the slot away: what comes now is lost until we ask again.
      link_->fail("unsubscribed by the server");
    } else {
      ping_unanswered_ = false;
    }
  }

  void link_sweep(TimePoint now) override {
    const bool waits = ping_unanswered_ || acknowledgements_due_ > 0;
    const auto since = ping_unanswered_ ? last_ping_ : asked_;
    if (waits && now - since > settings_.silence_max) return link_->fail("no answer for too long");
    if (ping_unanswered_ || now - last_ping_ < settings_.ping_interval) return;
    Command("PING").encode(link_->out());
    last_ping_ = now;
    ping_unanswered_ = true;
    link_->flush();
  }

 private:
  // One command per channel: two channels may belong to different slots.
  void ask_for(const std::string& channel) {
    subscribed_ = false;
    asked_ = std::chrono::steady_clock::now();
    Command("SSUBSCRIBE", channel).encode(link_->out());
    ++acknowledgements_due_;
  }

  void acknowledged() {
    if (acknowledgements_due_ == 0 || --acknowledgements_due_ > 0) return;
    subscribed_ = true;
    const bool again = std::exchange(was_subscribed_, true);
    if (callbacks_.subscribed) callbacks_.subscribed(again);
  }

  const RedisSettings settings_;
  Callbacks callbacks_;
  std::shared_ptr<RedisLink> link_;
  std::vector<std::string> channels_;
  std::size_t acknowledgements_due_ = 0;
  bool subscribed_ = false;
  bool was_subscribed_ = false;
  bool ping_unanswered_ = false;
  TimePoint last_ping_{};
  TimePoint asked_{};
  RedisSubscriberCounters counters_;
};

RedisSubscriber::RedisSubscriber(boost::asio::io_context& loop, RedisSettings settings,
                                 Callbacks callbacks)
    : impl_(std::make_shared<Impl>(loop, std::move(settings), std::move(callbacks))) {}

RedisSubscriber::~RedisSubscriber() { impl_->abandon(); }

void RedisSubscriber::subscribe(std::string channel) { impl_->subscribe(std::move(channel)); }
void RedisSubscriber::start() { impl_->start(); }
void RedisSubscriber::stop() { impl_->stop(); }
bool RedisSubscriber::subscribed() const { return impl_->subscribed(); }
StoreHealth RedisSubscriber::health() const { return impl_->health(); }
RedisSubscriberCounters RedisSubscriber::counters() const { return impl_->counters(); }

}  // namespace monarch::stores
