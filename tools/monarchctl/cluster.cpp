#include "monarchctl/cluster.hpp"

#include <grpcpp/channel.h>
#include <string_view>
#include <vector>

#include "base/endpoint.hpp"
#include "rpc/channel.hpp"

namespace monarch::ctl {

Cluster::Cluster(ClusterOptions options)
    : options_(std::move(options)),
      auth_{"auth", "--auth", "MONARCH_AUTH", options_.auth, nullptr},
      presence_{"presence", "--presence", "MONARCH_PRESENCE", options_.presence, nullptr} {}

Outcome<Problem> Cluster::connect(Service& service) const {
  std::vector<Endpoint> endpoints;
  std::string_view rest = service.addresses;
  while (true) {
    const auto comma = rest.find(',');
    const auto endpoint = Endpoint::parse(rest.substr(0, comma));
    if (!endpoint) return fail(Problem{kFailed, service.flag + (": " + endpoint.error())});
    endpoints.push_back(*endpoint);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  rpc::ChannelOptions channel_options;
  channel_options.allow_plaintext = options_.allow_plaintext;
  auto channel = rpc::make_channel(endpoints, channel_options);
  if (!channel) return fail(Problem{kFailed, service.flag + (": " + channel.error())});
  service.channel = std::move(channel).value();
  return Ok{};
}

Result<Cluster::AccountsStub*, Problem> Cluster::accounts() {
  if (accounts_stub_ == nullptr) {
    const auto connected = connect(auth_);
    if (!connected) return fail(connected.error());
    accounts_stub_ = monarch::auth::v1::Accounts::NewStub(auth_.channel);
  }
  return accounts_stub_.get();
}

Result<Cluster::PresenceStub*, Problem> Cluster::presence() {
  if (presence_stub_ == nullptr) {
    const auto connected = connect(presence_);
    if (!connected) return fail(connected.error());
    presence_stub_ = monarch::presence::v1::PresenceAdmin::NewStub(presence_.channel);
  }
  return presence_stub_.get();
}

Result<Cluster::MailStub*, Problem> Cluster::mail() {
  if (mail_stub_ == nullptr) {
    if (const auto connected = presence(); !connected) return fail(connected.error());
    mail_stub_ = monarch::mailbox::v1::MailEvents::NewStub(presence_.channel);
  }
  return mail_stub_.get();
}

void Cluster::arm(grpc::ClientContext& context) const {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(options_.timeout_seconds));
}

void Cluster::arm_bulk(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kBulkDeadline);
}

Problem Cluster::auth_problem(const grpc::Status& status) const { return problem(auth_, status); }
Problem Cluster::presence_problem(const grpc::Status& status) const {
  return problem(presence_, status);
}

Problem Cluster::problem(const Service& service, const grpc::Status& status) {
  const std::string place = service.name + (" at " + service.addresses);
  const std::string look = std::string("is the cluster up (./dev status), and does ") +
                           service.flag + " or " + service.variable + " say where it is?";
  switch (status.error_code()) {
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::FAILED_PRECONDITION:
      return {kRefused, status.error_message()};
    case grpc::StatusCode::UNAVAILABLE:
      // A connection that stands means that the service itself has said this, of its own stores.
      if (service.channel->GetState(false) == GRPC_CHANNEL_READY) {
        return {kFailed, place + " says: " + status.error_message()};
      }
      return {kFailed, "cannot reach " + place + ": " + look};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {kFailed,
              "no answer in time from " + place + ": " + look + " --timeout gives it longer"};
    case grpc::StatusCode::UNIMPLEMENTED:
      return {kFailed, place + " does not know this call: " + service.flag + " or " +
                           service.variable + " names another service, or an older version"};
    default:
      return {kFailed, place + " failed: " + status.error_message()};
  }
}

}  // namespace monarch::ctl
