// AuthService: auth.v1.Auth, the check of a sign-in, as a gRPC service. Owned by main(): called on
// gRPC's threads, it hands over to the loop, where the verifier lives. Destroy the server first.
#pragma once

#include <memory>

#include "auth/core/verifier.hpp"
#include "base/clock.hpp"
#include "net/loop.hpp"
#include "runtime/metrics.hpp"

namespace grpc {
class Service;
}

namespace monarch::auth {

class AuthService {
 public:
  AuthService(net::Loop& loop, Verifier& verifier, const Clock& clock, metrics::Registry& metrics);
  ~AuthService();
  AuthService(const AuthService&) = delete;
  AuthService& operator=(const AuthService&) = delete;

  [[nodiscard]] grpc::Service* service();
  // When the loop runs no more: what is not answered yet ends as UNAVAILABLE.
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::auth
