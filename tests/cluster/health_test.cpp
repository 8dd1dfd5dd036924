// What every process answers about itself: /metrics, /healthz and /readyz on its admin port,
// grpc.health.v1 on its RPC port and, for those who look after it, on a port of its own.
#include "testing/cluster/loopback.hpp"
#include "town.hpp"

namespace monarch::testing {
namespace {

class Health : public Town {
 protected:
  int status(const std::string& name, const std::string& path, std::string* body = nullptr) {
    const auto answer = ask_admin(cluster_.host(name), kAdminPort, path, kAnswerWithin);
    EXPECT_TRUE(good(answer)) << name << path;
    if (!answer) return 0;
    if (body != nullptr) *body = answer->body;
    return answer->status;
  }
  void expect_serves(const std::string& at, const std::string& service, bool wanted) {
    const auto serves = is_serving(at, service);
    ASSERT_TRUE(good(serves)) << at;
    EXPECT_EQ(*serves, wanted) << at << " " << service;
  }
  // 200 or 503 of /readyz, and what gRPC says agrees. It lives all the while.
  void expect_ready(const std::string& name, bool wanted) {
    const TimePoint deadline = SystemClock().now() + kGoneWithin;
    const int code = wanted ? 200 : 503;
    std::string body;
    while (status(name, "/readyz", &body) != code && SystemClock().now() < deadline) {
    }
    EXPECT_EQ(status(name, "/readyz", &body), code) << name << ":\n" << body;
    expect_serves(cluster_.rpc_address(name), "", wanted);
    const std::string health = cluster_.host(name) + ":" + std::to_string(kHealthPort);
    expect_serves(health, "", wanted);
    expect_serves(health, "liveness", true);
    EXPECT_EQ(status(name, "/healthz"), 200) << name << ": it lives";
  }
};

TEST_F(Health, EveryProcessTellsOfItself) {
  for (const std::string& name : cluster_.names()) {
    expect_ready(name, true);
    std::string metrics;
    EXPECT_EQ(status(name, "/metrics", &metrics), 200);
    const std::string role = name.substr(0, name.find('-'));
    EXPECT_NE(metrics.find("\n# TYPE monarch_" + role + "_"), std::string::npos) << name;
    EXPECT_NE(metrics.find("version=\""), std::string::npos) << name;
    EXPECT_EQ(status(name, "/nothing"), 404);
  }
  online("alice", 1);
  expect_metric("notification", "monarch_notification_sign_ins_total{result=\"ok\"}", 1);
  expect_metric("notification", "monarch_notification_sessions_count{version=\"MSNP5\"}", 1);
}

TEST_F(Health, WhatIsMissingShows) {
  cluster_.kill("presence-1");
  cluster_.kill("presence-2");
  expect_ready("notification-1", false);
  expect_ready("auth-1", true);
  ASSERT_TRUE(good(cluster_.restart("presence-2")));
  expect_ready("notification-1", true);
  cluster_.postgres().stop();
  expect_ready("auth-1", false);
  expect_ready("presence-2", false);
  expect_ready("notification-1", true);
  cluster_.postgres().start();
  expect_ready("auth-1", true);
  expect_ready("presence-2", true);
}

}  // namespace
}  // namespace monarch::testing
