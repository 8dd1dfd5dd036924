// The door to a mail system, against a real gRPC server that plays one.
#include "notification/adapters/mailbox_client.hpp"

#include <atomic>
#include <chrono>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "monarch/mailbox/v1/mailbox.grpc.pb.h"
#include "notification/core/testing/house.hpp"

namespace monarch::notification {
namespace {

namespace pb = monarch::mailbox::v1;
using std::chrono::milliseconds;

// A mail system with one answer for all, or none in time.
class MailSystem final : public pb::Mailbox::Service {
 public:
  MailSystem() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~MailSystem() override { server_->Shutdown(std::chrono::system_clock::now()); }

  grpc::Status GetCounts(grpc::ServerContext* context, const pb::GetCountsRequest* request,
                         pb::GetCountsReply* reply) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request->handle());
    // Until its client has given up.
    while (silent_ && !context->IsCancelled()) std::this_thread::yield();
    *reply = answer;
    return status;
  }

  [[nodiscard]] std::shared_ptr<grpc::Channel> channel() const {
    return grpc::CreateChannel("127.0.0.1:" + std::to_string(port_),
                               grpc::InsecureChannelCredentials());
  }
  [[nodiscard]] std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  void be_silent() { silent_ = true; }

  // Set before it is asked.
  pb::GetCountsReply answer;
  grpc::Status status;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::atomic<bool> silent_{false};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

Settings with_mailbox() {
  Settings settings;
  settings.mailbox = true;
  return settings;
}

struct MailboxClientTest : ::testing::Test {
  MailSystem mail;
  net::Loop loop;
  testing::House house{with_mailbox()};
  Driver driver{loop, *house.node, house.clock};
  std::unique_ptr<MailboxClient> client;

  void connect(const std::shared_ptr<grpc::Channel>& channel,
               Duration deadline = std::chrono::seconds(5)) {
    client = std::make_unique<MailboxClient>(loop, channel, deadline);
    client->attach(driver);
    house.node->attach(*client);
    house.sign_in(1, 11);
    house.go_online(1);
  }
  [[nodiscard]] std::uint64_t answers(MailAnswer answer) const {
    return house.node->counters().mail_answers[static_cast<std::size_t>(answer)];
  }
  // What the client reads once the question has ended so.
  std::string reads_after(MailAnswer answer) {
    EXPECT_TRUE(loop.run_until([&] { return answers(answer) == 1; }));
    return house.reads(1);
  }
};

TEST_F(MailboxClientTest, UnreadMailIsTold) {
  mail.answer.set_inbox_unread(3);
  mail.answer.set_folders_unread(1);
  mail.answer.set_inbox_url("/inbox");
  mail.answer.set_folders_url("/folders");
  mail.answer.set_post_url("http://mail.example.com");
  connect(mail.channel());
  const auto told = reads_after(MailAnswer::kUnread);
  EXPECT_TRUE(told.starts_with("MSG Hotmail Hotmail "));
  EXPECT_NE(told.find("text/x-msmsgsinitialemailnotification"), std::string::npos);
  EXPECT_NE(told.find("Inbox-Unread: 3\r\nFolders-Unread: 1\r\nInbox-URL: /inbox\r\n"
                      "Folders-URL: /folders\r\nPost-URL: http://mail.example.com\r\n\r\n"),
            std::string::npos);
  EXPECT_EQ(mail.asked(), std::vector<std::string>{"user11@example.com"});
}

TEST_F(MailboxClientTest, NoUnreadMailAndNoMailboxAreNothingToTell) {
  connect(mail.channel());
  EXPECT_EQ(reads_after(MailAnswer::kNothing), "");
}

TEST_F(MailboxClientTest, WhoHasNoMailboxIsToldNothing) {
  mail.status = {grpc::StatusCode::NOT_FOUND, "no mailbox"};
  connect(mail.channel());
  EXPECT_EQ(reads_after(MailAnswer::kNothing), "");
}

TEST_F(MailboxClientTest, AFailureCostsNothingElse) {
  mail.status = {grpc::StatusCode::INTERNAL, "broken"};
  connect(mail.channel());
  EXPECT_EQ(reads_after(MailAnswer::kUnreachable), "");
  house.says(1, "PNG");
  EXPECT_EQ(house.reads(1), "QNG\r\n");
}

TEST_F(MailboxClientTest, AMailSystemThatIsSilentIsNotWaitedForLongerThanItsDeadline) {
  mail.be_silent();
  connect(mail.channel(), milliseconds(100));
  EXPECT_EQ(reads_after(MailAnswer::kUnreachable), "");
}

TEST_F(MailboxClientTest, AMailSystemThatIsAwayCostsNothing) {
  // Nobody listens on port 1 of this machine.
  connect(grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials()));
  EXPECT_EQ(reads_after(MailAnswer::kUnreachable), "");
}

// An address that would break the lines is nobody's address.
TEST_F(MailboxClientTest, AnAnswerThatIsNoneIsRefused) {
  mail.answer.set_inbox_unread(1);
  mail.answer.set_inbox_url("/inbox\r\nPost-URL: http://evil.example.com");
  connect(mail.channel());
  EXPECT_EQ(reads_after(MailAnswer::kUnreachable), "");
}

}  // namespace
}  // namespace monarch::notification
