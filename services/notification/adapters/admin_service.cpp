#include "notification/adapters/admin_service.hpp"

#include <chrono>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "monarch/notification/v1/admin.grpc.pb.h"
#include "notification/adapters/trace_stream.hpp"
#include "notification/core/transcript.hpp"
#include "rpc/error.hpp"
#include "rpc/finish.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {

namespace {

namespace pb = monarch::notification::v1;
using rpc::Code;
using rpc::Error;
using StreamPtr = std::shared_ptr<TraceStream>;

std::int64_t unix_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

monarch::presence::v1::Status wire(std::optional<model::Status> status) {
  return static_cast<monarch::presence::v1::Status>(status.value_or(model::Status::kOffline));
}

pb::TraceReply line_of(pb::TraceReply::Line::Direction direction, std::string text) {
  pb::TraceReply reply;
  auto& line = *reply.mutable_line();
  line.set_direction(direction);
  line.set_unix_milliseconds(unix_milliseconds());
  line.set_text(std::move(text));
  return reply;
}

Error no_session() { return {Code::kNotFound, "the session is not here (any more)"}; }

// Whoever reads along in somebody's session is on record, whatever the log level.
void audit(std::string_view handle, std::string_view result, const TraceStream* stream = nullptr) {
  const auto about = handle.substr(0, Handle::kBytesMax);
  if (stream == nullptr) {
    log::audit("administration", {{"call", "trace"}, {"about", about}, {"result", result}});
    return;
  }
  log::audit("administration", {{"call", "trace"},
                                {"about", about},
                                {"result", result},
                                {"lines", stream->lines()},
                                {"dropped", stream->dropped()}});
}

}  // namespace

// The traces that run. Loop thread, but for gone() of a stream, which only posts.
class AdminService::Traces final : public Witness,
                                   public std::enable_shared_from_this<AdminService::Traces> {
 public:
  Traces(net::Loop& loop, Driver& driver, NodeId node)
      : loop_(loop), driver_(driver), node_(std::move(node)) {}

  // Called by gRPC. A stream that the loop never hears of ends with the server.
  StreamPtr open(grpc::CallbackServerContext& context, pb::TraceRequest request) {
    auto number = std::make_shared<std::uint64_t>(0);
    auto gone = [weak = weak_from_this(), handle = loop_.handle(), number] {
      handle.post([weak, number] {
        if (const auto self = weak.lock()) self->forget(*number);
      });
    };
    auto stream = TraceStream::open(context, std::move(gone));
    const bool posted = loop_.handle().post(
        [self = shared_from_this(), stream, number, request = std::move(request)] {
          self->begin(stream, request, *number);
        });
    if (!posted) stream->finish(rpc::to_status(rpc::process_ending()));
    return stream;
  }

  void stop() {
    for (auto& [number, trace] : traces_) {
      trace.stream->finish(rpc::to_status(rpc::process_ending()));
      audit(trace.handle, "ended", trace.stream.get());
    }
    traces_.clear();
    stopped_ = true;
    driver_.enter([](Node& node) { node.witness(nullptr); });
  }

  [[nodiscard]] std::size_t size() const { return traces_.size(); }

  void received(SessionId session, const msnp::Command& command) override {
    for_each_of(session, [&](Trace& trace) {
      trace.stream->push(line_of(pb::TraceReply::Line::DIRECTION_IN, received_line(command)));
    });
  }

  void sent(SessionId session, std::string_view bytes) override {
    for_each_of(session, [&](Trace& trace) {
      for (auto& line : sent_lines(bytes)) {
        trace.stream->push(line_of(pb::TraceReply::Line::DIRECTION_OUT, std::move(line)));
      }
    });
  }

  void ended(SessionId session, msnp::CloseReason reason) override {
    for_each_of(session, [&](Trace& trace) {
      pb::TraceReply last;
      last.mutable_ended()->set_reason(std::string(msnp::to_string(reason)));
      end(trace, std::move(last));
    });
  }

 private:
  struct Trace {
    SessionId session;  // 0: there is nothing more to tell
    std::string handle;
    StreamPtr stream;
    std::unique_ptr<net::Timer> timer;
  };

  // Those who are not signed in yet have no id, and nobody traces them.
  template <class F>
  void for_each_of(SessionId session, F function) {
    if (session == SessionId()) return;
    for (auto& [number, trace] : traces_) {
      if (trace.session == session) function(trace);
    }
  }

  // It is forgotten when the stream has told this too.
  static void end(Trace& trace, pb::TraceReply last) {
    trace.session = SessionId();
    trace.stream->finish(grpc::Status::OK, std::move(last));
    trace.timer->start(kTakenWithin, [stream = trace.stream] { stream->abandon(); });
  }

  [[nodiscard]] Result<const Session*, Error> check(const pb::TraceRequest& request) const {
    if (stopped_) return fail(rpc::process_ending());
    const auto at_most = static_cast<std::uint32_t>(kTraceAtMost.count());
    if (request.seconds() == 0 || request.seconds() > at_most) {
      return fail(Error{Code::kInvalidArgument,
                        "seconds: from 1 to " + std::to_string(at_most) + ", an hour"});
    }
    const Session* session = driver_.core().session(SessionId(request.session()));
    if (session == nullptr || session->handle().value() != request.handle()) {
      return fail(no_session());
    }
    if (traces_.size() >= kTracesMax) {
      return fail(Error{Code::kResourceExhausted,
                        std::to_string(kTracesMax) + " traces run on this node, and no more may"});
    }
    return session;
  }

  void begin(const StreamPtr& stream, const pb::TraceRequest& request, std::uint64_t& number) {
    const auto checked = check(request);
    if (!checked) {
      audit(request.handle(), rpc::to_string(checked.error().code));
      stream->finish(rpc::to_status(checked.error()));
      return;
    }
    audit(request.handle(), "begun");
    number = ++last_;
    pb::TraceReply first;
    auto& begun = *first.mutable_begun();
    begun.set_node(node_.value());
    begun.set_dialect(static_cast<std::uint32_t>((*checked)->dialect().version()));
    begun.set_status(wire((*checked)->status()));
    stream->push(std::move(first));
    auto timer = std::make_unique<net::Timer>(loop_);
    timer->start(std::chrono::seconds(request.seconds()), [this, id = number] { time_over(id); });
    traces_.emplace(
        number, Trace{SessionId(request.session()), request.handle(), stream, std::move(timer)});
    look();
  }

  void time_over(std::uint64_t number) {
    const auto place = traces_.find(number);
    if (place == traces_.end()) return;
    pb::TraceReply last;
    last.mutable_ended()->set_time_over(true);
    end(place->second, std::move(last));
  }

  // Its caller has gone, or has been told all.
  void forget(std::uint64_t number) {
    const auto place = traces_.find(number);
    if (place == traces_.end()) return;
    audit(place->second.handle, "ended", place->second.stream.get());
    traces_.erase(place);
    look();
  }

  void look() {
    driver_.enter([this](Node& node) { node.witness(traces_.empty() ? nullptr : this); });
  }

  net::Loop& loop_;
  Driver& driver_;
  const NodeId node_;
  std::map<std::uint64_t, Trace> traces_;  // few: they are gone through at each line
  std::uint64_t last_ = 0;
  bool stopped_ = false;
};

class AdminService::Impl final : public pb::NotificationAdmin::CallbackService {
 public:
  Impl(net::LoopHandle loop, Driver& driver, std::weak_ptr<Traces> traces)
      : loop_(std::move(loop)), driver_(driver), traces_(std::move(traces)) {}

  grpc::ServerUnaryReactor* GetShown(grpc::CallbackServerContext* context,
                                     const pb::GetShownRequest* request,
                                     pb::GetShownReply* reply) override {
    auto* reactor = context->DefaultReactor();
    loop_.post([this, finish = rpc::Finish(reactor), request, reply] {
      const Session* session = driver_.core().session(SessionId(request->session()));
      if (session == nullptr) {
        finish.error(no_session());
        return;
      }
      for (const auto& seen : session->report().contacts) {
        if (seen.contact == AccountId(request->contact())) reply->set_status(wire(seen.status));
      }
      finish.ok();
    });
    return reactor;
  }

  grpc::ServerWriteReactor<pb::TraceReply>* Trace(grpc::CallbackServerContext* context,
                                                  const pb::TraceRequest* request) override {
    const auto traces = traces_.lock();
    if (traces != nullptr) return traces->open(*context, *request).get();
    auto stream = TraceStream::open(*context, [] {});
    stream->finish(rpc::to_status(rpc::process_ending()));
    return stream.get();
  }

 private:
  net::LoopHandle loop_;
  Driver& driver_;
  std::weak_ptr<Traces> traces_;
};

AdminService::AdminService(net::Loop& loop, Driver& driver, NodeId node)
    : traces_(std::make_shared<Traces>(loop, driver, std::move(node))),
      impl_(std::make_unique<Impl>(loop.handle(), driver, traces_)) {}
AdminService::~AdminService() = default;

grpc::Service* AdminService::service() { return impl_.get(); }

std::size_t AdminService::traces() const { return traces_->size(); }

void AdminService::stop() { traces_->stop(); }

}  // namespace monarch::notification
