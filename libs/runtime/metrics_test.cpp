#include "runtime/metrics.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace monarch::metrics {
namespace {

bool has(const std::string& text, const std::string& line) {
  return text.find(line + "\n") != std::string::npos;
}

TEST(Metrics, ExposesWhatWasCounted) {
  Registry registry("notification");
  auto counter = registry.counter("sign_ins_total", "Sign-ins", {{"result", "ok"}});
  auto gauge = registry.gauge("sessions", "Sessions");
  auto histogram = registry.histogram("chg_seconds", "Time of a CHG", {0.1, 1});
  counter.add();
  counter.add(2);
  gauge.set(5);
  gauge.sub();
  histogram.observe(std::chrono::milliseconds(500));
  const std::string text = registry.expose();
  EXPECT_TRUE(has(text, "monarch_notification_sign_ins_total{result=\"ok\"} 3")) << text;
  EXPECT_TRUE(has(text, "monarch_notification_sessions 4")) << text;
  EXPECT_TRUE(has(text, "monarch_notification_chg_seconds_bucket{le=\"0.1\"} 0")) << text;
  EXPECT_TRUE(has(text, "monarch_notification_chg_seconds_bucket{le=\"1\"} 1")) << text;
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameCounter) {
  Registry registry("x");
  registry.counter("things_total", "Things").add();
  registry.counter("things_total", "Things").add();
  EXPECT_TRUE(has(registry.expose(), "monarch_x_things_total 2"));
}

TEST(Metrics, NobodyCanInventLabelValuesWithoutEnd) {
  Registry registry("x");
  auto family = registry.counter_family("errors_total", "Errors", {"code"}, 3);
  for (int i = 0; i < 100; ++i) family.with("code" + std::to_string(i)).add();
  family.with("code0").add();
  const std::string text = registry.expose();
  EXPECT_TRUE(has(text, "monarch_x_errors_total{code=\"code0\"} 2")) << text;
  EXPECT_TRUE(has(text, "monarch_x_errors_total{code=\"code1\"} 1")) << text;
  EXPECT_TRUE(has(text, "monarch_x_errors_total{code=\"other\"} 98")) << text;
  EXPECT_EQ(text.find("code2\""), std::string::npos);
}

TEST(Metrics, AFamilyMayHaveSeveralLabels) {
  Registry registry("x");
  auto family = registry.histogram_family("call_seconds", "Calls", {1}, {"method", "code"}, 3);
  family.with({"Verify", "OK"}).observe(2.0);
  family.with({"Verify", "OK"}).observe(2.0);
  family.with({"Verify", "UNAVAILABLE"}).observe(2.0);
  family.with({"Reserve", "OK"}).observe(2.0);
  const std::string text = registry.expose();
  EXPECT_TRUE(has(text, "monarch_x_call_seconds_count{code=\"OK\",method=\"Verify\"} 2")) << text;
  EXPECT_TRUE(has(text, "monarch_x_call_seconds_count{code=\"other\",method=\"other\"} 1")) << text;
}

TEST(Metrics, AFamilyOutlivesItsRegistry) {
  auto registry = std::make_unique<Registry>("x");
  auto family = registry->histogram_family("call_seconds", "Calls", {1}, {"method"});
  auto known = family.with("Verify");
  registry.reset();
  known.observe(1.0);
  family.with("Verify").observe(1.0);
  family.with("Reserve").observe(1.0);
}

TEST(Metrics, WhatIsCommonBearsNoServicesName) {
  Registry registry("x");
  registry.common().counter("calls_total", "Calls").add();
  EXPECT_TRUE(has(registry.expose(), "monarch_calls_total 1"));
}

TEST(Metrics, HandlesWithoutARegistryDoNothing) {
  Counter().add();
  Gauge().set(1);
  Histogram().observe(1.0);
  CounterFamily().with("x").add();
}

TEST(Metrics, TellsOfTheProcess) {
  Registry registry("x");
  registry.add_process_metrics("1.2.3");
  int collected = 0;
  registry.on_collect([&] { ++collected; });
  const std::string text = registry.expose();
  EXPECT_TRUE(has(text, "monarch_build_info{service=\"x\",version=\"1.2.3\"} 1")) << text;
  EXPECT_EQ(text.find("process_resident_memory_bytes 0\n"), std::string::npos);
  EXPECT_NE(text.find("process_open_fds "), std::string::npos);
  EXPECT_NE(text.find("process_start_time_seconds "), std::string::npos);
  EXPECT_NE(text.find("process_cpu_seconds_total "), std::string::npos);
  EXPECT_EQ(text.find("process_max_fds 0\n"), std::string::npos);
  EXPECT_EQ(collected, 1);
}

}  // namespace
}  // namespace monarch::metrics
