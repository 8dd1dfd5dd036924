#include "notification/adapters/bus_listener.hpp"

#include <utility>

#include "codec/bus.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {
namespace {

stores::RedisSettings named(stores::RedisSettings settings) {
  settings.client_name += "-bus";
  return settings;
}

}  // namespace

BusListener::BusListener(net::Loop& loop, stores::RedisSettings redis, const NodeId& self,
                         Driver& driver, runtime::Health& health, metrics::Registry& metrics)
    : self_(self),
      driver_(driver),
      ok_(health.add("bus")),
      messages_(metrics.counter("bus_messages_total", "Messages read from the bus")),
      seconds_(metrics.histogram("bus_receive_seconds",
                                 "From the publish of a message by presence to its reading here, "
                                 "by the wall clocks of both machines, which must be synchronised",
                                 metrics::seconds_buckets())),
      link_(metrics, "bus"),
      subscriber_(loop.io(), named(std::move(redis)),
                  {[this](std::string_view /*channel*/, std::string_view bytes) { receive(bytes); },
                   [this](bool again) {
                     log::info("bus_subscribed", {{"again", again}});
                     ok_.set(true);
                     driver_.enter([](Node& node) { node.bus_up(); });
                   },
                   [this](const std::string& reason) {
                     log::warn("bus_disconnected", {{"reason", reason}});
                     ok_.set(false, reason);
                   }}) {
  subscriber_.subscribe(codec::bus_channel(self_));
}

void BusListener::tell() {
  const auto counts = subscriber_.counters();
  link_.update(subscriber_.subscribed(), counts.connects, counts.connect_failures,
               counts.disconnects);
}

void BusListener::receive(std::string_view bytes) {
  messages_.add();
  auto read = codec::decode_hints(bytes, codec::Moment::now());
  if (!read) {
    log::warn("bus_message_unreadable", {{"bytes", bytes.size()}});
    return;
  }
  if (read->age) seconds_.observe(*read->age);
  const model::NodeHints message{self_, std::move(read->hints)};
  driver_.enter([&](Node& node) { node.hinted(message); });
}

}  // namespace monarch::notification
