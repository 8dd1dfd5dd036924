// account suspend, resume, consent, verify.
#include <utility>

#include "monarchctl/commands.hpp"
#include "monarchctl/commands/account.hpp"

namespace monarch::ctl {

namespace pb = monarch::auth::v1;

namespace {

using Stub = Cluster::AccountsStub;

// `said` is for people, after the email.
template <class Request>
Answer set(Cluster& cluster, const std::string& email, Request request,
           grpc::Status (Stub::*call)(grpc::ClientContext*, const Request&, pb::Account*),
           const std::string& said) {
  auto stub = cluster.accounts();
  if (!stub) return fail(stub.error());
  request.set_handle(email);
  pb::Account account;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = ((*stub)->*call)(&context, request, &account);
  if (!status.ok()) return fail(problem_of(cluster, email, status));
  return Output{{{"account", describe(account)}}, account.handle() + " " + said + "\n"};
}

}  // namespace

Answer suspend_account(Cluster& cluster, const std::string& email) {
  return set(cluster, email, pb::SuspendRequest(), &Stub::Suspend,
             "is suspended, and signed out wherever he was");
}

Answer resume_account(Cluster& cluster, const std::string& email) {
  return set(cluster, email, pb::ResumeRequest(), &Stub::Resume, "may sign in again");
}

Answer set_consent(Cluster& cluster, const std::string& email, bool given, bool missing) {
  if (given == missing) return fail(Problem{kFailed, "account consent: --given or --missing"});
  pb::SetConsentRequest request;
  request.set_given(given);
  return set(cluster, email, std::move(request), &Stub::SetConsent,
             given ? "has his parents' consent"
                   : "lacks his parents' consent, and is signed out wherever he was");
}

Answer set_verified(Cluster& cluster, const std::string& email, bool verified) {
  pb::SetVerifiedRequest request;
  request.set_verified(verified);
  return set(cluster, email, std::move(request), &Stub::SetVerified,
             verified ? "is verified, from the next sign-in on"
                      : "is not verified, from the next sign-in on");
}

}  // namespace monarch::ctl
