#include "testing/cluster/administration.hpp"

#include <chrono>
#include <grpcpp/grpcpp.h>

#include "monarch/auth/v1/accounts.grpc.pb.h"
#include "monarch/cluster/v1/node_admin.grpc.pb.h"

namespace monarch::testing {
namespace {

constexpr std::chrono::seconds kCallWithin{10};

void set_deadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kCallWithin);
  context.set_wait_for_ready(true);
}

Outcome<std::string> outcome(const grpc::Status& status, const std::string& what) {
  if (status.ok()) return Ok{};
  return fail(what + ": " + status.error_message() + " (gRPC " +
              std::to_string(status.error_code()) + ")");
}

}  // namespace

Outcome<std::string> create_account(const std::string& auth, const NewAccount& account) {
  const auto accounts =
      auth::v1::Accounts::NewStub(grpc::CreateChannel(auth, grpc::InsecureChannelCredentials()));
  auth::v1::CreateRequest request;
  request.set_handle(account.handle);
  request.set_password(account.password);
  request.set_friendly_name(account.friendly_name);
  auth::v1::CreateReply reply;
  grpc::ClientContext context;
  set_deadline(context);
  return outcome(accounts->Create(&context, request, &reply), "create " + account.handle);
}

Outcome<std::string> drain_node(const std::string& rpc, std::uint32_t per_second) {
  const auto node =
      cluster::v1::NodeAdmin::NewStub(grpc::CreateChannel(rpc, grpc::InsecureChannelCredentials()));
  cluster::v1::DrainRequest request;
  request.set_per_second(per_second);
  cluster::v1::DrainReply reply;
  grpc::ClientContext context;
  set_deadline(context);
  return outcome(node->Drain(&context, request, &reply), "drain " + rpc);
}

}  // namespace monarch::testing
