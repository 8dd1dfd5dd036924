// The doors against small real servers and a real directory: what goes over the wire, and what
// becomes of each failure.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <latch>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "net/loop.hpp"
#include "notification/adapters/curl.hpp"
#include "notification/adapters/spool_mailer.hpp"
#include "notification/adapters/worker.hpp"
#include "testing/servers/http_listener.hpp"
#include "testing/servers/smtp_listener.hpp"

namespace monarch::notification {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string at(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

// ---- curl ---------------------------------------------------------------------------------------

class CurlTest : public ::testing::Test {
 protected:
  std::atomic<bool> stopping = false;
  [[nodiscard]] Worker::Terms terms(Duration left = seconds(10)) const { return {left, stopping}; }

  [[nodiscard]] Outcome<curl::Failure> mail(std::uint16_t port, Duration within = seconds(10)) {
    curl::Smtp relay;
    relay.url = "smtp://" + at(port);
    relay.within = within;
    return curl::send_mail(relay, "invitations@im.example.com", "dave@example.org",
                           "Subject: x\r\n\r\n.a line\r\nlast\r\n", terms());
  }
  [[nodiscard]] Outcome<curl::Failure> post(std::uint16_t port, Duration within = seconds(10)) {
    curl::Http gateway;
    gateway.url = "http://" + at(port) + "/pages?x=1";
    gateway.headers = {"Content-Type: application/json", "Authorization: Bearer geheim"};
    gateway.within = within;
    return curl::post(gateway, "{\"a\":1}", terms());
  }
};

TEST_F(CurlTest, HandsAMailToARelay) {
  monarch::testing::SmtpListener relay;
  const auto sent = mail(relay.port());
  ASSERT_TRUE(sent.ok()) << sent.error().text;
  const auto received = relay.wait_for(1);
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].from, "invitations@im.example.com");
  EXPECT_EQ(received[0].to, "dave@example.org");
  EXPECT_EQ(received[0].message, "Subject: x\r\n\r\n.a line\r\nlast\r\n");
}

TEST_F(CurlTest, TellsWhatLastsFromWhatPasses) {
  monarch::testing::SmtpListener relay;
  relay.refuse({"451 later", "550 never"});
  const auto later = mail(relay.port());
  ASSERT_FALSE(later.ok());
  EXPECT_TRUE(later.error().temporary);
  EXPECT_FALSE(later.error().perhaps_taken);
  EXPECT_NE(later.error().text.find("451"), std::string::npos);
  const auto never = mail(relay.port());
  ASSERT_FALSE(never.ok());
  EXPECT_FALSE(never.error().temporary);
  EXPECT_EQ(never.error().text.find("never"), std::string::npos) << "what a server says may tell";
}

TEST_F(CurlTest, WaitsForNoRelayLongerThanItMay) {
  monarch::testing::SmtpListener relay;
  relay.fall_silent();
  const auto begin = SystemClock().now();
  const auto sent = mail(relay.port(), milliseconds(200));
  ASSERT_FALSE(sent.ok());
  EXPECT_TRUE(sent.error().temporary);
  EXPECT_FALSE(sent.error().perhaps_taken);
  EXPECT_LT(SystemClock().now() - begin, seconds(5));
}

TEST_F(CurlTest, InsistsOnEncryptionWhenItIsAskedFor) {
  monarch::testing::SmtpListener relay;  // knows no STARTTLS
  curl::Smtp encrypted;
  encrypted.url = "smtp://" + at(relay.port());
  encrypted.starttls = true;
  encrypted.within = seconds(10);
  const auto sent = curl::send_mail(encrypted, "a@example.com", "b@example.com", "x\r\n", terms());
  ASSERT_FALSE(sent.ok());
  EXPECT_FALSE(sent.error().temporary);
  EXPECT_EQ(relay.attempts(), 0U);
}

TEST_F(CurlTest, PostsADocument) {
  monarch::testing::HttpListener gateway;
  const auto posted = post(gateway.port());
  ASSERT_TRUE(posted.ok()) << posted.error().text;
  const auto requests = gateway.wait_for(1);
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].line, "POST /pages?x=1 HTTP/1.1");
  EXPECT_EQ(requests[0].headers.at("content-type"), "application/json");
  EXPECT_EQ(requests[0].headers.at("authorization"), "Bearer geheim");
  EXPECT_EQ(requests[0].headers.count("expect"), 0U);
  EXPECT_EQ(requests[0].body, "{\"a\":1}");
}

TEST_F(CurlTest, TakesOnlySuccessForSuccess) {
  monarch::testing::HttpListener gateway;
  for (const std::string status : {"404 Not Found", "503 Busy", "302 Found"}) {
    gateway.answer(status);
    const auto posted = post(gateway.port());
    ASSERT_FALSE(posted.ok()) << status;
    EXPECT_NE(posted.error().text.find(status.substr(0, 3)), std::string::npos);
  }
  gateway.answer("");
  const auto silent = post(gateway.port(), milliseconds(200));
  ASSERT_FALSE(silent.ok());
  EXPECT_TRUE(silent.error().perhaps_taken);
}

TEST_F(CurlTest, SaysThatNobodyListens) {
  std::uint16_t port = 0;
  { port = monarch::testing::HttpListener().port(); }
  const auto posted = post(port);
  ASSERT_FALSE(posted.ok());
  EXPECT_TRUE(posted.error().temporary);
  EXPECT_FALSE(posted.error().perhaps_taken);
}

TEST_F(CurlTest, BreaksOffWhenTheProcessEnds) {
  monarch::testing::HttpListener gateway;
  gateway.answer("");
  stopping = true;
  const auto begin = SystemClock().now();
  EXPECT_FALSE(post(gateway.port(), seconds(60)).ok());
  EXPECT_LT(SystemClock().now() - begin, seconds(30));
}

// ---- the worker ---------------------------------------------------------------------------------

TEST(WorkerTest, TellsWhatCameOfEachJob) {
  net::Loop loop;
  Worker worker(loop, 2, 10);
  std::vector<std::string> told;
  const auto note = [&](const Worker::Done& done) { told.push_back(done ? "ok" : done.error()); };
  worker.submit(
      seconds(10), [](const Worker::Terms&) -> Worker::Done { return Ok{}; }, note);
  ASSERT_TRUE(loop.run_until([&] { return told.size() == 1; }));
  worker.submit(
      seconds(10), [](const Worker::Terms&) -> Worker::Done { return fail(std::string("no")); },
      note);
  ASSERT_TRUE(loop.run_until([&] { return told.size() == 2; }));
  EXPECT_EQ(told, (std::vector<std::string>{"ok", "no"}));
}

TEST(WorkerTest, RefusesMoreThanItsQueueHoldsAndBeginsNothingLate) {
  net::Loop loop;
  std::latch begun(1);
  std::latch go_on(1);
  std::vector<std::string> told;
  bool late_ran = false;
  Worker worker(loop, 1, 1);
  const auto note = [&](const Worker::Done& done) { told.push_back(done ? "ok" : done.error()); };
  worker.submit(
      seconds(10),
      [&](const Worker::Terms&) -> Worker::Done {
        begun.count_down();
        go_on.wait();
        return Ok{};
      },
      note);
  begun.wait();
  worker.submit(
      Duration::zero(),
      [&](const Worker::Terms&) -> Worker::Done {
        late_ran = true;
        return Ok{};
      },
      note);
  worker.submit(
      seconds(10), [](const Worker::Terms&) -> Worker::Done { return Ok{}; }, note);
  ASSERT_TRUE(loop.run_until([&] { return told.size() == 1; }));
  EXPECT_EQ(told[0], "the queue is full");
  go_on.count_down();
  ASSERT_TRUE(loop.run_until([&] { return told.size() == 3; }));
  EXPECT_EQ(told[1], "ok");
  EXPECT_EQ(told[2], "its time was over before its turn came");
  EXPECT_FALSE(late_ran);
}

TEST(WorkerTest, EndsWithJobsWaiting) {
  net::Loop loop;
  std::latch begun(1);
  bool second_ran = false;
  {
    Worker worker(loop, 1, 10);
    const auto ignore = [](const Worker::Done&) {};
    worker.submit(
        seconds(10),
        [&](const Worker::Terms& terms) -> Worker::Done {
          begun.count_down();
          while (!terms.stopping) std::this_thread::yield();
          return Ok{};
        },
        ignore);
    begun.wait();
    worker.submit(
        seconds(10),
        [&](const Worker::Terms&) -> Worker::Done {
          second_ran = true;
          return Ok{};
        },
        ignore);
  }
  EXPECT_FALSE(second_ran);
}

// ---- the spool ----------------------------------------------------------------------------------

TEST(SpoolDirectory, IsMadeAndTried) {
  const auto root =
      std::filesystem::path(::testing::TempDir()) / ("spool-" + std::to_string(::getpid()));
  std::filesystem::create_directory(root);
  const std::string fresh = root / "mail";
  EXPECT_TRUE(SpoolMailer::check(fresh).ok());
  EXPECT_TRUE(std::filesystem::is_directory(fresh));
  EXPECT_TRUE(SpoolMailer::check(fresh).ok());
  EXPECT_FALSE(SpoolMailer::check(root / "no" / "where").ok());
  std::ofstream(root / "file") << "x";
  EXPECT_FALSE(SpoolMailer::check(root / "file").ok());
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace monarch::notification
