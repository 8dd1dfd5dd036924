// PresenceAdminDouble: the PresenceAdmin of tests, a real gRPC server on a free loopback port that
// keeps what it is told in memory and can be told to refuse. Made and used by the test's thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <grpcpp/server.h>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/endpoint.hpp"
#include "monarch/presence/v1/admin.grpc.pb.h"

namespace monarch::auth::testing {

class PresenceAdminDouble final : public monarch::presence::v1::PresenceAdmin::Service {
 public:
  PresenceAdminDouble();
  ~PresenceAdminDouble() override;

  [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", static_cast<uint16_t>(port_)}; }
  // Handle and friendly name by account number.
  [[nodiscard]] std::map<std::uint64_t, std::pair<std::string, std::string>> known() const;
  // As though presence had the handle under this number since ever.
  void claim(std::uint64_t account, const std::string& handle);
  [[nodiscard]] int ensures() const { return ensures_; }
  void refuse(bool away) { away_ = away; }
  [[nodiscard]] std::vector<std::uint64_t> kicked() const;

  grpc::Status EnsurePrincipals(grpc::ServerContext* context,
                                const monarch::presence::v1::EnsurePrincipalsRequest* request,
                                monarch::presence::v1::EnsurePrincipalsReply* reply) override;
  grpc::Status RemovePrincipal(grpc::ServerContext* context,
                               const monarch::presence::v1::RemovePrincipalRequest* request,
                               monarch::presence::v1::RemovePrincipalReply* reply) override;
  grpc::Status Kick(grpc::ServerContext* context, const monarch::presence::v1::KickRequest* request,
                    monarch::presence::v1::KickReply* reply) override;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::pair<std::string, std::string>> known_;
  std::map<std::string, std::uint64_t> by_handle_;
  std::vector<std::uint64_t> kicked_;
  std::atomic<int> ensures_{0};
  std::atomic<bool> away_{false};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace monarch::auth::testing
