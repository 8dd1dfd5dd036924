#include "auth/integration/presence_admin.hpp"

#include <grpcpp/server_builder.h>

#include "base/assert.hpp"

namespace monarch::auth::testing {

namespace pb = monarch::presence::v1;

PresenceAdminDouble::PresenceAdminDouble() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  MONARCH_ASSERT(server_ != nullptr && port_ != 0);
}

PresenceAdminDouble::~PresenceAdminDouble() { server_->Shutdown(); }

std::map<std::uint64_t, std::pair<std::string, std::string>> PresenceAdminDouble::known() const {
  const std::lock_guard lock(mutex_);
  return known_;
}

void PresenceAdminDouble::claim(std::uint64_t account, const std::string& handle) {
  const std::lock_guard lock(mutex_);
  known_[account] = {handle, ""};
  by_handle_[handle] = account;
}

grpc::Status PresenceAdminDouble::EnsurePrincipals(grpc::ServerContext* /*context*/,
                                                   const pb::EnsurePrincipalsRequest* request,
                                                   pb::EnsurePrincipalsReply* /*reply*/) {
  ++ensures_;
  if (away_) return {grpc::StatusCode::FAILED_PRECONDITION, "told to be away"};
  const std::lock_guard lock(mutex_);
  for (const auto& principal : request->principals()) {
    const auto at = by_handle_.find(principal.handle());
    if (at != by_handle_.end() && at->second != principal.account()) {
      return {grpc::StatusCode::ALREADY_EXISTS, "another account has the handle"};
    }
  }
  for (const auto& principal : request->principals()) {
    known_.try_emplace(principal.account(), principal.handle(), principal.friendly_name());
    by_handle_[principal.handle()] = principal.account();
  }
  return grpc::Status::OK;
}

grpc::Status PresenceAdminDouble::RemovePrincipal(grpc::ServerContext* /*context*/,
                                                  const pb::RemovePrincipalRequest* request,
                                                  pb::RemovePrincipalReply* /*reply*/) {
  if (away_) return {grpc::StatusCode::FAILED_PRECONDITION, "told to be away"};
  const std::lock_guard lock(mutex_);
  const auto at = known_.find(request->account());
  if (at != known_.end()) {
    by_handle_.erase(at->second.first);
    known_.erase(at);
  }
  return grpc::Status::OK;
}

std::vector<std::uint64_t> PresenceAdminDouble::kicked() const {
  const std::lock_guard lock(mutex_);
  return kicked_;
}

grpc::Status PresenceAdminDouble::Kick(grpc::ServerContext* /*context*/,
                                       const pb::KickRequest* request, pb::KickReply* /*reply*/) {
  if (away_) return {grpc::StatusCode::FAILED_PRECONDITION, "told to be away"};
  const std::lock_guard lock(mutex_);
  kicked_.push_back(request->account());
  return grpc::Status::OK;
}

}  // namespace monarch::auth::testing
