// docs/reference is what the programs say of themselves: the settings as in --help, the metrics as
// lone processes declare them and as a cluster shows them after a user's whole path and an outage.
// With MONARCH_RENEW_REFERENCE the pages are written and not compared (./dev docs).
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <poll.h>
#include <regex>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/clock.hpp"
#include "metrics_page.hpp"
#include "monarch/cluster/v1/node_admin.grpc.pb.h"
#include "page.hpp"
#include "rpc/channel.hpp"
#include "rpc/security.hpp"
#include "settings_page.hpp"
#include "testing/cluster/child_process.hpp"
#include "testing/cluster/local_cluster.hpp"
#include "testing/cluster/loopback.hpp"
#include "testing/servers/tcp_listener.hpp"

namespace monarch::reference {
namespace {

using testing::ChildProcess;
using testing::ClusterOptions;
using testing::LocalCluster;
using Words = std::vector<std::string>;

// Between two looks at a process that starts.
constexpr int kLookEveryMs = 20;
constexpr std::chrono::seconds kAnswerWithin{20};

const Words kServices = {"dispatch", "notification", "switchboard", "presence", "auth"};

struct Said {
  int status = -1;
  std::string text;
};

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Reference : public ::testing::Test {
 protected:
  Reference() {
    directory_ = (std::filesystem::temp_directory_path() / "monarch-reference-XXXXXX").string();
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
  }
  ~Reference() override { std::filesystem::remove_all(directory_); }

  Said run(const std::string& program, const Words& words) const {
    Words argv{LocalCluster::program(program)};
    argv.insert(argv.end(), words.begin(), words.end());
    const std::string log = directory_ + "/log";
    std::filesystem::remove(log);
    auto process = ChildProcess::start(argv, log);
    if (!process) return {-1, process.error()};
    const auto status = process->wait(std::chrono::seconds(90));
    return {status.value_or(-1), content(log)};
  }
  Program program(const std::string& name) const {
    const Said said = run(name, {"--help"});
    EXPECT_EQ(said.status, 0) << name << ": " << said.text;
    Program program{name, parse_help(said.text)};
    EXPECT_GT(program.help.settings.size(), 3U) << said.text;
    return program;
  }
  // A secret in a file.
  std::string secret(const std::string& name, const std::string& text) const {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path) << text << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    return path;
  }

  std::string directory_;
};

TEST_F(Reference, SettingsAreThoseOfHelp) {
  std::vector<Program> services;
  for (const std::string& service : kServices) services.push_back(program("monarch-" + service));
  const auto kept =
      keep("docs/reference/settings.md",
           settings_page(services, {program("monarch-migrate"), program("monarchctl")}));
  EXPECT_TRUE(kept.ok()) << kept.error();
}

class MetricsReference : public Reference {
 protected:
  void SetUp() override {
    const Said made = run("monarchctl", {"certs", "init", directory_ + "/certs"});
    ASSERT_EQ(made.status, 0) << made.text;
    ClusterOptions options;
    for (const std::string& service : kServices) options.flags[service] = certificates(service);
    options.flags["presence"].push_back("--mail-events=true");
    cluster_ = std::make_unique<LocalCluster>(std::move(options));
    const auto started = cluster_->start();
    ASSERT_TRUE(started.ok()) << started.error();
  }
  void TearDown() override {
    if (HasFailure() && cluster_) ADD_FAILURE() << cluster_->logs();
  }

  Words certificates(const std::string& name) const {
    const std::string path = directory_ + "/certs/";
    return {"--tls-ca-file=" + path + "ca.crt", "--tls-cert-file=" + path + name + ".crt",
            "--tls-key-file=" + path + name + ".key"};
  }
  void expect_done(const Words& command, int status = 0) const {
    Words words = certificates("admin");
    words.insert(words.end(), {"--auth", cluster_->rpc_address("auth-1"), "--presence",
                               cluster_->rpc_address("presence-1")});
    words.insert(words.end(), command.begin(), command.end());
    const Said said = run("monarchctl", words);
    EXPECT_EQ(said.status, status) << command.front() << ": " << said.text;
  }
  static Metrics shown_by(const std::string& host) {
    const TimePoint deadline = SystemClock().now() + std::chrono::seconds(20);
    while (true) {
      const auto shown =
          testing::ask_admin(host, testing::kAdminPort, "/metrics", std::chrono::seconds(5));
      if (shown.ok() && shown->status == 200) return parse_exposition(shown->body);
      if (SystemClock().now() > deadline) {
        ADD_FAILURE() << host
                      << " shows no metrics: " << (shown.ok() ? shown->body : shown.error());
        return {};
      }
      poll(nullptr, 0, kLookEveryMs);
    }
  }
  // A process of this service to which nothing happens: what it shows, it declares.
  Metrics declared_by(const std::string& service) const {
    const testing::TcpListener silent([](testing::Peer& peer) {
      while (peer.line()) {
      }
    });
    const std::string store = "127.0.0.1:" + std::to_string(silent.port());
    const std::string host = testing::fresh_loopback_corner() + ".1";
    Words words = certificates(service);
    words.insert(words.begin(), LocalCluster::program("monarch-" + service));
    words.insert(words.end(), {"--admin-bind=" + host + ":" + std::to_string(testing::kAdminPort),
                               "--redis=" + store});
    if (service == "auth" || service == "presence") {
      words.push_back("--postgres=host=127.0.0.1 dbname=none user=nobody port=" +
                      std::to_string(silent.port()));
    } else {
      words.insert(words.end(), {"--bind=" + host + ":0", "--advertise=" + host + ":1863"});
    }
    if (service == "auth") {
      words.push_back("--password-key-file=" + secret("key", "1:" + std::string(64, 'a')));
    }
    auto process = ChildProcess::start(words, directory_ + "/lone.log");
    EXPECT_TRUE(process.ok());
    return shown_by(host);
  }
  // A call to each process, for that makes series too; nobody else calls dispatch.
  void ask_all() const {
    runtime::SecuritySettings security;
    const std::string path = directory_ + "/certs/";
    security.tls = {path + "ca.crt", path + "admin.crt", path + "admin.key"};
    for (const std::string& name : cluster_->names()) {
      const auto place = Endpoint::parse(cluster_->rpc_address(name));
      const auto channel =
          rpc::make_channel({*place}, rpc::Security(security).to(name.substr(0, name.find('-'))));
      ASSERT_TRUE(channel.ok()) << channel.error();
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + kAnswerWithin);
      cluster::v1::GetStateReply reply;
      const auto status = cluster::v1::NodeAdmin::NewStub(*channel)->GetState(&context, {}, &reply);
      EXPECT_TRUE(status.ok()) << name << ": " << status.error_message();
    }
  }
  // Whatever makes series that are not there from the start.
  void use() const {
    const std::string password = secret("password", "wonderland");
    expect_done({"doctor", "--timeout", "20"});
    ask_all();
    expect_done({"account", "add", "alice@example.com", "--password-file", password});
    expect_done({"kick", "alice@example.com"});
    expect_done({"mail", "new", "alice@example.com", "--from", "Bob", "--from-address",
                 "bob@example.org", "--subject", "Lunch?"},
                1);
    cluster_->postgres().stop();
    expect_done({"account", "list"}, 2);
    cluster_->postgres().start();
  }

  std::unique_ptr<LocalCluster> cluster_;
};

// Counters that are named anywhere in the sources, without their service.
std::set<std::string> counters_of_sources() {
  std::set<std::string> names;
  const std::regex literal("\"([a-z_]+_total)\"");
  for (const char* room : {"libs", "services"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(room)) {
      const std::string path = entry.path().string();
      if (!path.ends_with(".cpp") || path.ends_with("_test.cpp")) continue;
      if (path.starts_with("libs/testing/")) continue;
      const std::string text = content(entry.path());
      for (std::sregex_iterator at(text.begin(), text.end(), literal), end; at != end; ++at) {
        names.insert((*at)[1]);
      }
    }
  }
  return names;
}

TEST_F(MetricsReference, MetricsAreThoseOfARunningCluster) {
  const Words nodes = cluster_->names();
  MetricsPage page({nodes.begin(), nodes.end()});
  for (const std::string& service : kServices) page.declared(service, declared_by(service));
  use();
  for (const std::string& name : nodes) {
    page.shown(name.substr(0, name.find('-')), shown_by(cluster_->host(name)));
  }
  for (const std::string& sentence : page.contradictions()) ADD_FAILURE() << sentence;
  const std::set<std::string> known = page.names();
  const std::set<std::string> named = counters_of_sources();
  EXPECT_GT(named.size(), 40U);
  for (const std::string& name : named) {
    EXPECT_TRUE(std::any_of(
        known.begin(), known.end(),
        [&](const std::string& one) { return one == name || one.ends_with("_" + name); }))
        << name
        << " was not shown by any process: declare its labels at the start, or use it in use()";
  }
  if (HasFailure()) return;
  const auto kept = keep("docs/reference/metrics.md", page.text());
  EXPECT_TRUE(kept.ok()) << kept.error();
}

}  // namespace
}  // namespace monarch::reference
