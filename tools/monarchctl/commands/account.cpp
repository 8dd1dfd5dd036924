#include "monarchctl/commands/account.hpp"

#include <cstdio>
#include <utility>

#include "monarchctl/commands.hpp"

namespace monarch::ctl {

namespace pb = monarch::auth::v1;

namespace {

void note_length(const std::string& password) {
  const std::string note = length_note(password.size());
  if (!note.empty()) std::fprintf(stderr, "%s\n", note.c_str());
}

}  // namespace

nlohmann::ordered_json describe(const pb::Account& account) {
  return {{"email", account.handle()},
          {"id", account.id()},
          {"state", account.state()},
          {"verified", account.verified()},
          {"consent", !account.consent_missing()},
          {"created", utc(account.created_unix_seconds())}};
}

Problem problem_of(const Cluster& cluster, const std::string& email, const grpc::Status& status) {
  Problem problem = cluster.auth_problem(status);
  if (problem.status == kRefused) problem.text = email + ": " + problem.text;
  return problem;
}

Answer add_account(Cluster& cluster, const std::string& email, const PasswordSource& password,
                   const std::string& name) {
  auto stub = cluster.accounts();
  if (!stub) return fail(stub.error());
  auto secret = read_password(password);
  if (!secret) return fail(secret.error());
  note_length(*secret);
  pb::CreateRequest request;
  request.set_handle(email);
  request.set_password(*std::move(secret));
  request.set_friendly_name(name);
  pb::CreateReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->Create(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, email, status));
  return Output{{{"account", describe(reply.account())}},
                "created " + reply.account().handle() + "\n"};
}

Answer list_accounts(Cluster& cluster) {
  auto stub = cluster.accounts();
  if (!stub) return fail(stub.error());
  grpc::ClientContext context;
  Cluster::arm_bulk(context);
  const auto reader = (*stub)->List(&context, {});
  Output output;
  auto accounts = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows{{"EMAIL", "STATE", "VERIFIED", "CONSENT", "CREATED"}};
  pb::ListReply page;
  while (reader->Read(&page)) {
    for (const pb::Account& account : page.accounts()) {
      accounts.push_back(describe(account));
      rows.push_back({account.handle(), account.state(), account.verified() ? "yes" : "no",
                      account.consent_missing() ? "missing" : "given",
                      utc(account.created_unix_seconds())});
    }
  }
  const auto status = reader->Finish();
  if (!status.ok()) return fail(cluster.auth_problem(status));
  output.text =
      rows.size() > 1 ? table(rows) : "no accounts yet: monarchctl account add EMAIL makes one\n";
  output.json["accounts"] = std::move(accounts);
  return output;
}

Answer show_account(Cluster& cluster, const std::string& email) {
  auto stub = cluster.accounts();
  if (!stub) return fail(stub.error());
  pb::GetRequest request;
  request.set_handle(email);
  pb::Account account;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->Get(&context, request, &account);
  if (!status.ok()) return fail(problem_of(cluster, email, status));
  return Output{{{"account", describe(account)}},
                table({{"email", account.handle()},
                       {"id", std::to_string(account.id())},
                       {"state", account.state()},
                       {"verified", account.verified() ? "yes" : "no"},
                       {"consent", account.consent_missing() ? "missing" : "given"},
                       {"created", utc(account.created_unix_seconds())}})};
}

Answer set_password(Cluster& cluster, const std::string& email, const PasswordSource& password) {
  auto stub = cluster.accounts();
  if (!stub) return fail(stub.error());
  auto secret = read_password(password);
  if (!secret) return fail(secret.error());
  note_length(*secret);
  pb::SetPasswordRequest request;
  request.set_handle(email);
  request.set_password(*std::move(secret));
  pb::SetPasswordReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->SetPassword(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, email, status));
  return Output{{{"email", email}, {"password_set", true}},
                "the password of " + email + " is changed, from the next sign-in on\n"};
}

Answer delete_account(Cluster& cluster, const std::string& email) {
  auto stub = cluster.accounts();
  if (!stub) return fail(stub.error());
  pb::DeleteRequest request;
  request.set_handle(email);
  pb::DeleteReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->Delete(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, email, status));
  return Output{{{"email", email}, {"deleted", true}}, "deleted " + email + "\n"};
}

}  // namespace monarch::ctl
