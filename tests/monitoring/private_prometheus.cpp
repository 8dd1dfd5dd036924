#include "private_prometheus.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "testing/cluster/loopback.hpp"

namespace monarch::testing {
namespace {

// Which finds it in the path, whoever installed it.
constexpr const char* kEnv = "/usr/bin/env";
constexpr std::uint16_t kPort = 9090;
constexpr std::chrono::seconds kStartWithin{20};
constexpr std::chrono::seconds kAnswerWithin{10};
// Between two looks at something that announces itself to nobody.
constexpr int kLookEveryMs = 100;

std::string encoded(const std::string& text) {
  std::string result;
  for (const unsigned char c : text) {
    char two[4];
    std::snprintf(two, sizeof two, "%%%02X", c);
    result += std::isalnum(c) != 0 ? std::string(1, static_cast<char>(c)) : two;
  }
  return result;
}

// Jobs and labels as deploy/prometheus/prometheus.yml gives them.
std::string configuration(const std::vector<PrivatePrometheus::Target>& targets) {
  const auto rules = std::filesystem::absolute("deploy/prometheus/rules/*.yml").string();
  std::string text =
      "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
      "rule_files: [\"" +
      rules + "\"]\nscrape_configs:\n";
  std::set<std::string> jobs;
  for (const auto& target : targets) jobs.insert(target.job);
  for (const std::string& job : jobs) {
    text += "  - job_name: " + job + "\n    static_configs:\n";
    for (const auto& target : targets) {
      if (target.job != job) continue;
      text += "      - {targets: [\"" + target.address +
              "\"], labels: {cluster: monarch, node: " + target.node + "}}\n";
    }
  }
  return text;
}

}  // namespace

Result<PrivatePrometheus, std::string> PrivatePrometheus::start(
    const std::string& directory, const std::vector<Target>& targets) {
  std::ofstream(directory + "/prometheus.yml") << configuration(targets);
  const std::string host = fresh_loopback_corner() + ".1";
  const std::string address = host + ":" + std::to_string(kPort);
  const std::string log = directory + "/prometheus.log";
  auto process = ChildProcess::start(
      {kEnv, "prometheus", "--config.file=" + directory + "/prometheus.yml",
       "--storage.tsdb.path=" + directory + "/data", "--web.listen-address=" + address},
      log);
  if (!process) return fail(process.error());
  const TimePoint deadline = SystemClock().now() + kStartWithin;
  while (true) {
    const auto answer = ask_admin(host, kPort, "/-/ready", kAnswerWithin);
    if (answer && answer->status == 200) break;
    if (!process->running() || SystemClock().now() > deadline) {
      return fail("Prometheus does not start:\n" + tail_of(log, 15, "  "));
    }
    poll(nullptr, 0, kLookEveryMs);
  }
  return PrivatePrometheus(std::move(*process), address);
}

Result<std::optional<double>, std::string> PrivatePrometheus::ask(
    const std::string& expression) const {
  const auto answer = ask_admin(address_.substr(0, address_.find(':')), kPort,
                                "/api/v1/query?query=" + encoded(expression), kAnswerWithin);
  if (!answer) return fail(answer.error());
  // Chunked or not, the document is what stands between the first and the last brace.
  const auto begin = std::min(answer->body.find('{'), answer->body.size());
  const auto text = answer->body.substr(begin, answer->body.rfind('}') + 1 - begin);
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object() || document.value("status", "") != "success") {
    return fail("Prometheus says of " + expression + ": " + answer->body);
  }
  const auto& result = document["data"]["result"];
  if (result.empty()) return std::optional<double>();
  return std::optional<double>(std::stod(result[0]["value"][1].get<std::string>()));
}

Outcome<std::string> PrivatePrometheus::wait_for(const std::string& expression,
                                                 std::chrono::milliseconds bound) const {
  const TimePoint deadline = SystemClock().now() + bound;
  while (true) {
    const auto value = ask(expression);
    if (!value) return fail(value.error());
    if (*value) return Ok{};
    if (SystemClock().now() > deadline) return fail("Prometheus never saw " + expression);
    poll(nullptr, 0, kLookEveryMs);
  }
}

}  // namespace monarch::testing
