// A real Prometheus watches a real cluster, with certificates as docker-compose.yml gives them,
// while people sign in, mistype their passwords, change status and chat, a node is drained and
// another dies. Then everything that dashboards and alerts ask must have an answer:
// evaluate.mjs asks it.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <poll.h>
#include <sstream>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "private_prometheus.hpp"
#include "testing/cluster/cluster_target.hpp"
#include "testing/cluster/local_cluster.hpp"
#include "testing/cluster/loopback.hpp"
#include "testing/cluster/msnp_client.hpp"

namespace monarch::testing {
namespace {

using Words = std::vector<std::string>;

constexpr std::chrono::seconds kAnswerWithin{10};
constexpr std::chrono::seconds kSeenWithin{20};
constexpr std::chrono::seconds kEvaluatedWithin{60};
constexpr unsigned kCrowd = 6;
// So that each rate has several samples, however its window lies.
constexpr int kScrapes = 12;
constexpr int kRoundsMax = 400;
// From one round to the next: a load, not a flood, for other tests run beside this one.
constexpr int kPauseMs = 50;

Words words_of(const std::string& line) {
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

template <class R>
::testing::AssertionResult good(const R& result) {
  if (result.ok()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << result.error();
}

long unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class WatchedCluster : public ::testing::Test {
 protected:
  WatchedCluster() {
    directory_ = (std::filesystem::temp_directory_path() / "monarch-watched-XXXXXX").string();
  }
  ~WatchedCluster() override { std::filesystem::remove_all(directory_); }

  void SetUp() override {
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    auto made = ChildProcess::start({MONARCHCTL, "certs", "init", directory_ + "/certs"},
                                    directory_ + "/certs.log");
    ASSERT_TRUE(good(made));
    ASSERT_EQ(made->wait(kSeenWithin), 0);
    ClusterOptions options;
    for (const char* role : {"auth", "presence", "notification", "switchboard", "dispatch"}) {
      options.flags[role] = identity(role);
    }
    // All of these people come from one machine, and some of them are meant to mistype.
    options.flags["auth"].push_back("--throttle-exempt=127.0.0.0/8");
    // Nor do these call each other as seldom as people do.
    options.flags["notification"].push_back("--burst-window=1s");
    options.grace_time = "20s";
    cluster_ = std::make_unique<LocalCluster>(std::move(options));
    ASSERT_TRUE(good(cluster_->start()));
    target_ = std::make_unique<ClusterTarget>(*cluster_);
    make_accounts();
  }
  void TearDown() override {
    clients_.clear();
    if (HasFailure() && cluster_) ADD_FAILURE() << cluster_->logs(10);
  }

  [[nodiscard]] Words identity(const std::string& name) const {
    const std::string path = directory_ + "/certs/";
    return {"--tls-ca-file=" + path + "ca.crt", "--tls-cert-file=" + path + name + ".crt",
            "--tls-key-file=" + path + name + ".key"};
  }
  [[nodiscard]] Outcome<std::string> ctl(const Words& command) const {
    Words words{MONARCHCTL, "--auth", cluster_->rpc_address("auth-1"), "--presence",
                cluster_->rpc_address("presence-1")};
    for (const Words& more : {identity("admin"), command}) {
      words.insert(words.end(), more.begin(), more.end());
    }
    return cluster_->run(words, "monarchctl");
  }
  void make_accounts() {
    const std::string file = directory_ + "/people.csv";
    std::ofstream people(file);
    people << "email,password,name\n";
    for (const char* name : {"alice", "bob", "carol", "mallory"}) {
      people << name << "@example.com,password-" << name << "," << name << "\n";
    }
    for (unsigned i = 1; i <= kCrowd; ++i) {
      people << "user" << i << "@example.com,password-user" << i << ",user" << i << "\n";
    }
    people.close();
    ASSERT_TRUE(good(ctl({"account", "import", file})));
  }
  void watch() {
    std::vector<PrivatePrometheus::Target> targets;
    for (const std::string& name : cluster_->names()) {
      targets.push_back({name.substr(0, name.find('-')), name,
                         cluster_->host(name) + ":" + std::to_string(kAdminPort)});
    }
    auto started = PrivatePrometheus::start(directory_, targets);
    ASSERT_TRUE(good(started));
    prometheus_ = std::make_unique<PrivatePrometheus>(std::move(*started));
    const std::string all = std::to_string(targets.size());
    ASSERT_TRUE(good(prometheus_->wait_for("count(up == 1) == " + all, kSeenWithin)));
  }

  MsnpClient& client(const std::string& name) {
    clients_.push_back(std::make_unique<MsnpClient>(
        *target_, name + "#" + std::to_string(++connections_), kAnswerWithin));
    return *clients_.back();
  }
  MsnpClient& online(const std::string& name, unsigned node) {
    MsnpClient& made = client(name);
    EXPECT_TRUE(
        good(made.come_online(cluster_->client_address("notification-" + std::to_string(node)),
                              handle(name), "password-" + name, "NLN")));
    return made;
  }
  static std::string handle(const std::string& name) { return name + "@example.com"; }
  std::string ask(MsnpClient& one, const std::string& text) {
    const auto line = one.ask(text);
    EXPECT_TRUE(good(line)) << text;
    return line ? *line : "";
  }

  void befriend(MsnpClient& one, const std::string& other) {
    ask(one, "ADD % AL " + handle(other) + " " + other);
    ask(one, "ADD % FL " + handle(other) + " " + other);
  }
  // Carol goes the whole way, from dispatch.
  void come_and_go() {
    MsnpClient door(*target_, "door", kAnswerWithin);
    const auto referral = door.referral(cluster_->client_address("dispatch-1"), handle("carol"));
    ASSERT_TRUE(good(referral));
    const auto words = words_of(*referral);
    ASSERT_GE(words.size(), 4U) << *referral;
    MsnpClient carol(*target_, "carol", kAnswerWithin);
    ASSERT_TRUE(good(carol.sign_in(words[3], 7, handle("carol"), "password-carol")));
    carol.sign_out();
  }
  void mistype() {
    MsnpClient mallory(*target_, "mallory", kAnswerWithin);
    const auto refused = mallory.sign_in(cluster_->client_address("notification-1"), 5,
                                         handle("mallory"), "not-" + std::to_string(connections_));
    ASSERT_FALSE(refused.ok());
    ASSERT_NE(refused.error().find("911"), std::string::npos) << refused.error();
  }
  // Alice calls Bob, and somebody who is not there, and says something.
  void chat(MsnpClient& alice, MsnpClient& bob) {
    const auto referral = words_of(ask(alice, "XFR % SB"));
    ASSERT_EQ(referral.size(), 6U) << "no XFR TrID SB address CKI ticket but " << referral[0];
    MsnpClient window(*target_, "alice.sb", kAnswerWithin);
    ASSERT_TRUE(good(window.connect(referral[3])));
    ask(window, "USR % " + handle("alice") + " " + referral[5]);
    ask(window, "CAL % " + handle("mallory"));
    const auto call = words_of(ask(window, "CAL % " + handle("bob")));
    ASSERT_EQ(call.size(), 4U);
    std::string ring;
    while (!ring.starts_with("RNG ")) {
      const auto line = bob.next();
      ASSERT_TRUE(good(line));
      ring = *line;
    }
    const auto invitation = words_of(ring);
    MsnpClient other(*target_, "bob.sb", kAnswerWithin);
    ASSERT_TRUE(good(other.connect(invitation.at(2))));
    ask(other, "ANS % " + handle("bob") + " " + invitation.at(4) + " " + call[3]);
    ASSERT_TRUE(good(window.until("JOI " + handle("bob") + " bob", kAnswerWithin)));
    ASSERT_TRUE(good(window.send("MSG 70 A 5\r\nhello")));
    ASSERT_TRUE(good(window.until("ACK 70", kAnswerWithin)));
    other.sign_out();
    window.sign_out();
  }
  void round(MsnpClient& alice, MsnpClient& bob, int number) {
    const std::string status = number % 2 == 0 ? "BSY" : "NLN";
    ask(bob, "CHG % " + status);
    ASSERT_TRUE(good(alice.until("NLN " + status + " " + handle("bob") + " bob", kAnswerWithin)));
    ask(alice, "ADD % FL nobody@example.com Nobody");
    come_and_go();
    mistype();
    chat(alice, bob);
  }

  std::string directory_;
  std::unique_ptr<LocalCluster> cluster_;
  std::unique_ptr<ClusterTarget> target_;
  std::unique_ptr<PrivatePrometheus> prometheus_;
  std::vector<std::unique_ptr<MsnpClient>> clients_;
  unsigned connections_ = 0;
};

TEST_F(WatchedCluster, AnswersWhatDashboardsAndAlertsAsk) {
  const long from = unix_seconds();
  watch();
  if (HasFatalFailure()) return;
  MsnpClient& alice = online("alice", 1);
  MsnpClient& bob = online("bob", 1);
  befriend(alice, "bob");
  befriend(bob, "alice");
  for (unsigned i = 1; i <= kCrowd; ++i) online("user" + std::to_string(i), 2);

  const std::string enough = "min(count_over_time(up[10m])) >= " + std::to_string(kScrapes);
  for (int i = 0;; ++i) {
    ASSERT_LT(i, kRoundsMax) << "Prometheus does not scrape";
    round(alice, bob, i);
    if (HasFailure()) return;
    const auto scraped = prometheus_->ask(enough);
    ASSERT_TRUE(good(scraped));
    if (*scraped) break;
    poll(nullptr, 0, kPauseMs);
  }

  // A call that is answered, and not with what was asked for.
  EXPECT_FALSE(ctl({"account", "show", "nobody@example.com"}).ok());

  // A drain is seen while it lasts, and its end.
  ASSERT_TRUE(good(ctl({"drain", "notification-2", "--rate", "2/s", "--no-wait"})));
  EXPECT_TRUE(good(prometheus_->wait_for(
      R"(monarch_node_state{node="notification-2",state="draining"} == 1)", kSeenWithin)));
  come_and_go();
  EXPECT_TRUE(good(prometheus_->wait_for(R"(up{node="notification-2"} == 0)", kSeenWithin)));
  EXPECT_EQ(cluster_->process("notification-2").wait(kAnswerWithin), 0);

  // Without auth a sign-in fails by our fault, and a call with it.
  cluster_->kill("auth-1");
  MsnpClient unlucky(*target_, "unlucky", kAnswerWithin);
  const auto failed = unlucky.sign_in(cluster_->client_address("notification-1"), 5,
                                      handle("carol"), "password-carol");
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.error().find("600"), std::string::npos) << failed.error();
  EXPECT_TRUE(good(prometheus_->wait_for(
      R"(monarch_rpc_client_seconds_count{job="notification",code="unavailable"} > 0)",
      kSeenWithin)));
  ASSERT_TRUE(good(cluster_->restart("auth-1")));

  // A death is told at once; a drain was none.
  const std::string died = R"(ALERTS{alertname="MonarchNodeDied",alertstate="firing")";
  cluster_->kill("switchboard-2");
  EXPECT_TRUE(good(prometheus_->wait_for(died + R"(,role="switchboard"})", kSeenWithin)));
  const auto of_drained = prometheus_->ask(died + R"(,role="notification"})");
  ASSERT_TRUE(good(of_drained));
  EXPECT_FALSE(of_drained->has_value());

  const std::string log = directory_ + "/evaluate.log";
  auto evaluation = ChildProcess::start(
      {"/usr/bin/env", "node", "tests/monitoring/evaluate.mjs", prometheus_->url(),
       std::to_string(from), std::to_string(unix_seconds())},
      log);
  ASSERT_TRUE(good(evaluation));
  EXPECT_EQ(evaluation->wait(kEvaluatedWithin), 0) << tail_of(log, 100, "  ");
}

}  // namespace
}  // namespace monarch::testing
