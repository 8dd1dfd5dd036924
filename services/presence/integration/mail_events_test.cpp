// MailEvents over real gRPC, on a presence in memory.
#include "presence/adapters/mail_events.hpp"

#include <atomic>
#include <chrono>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>

#include "monarch/mailbox/v1/mailbox.grpc.pb.h"
#include "presence/core/testing/world.hpp"

namespace monarch::presence::testing {
namespace {

namespace pb = monarch::mailbox::v1;

struct MailEventsTest : ::testing::Test {
  net::Loop loop;
  World world;
  metrics::Registry registry{"presence"};
  MailEvents events{loop, world.presence, world.store, registry};
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<pb::MailEvents::Stub> mail_system;

  MailEventsTest() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(events.service());
    server = builder.BuildAndStart();
    mail_system = pb::MailEvents::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                                              grpc::InsecureChannelCredentials()));
    world.create(1);
  }
  ~MailEventsTest() override {
    server->Shutdown(std::chrono::system_clock::now());
    events.stop();
  }

  // The blocking call on a thread of its own, the loop and the world's steps on this one.
  grpc::Status deliver(const pb::DeliverRequest& request, pb::DeliverReply* reply = nullptr) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    pb::DeliverReply answer;
    grpc::Status status;
    std::atomic<bool> over{false};
    std::thread caller([&] {
      status = mail_system->Deliver(&context, request, &answer);
      over = true;
      loop.post([] {});
    });
    EXPECT_TRUE(loop.run_until([&] {
      world.steps.run_all();
      return over.load();
    }));
    caller.join();
    if (reply != nullptr) *reply = answer;
    return status;
  }
  static pb::DeliverRequest new_mail(std::uint64_t account = 1) {
    pb::DeliverRequest request;
    request.set_handle(World::handle(account).value());
    auto& mail = *request.mutable_new_mail();
    mail.set_from("Bob");
    mail.set_from_address("bob@example.org");
    mail.set_subject("Lunch?");
    return request;
  }
};

TEST_F(MailEventsTest, NewMailGoesToTheSession) {
  world.open(1);
  world.bus.published.clear();
  pb::DeliverReply reply;
  ASSERT_TRUE(deliver(new_mail(), &reply).ok());
  EXPECT_EQ(reply.sessions(), 1U);
  const auto hints = world.take_hints<model::NoticeHint>();
  ASSERT_EQ(hints.size(), 1U);
  const auto& mail = std::get<model::NewMail>(hints[0].notice);
  EXPECT_EQ(mail.from, "Bob");
  EXPECT_EQ(mail.subject, "Lunch?");
  EXPECT_EQ(mail.folder, "ACTIVE");
  EXPECT_EQ(mail.site_id, 2U);
}

TEST_F(MailEventsTest, SoDoesWhatHappensElsewhere) {
  world.open(1);
  world.bus.published.clear();
  pb::DeliverRequest request;
  request.set_handle(World::handle(1).value());
  request.mutable_activity()->set_source_folder("ACTIVE");
  request.mutable_activity()->set_destination_folder("trAsH");
  request.mutable_activity()->set_delta(-2);
  ASSERT_TRUE(deliver(request).ok());
  const auto hints = world.take_hints<model::NoticeHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(std::get<model::MailActivity>(hints[0].notice).delta, -2);
}

TEST_F(MailEventsTest, WhoIsNotSignedInIsNoError) {
  pb::DeliverReply reply;
  ASSERT_TRUE(deliver(new_mail(), &reply).ok());
  EXPECT_EQ(reply.sessions(), 0U);
}

TEST_F(MailEventsTest, WhatIsWrongIsSaid) {
  EXPECT_EQ(deliver(new_mail(2)).error_code(), grpc::StatusCode::NOT_FOUND);
  auto request = new_mail();
  request.set_handle("nobody");
  EXPECT_EQ(deliver(request).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  request = new_mail();
  request.mutable_new_mail()->set_message_url("a b");
  const auto refused = deliver(request);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(refused.error_message().find("message_url"), std::string::npos);
  request = new_mail();
  request.clear_new_mail();
  EXPECT_EQ(deliver(request).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(MailEventsTest, ABusThatIsAwayIsSaidToo) {
  world.open(1);
  world.bus.fates = [](const char*) { return Fate::kFailed; };
  EXPECT_EQ(deliver(new_mail()).error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace monarch::presence::testing
