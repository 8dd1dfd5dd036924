// The whole cluster with certificates (docs/security.md): clients notice nothing, monarchctl shows
// its certificate, and whoever has none, or one that says something else, gets nowhere.
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/clock.hpp"
#include "monarch/auth/v1/accounts.grpc.pb.h"
#include "monarch/cluster/v1/node_admin.grpc.pb.h"
#include "monarch/notification/v1/admin.grpc.pb.h"
#include "rpc/channel.hpp"
#include "testing/cluster/child_process.hpp"
#include "testing/cluster/local_cluster.hpp"

namespace monarch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

constexpr std::chrono::seconds kAnswerWithin{20};
// How long gRPC may try to get through a door that is shut.
constexpr std::chrono::seconds kRefusalWithin{3};

struct Said {
  int status = -1;
  std::string text;
};

class Tls : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = (std::filesystem::temp_directory_path() / "monarch-tls-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    for (const char* folder : {"ours", "other"}) {
      const Said made = run({"certs", "init", directory_ + "/" + folder});
      ASSERT_EQ(made.status, 0) << made.text;
    }
    ClusterOptions options;
    for (const char* role : {"auth", "presence", "notification", "switchboard", "dispatch"}) {
      options.flags[role] = flags("ours", role);
    }
    cluster_ = std::make_unique<LocalCluster>(std::move(options));
    const auto started = cluster_->start();
    ASSERT_TRUE(started.ok()) << started.error();
  }
  static void TearDownTestSuite() {
    cluster_.reset();
    std::filesystem::remove_all(directory_);
  }
  void TearDown() override {
    if (HasFailure()) ADD_FAILURE() << cluster_->logs();
  }

  static std::string file(const std::string& folder, const std::string& name) {
    return directory_ + "/" + folder + "/" + name;
  }
  // What processes and monarchctl alike call these.
  static Words flags(const std::string& folder, const std::string& name) {
    return {"--tls-ca-file=" + file(folder, "ca.crt"),
            "--tls-cert-file=" + file(folder, name + ".crt"),
            "--tls-key-file=" + file(folder, name + ".key")};
  }
  static Said run(const Words& words) {
    const std::string path = directory_ + "/ctl.log";
    Words argv{MONARCHCTL};
    argv.insert(argv.end(), words.begin(), words.end());
    std::filesystem::remove(path);
    auto process = ChildProcess::start(argv, path);
    if (!process) return {-1, process.error()};
    const auto status = process->wait(std::chrono::seconds(90));
    std::ifstream text(path);
    return {status.value_or(-1), {std::istreambuf_iterator<char>(text), {}}};
  }
  static Said ctl(const Words& security, const Words& command) {
    Words words{"--auth", cluster_->rpc_address("auth-1"), "--presence",
                cluster_->rpc_address("presence-1")};
    words.insert(words.end(), security.begin(), security.end());
    words.insert(words.end(), command.begin(), command.end());
    return run(words);
  }
  static rpc::ChannelOptions with(const std::string& name, const std::string& server) {
    runtime::SecuritySettings settings;
    settings.tls = {file("ours", "ca.crt"), file("ours", name + ".crt"),
                    file("ours", name + ".key")};
    return rpc::Security(settings).to(server);
  }
  static grpc::StatusCode ask_state(const std::string& node, const rpc::ChannelOptions& options) {
    const auto endpoint = Endpoint::parse(cluster_->rpc_address(node));
    const auto stub =
        cluster::v1::NodeAdmin::NewStub(rpc::make_channel({*endpoint}, options).value());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kRefusalWithin);
    cluster::v1::GetStateReply reply;
    return stub->GetState(&context, {}, &reply).error_code();
  }
  static std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
  }

  static inline std::string directory_;
  static inline std::unique_ptr<LocalCluster> cluster_;
};

// Signs two in on different nodes, lets them add each other and chat.
TEST_F(Tls, ClientsSignInAndChatAsEver) {
  const Said said = ctl(flags("ours", "admin"), {"doctor", "--timeout", "20"});
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_THAT(said.text, HasSubstr("all is well"));
  const std::string auth = cluster_->log("auth-1");
  EXPECT_EQ(count(auth, "method=Accounts/Create caller=admin result=ok"), 2U);
  EXPECT_EQ(count(auth, "method=Accounts/Delete caller=admin result=ok"), 2U);
  const std::string presence = cluster_->log("presence-1") + cluster_->log("presence-2");
  EXPECT_EQ(count(presence, "method=PresenceAdmin/EnsurePrincipals caller=auth result=ok"), 2U);
  for (const std::string& name : cluster_->names()) {
    EXPECT_THAT(cluster_->log(name), Not(HasSubstr("event=call_refused"))) << name;
  }
}

TEST_F(Tls, MonarchctlShowsItsCertificate) {
  EXPECT_EQ(ctl(flags("ours", "admin"), {"account", "list"}).status, 0);
  EXPECT_THAT(ctl(flags("ours", "admin"), {"nodes"}).text, HasSubstr("presence-2"));
  EXPECT_THAT(cluster_->log("presence-1"),
              HasSubstr("level=audit event=admin_call node=presence-1 "
                        "method=PresenceAdmin/ListNodes caller=admin result=ok"));
}

TEST_F(Tls, TheAuditHasCallsThatStreamToo) {
  std::ofstream(file("ours", "people.csv")) << "email,password,name\ncarol@example.com,carol123,\n";
  const Said imported =
      ctl(flags("ours", "admin"), {"account", "import", file("ours", "people.csv")});
  EXPECT_EQ(imported.status, 0) << imported.text;
  EXPECT_THAT(ctl(flags("ours", "admin"), {"account", "list"}).text, HasSubstr("carol@"));
  EXPECT_EQ(ctl(flags("ours", "admin"), {"account", "delete", "carol@example.com"}).status, 0);
  const std::string auth = cluster_->log("auth-1");
  EXPECT_THAT(auth, HasSubstr("method=Accounts/Import caller=admin result=ok"));
  EXPECT_THAT(auth, HasSubstr("method=Accounts/List caller=admin result=ok"));
}

TEST_F(Tls, WhoHasNoCertificateOrAWrongOneGetsNowhere) {
  const std::string before = cluster_->log("auth-1");
  for (const Words& words : {Words{}, flags("other", "admin")}) {
    const Said said = ctl(words, {"--timeout", "3", "account", "list"});
    EXPECT_EQ(said.status, 2) << said.text;
  }
  const Said wrong = ctl(flags("ours", "switchboard"), {"account", "list"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.text, HasSubstr("is of switchboard.monarch.internal, not of admin"));
  EXPECT_EQ(count(cluster_->log("auth-1"), "event=admin_call"), count(before, "event=admin_call"));
}

TEST_F(Tls, OnlyAdministratorsLookIntoSessions) {
  const auto ask = [](const char* caller) {
    const auto endpoint = Endpoint::parse(cluster_->rpc_address("notification-1"));
    const auto channel = rpc::make_channel({*endpoint}, with(caller, "notification")).value();
    const auto stub = notification::v1::NotificationAdmin::NewStub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kAnswerWithin);
    notification::v1::TraceRequest request;
    request.set_session(1);
    request.set_handle("alice@example.com");
    request.set_seconds(1);
    const auto reader = stub->Trace(&context, request);
    notification::v1::TraceReply reply;
    while (reader->Read(&reply)) {
    }
    return reader->Finish().error_code();
  };
  EXPECT_EQ(ask("admin"), grpc::StatusCode::NOT_FOUND);
  for (const char* caller : {"presence", "notification", "switchboard", "auth"}) {
    EXPECT_EQ(ask(caller), grpc::StatusCode::PERMISSION_DENIED) << caller;
  }
  EXPECT_THAT(cluster_->log("notification-1"),
              HasSubstr("method=NotificationAdmin/Trace caller=admin result=not_found"));
}

TEST_F(Tls, EachProcessLetsInOnlyWhoMay) {
  for (const std::string& name : cluster_->names()) {
    const std::string role = name.substr(0, name.find('-'));
    EXPECT_EQ(ask_state(name, with("admin", role)), grpc::StatusCode::OK) << name;
    EXPECT_EQ(ask_state(name, with("dispatch", role)), grpc::StatusCode::PERMISSION_DENIED) << name;
    EXPECT_THAT(cluster_->log(name), HasSubstr("method=NodeAdmin/GetState caller=dispatch "
                                               "result=permission_denied"));
    EXPECT_NE(ask_state(name, {}), grpc::StatusCode::OK) << name;
    const auto expiry = cluster_->metric(name, "monarch_tls_certificate_expiry_seconds");
    ASSERT_TRUE(expiry.has_value()) << name;
    const auto days = (*expiry - static_cast<double>(SystemClock().unix_time().count())) / 86'400;
    EXPECT_NEAR(days, 365, 1) << name;
  }
  // Nobody else answers for auth.
  EXPECT_NE(ask_state("switchboard-1", with("admin", "auth")), grpc::StatusCode::OK);
}

}  // namespace
}  // namespace monarch::testing
