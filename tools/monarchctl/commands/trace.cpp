// trace: what a session and its client say to each other, as it happens.
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <grpcpp/channel.h>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "monarch/notification/v1/admin.grpc.pb.h"
#include "monarchctl/commands.hpp"
#include "monarchctl/commands/places.hpp"
#include "monarchctl/commands/sessions.hpp"
#include "monarchctl/interrupts.hpp"

namespace monarch::ctl {

namespace pb = monarch::notification::v1;

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::steady_clock;

constexpr int kLookEveryMs = 500;
// The node ends a trace by itself; this much later we do.
constexpr std::chrono::seconds kDeadlineLater{10};

// Cancels the call when Ctrl-C comes, for the reading blocks.
class Canceller {
 public:
  Canceller(const Interrupts& interrupts, grpc::ClientContext& context)
      : done_(::eventfd(0, EFD_CLOEXEC)), thread_([this, &interrupts, &context] {
          std::array<pollfd, 2> ready{{{interrupts.descriptor(), POLLIN, 0}, {done_, POLLIN, 0}}};
          while (::poll(ready.data(), ready.size(), -1) < 0) {
          }
          if (ready[0].revents == 0) return;
          interrupted_ = true;
          context.TryCancel();
        }) {}
  Canceller(const Canceller&) = delete;
  Canceller& operator=(const Canceller&) = delete;
  ~Canceller() {
    stop();
    ::close(done_);
  }
  void stop() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    (void)!::write(done_, &one, sizeof(one));
    thread_.join();
  }
  // After stop().
  [[nodiscard]] bool interrupted() const { return interrupted_; }

 private:
  int done_;
  bool interrupted_ = false;
  std::thread thread_;
};

struct Seen {
  std::uint64_t lines = 0;
  std::uint64_t dropped = 0;
  std::optional<pb::TraceReply::Ended> ended;
};

// "20:15:07.123" here, "2003-04-13T18:15:07.123Z" for scripts.
std::string time_of(std::int64_t unix_milliseconds, bool json) {
  const auto seconds = static_cast<std::time_t>(unix_milliseconds / 1000);
  std::tm parts{};
  if (json) {
    ::gmtime_r(&seconds, &parts);
  } else {
    ::localtime_r(&seconds, &parts);
  }
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), json ? "%Y-%m-%dT%H:%M:%S" : "%H:%M:%S", &parts);
  std::array<char, 8> rest{};
  std::snprintf(rest.data(), rest.size(), ".%03d", static_cast<int>(unix_milliseconds % 1000));
  return std::string(text.data()) + rest.data() + (json ? "Z" : "");
}

// False: nobody reads what we print.
bool say(const std::string& line) {
  return std::fputs((line + "\n").c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
}

bool tell(const TraceOptions& options, const pb::TraceReply& reply) {
  bool heard = true;
  if (reply.dropped() > 0) {
    heard = options.json ? say(Json{{"event", "dropped"}, {"lines", reply.dropped()}}.dump())
                         : say("(" + std::to_string(reply.dropped()) +
                               " lines were left out: they came faster than they could be told)");
  }
  if (reply.has_begun()) {
    const auto& begun = reply.begun();
    const std::string dialect = "MSNP" + std::to_string(begun.dialect());
    const std::string status = word_of(begun.status());
    return heard && (options.json ? say(Json{{"event", "begun"},
                                             {"email", options.email},
                                             {"node", begun.node()},
                                             {"dialect", dialect},
                                             {"status", status}}
                                            .dump())
                                  : say(options.email + " at " + begun.node() + " with " + dialect +
                                        ", " + status +
                                        ". C: the client, S: the server. Ctrl-C "
                                        "ends the trace."));
  }
  if (!reply.has_line()) return heard;
  const auto& line = reply.line();
  const bool in = line.direction() == pb::TraceReply::Line::DIRECTION_IN;
  const std::string time = time_of(line.unix_milliseconds(), options.json);
  return heard && (options.json ? say(Json{{"event", "line"},
                                           {"time", time},
                                           {"from", in ? "client" : "server"},
                                           {"text", line.text()}}
                                          .dump())
                                : say(time + (in ? " C: " : " S: ") + line.text()));
}

Output output_of(const TraceOptions& options, const Seen& seen, const std::string& reason,
                 const std::string& words) {
  Output output;
  output.one_line = true;
  output.json = {{"event", "ended"},
                 {"email", options.email},
                 {"reason", reason},
                 {"lines", seen.lines},
                 {"dropped", seen.dropped}};
  output.text = words + "\n";
  return output;
}

// Until it is time to look again. False: interrupted, or the time is over.
bool look_again(const Interrupts& interrupts, steady_clock::time_point until) {
  pollfd ready{interrupts.descriptor(), POLLIN, 0};
  return ::poll(&ready, 1, kLookEveryMs) == 0 && steady_clock::now() < until;
}

// What the trace of this session comes to. Nothing: its node does not have it.
std::optional<Answer> follow(Cluster& cluster, const TraceOptions& options,
                             const Interrupts& interrupts, const SessionPlace& session) {
  const auto place = find_node(cluster, session.node);
  if (!place) return fail(place.error());
  auto channel = cluster.channel_to(place->role, place->rpc);
  if (!channel) return fail(channel.error());

  pb::TraceRequest request;
  request.set_session(session.session);
  request.set_handle(session.email);
  request.set_seconds(options.seconds);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(options.seconds) +
                       kDeadlineLater);
  Canceller canceller(interrupts, context);
  const auto stub = pb::NotificationAdmin::NewStub(*channel);
  const auto reader = stub->Trace(&context, request);
  Seen seen;
  bool heard = true;
  pb::TraceReply reply;
  while (reader->Read(&reply)) {
    seen.lines += reply.has_line() ? 1 : 0;
    seen.dropped += reply.dropped();
    if (reply.has_ended()) seen.ended = reply.ended();
    if (heard && !tell(options, reply)) {
      heard = false;
      context.TryCancel();
    }
  }
  const auto status = reader->Finish();
  canceller.stop();
  if (canceller.interrupted() || !heard) {
    return output_of(options, seen, "interrupted", "the trace was ended");
  }
  if (status.ok() && seen.ended) {
    if (seen.ended->time_over()) return output_of(options, seen, "time_over", "the time is over");
    return output_of(options, seen, seen.ended->reason(),
                     "the session has ended (" + seen.ended->reason() + ")");
  }
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return std::nullopt;
  const bool away = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                    status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
  return fail(Problem{away ? kFailed : kRefused,
                      session.node + " at " + place->rpc + ": " + status.error_message()});
}

}  // namespace

Answer trace_session(Cluster& cluster, const TraceOptions& options) {
  const Interrupts interrupts;
  const auto until = steady_clock::now() + std::chrono::seconds(options.seconds);
  do {
    const auto session = find_session(cluster, options.email);
    if (!session) return fail(session.error());
    if (*session) {
      if (const auto answer = follow(cluster, options, interrupts, **session)) return *answer;
      // It has just ended; or it has just begun, and presence knows before the node does.
      if (!options.wait) {
        return fail(
            Problem{kRefused, options.email + " is not at " + (*session)->node + " (any more)"});
      }
    } else if (!options.wait) {
      return fail(Problem{kRefused, options.email + " is not signed in"});
    }
  } while (look_again(interrupts, until));
  Output output = output_of(options, {}, "not_signed_in", options.email + " has not signed in");
  output.status = kRefused;
  return output;
}

}  // namespace monarch::ctl
