#include <utility>

#include "monarchctl/commands.hpp"

namespace monarch::ctl {

namespace pb = monarch::presence::v1;

namespace {

nlohmann::ordered_json describe(const pb::DirectoryEntry& entry) {
  return {{"first", entry.first()},
          {"last", entry.last()},
          {"city", entry.city()},
          {"state", entry.state()},
          {"country", entry.country()}};
}

Output shown(const std::string& email, const pb::DirectoryEntry& entry) {
  return {{{"email", email}, {"directory", describe(entry)}},
          table({{"email", email},
                 {"first", entry.first()},
                 {"last", entry.last()},
                 {"city", entry.city()},
                 {"state", entry.state()},
                 {"country", entry.country()}})};
}

// Refusals come without the account they are about.
Problem problem_of(const Cluster& cluster, const std::string& email, const grpc::Status& status) {
  Problem problem = cluster.presence_problem(status);
  if (problem.status == kRefused) problem.text = email + ": " + problem.text;
  return problem;
}

}  // namespace

Answer show_directory_entry(Cluster& cluster, const std::string& email) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::GetDirectoryEntryRequest request;
  request.set_handle(email);
  pb::GetDirectoryEntryReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->GetDirectoryEntry(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, email, status));
  if (reply.has_entry()) return shown(email, reply.entry());
  return Output{{{"email", email}, {"directory", nullptr}},
                email + " is not in the member directory\n"};
}

Answer set_directory_entry(Cluster& cluster, const std::string& email,
                           const DirectoryOptions& entry) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::SetDirectoryEntryRequest request;
  request.set_handle(email);
  auto& wanted = *request.mutable_entry();
  wanted.set_first(entry.first);
  wanted.set_last(entry.last);
  wanted.set_city(entry.city);
  wanted.set_state(entry.state);
  wanted.set_country(entry.country);
  pb::SetDirectoryEntryReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->SetDirectoryEntry(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, email, status));
  return shown(email, reply.entry());
}

Answer remove_directory_entry(Cluster& cluster, const std::string& email) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::RemoveDirectoryEntryRequest request;
  request.set_handle(email);
  pb::RemoveDirectoryEntryReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->RemoveDirectoryEntry(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, email, status));
  return Output{{{"email", email}, {"removed", reply.was_in()}},
                reply.was_in() ? "removed " + email + " from the member directory\n"
                               : email + " was not in the member directory\n"};
}

}  // namespace monarch::ctl
