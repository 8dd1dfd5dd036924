// AuthClient: auth.v1.Auth behind the node's AuthDoor: one unary call per sign-in. Which instance
// is asked follows from the handle, the same on every notification node, so that an account's
// failed sign-ins are counted in one place; when it does not answer, the next one is asked. Loop
// thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/core/ports.hpp"
#include "rpc/channel.hpp"

namespace monarch::notification {

struct AuthInstance {
  std::string name;  // its address as the settings write it, by which all nodes must know it
  std::shared_ptr<grpc::Channel> channel;
};

// A channel to each; the error names the endpoint.
[[nodiscard]] Result<std::vector<AuthInstance>, std::string> auth_instances(
    const std::vector<Endpoint>& endpoints, rpc::ChannelOptions options);

class AuthClient final : public AuthDoor {
 public:
  // `deadline` bounds an answer, whatever the number of instances asked.
  AuthClient(net::Loop& loop, const std::vector<AuthInstance>& instances, Duration deadline);
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
