#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "rpc/batch_stream_client.hpp"
#include "rpc/batch_stream_server.hpp"
#include "rpc/channel.hpp"
#include "rpc/server.hpp"
#include "testing/echo.grpc.pb.h"

namespace monarch::rpc {
namespace {

using testing_proto = monarch::rpc::testing::Echo;
using testing::ReplyBatch;
using testing::RequestBatch;
using testing::Words;
using Serving = BatchStreamServer<RequestBatch, ReplyBatch>;
using Dialling = BatchStreamClient<RequestBatch, ReplyBatch>;

Words words(const std::string& text) {
  Words result;
  result.set_text(text);
  return result;
}

class TalkService final : public testing_proto::CallbackService {
 public:
  explicit TalkService(Serving& serving) : serving_(serving) {}
  grpc::ServerBidiReactor<RequestBatch, ReplyBatch>* Talk(
      grpc::CallbackServerContext* context) override {
    return serving_.accept(context);
  }

 private:
  Serving& serving_;
};

class BatchStreamTest : public ::testing::Test {
 protected:
  void TearDown() override {
    client_.reset();
    server_.reset();
    loop_.close();
  }

  void serve(std::uint16_t port = 0) {
    auto started = Server::start({{"127.0.0.1", port}}, {&service_});
    ASSERT_TRUE(started.ok()) << started.error();
    server_ = std::move(started).value();
  }

  void dial(BatchClientOptions options = {}) {
    options.node_id = "notification-1";
    options.backoff_first = std::chrono::milliseconds(5);
    options.backoff_longest = std::chrono::milliseconds(20);
    auto channel = make_channel({{"127.0.0.1", server_->port()}});
    ASSERT_TRUE(channel.ok()) << channel.error();
    stub_ = testing_proto::NewStub(*channel);
    client_.emplace(
        loop_, random_, options,
        [this](auto* context, auto* reactor) { stub_->async()->Talk(context, reactor); },
        Dialling::Handlers{[this] { ++ups_; },
                           [this](const Error& error) {
                             ++downs_;
                             last_error_ = error;
                           },
                           [this](ReplyBatch&& batch) {
                             ++reply_batches_;
                             for (const auto& reply : batch.replies()) {
                               replies_.push_back(reply.text());
                             }
                           }});
    client_->start();
  }

  bool until(const std::function<bool()>& done) { return loop_.run_until(done); }

  net::Loop loop_;
  SeededRandom random_{1};
  BatchLimits limits_;
  int request_batches_ = 0;
  int closed_ = 0;
  std::vector<Serving::PeerPtr> peers_;
  std::vector<std::string> requests_;
  Serving serving_{loop_, limits_,
                   Serving::Handlers{[this](const auto& peer) { peers_.push_back(peer); },
                                     [this](const auto& peer, RequestBatch&& batch) {
                                       ++request_batches_;
                                       for (auto& request : *batch.mutable_requests()) {
                                         requests_.push_back(request.text());
                                         static_cast<void>(peer->send(std::move(request)));
                                       }
                                     },
                                     [this](const auto&) { ++closed_; }}};
  TalkService service_{serving_};
  std::unique_ptr<Server> server_;
  std::unique_ptr<testing_proto::Stub> stub_;
  std::optional<Dialling> client_;
  int ups_ = 0;
  int downs_ = 0;
  int reply_batches_ = 0;
  Error last_error_;
  std::vector<std::string> replies_;
};

TEST_F(BatchStreamTest, CarriesMessagesInOrderAndInBatches) {
  serve();
  dial();
  EXPECT_FALSE(client_->send(words("too early")));
  ASSERT_TRUE(until([this] { return ups_ == 1; }));
  constexpr int kCount = 5000;
  for (int i = 0; i < kCount; ++i) ASSERT_TRUE(client_->send(words(std::to_string(i))));
  ASSERT_TRUE(until([this] { return replies_.size() == kCount; }));
  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(requests_[static_cast<std::size_t>(i)], std::to_string(i));
    ASSERT_EQ(replies_[static_cast<std::size_t>(i)], std::to_string(i));
  }
  // 5000 messages sent in one turn are 10 batches of at most 512.
  EXPECT_EQ(request_batches_, 10);
  EXPECT_LT(reply_batches_, kCount / 10);
  ASSERT_EQ(peers_.size(), 1U);
  EXPECT_EQ(peers_[0]->node_id(), "notification-1");
}

TEST_F(BatchStreamTest, ManySmallTurnsLoseNothing) {
  serve();
  dial();
  ASSERT_TRUE(until([this] { return ups_ == 1; }));
  int sent = 0;
  std::function<void()> turn = [&] {
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(client_->send(words(std::to_string(sent++))));
    if (sent < 3000) loop_.post(turn);
  };
  loop_.post(turn);
  ASSERT_TRUE(
      until([&] { return sent >= 3000 && replies_.size() == static_cast<std::size_t>(sent); }));
  for (int i = 0; i < sent; ++i)
    EXPECT_EQ(replies_[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_F(BatchStreamTest, RefusesMoreThanItsQueueHolds) {
  serve();
  BatchClientOptions options;
  options.limits.queued_max = 10;
  dial(options);
  ASSERT_TRUE(until([this] { return ups_ == 1; }));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(client_->send(words("x")));
  EXPECT_FALSE(client_->send(words("x")));
  ASSERT_TRUE(until([this] { return replies_.size() == 10; }));
  EXPECT_TRUE(client_->send(words("x")));
}

TEST_F(BatchStreamTest, ReconnectsToAServerThatComesBack) {
  serve();
  const std::uint16_t port = server_->port();
  dial();
  ASSERT_TRUE(until([this] { return ups_ == 1; }));
  server_.reset();
  ASSERT_TRUE(until([this] { return downs_ >= 2 && closed_ == 1; }));
  EXPECT_FALSE(client_->up());
  EXPECT_FALSE(client_->send(words("x")));
  EXPECT_FALSE(peers_[0]->send(words("x"))) << "its stream is over";
  serve(port);
  ASSERT_TRUE(until([this] { return ups_ == 2; }));
  EXPECT_TRUE(client_->send(words("back")));
  ASSERT_TRUE(until([this] { return !replies_.empty(); }));
  EXPECT_EQ(replies_.back(), "back");
}

TEST_F(BatchStreamTest, TheServerEndsAStreamAfterWhatItOwes) {
  serve();
  dial();
  ASSERT_TRUE(until([this] { return !peers_.empty() && ups_ == 1; }));
  EXPECT_TRUE(peers_[0]->send(words("last words")));
  peers_[0]->finish({Code::kUnavailable, "moving"});
  EXPECT_FALSE(peers_[0]->send(words("too late")));
  ASSERT_TRUE(until([this] { return downs_ >= 1; }));
  EXPECT_EQ(replies_, std::vector<std::string>{"last words"});
  EXPECT_EQ(last_error_.code, Code::kUnavailable);
  ASSERT_TRUE(until([this] { return ups_ == 2; }));
}

TEST_F(BatchStreamTest, AClientThatGoesIsNoticed) {
  serve();
  dial();
  ASSERT_TRUE(until([this] { return peers_.size() == 1; }));
  client_.reset();
  ASSERT_TRUE(until([this] { return closed_ == 1; }));
  EXPECT_EQ(downs_, 0) << "no handler is called any more";
}

TEST(BatchQueues, PauseReadingUntilTaken) {
  BatchLimits limits;
  limits.received_max = 2;
  InQueue<ReplyBatch> queue(limits);
  EXPECT_TRUE(queue.push({}));
  EXPECT_TRUE(queue.may_read());
  EXPECT_FALSE(queue.push({})) << "one wake-up is enough";
  EXPECT_FALSE(queue.may_read());
  const auto [batches, resume] = queue.take();
  EXPECT_EQ(batches.size(), 2U);
  EXPECT_TRUE(resume);
  EXPECT_FALSE(queue.take().second);
}

TEST(BatchQueues, HaveOneBatchInFlight) {
  BatchLimits limits;
  OutQueue<RequestBatch> queue(limits);
  EXPECT_EQ(queue.next(), nullptr);
  EXPECT_TRUE(queue.push(words("a")));
  const RequestBatch* first = queue.next();
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(queue.push(words("b")));
  EXPECT_TRUE(queue.push(words("c")));
  EXPECT_EQ(queue.next(), nullptr) << "the first is not written yet";
  queue.written();
  const RequestBatch* second = queue.next();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->requests_size(), 2);
}

}  // namespace
}  // namespace monarch::rpc
