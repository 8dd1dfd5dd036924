#include "rpc/health_server.hpp"

#include <chrono>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"
#include "rpc/call.hpp"
#include "rpc/channel.hpp"

namespace monarch::rpc {
namespace {

namespace v1 = grpc::health::v1;
using std::chrono::milliseconds;
using std::chrono::seconds;
using HealthAsync = class v1::Health::Stub::async;
using Answer = CallResult<v1::HealthCheckResponse>;

class HealthServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = HealthServer::start(loop_, {"127.0.0.1", 0}, [this] {
      EXPECT_TRUE(loop_.on_thread());
      return ready_;
    });
    ASSERT_TRUE(started.ok()) << started.error();
    server_ = std::move(started).value();
    stub_ = v1::Health::NewStub(make_channel({{"127.0.0.1", server_->port()}}).value());
  }
  void TearDown() override {
    loop_.close();
    server_.reset();
  }

  Answer check(const std::string& service) {
    v1::HealthCheckRequest request;
    request.set_service(service);
    std::optional<Answer> answer;
    call(loop_, *stub_->async(), &HealthAsync::Check, request, seconds(5),
         [&](Answer got) { answer.emplace(std::move(got)); });
    EXPECT_TRUE(loop_.run_until([&] { return answer.has_value(); }));
    return *answer;
  }
  // As a kubelet asks, from elsewhere, while our loop stands still.
  grpc::Status check_without_loop(Duration within) {
    v1::HealthCheckRequest request;
    request.set_service(std::string(kLivenessService));
    v1::HealthCheckResponse reply;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::duration_cast<milliseconds>(within));
    context.set_wait_for_ready(true);
    return stub_->Check(&context, request, &reply);
  }

  net::Loop loop_;
  bool ready_ = false;
  std::unique_ptr<HealthServer> server_;
  std::unique_ptr<v1::Health::Stub> stub_;
};

TEST_F(HealthServerTest, SaysWhetherTheProcessIsReady) {
  auto answer = check("");
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(answer->status(), v1::HealthCheckResponse::NOT_SERVING);
  ready_ = true;
  answer = check("");
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(answer->status(), v1::HealthCheckResponse::SERVING);
}

TEST_F(HealthServerTest, LivesWithoutBeingReady) {
  const auto answer = check("liveness");
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(answer->status(), v1::HealthCheckResponse::SERVING);
}

TEST_F(HealthServerTest, KnowsNoOtherService) {
  const auto answer = check("monarch.auth.v1.Auth");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::kNotFound);
}

TEST_F(HealthServerTest, DoesNotLiveWhenTheLoopStandsStill) {
  const auto status = check_without_loop(milliseconds(100));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  // Nor does it keep the server from ending: TearDown() would hang.
}

TEST_F(HealthServerTest, EndsWithACallThatWaitsForTheLoop) {
  v1::HealthCheckRequest request;
  std::optional<Answer> answer;
  net::Loop other;
  call(other, *stub_->async(), &HealthAsync::Check, request, seconds(5),
       [&](Answer got) { answer.emplace(std::move(got)); });
  loop_.close();
  ASSERT_TRUE(other.run_until([&] { return answer.has_value(); }));
  ASSERT_FALSE(answer->ok());
  EXPECT_EQ(answer->error().code, Code::kUnavailable);
}

TEST_F(HealthServerTest, SaysWhyItCannotListen) {
  const auto second =
      HealthServer::start(loop_, {"127.0.0.1", server_->port()}, [] { return true; });
  ASSERT_FALSE(second.ok());
  EXPECT_TRUE(second.error().starts_with("--health-bind: cannot listen on 127.0.0.1:"))
      << second.error();
}

}  // namespace
}  // namespace monarch::rpc
