#include "rpc/security.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "monarch/cluster/v1/node_admin.grpc.pb.h"
#include "pki/authority.hpp"
#include "rpc/channel.hpp"
#include "rpc/guard.hpp"
#include "rpc/server.hpp"
#include "runtime/log.hpp"

namespace monarch::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kDay = 86'400;
constexpr std::chrono::seconds kAnswerWithin{10};
// How long a refused handshake may take to be told; gRPC would go on trying.
constexpr std::chrono::seconds kRefusalWithin{3};

// NodeAdmin that remembers from how many connections it was called.
class Admin final : public cluster::v1::NodeAdmin::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetState(grpc::CallbackServerContext* context,
                                     const cluster::v1::GetStateRequest* /*request*/,
                                     cluster::v1::GetStateReply* /*reply*/) override {
    const std::lock_guard lock(mutex_);
    peers_.insert(context->peer());
    auto* reactor = context->DefaultReactor();
    reactor->Finish(refuse_ ? grpc::Status(grpc::StatusCode::NOT_FOUND, "no") : grpc::Status::OK);
    return reactor;
  }
  std::size_t connections() {
    const std::lock_guard lock(mutex_);
    return peers_.size();
  }
  void refuse() {
    const std::lock_guard lock(mutex_);
    refuse_ = true;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> peers_;
  bool refuse_ = false;
};

class SecurityTest : public ::testing::Test {
 protected:
  SecurityTest() {
    directory_ = (std::filesystem::temp_directory_path() / "monarch-rpc-XXXXXX").string();
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    log::redirect([this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      logged_ += std::string(line) + "\n";
    });
  }
  ~SecurityTest() override {
    server_.reset();
    log::redirect({});
    std::filesystem::remove_all(directory_);
  }

  static pki::Authority authority() {
    const auto now = SystemClock().unix_time().count();
    return pki::Authority::create("test CA", now - 10 * kDay, now + 100 * kDay);
  }
  void write(const std::string& path, const std::string& text) const {
    std::ofstream(path + ".new") << text;
    EXPECT_EQ(chmod((path + ".new").c_str(), 0600), 0);
    std::filesystem::rename(path + ".new", path);
  }
  // Files of that name; `role` is none of ours when it has a dot.
  runtime::SecuritySettings certificate(const std::string& name, const std::string& role,
                                        const pki::Authority& by, std::int64_t days_left = 90) {
    pki::Request request;
    request.subject = role;
    request.dns_names = {role.find('.') == std::string::npos ? runtime::certificate_name(role)
                                                             : role};
    request.not_before = SystemClock().unix_time().count() - 5 * kDay;
    request.not_after = SystemClock().unix_time().count() + days_left * kDay;
    const auto issued = by.issue(request);
    EXPECT_TRUE(issued.ok());
    runtime::SecuritySettings settings;
    settings.tls = {directory_ + "/" + name + ".ca", directory_ + "/" + name + ".crt",
                    directory_ + "/" + name + ".key"};
    write(settings.tls.key, issued->key);
    write(settings.tls.certificate, issued->certificate);
    write(settings.tls.authority, by.pem().certificate);
    return settings;
  }
  Security of(const std::string& role) { return Security(certificate(role, role, authority_)); }

  void serve(const Security& security) {
    auto started =
        Server::start({{"127.0.0.1", 0}, security, metrics_.counter("refused", "")}, {&admin_});
    ASSERT_TRUE(started.ok()) << started.error();
    server_ = std::move(started).value();
    server_->set_serving(true);
  }
  std::shared_ptr<grpc::Channel> channel(const ChannelOptions& options) const {
    return make_channel({{"127.0.0.1", server_->port()}}, options).value();
  }
  static grpc::Status get_state(const std::shared_ptr<grpc::Channel>& channel,
                                std::chrono::seconds within = kAnswerWithin) {
    const auto stub = cluster::v1::NodeAdmin::NewStub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + within);
    cluster::v1::GetStateReply reply;
    return stub->GetState(&context, {}, &reply);
  }
  grpc::StatusCode get_state(const ChannelOptions& options) const {
    return get_state(channel(options)).error_code();
  }
  // A method without arguments, by its name.
  grpc::StatusCode call(const ChannelOptions& options, const std::string& path) const {
    grpc::GenericStub stub(channel(options));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kAnswerWithin);
    grpc::CompletionQueue queue;
    const grpc::ByteBuffer request(nullptr, 0);
    const auto started = stub.PrepareUnaryCall(&context, path, request, &queue);
    started->StartCall();
    grpc::ByteBuffer reply;
    grpc::Status status;
    started->Finish(&reply, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return status.error_code();
  }
  // Nothing of ours was heard there: no answer, and no call at the server.
  void expect_no_way(const std::shared_ptr<grpc::Channel>& channel) {
    const auto code = get_state(channel, kRefusalWithin).error_code();
    EXPECT_TRUE(code == grpc::StatusCode::UNAVAILABLE ||
                code == grpc::StatusCode::DEADLINE_EXCEEDED)
        << code;
    EXPECT_EQ(admin_.connections(), 0U);
  }
  std::string logged() {
    const std::lock_guard lock(mutex_);
    return logged_;
  }

  std::string directory_;
  pki::Authority authority_ = authority();
  metrics::Registry metrics_{"test"};
  Admin admin_;
  std::unique_ptr<Server> server_;
  std::mutex mutex_;
  std::string logged_;
};

TEST_F(SecurityTest, AnAdministratorMayAdministerAndEachCallIsInTheLog) {
  serve(of("presence"));
  EXPECT_EQ(get_state(of("admin").to("presence")), grpc::StatusCode::OK);
  EXPECT_THAT(logged(), HasSubstr("event=admin_call method=NodeAdmin/GetState caller=admin "
                                  "result=ok"));
  admin_.refuse();
  EXPECT_EQ(get_state(of("admin").to("presence")), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(logged(), HasSubstr("caller=admin result=not_found"));
}

TEST_F(SecurityTest, TheAuditIsWrittenAtEveryLogLevel) {
  serve(of("presence"));
  log::set_level(log::Level::kError);
  EXPECT_EQ(get_state(of("admin").to("presence")), grpc::StatusCode::OK);
  EXPECT_EQ(get_state(of("auth").to("presence")), grpc::StatusCode::PERMISSION_DENIED);
  log::set_level(log::Level::kInfo);
  EXPECT_THAT(logged(), HasSubstr("level=audit event=admin_call method=NodeAdmin/GetState "
                                  "caller=admin result=ok"));
  EXPECT_THAT(logged(), HasSubstr("caller=auth result=permission_denied"));
}

TEST_F(SecurityTest, AnotherRoleMayNotAndThatIsInTheLogToo) {
  serve(of("presence"));
  for (const char* role : {"auth", "presence", "notification", "switchboard", "dispatch"}) {
    EXPECT_EQ(get_state(of(role).to("presence")), grpc::StatusCode::PERMISSION_DENIED) << role;
    EXPECT_THAT(logged(), HasSubstr("method=NodeAdmin/GetState caller=" + std::string(role) +
                                    " result=permission_denied"));
  }
  EXPECT_EQ(admin_.connections(), 0U) << "no handler was reached";
  EXPECT_THAT(metrics_.expose(), HasSubstr("monarch_test_refused 5\n"));
  const auto status = get_state(channel(of("dispatch").to("presence")));
  EXPECT_EQ(status.error_message(), "dispatch may not call NodeAdmin/GetState");
}

TEST_F(SecurityTest, HealthIsForAllAndWhatStandsInNoTableForNobody) {
  serve(of("presence"));
  EXPECT_EQ(call(of("dispatch").to("presence"), "/grpc.health.v1.Health/Check"),
            grpc::StatusCode::OK);
  EXPECT_EQ(call(of("admin").to("presence"), "/monarch.rpc.testing.Echo/Say"),
            grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(logged(), Not(HasSubstr("event=admin_call")));
  EXPECT_THAT(logged(), HasSubstr("event=call_refused"));
}

TEST_F(SecurityTest, ACertificateOfNoRoleMayOnlyAskForHealth) {
  serve(of("presence"));
  const Security probe(certificate("probe", "probe.example.org", authority_));
  EXPECT_EQ(call(probe.to("presence"), "/grpc.health.v1.Health/Check"), grpc::StatusCode::OK);
  EXPECT_EQ(get_state(probe.to("presence")), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(logged(), HasSubstr("caller=probe.example.org"));
}

TEST_F(SecurityTest, ANodeCannotPoseAsOneOfAnotherRole) {
  serve(of("switchboard"));
  expect_no_way(channel(of("admin").to("auth")));
  EXPECT_EQ(get_state(of("admin").to("switchboard")), grpc::StatusCode::OK);
}

TEST_F(SecurityTest, AnotherAuthorityIsNone) {
  serve(of("presence"));
  const auto other = authority();
  expect_no_way(channel(Security(certificate("other", "admin", other)).to("presence")));
  // Who knows our authority, and has no certificate of it.
  auto mixed = certificate("mixed", "admin", other);
  mixed.tls.authority = directory_ + "/presence.ca";
  expect_no_way(channel(Security(mixed).to("presence")));
}

TEST_F(SecurityTest, WithoutACertificateThereIsNoWay) {
  serve(of("presence"));
  expect_no_way(channel({}));
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = authority_.pem().certificate;
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("presence.monarch.internal");
  expect_no_way(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                          grpc::SslCredentials(options), arguments));
}

TEST_F(SecurityTest, AnExpiredCertificateIsNone) {
  serve(of("presence"));
  expect_no_way(channel(Security(certificate("old", "admin", authority_, -1)).to("presence")));
  server_.reset();
  serve(Security(certificate("old", "presence", authority_, -1)));
  expect_no_way(channel(of("admin").to("presence")));
}

TEST_F(SecurityTest, APlainServerIsNoneForWhoHasCertificates) {
  serve({});
  expect_no_way(channel(of("admin").to("presence")));
}

TEST_F(SecurityTest, AHandshakeIsPerChannelAndNotPerCall) {
  serve(of("presence"));
  const auto one = channel(of("admin").to("presence"));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(get_state(one).ok());
  EXPECT_EQ(admin_.connections(), 1U);
}

TEST_F(SecurityTest, ReplacedFilesAreUsedByNewConnections) {
  const auto settings = certificate("presence", "presence", authority_);
  serve(Security(settings, std::chrono::seconds(1)));
  const auto standing = channel(of("admin").to("presence"));
  ASSERT_TRUE(get_state(standing).ok());
  const auto other = authority();
  certificate("presence", "presence", other);
  const Security admin(certificate("other", "admin", other));
  // A channel that fails to connect waits before the next attempt, so each try is a new one.
  const TimePoint deadline = SystemClock().now() + std::chrono::seconds(20);
  grpc::Status status = get_state(channel(admin.to("presence")));
  while (!status.ok() && SystemClock().now() < deadline) {
    status = get_state(channel(admin.to("presence")));
  }
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(get_state(standing).ok()) << "a connection that stands goes on";
}

TEST_F(SecurityTest, WithoutEncryptionATokenSaysWhoMayAdminister) {
  runtime::SecuritySettings settings;
  settings.admin_token = "0123456789abcdef";
  const Security right(settings);
  serve(right);
  EXPECT_EQ(get_state(right.to("presence")), grpc::StatusCode::OK);
  EXPECT_THAT(logged(), HasSubstr("method=NodeAdmin/GetState caller=token result=ok"));
  settings.admin_token = "0123456789abcdeX";
  EXPECT_EQ(get_state(Security(settings).to("presence")), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(get_state(ChannelOptions{}), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(logged(), HasSubstr("caller=nobody result=unauthenticated"));
  EXPECT_EQ(call({}, "/grpc.health.v1.Health/Check"), grpc::StatusCode::OK);
  EXPECT_EQ(admin_.connections(), 1U);
  EXPECT_THAT(logged(), Not(HasSubstr("0123456789abcde")));
}

TEST_F(SecurityTest, WithoutATokenTheMachineItselfMayAdminister) {
  serve({});
  EXPECT_EQ(get_state(ChannelOptions{}), grpc::StatusCode::OK);
  EXPECT_THAT(logged(), HasSubstr("method=NodeAdmin/GetState caller=loopback result=ok"));
}

TEST_F(SecurityTest, CertificatesLeaveTheMachineAndPlainTextDoesNot) {
  EXPECT_TRUE(make_channel({{"10.0.0.1", 5000}}, of("admin").to("auth")).ok());
  const auto plain = make_channel({{"10.0.0.1", 5000}}, {});
  ASSERT_FALSE(plain.ok());
  EXPECT_THAT(plain.error(), HasSubstr("10.0.0.1:5000 is not loopback"));
}

}  // namespace
}  // namespace monarch::rpc
