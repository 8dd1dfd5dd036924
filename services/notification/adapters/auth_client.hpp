// AuthClient: auth.v1.Auth behind the node's AuthDoor: one unary call per sign-in, round robin over
// the instances. Loop thread only.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/core/ports.hpp"

namespace grpc {
class Channel;
}

namespace monarch::notification {

class AuthClient final : public AuthDoor {
 public:
  AuthClient(net::Loop& loop, const std::shared_ptr<grpc::Channel>& channel, Duration deadline);
  ~AuthClient() override;
  AuthClient(const AuthClient&) = delete;
  AuthClient& operator=(const AuthClient&) = delete;

  void attach(Driver& driver);
  void verify(RequestId id, const Verify& question) override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::notification
