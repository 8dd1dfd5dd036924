// Cluster: the services as monarchctl reaches them: channels made when first needed, a deadline on
// every call, and failures in words that say what to look at. Blocking; one thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "monarch/auth/v1/accounts.grpc.pb.h"
#include "monarch/mailbox/v1/mailbox.grpc.pb.h"
#include "monarch/presence/v1/admin.grpc.pb.h"
#include "monarchctl/output.hpp"

namespace monarch::ctl {

// A bulk call may take as long as it makes progress; this bounds one that does not.
inline constexpr std::chrono::minutes kBulkDeadline{30};

struct ClusterOptions {
  // One instance or several, separated by commas.
  std::string auth = "127.0.0.1:17100";
  std::string presence = "127.0.0.1:17210";
  bool allow_plaintext = false;
  int timeout_seconds = 10;
};

class Cluster {
 public:
  explicit Cluster(ClusterOptions options);

  using AccountsStub = monarch::auth::v1::Accounts::Stub;
  using MailStub = monarch::mailbox::v1::MailEvents::Stub;
  using PresenceStub = monarch::presence::v1::PresenceAdmin::Stub;
  [[nodiscard]] Result<AccountsStub*, Problem> accounts();
  [[nodiscard]] Result<PresenceStub*, Problem> presence();
  // Served by presence, if it is told to.
  [[nodiscard]] Result<MailStub*, Problem> mail();

  // The deadline of an ordinary call.
  void arm(grpc::ClientContext& context) const;
  static void arm_bulk(grpc::ClientContext& context);

  // Why a call of that service failed; `status` is not OK.
  [[nodiscard]] Problem auth_problem(const grpc::Status& status) const;
  [[nodiscard]] Problem presence_problem(const grpc::Status& status) const;

 private:
  struct Service {
    const char* name;
    const char* flag;
    const char* variable;
    std::string addresses;
    std::shared_ptr<grpc::Channel> channel;
  };
  [[nodiscard]] Outcome<Problem> connect(Service& service) const;
  [[nodiscard]] static Problem problem(const Service& service, const grpc::Status& status);

  ClusterOptions options_;
  Service auth_;
  Service presence_;
  std::unique_ptr<AccountsStub> accounts_stub_;
  std::unique_ptr<PresenceStub> presence_stub_;
  std::unique_ptr<MailStub> mail_stub_;
};

}  // namespace monarch::ctl
