#include "dispatch/adapters/front.hpp"

#include <utility>

#include "msnp/error_counts.hpp"

namespace monarch::dispatch {

// One client. remove() destroys it: nothing of it is touched after that.
class Front::Client final : public net::ConnectionHandler {
 public:
  Client(Front& front, std::shared_ptr<net::Connection> connection)
      : front_(front),
        connection_(std::move(connection)),
        session_(front.settings_, front.nodes_, front.counters_, front.clock_.now()) {}
  ~Client() override { connection_->detach(); }

  void start(Clients::iterator place) {
    place_ = place;
    connection_->start(*this);
  }

  void on_bytes(net::Connection& /*connection*/, std::string_view bytes) override {
    msnp::Effects effects;
    session_.receive(bytes, effects);
    carry_out(effects);
  }

  void on_closed(net::Connection& /*connection*/, net::CloseReason reason) override {
    front_.remove(place_, reason == net::CloseReason::kSlowReader ? msnp::CloseReason::kSlowReader
                                                                  : msnp::CloseReason::kPeerClosed);
  }

  [[nodiscard]] TimePoint deadline() const { return session_.deadline(); }
  [[nodiscard]] std::string address() const { return connection_->peer_address(); }

  void expire(TimePoint now) {
    msnp::Effects effects;
    session_.advance(now, effects);
    carry_out(effects);
  }

 private:
  void carry_out(const msnp::Effects& effects) {
    if (!effects.send.empty()) connection_->send(effects.send);
    if (!effects.close) return;
    connection_->close();
    front_.remove(place_, *effects.close);
  }

  Front& front_;
  std::shared_ptr<net::Connection> connection_;
  Session session_;
  Clients::iterator place_;
};

Front::Front(net::Loop& loop, const Clock& clock, const Settings& settings, NodePicker& nodes,
             const DispatchSettings& limits, metrics::Registry& metrics)
    : loop_(loop),
      clock_(clock),
      settings_(settings),
      nodes_(nodes),
      connections_max_(static_cast<std::size_t>(limits.connections_max)),
      door_(limits.door, metrics),
      strangers_(static_cast<std::size_t>(limits.strangers.per_address_max),
                 limits.strangers.networks),
      timer_(loop),
      accepted_(metrics.counter("connections_total", "Connections accepted")),
      turned_away_(metrics.counter("connections_refused_total",
                                   "Connections closed at once because there were too many")),
      strangers_refused_(
          metrics.counter("strangers_refused_total",
                          "Connections closed at once because their address had too many already")),
      closes_(metrics.counter_family("closes_total", "Closed connections by reason", {"reason"})),
      errors_(metrics, "errors_total", "Numeric errors sent to clients, by code", "code",
              msnp::kCountedErrors.size(), msnp::counted_error),
      commands_(metrics, "commands_total", "Commands of clients by verb and how they ended",
                {"verb", "result"}, msnp::Opening::kVerbsMax, msnp::Opening::verb_of,
                msnp::kCommandResults,
                [](std::size_t i) { return to_string(static_cast<msnp::CommandResult>(i)); }),
      referrals_(
          metrics, "referrals_total",
          "Clients sent to a notification node by XFR NS, by its id and why; \"none\": there "
          "was none",
          {"target", "reason"},
          std::vector{msnp::Referral::kLoad, msnp::Referral::kOnlyNode, msnp::Referral::kFull,
                      msnp::Referral::kNoNode}),
      open_(metrics.gauge("connections_count", "Open client connections")) {
  // Each is there from the start, so that its first rise is one.
  for (std::size_t i = 0; i <= static_cast<std::size_t>(msnp::CloseReason::kInternalError); ++i) {
    (void)closes_.with(msnp::to_string(static_cast<msnp::CloseReason>(i)));
  }
}

Front::~Front() = default;

Outcome<std::string> Front::open(const Endpoint& bind) {
  auto listener = net::Listener::open(
      loop_, bind, door_.options(), [this](auto connection) { accept(std::move(connection)); },
      [this](const std::string& error) { door_.accept_failed(error); });
  if (!listener.ok()) return fail("--bind: " + listener.error());
  listener_ = std::move(*listener);
  return Ok{};
}

void Front::drain(std::function<void()> done) {
  listener_.reset();
  drained_ = std::move(done);
  if (clients_.empty()) std::exchange(drained_, nullptr)();
}

void Front::accept(std::shared_ptr<net::Connection> connection) {
  accepted_.add();
  if (clients_.size() >= connections_max_) {
    turned_away_.add();
    door_.turned_away(connection->peer_address(), "connections-max");
    connection->abort();
    return;
  }
  if (!strangers_.enter(connection->peer_address())) {
    strangers_refused_.add();
    door_.turned_away(connection->peer_address(), "strangers-per-address-max, strangers-exempt");
    connection->abort();
    return;
  }
  clients_.push_back(std::make_unique<Client>(*this, std::move(connection)));
  open_.set(static_cast<double>(clients_.size()));
  const auto place = std::prev(clients_.end());
  (*place)->start(place);
  if (!timer_.pending()) watch();
}

void Front::remove(Clients::iterator place, msnp::CloseReason reason) {
  closes_.with(msnp::to_string(reason)).add();
  strangers_.leave((*place)->address());
  clients_.erase(place);
  open_.set(static_cast<double>(clients_.size()));
  if (clients_.empty() && drained_) std::exchange(drained_, nullptr)();
}

void Front::tell() {
  door_.update();
  errors_.update(counters_.errors.by_code);
  commands_.update(counters_.commands.by_row);
  referrals_.update(nodes_.referrals().by_target());
}

void Front::watch() {
  const TimePoint now = clock_.now();
  while (!clients_.empty() && clients_.front()->deadline() <= now) clients_.front()->expire(now);
  if (clients_.empty()) return;
  timer_.start(clients_.front()->deadline() - now, [this] { watch(); });
}

}  // namespace monarch::dispatch
