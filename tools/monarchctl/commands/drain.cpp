// drain: sends the users of a node away and lets it end, and tells how far it is.
#include <chrono>
#include <cstdio>
#include <grpcpp/channel.h>
#include <optional>
#include <thread>

#include "monarch/cluster/v1/node_admin.grpc.pb.h"
#include "monarchctl/commands.hpp"
#include "monarchctl/commands/places.hpp"

namespace monarch::ctl {

namespace pb = monarch::cluster::v1;

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookEvery{250};
constexpr std::chrono::seconds kTellEvery{2};

// What is left there; nothing when it does not answer any more: it has ended.
std::optional<std::uint64_t> left(const Cluster& cluster, pb::NodeAdmin::Stub& node) {
  pb::GetStateReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  if (!node.GetState(&context, {}, &reply).ok()) return std::nullopt;
  return reply.load();
}

// Until the process is gone, or the time it may take is over. False: it is still there.
bool watch(const Cluster& cluster, pb::NodeAdmin::Stub& node, const DrainOptions& options) {
  auto tell_at = steady_clock::now() + kTellEvery;
  const auto until = steady_clock::now() + std::chrono::seconds(options.wait_seconds);
  while (const auto people = left(cluster, node)) {
    const auto now = steady_clock::now();
    if (now >= until) return false;
    if (!options.quiet && now >= tell_at) {
      std::fprintf(stderr, "%s: %llu left\n", options.node.c_str(),
                   static_cast<unsigned long long>(*people));
      tell_at = now + kTellEvery;
    }
    std::this_thread::sleep_for(kLookEvery);
  }
  return true;
}

}  // namespace

Answer drain_node(Cluster& cluster, const DrainOptions& options) {
  const auto place = find_node(cluster, options.node);
  if (!place) return fail(place.error());
  auto channel = cluster.channel_to(place->role, place->rpc);
  if (!channel) return fail(channel.error());
  const auto stub = pb::NodeAdmin::NewStub(*channel);
  const auto before = left(cluster, *stub);

  pb::DrainRequest request;
  request.set_per_second(options.per_second);
  request.set_within_seconds(options.within_seconds);
  pb::DrainReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = stub->Drain(&context, request, &reply);
  if (!status.ok()) {
    const bool away = status.error_code() == grpc::StatusCode::UNAVAILABLE;
    return fail(Problem{away ? kFailed : kRefused,
                        options.node + " at " + place->rpc + ": " + status.error_message()});
  }
  const auto people = before.value_or(0);
  Output output;
  output.json["node"] = options.node;
  output.json["role"] = place->role;
  output.json["load"] = people;
  if (options.wait_seconds == 0) {
    output.json["ended"] = false;
    output.text = options.node + " drains; " + std::to_string(people) + " were there\n";
    return output;
  }
  const bool ended = watch(cluster, *stub, options);
  output.json["ended"] = ended;
  output.text = options.node + (ended ? " has drained and ended; " : " still drains; ") +
                std::to_string(people) + " were there\n";
  output.status = ended ? kDone : kRefused;
  return output;
}

}  // namespace monarch::ctl
