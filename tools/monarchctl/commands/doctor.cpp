#include "monarchctl/doctor/doctor.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "monarchctl/commands.hpp"
#include "monarchctl/interrupts.hpp"
#include "runtime/secure_random.hpp"

namespace monarch::ctl {

namespace {

using doctor::Done;
using doctor::Office;
using doctor::Trouble;

Trouble trouble(const Problem& problem) {
  return {Trouble::Kind::kOffice, problem.text, 0, problem.status == kFailed};
}

std::int64_t now_unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The administration over gRPC.
class ClusterOffice final : public Office {
 public:
  explicit ClusterOffice(Cluster& cluster) : cluster_(cluster) {}

  Result<std::vector<Node>, Trouble> nodes() override {
    auto stub = cluster_.presence();
    if (!stub) return fail(trouble(stub.error()));
    presence::v1::ListNodesReply reply;
    grpc::ClientContext context;
    cluster_.arm(context);
    const auto status = (*stub)->ListNodes(&context, {}, &reply);
    if (!status.ok()) return fail(trouble(cluster_.presence_problem(status)));
    std::vector<Node> nodes;
    for (const auto& node : reply.nodes()) {
      nodes.push_back({node.id(), node.role(), node.state(), node.advertised()});
    }
    return nodes;
  }

  Done add(const std::string& handle, const std::string& password) override {
    auto stub = cluster_.accounts();
    if (!stub) return fail(trouble(stub.error()));
    auth::v1::CreateRequest request;
    request.set_handle(handle);
    request.set_password(password);
    request.set_friendly_name("Doctor");
    auth::v1::CreateReply reply;
    grpc::ClientContext context;
    cluster_.arm(context);
    const auto status = (*stub)->Create(&context, request, &reply);
    if (!status.ok()) return fail(trouble(cluster_.auth_problem(status)));
    return Ok{};
  }

  Done remove(const std::string& handle) override {
    auto stub = cluster_.accounts();
    if (!stub) return fail(trouble(stub.error()));
    auth::v1::DeleteRequest request;
    request.set_handle(handle);
    auth::v1::DeleteReply reply;
    grpc::ClientContext context;
    cluster_.arm(context);
    const auto status = (*stub)->Delete(&context, request, &reply);
    if (!status.ok() && status.error_code() != grpc::StatusCode::NOT_FOUND) {
      return fail(trouble(cluster_.auth_problem(status)));
    }
    return Ok{};
  }

  Result<std::vector<Guest>, Trouble> guests() override {
    auto stub = cluster_.accounts();
    if (!stub) return fail(trouble(stub.error()));
    grpc::ClientContext context;
    cluster_.arm(context);
    const auto reader = (*stub)->List(&context, {});
    std::vector<Guest> guests;
    bool some = false;
    auth::v1::ListReply page;
    while (reader->Read(&page)) {
      some = true;
      for (const auto& account : page.accounts()) {
        if (!doctor::is_guest(account.handle())) continue;
        guests.push_back(
            {account.handle(), now_unix_seconds() - account.created_unix_seconds(), false});
      }
    }
    const auto status = reader->Finish();
    // More accounts than can be looked through in time are no reason to go home.
    const bool many = some && status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
    if (!status.ok() && !many) return fail(trouble(cluster_.auth_problem(status)));
    for (Guest& guest : guests) {
      auto signed_in = is_signed_in(guest.handle);
      if (!signed_in) return fail(signed_in.error());
      guest.signed_in = *signed_in;
    }
    return guests;
  }

 private:
  Result<bool, Trouble> is_signed_in(const std::string& handle) {
    auto stub = cluster_.presence();
    if (!stub) return fail(trouble(stub.error()));
    presence::v1::ListSessionsRequest request;
    request.set_handle(handle);
    grpc::ClientContext context;
    cluster_.arm(context);
    const auto reader = (*stub)->ListSessions(&context, request);
    bool found = false;
    presence::v1::ListSessionsReply page;
    while (reader->Read(&page)) found = found || page.sessions_size() > 0;
    const auto status = reader->Finish();
    if (!status.ok() && status.error_code() != grpc::StatusCode::NOT_FOUND) {
      return fail(trouble(cluster_.presence_problem(status)));
    }
    return found;
  }

  Cluster& cluster_;
};

Result<doctor::Plan::Account, Problem> account(const std::string& email, const std::string& file) {
  auto password = read_password({std::nullopt, file});
  if (!password) return fail(password.error());
  return doctor::Plan::Account{email, *std::move(password)};
}

Answer examine_from_outside(const DoctorOptions& options, Random& random,
                            const doctor::Plan& plan) {
  const std::string& given = options.connect;
  const bool has_port = given.find(':') != std::string::npos;
  const auto dispatch = Endpoint::parse(has_port ? given : given + ":1863");
  if (!dispatch) return fail(Problem{kFailed, "--connect: " + dispatch.error()});
  if (options.email.empty() || options.password_file.empty()) {
    return fail(Problem{kFailed,
                        "--connect does only what a client can do, and a client has an account: "
                        "give --email and --password-file (and --email2, --password-file2 for "
                        "somebody to chat with)"});
  }
  auto first = account(options.email, options.password_file);
  if (!first) return fail(first.error());
  std::optional<doctor::Plan::Account> second;
  if (!options.email2.empty()) {
    if (options.password_file2.empty()) {
      return fail(Problem{kFailed, "--email2 needs --password-file2"});
    }
    auto other = account(options.email2, options.password_file2);
    if (!other) return fail(other.error());
    second = *std::move(other);
  }
  return doctor::examine_from_outside(*dispatch, *first, second, random, plan);
}

}  // namespace

Answer see_doctor(Cluster& cluster, const DoctorOptions& options) {
  const Interrupts interrupts;
  runtime::SecureRandom random;
  doctor::Plan plan;
  plan.timeout = std::chrono::seconds(options.timeout_seconds);
  plan.interrupt = interrupts.descriptor();
  if (!options.quiet) {
    plan.tell = [](const doctor::Hop& hop) {
      // Twenty lines that nothing happened would hide the one that says what did.
      if (hop.state == doctor::Hop::State::kSkipped) return;
      std::fputs(doctor::to_text(hop).c_str(), stdout);
      std::fflush(stdout);
    };
  }
  if (!options.connect.empty()) return examine_from_outside(options, random, plan);
  if (!options.email.empty() || !options.email2.empty()) {
    return fail(Problem{kFailed, "--email is for --connect; without it doctor makes accounts"});
  }
  ClusterOffice office(cluster);
  return doctor::examine(office, random, plan);
}

}  // namespace monarch::ctl
