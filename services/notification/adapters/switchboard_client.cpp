#include "notification/adapters/switchboard_client.hpp"

#include <algorithm>
#include <chrono>
#include <grpcpp/channel.h>
#include <map>
#include <utility>

#include "base/endpoint.hpp"
#include "monarch/switchboard/v1/switchboard.grpc.pb.h"
#include "rpc/call.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {
namespace {

namespace pb = monarch::switchboard::v1;
using Async = class pb::Switchboard::Stub::async;

// Three tries fit into the five seconds in which a client is to be answered (errors.md).
constexpr std::chrono::milliseconds kTryTimeout{1400};
constexpr std::size_t kTriesMax = 3;
constexpr std::size_t kWaitingMax = 10'000;
constexpr std::chrono::seconds kWaitAtMost{3};

struct Switchboard {
  cluster::NodeRecord record;
  std::unique_ptr<pb::Switchboard::Stub> stub;
  // Places taken since the heartbeat that the record shows.
  std::uint32_t reserved = 0;

  [[nodiscard]] std::uint64_t load() const { return std::uint64_t{record.load} + reserved; }
};

}  // namespace

class SwitchboardClient::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(net::Loop& loop, rpc::ChannelOptions options, metrics::Registry& metrics)
      : loop_(loop),
        options_(options),
        results_(metrics.counter_family("reservations_total", "Places asked of switchboards",
                                        {"result"})) {
    // A try that went unanswered may have taken a ticket, which is forgotten there in time; but it
    // is not repeated by the channel: the next switchboard is asked.
    options_.attempts_max = 1;
    for (const auto result : {"ok", "refused", "none"}) (void)results_.with(result);
  }

  void set_switchboards(const std::vector<cluster::NodeRecord>& records) {
    std::map<NodeId, std::shared_ptr<Switchboard>> now;
    for (const auto& record : records) {
      const auto known = switchboards_.find(record.id);
      const bool same = known != switchboards_.end() && known->second->record.rpc == record.rpc &&
                        known->second->record.incarnation == record.incarnation;
      auto switchboard = same ? known->second : make(record);
      if (switchboard == nullptr) continue;
      if (record.beat != switchboard->record.beat) switchboard->reserved = 0;
      switchboard->record = record;
      now.emplace(record.id, std::move(switchboard));
    }
    switchboards_ = std::move(now);
    const auto time = std::chrono::steady_clock::now();
    for (auto& waiting : std::exchange(waiting_, {})) {
      // Nobody waits for a late one any more: it would only take a ticket.
      if (waiting.until < time) continue;
      attempt(waiting.id, std::move(waiting.request), least_loaded_last());
    }
  }

  void begin(RequestId id, const Reservation& reservation) {
    pb::ReserveRequest request;
    request.set_account(reservation.account.value());
    request.set_handle(reservation.handle.value());
    request.set_friendly_name(reservation.friendly_name);
    request.set_dialect(reservation.dialect);
    request.set_session(reservation.session.value());
    if (!switchboards_.empty()) {
      attempt(id, std::move(request), least_loaded_last());
      return;
    }
    // Right after the start the last reading may be older than the switchboards. When Redis is
    // away no reading comes, and the node gives up waiting by itself.
    if (waiting_.size() >= kWaitingMax) waiting_.erase(waiting_.begin());
    waiting_.push_back({id, std::move(request), std::chrono::steady_clock::now() + kWaitAtMost});
    if (refresh) refresh();
  }

  Driver* driver = nullptr;
  std::function<void()> refresh;

 private:
  std::shared_ptr<Switchboard> make(const cluster::NodeRecord& record) {
    const auto endpoint = Endpoint::parse(record.rpc);
    auto channel =
        endpoint.ok() ? rpc::make_channel({*endpoint}, options_)
                      : Result<std::shared_ptr<grpc::Channel>, std::string>(fail(endpoint.error()));
    if (!channel.ok()) {
      log::error("switchboard_address_unusable",
                 {{"switchboard", record.id}, {"error", channel.error()}});
      return nullptr;
    }
    auto switchboard = std::make_shared<Switchboard>();
    switchboard->record = record;
    switchboard->stub = pb::Switchboard::NewStub(*channel);
    return switchboard;
  }

  [[nodiscard]] std::vector<std::shared_ptr<Switchboard>> least_loaded_last() const {
    std::vector<std::shared_ptr<Switchboard>> order;
    for (const auto& [node, switchboard] : switchboards_) order.push_back(switchboard);
    std::stable_sort(order.begin(), order.end(), [](const auto& left, const auto& right) {
      return left->load() < right->load();
    });
    if (order.size() > kTriesMax) order.resize(kTriesMax);
    std::reverse(order.begin(), order.end());
    return order;
  }

  // Asks the last of `rest` first.
  void attempt(RequestId id, pb::ReserveRequest request,
               std::vector<std::shared_ptr<Switchboard>> rest) {
    if (rest.empty()) {
      results_.with("none").add();
      // Never from inside reserve(): the node is still in its own call.
      loop_.post([weak = weak_from_this(), id] {
        if (const auto self = weak.lock()) self->answer(id, {});
      });
      return;
    }
    const auto switchboard = std::move(rest.back());
    rest.pop_back();
    ++switchboard->reserved;
    const auto copy = request;
    rpc::call(
        loop_, *switchboard->stub->async(), &Async::Reserve, copy, kTryTimeout,
        std::function<void(rpc::CallResult<pb::ReserveReply>)>([weak = weak_from_this(), id,
                                                                switchboard,
                                                                request = std::move(request),
                                                                rest = std::move(rest)](
                                                                   rpc::CallResult<pb::ReserveReply>
                                                                       result) mutable {
          const auto self = weak.lock();
          if (self == nullptr) return;
          if (result.ok()) {
            self->results_.with("ok").add();
            self->answer(id, {result->address(), result->ticket(), switchboard->record.id.value()});
            return;
          }
          self->refused(*switchboard, result.error());
          self->attempt(id, std::move(request), std::move(rest));
        }));
  }

  void refused(const Switchboard& switchboard, const rpc::Error& error) {
    results_.with("refused").add();
    if (const auto held_back = often_.due(std::chrono::steady_clock::now())) {
      log::warn("switchboard_refused", {{"switchboard", switchboard.record.id},
                                        {"code", rpc::to_string(error.code)},
                                        {"error", error.text},
                                        {"held_back", *held_back}});
    }
  }

  void answer(RequestId id, const Reserved& reserved) {
    driver->enter([&](Node& node) { node.reserved(id, reserved); });
  }

  net::Loop& loop_;
  rpc::ChannelOptions options_;
  metrics::CounterFamily results_;
  log::RateLimit often_;
  std::map<NodeId, std::shared_ptr<Switchboard>> switchboards_;
  struct Waiting {
    RequestId id;
    pb::ReserveRequest request;
    TimePoint until;
  };
  std::vector<Waiting> waiting_;  // for the next reading
};

SwitchboardClient::SwitchboardClient(net::Loop& loop, rpc::ChannelOptions options,
                                     metrics::Registry& metrics)
    : impl_(std::make_shared<Impl>(loop, options, metrics)) {}
SwitchboardClient::~SwitchboardClient() = default;

void SwitchboardClient::attach(Driver& driver) { impl_->driver = &driver; }

void SwitchboardClient::on_none(std::function<void()> refresh) {
  impl_->refresh = std::move(refresh);
}

void SwitchboardClient::set_switchboards(const std::vector<cluster::NodeRecord>& records) {
  impl_->set_switchboards(records);
}

void SwitchboardClient::reserve(RequestId id, const Reservation& reservation) {
  impl_->begin(id, reservation);
}

}  // namespace monarch::notification
