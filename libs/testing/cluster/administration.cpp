#include "testing/cluster/administration.hpp"

#include <algorithm>
#include <chrono>
#include <grpcpp/grpcpp.h>

#include "grpc/health/v1/health.grpc.pb.h"
#include "monarch/auth/v1/accounts.grpc.pb.h"
#include "monarch/cluster/v1/node_admin.grpc.pb.h"
#include "monarch/presence/v1/admin.grpc.pb.h"

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

Result<AccountId, std::string> create_account(const std::string& auth, const NewAccount& account) {
  const auto accounts =
      auth::v1::Accounts::NewStub(grpc::CreateChannel(auth, grpc::InsecureChannelCredentials()));
  auth::v1::CreateRequest request;
  request.set_handle(account.handle);
  request.set_password(account.password);
  request.set_friendly_name(account.friendly_name);
  auth::v1::CreateReply reply;
  grpc::ClientContext context;
  set_deadline(context);
  const auto done =
      outcome(accounts->Create(&context, request, &reply), "create " + account.handle);
  if (!done) return fail(done.error());
  return AccountId(reply.account().id());
}

Outcome<std::string> delete_account(const std::string& auth, const std::string& handle) {
  const auto accounts =
      auth::v1::Accounts::NewStub(grpc::CreateChannel(auth, grpc::InsecureChannelCredentials()));
  auth::v1::DeleteRequest request;
  request.set_handle(handle);
  auth::v1::DeleteReply reply;
  grpc::ClientContext context;
  set_deadline(context);
  return outcome(accounts->Delete(&context, request, &reply), "delete " + handle);
}

Result<std::vector<std::string>, std::string> list_sessions(const std::string& presence) {
  const auto admin = presence::v1::PresenceAdmin::NewStub(
      grpc::CreateChannel(presence, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  set_deadline(context);
  const auto reader = admin->ListSessions(&context, {});
  std::vector<std::string> found;
  presence::v1::ListSessionsReply reply;
  while (reader->Read(&reply)) {
    for (const auto& session : reply.sessions()) {
      found.push_back(session.handle() + " at " + session.node());
    }
  }
  const auto done = outcome(reader->Finish(), "list sessions");
  if (!done) return fail(done.error());
  std::sort(found.begin(), found.end());
  return found;
}

Result<bool, std::string> is_serving(const std::string& rpc, const std::string& service) {
  const auto health = grpc::health::v1::Health::NewStub(
      grpc::CreateChannel(rpc, grpc::InsecureChannelCredentials()));
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  grpc::health::v1::HealthCheckResponse reply;
  grpc::ClientContext context;
  set_deadline(context);
  const auto done =
      outcome(health->Check(&context, request, &reply), "health of " + rpc + " " + service);
  if (!done) return fail(done.error());
  return reply.status() == grpc::health::v1::HealthCheckResponse::SERVING;
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
