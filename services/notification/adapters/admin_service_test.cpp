// NotificationAdmin over real gRPC, in front of a node whose doors are fakes.
#include "notification/adapters/admin_service.hpp"

#include <functional>
#include <future>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "monarch/notification/v1/admin.grpc.pb.h"
#include "notification/adapters/trace_stream.hpp"
#include "notification/core/testing/house.hpp"
#include "rpc/channel.hpp"
#include "rpc/server.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {
namespace {

namespace pb = monarch::notification::v1;
using testing::House;

constexpr std::chrono::seconds kWithin{10};

// The house is touched on the loop's thread only, as in the process.
class NotificationAdmin : public ::testing::Test {
 protected:
  void SetUp() override {
    log::redirect([this](std::string_view line) {
      const std::lock_guard lock(log_mutex_);
      log_.append(line);
    });
    house_.sign_in(1, 1);
    house_.go_online(1, {contact(model::Status::kAway)});
    session_ = house_.session_of(1);
    auto started = rpc::Server::start({{"127.0.0.1", 0}}, {admin_.service()});
    ASSERT_TRUE(started.ok()) << started.error();
    server_ = std::move(started).value();
    stub_ =
        pb::NotificationAdmin::NewStub(rpc::make_channel({{"127.0.0.1", server_->port()}}).value());
    thread_ = std::thread([this] { loop_.run(); });
  }
  void TearDown() override {
    loop_.stop();
    thread_.join();
    admin_.stop();
    server_.reset();
    log::redirect({});
  }

  static model::ContactState contact(model::Status status) {
    model::ContactState state;
    state.account = AccountId(2);
    state.handle = Handle::trusted("bob@example.com");
    state.version = {1, 1};
    state.status = status;
    state.name = "Bob";
    return state;
  }

  // Runs on the loop, and its answer comes back.
  template <class F>
  auto on_loop(F function) {
    std::promise<decltype(function())> answer;
    loop_.post([&] {
      if constexpr (std::is_void_v<decltype(function())>) {
        function();
        answer.set_value();
      } else {
        answer.set_value(function());
      }
    });
    return answer.get_future().get();
  }
  // Until it is so, on the loop.
  bool eventually(const std::function<bool()>& so) {
    const TimePoint deadline = SystemClock().now() + kWithin;
    while (SystemClock().now() < deadline) {
      if (on_loop(so)) return true;
      std::this_thread::yield();
    }
    return false;
  }
  std::size_t traces() {
    return on_loop([this] { return admin_.traces(); });
  }
  std::string logged() {
    const std::lock_guard lock(log_mutex_);
    return log_;
  }

  struct Call {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<pb::TraceReply>> reader;
    pb::TraceReply next() {
      pb::TraceReply reply;
      EXPECT_TRUE(reader->Read(&reply));
      return reply;
    }
    grpc::Status end() {
      pb::TraceReply reply;
      while (reader->Read(&reply)) {
      }
      return reader->Finish();
    }
  };
  std::unique_ptr<Call> trace(std::uint32_t seconds = 60,
                              const std::string& handle = "user1@example.com") {
    auto call = std::make_unique<Call>();
    call->context.set_deadline(std::chrono::system_clock::now() + kWithin);
    pb::TraceRequest request;
    request.set_session(session_.value());
    request.set_handle(handle);
    request.set_seconds(seconds);
    call->reader = stub_->Trace(&call->context, request);
    return call;
  }
  grpc::StatusCode refusal(std::uint32_t seconds, const std::string& handle) {
    return trace(seconds, handle)->end().error_code();
  }

  net::Loop loop_;
  House house_;
  Driver driver_{loop_, *house_.node, house_.clock};
  AdminService admin_{loop_, driver_, NodeId("notification-1")};
  SessionId session_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<pb::NotificationAdmin::Stub> stub_;
  std::thread thread_;
  std::mutex log_mutex_;
  std::string log_;
};

TEST_F(NotificationAdmin, TellsWhatHasBeenShownOfAContact) {
  const auto shown = [this](std::uint64_t session, std::uint64_t of) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kWithin);
    pb::GetShownRequest request;
    request.set_session(session);
    request.set_contact(of);
    pb::GetShownReply reply;
    const auto status = stub_->GetShown(&context, request, &reply);
    return status.ok() ? static_cast<int>(reply.status()) : -static_cast<int>(status.error_code());
  };
  EXPECT_EQ(shown(session_.value(), 2), monarch::presence::v1::STATUS_AWAY);
  EXPECT_EQ(shown(session_.value(), 3), monarch::presence::v1::STATUS_OFFLINE);
  EXPECT_EQ(shown(session_.value() + 1, 2), -grpc::StatusCode::NOT_FOUND);
}

TEST_F(NotificationAdmin, TracesASessionUntilItEnds) {
  auto call = trace();
  const auto begun = call->next();
  EXPECT_EQ(begun.begun().node(), "notification-1");
  EXPECT_EQ(begun.begun().dialect(), 5U);
  EXPECT_EQ(begun.begun().status(), monarch::presence::v1::STATUS_ONLINE);
  on_loop([this] {
    house_.says(1, "PNG");
    house_.hint(model::KickHint{session_, model::KickReason::kAdministrator});
  });
  const auto in = call->next();
  EXPECT_EQ(in.line().direction(), pb::TraceReply::Line::DIRECTION_IN);
  EXPECT_EQ(in.line().text(), "PNG");
  EXPECT_GT(in.line().unix_milliseconds(), 0);
  const auto out = call->next();
  EXPECT_EQ(out.line().direction(), pb::TraceReply::Line::DIRECTION_OUT);
  EXPECT_EQ(out.line().text(), "QNG");
  EXPECT_EQ(call->next().line().text(), "OUT");
  EXPECT_EQ(call->next().ended().reason(), "kicked");
  EXPECT_TRUE(call->end().ok());
  EXPECT_TRUE(eventually([this] { return admin_.traces() == 0; }));
  EXPECT_NE(logged().find("event=administration call=trace about=user1@example.com result=begun"),
            std::string::npos);
  EXPECT_NE(logged().find("result=ended lines=4 dropped=0"), std::string::npos) << logged();
}

TEST_F(NotificationAdmin, SeesNothingOfOtherSessions) {
  auto call = trace(1);
  call->next();
  on_loop([this] {
    house_.sign_in(2, 2);
    house_.says(2, "PNG");
  });
  const auto last = call->next();
  EXPECT_TRUE(last.ended().time_over());
  EXPECT_TRUE(call->end().ok());
}

TEST_F(NotificationAdmin, ForgetsWhoHasGoneAndLooksNoMore) {
  auto call = trace();
  call->next();
  EXPECT_EQ(traces(), 1U);
  call->context.TryCancel();
  EXPECT_EQ(call->end().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(eventually([this] { return admin_.traces() == 0; }));
  on_loop([this] {
    house_.says(1, "PNG");
    return house_.reads(1);
  });
}

TEST_F(NotificationAdmin, RefusesWhatIsTooLongTooManyOrNotThere) {
  const std::string alice = "user1@example.com";
  EXPECT_EQ(refusal(0, alice), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refusal(3601, alice), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refusal(60, "user2@example.com"), grpc::StatusCode::NOT_FOUND);
  std::vector<std::unique_ptr<Call>> calls;
  for (std::size_t i = 0; i < AdminService::kTracesMax; ++i) {
    calls.push_back(trace());
    calls.back()->next();
  }
  EXPECT_EQ(refusal(60, alice), grpc::StatusCode::RESOURCE_EXHAUSTED);
  // All of them see the same, and one that goes makes room.
  on_loop([this] { house_.says(1, "PNG"); });
  for (auto& call : calls) EXPECT_EQ(call->next().line().text(), "PNG");
  calls.front()->context.TryCancel();
  EXPECT_EQ(calls.front()->end().error_code(), grpc::StatusCode::CANCELLED);
  ASSERT_TRUE(eventually([this] { return admin_.traces() < AdminService::kTracesMax; }));
  calls.front() = trace();
  EXPECT_EQ(calls.front()->next().begun().node(), "notification-1");
}

// Whoever does not read is not waited for: what does not fit is dropped, and he is told how much.
TEST_F(NotificationAdmin, DropsAndCountsWhatIsNotTakenInTime) {
  auto call = trace();
  call->next();
  constexpr std::uint64_t kLines = 20'000;
  on_loop([this] {
    const std::string name(900, 'x');
    for (std::uint64_t i = 0; i < kLines; ++i) {
      auto state = contact(i % 2 == 0 ? model::Status::kBusy : model::Status::kOnline);
      state.version = {1, i + 2};
      state.name = name;
      house_.hint(model::PresenceHint{state, {session_}});
    }
    house_.hint(model::KickHint{session_, model::KickReason::kAdministrator});
  });
  std::uint64_t lines = 0;
  std::uint64_t dropped = 0;
  pb::TraceReply reply;
  while (call->reader->Read(&reply)) {
    dropped += reply.dropped();
    if (reply.has_line()) ++lines;
  }
  EXPECT_TRUE(call->reader->Finish().ok());
  EXPECT_EQ(reply.ended().reason(), "kicked");
  EXPECT_GT(dropped, 0U);
  EXPECT_GE(lines, TraceStream::kLinesMax);
  EXPECT_EQ(lines + dropped, kLines + 1);
}

TEST_F(NotificationAdmin, CutsOffWhoTakesNothingThoughTheSessionHasEnded) {
  auto call = trace();
  call->next();
  // More than gRPC and the kernel hold on the way.
  for (std::uint64_t batch = 0; batch < 60; ++batch) {
    on_loop([this, batch] {
      for (std::uint64_t i = 0; i < 500; ++i) {
        auto state = contact(i % 2 == 0 ? model::Status::kBusy : model::Status::kOnline);
        state.version = {1, batch * 500 + i + 2};
        state.name.assign(900, 'x');
        house_.hint(model::PresenceHint{state, {session_}});
      }
    });
  }
  on_loop([this] { house_.hint(model::KickHint{session_, model::KickReason::kAdministrator}); });
  EXPECT_EQ(traces(), 1U);
  EXPECT_TRUE(eventually([this] { return admin_.traces() == 0; }));
  EXPECT_EQ(call->end().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(NotificationAdmin, EndsTracesWithTheProcess) {
  auto call = trace();
  call->next();
  on_loop([this] { admin_.stop(); });
  EXPECT_EQ(call->end().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(refusal(60, "user1@example.com"), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace monarch::notification
