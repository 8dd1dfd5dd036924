#include "switchboard/adapters/reserve_service.hpp"

#include <grpcpp/server_context.h>
#include <utility>

#include "monarch/switchboard/v1/switchboard.grpc.pb.h"
#include "rpc/finish.hpp"

namespace monarch::switchboard {
namespace {

namespace pb = monarch::switchboard::v1;

Identity identity_of(const pb::ReserveRequest& request) {
  return {AccountId(request.account()), Handle::trusted(request.handle()), request.friendly_name(),
          SessionId(request.session()),
          msnp::Dialect(static_cast<msnp::Dialect::Version>(request.dialect()))};
}

rpc::Error error_of(NoTicket reason) {
  switch (reason) {
    case NoTicket::kDraining:
      return {rpc::Code::kUnavailable, "draining"};
    case NoTicket::kFull:
      return {rpc::Code::kResourceExhausted, "full"};
    case NoTicket::kTooManyOfOwner:
      return {rpc::Code::kResourceExhausted, "too many tickets of this account are outstanding"};
  }
  return {};
}

bool is_dialect(std::uint32_t number) { return number >= 2 && number <= 7; }

}  // namespace

class ReserveService::Impl final : public pb::Switchboard::CallbackService {
 public:
  Impl(net::Loop& loop, Driver& driver, std::string address)
      : loop_(loop), driver_(driver), address_(std::move(address)) {}

  grpc::ServerUnaryReactor* Reserve(grpc::CallbackServerContext* context,
                                    const pb::ReserveRequest* request,
                                    pb::ReserveReply* reply) override {
    auto* reactor = context->DefaultReactor();
    const rpc::Finish finish(reactor);
    if (!is_dialect(request->dialect())) {
      finish.error({rpc::Code::kInvalidArgument, "no such dialect"});
      return reactor;
    }
    loop_.handle().post([this, finish, request, reply] {
      auto ticket = driver_.enter(
          [&](Exchange& exchange) { return exchange.reserve(identity_of(*request)); });
      if (!ticket.ok()) {
        finish.error(error_of(ticket.error()));
        return;
      }
      reply->set_address(address_);
      reply->set_ticket(std::move(ticket.value()));
      finish.ok();
    });
    return reactor;
  }

 private:
  net::Loop& loop_;
  Driver& driver_;
  std::string address_;
};

ReserveService::ReserveService(net::Loop& loop, Driver& driver, std::string address)
    : impl_(std::make_unique<Impl>(loop, driver, std::move(address))) {}
ReserveService::~ReserveService() = default;

grpc::Service* ReserveService::service() { return impl_.get(); }

}  // namespace monarch::switchboard
