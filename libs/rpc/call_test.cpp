#include "rpc/call.hpp"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "monarch/cluster/v1/node_admin.grpc.pb.h"
#include "rpc/call_times.hpp"
#include "rpc/channel.hpp"
#include "rpc/finish.hpp"
#include "rpc/node_admin.hpp"
#include "rpc/server.hpp"
#include "runtime/log.hpp"
#include "testing/echo.grpc.pb.h"

namespace monarch::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Echo;
using testing::Words;
using EchoAsync = class Echo::Stub::async;
using AdminAsync = class cluster::v1::NodeAdmin::Stub::async;

// Says the text back; "fail" fails, "never" is not answered until it is destroyed.
class EchoService final : public Echo::CallbackService {
 public:
  grpc::ServerUnaryReactor* Say(grpc::CallbackServerContext* context, const Words* request,
                                Words* reply) override {
    auto* reactor = context->DefaultReactor();
    const Finish finish(reactor);
    reply->set_text(request->text());
    if (request->text() == "fail") {
      finish.error({Code::kNotFound, "no such words"});
    } else if (request->text() == "never") {
      kept.emplace(finish);
    } else if (request->text() != "forgotten") {
      finish.ok();
    }
    return reactor;
  }
  std::optional<Finish> kept;
};

class CallTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ServerOptions options{{"127.0.0.1", 0}};
    options.calls = server_call_seconds(metrics_);
    auto started = Server::start(options, {&service_, admin_.service()});
    ASSERT_TRUE(started.ok()) << started.error();
    server_ = std::move(started).value();
    channel_ = make_channel({{"127.0.0.1", server_->port()}}, measured({}, metrics_)).value();
    stub_ = Echo::NewStub(channel_);
  }
  void TearDown() override {
    loop_.close();
    service_.kept.reset();
    server_.reset();
  }

  CallResult<Words> say(const std::string& text, Duration deadline = seconds(5)) {
    Words request;
    request.set_text(text);
    std::optional<CallResult<Words>> result;
    call(loop_, *stub_->async(), &EchoAsync::Say, request, deadline, [&](CallResult<Words> answer) {
      EXPECT_TRUE(loop_.on_thread());
      result.emplace(std::move(answer));
    });
    EXPECT_TRUE(loop_.run_until([&] { return result.has_value(); }));
    return *result;
  }

  net::Loop loop_;
  metrics::Registry metrics_{"x"};
  EchoService service_;
  std::uint32_t drain_rate_ = 0;
  Duration drain_within_{};
  NodeAdmin admin_{loop_,
                   {[] {
                      NodeReport report;
                      report.node = "x-1";
                      report.ready = true;
                      report.load = 7;
                      report.details["peers"] = "2 up";
                      return report;
                    },
                    [this](std::uint32_t per_second, Duration within) {
                      drain_rate_ = per_second;
                      drain_within_ = within;
                    }}};
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Echo::Stub> stub_;
};

TEST_F(CallTest, AnswersOnTheLoop) {
  const auto result = say("hello");
  ASSERT_TRUE(result.ok()) << result.error().text;
  EXPECT_EQ(result->text(), "hello");
}

TEST_F(CallTest, AFailureIsAnErrorOfOurs) {
  const auto result = say("fail");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kNotFound);
  EXPECT_EQ(result.error().text, "no such words");
}

TEST_F(CallTest, EveryCallHasADeadline) {
  const auto result = say("never", milliseconds(20));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kDeadlineExceeded);
}

TEST_F(CallTest, AServerThatIsGoneIsUnavailable) {
  server_.reset();
  const auto result = say("hello");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnavailable);
  EXPECT_TRUE(outcome_unknown(result.error().code));
}

TEST_F(CallTest, AnAnswerThatNobodyGivesIsUnavailable) {
  const auto result = say("forgotten");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnavailable);
}

TEST_F(CallTest, BothSidesMeasureByMethodAndCode) {
  (void)say("hello");
  (void)say("hello");
  (void)say("fail");
  const std::string text = metrics_.expose();
  for (const std::string side : {"server", "client"}) {
    const std::string series = "monarch_rpc_" + side + "_seconds_count";
    for (const char* labels :
         {R"({code="ok",method="Echo/Say"} 2)", R"({code="not_found",method="Echo/Say"} 1)"}) {
      EXPECT_NE(text.find(series + labels + "\n"), std::string::npos) << series << labels << text;
    }
  }
}

TEST_F(CallTest, CanBeAwaited) {
  std::string heard;
  TaskScope scope;
  auto task = [](net::Loop& loop, Echo::Stub& stub, std::string& heard) -> Task<void> {
    Words request;
    request.set_text("awaited");
    const auto eventual = ask(loop, *stub.async(), &EchoAsync::Say, request, seconds(5));
    auto result = co_await eventual;
    heard = result.ok() ? result->text() : "error";
  };
  scope.spawn(task(loop_, *stub_, heard));
  ASSERT_TRUE(loop_.run_until([&] { return !heard.empty(); }));
  EXPECT_EQ(heard, "awaited");
}

TEST_F(CallTest, NodeAdminAnswersForTheProcess) {
  auto admin = cluster::v1::NodeAdmin::NewStub(channel_);
  std::optional<CallResult<cluster::v1::GetStateReply>> state;
  call(loop_, *admin->async(), &AdminAsync::GetState, {}, seconds(5),
       [&](auto answer) { state.emplace(std::move(answer)); });
  ASSERT_TRUE(loop_.run_until([&] { return state.has_value(); }));
  ASSERT_TRUE(state->ok()) << state->error().text;
  EXPECT_EQ((*state)->node(), "x-1");
  EXPECT_EQ((*state)->state(), cluster::v1::NODE_STATE_READY);
  EXPECT_EQ((*state)->load(), 7U);
  EXPECT_EQ((*state)->details().at("peers"), "2 up");

  cluster::v1::DrainRequest drain;
  drain.set_per_second(50);
  drain.set_within_seconds(90);
  call(loop_, *admin->async(), &AdminAsync::Drain, drain, seconds(5), [](auto) {});
  EXPECT_TRUE(loop_.run_until([&] { return drain_rate_ == 50; }));
  EXPECT_EQ(drain_within_, seconds(90));
}

TEST_F(CallTest, NodeAdminSetsTheLogLevel) {
  auto admin = cluster::v1::NodeAdmin::NewStub(channel_);
  std::optional<CallResult<cluster::v1::SetLogLevelReply>> reply;
  for (const char* level : {"loud", "error"}) {
    cluster::v1::SetLogLevelRequest request;
    request.set_level(level);
    reply.reset();
    call(loop_, *admin->async(), &AdminAsync::SetLogLevel, request, seconds(5),
         [&](auto answer) { reply.emplace(std::move(answer)); });
    ASSERT_TRUE(loop_.run_until([&] { return reply.has_value(); }));
    EXPECT_EQ(reply->ok(), std::string(level) == "error");
  }
  EXPECT_EQ(log::level(), log::Level::kError);
  log::set_level(log::Level::kInfo);
}

TEST_F(CallTest, APortInUseIsOneLineThatNamesTheSetting) {
  log::redirect([](std::string_view) {});
  const auto second = Server::start({{"127.0.0.1", server_->port()}}, {});
  log::redirect({});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error(), "--rpc-bind: cannot listen on 127.0.0.1:" +
                                std::to_string(server_->port()) + ": Address already in use");
}

TEST(Plaintext, StaysOnTheMachineUnlessAllowed) {
  EXPECT_FALSE(make_channel({{"10.0.0.1", 5000}}).ok());
  ChannelOptions options;
  runtime::SecuritySettings allowed;
  allowed.allow_plaintext = true;
  options.security = Security(allowed);
  EXPECT_TRUE(make_channel({{"10.0.0.1", 5000}, {"10.0.0.2", 5000}}, options).ok());
  EXPECT_TRUE(make_channel({{"auth.example.org", 5000}}, options).ok());
  EXPECT_FALSE(make_channel({}, options).ok());
  EXPECT_FALSE(Server::start({{"0.0.0.0", 0}}, {}).ok());
}

TEST(Errors, KeepTheirCodeOnTheWire) {
  for (const Code code : {Code::kCancelled, Code::kNotFound, Code::kAborted, Code::kUnavailable,
                          Code::kResourceExhausted, Code::kAlreadyExists}) {
    const Error error = to_error(to_status({code, "why"}));
    EXPECT_EQ(error.code, code);
    EXPECT_EQ(error.text, "why");
  }
}

}  // namespace
}  // namespace monarch::rpc
