// The limits of a node that its other tests do not reach: docs/limits.md.
#include <gtest/gtest.h>
#include <string>

#include "notification/core/forbidden_words.hpp"
#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using testing::House;
using testing::Stage;
using namespace std::chrono_literals;

std::string repeated(std::string_view line, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += line;
  return text;
}

Settings slow() {
  Settings settings;
  settings.commands_per_second = 10;
  settings.commands_burst = 20;
  return settings;
}

TEST(BackPressure, StopsReadingUntilEverythingReadIsDone) {
  House house(slow());
  house.sign_in(1, 10);
  house.passes(10s);
  const ConnectionId one(1);
  house.says(1, repeated("PNG\r\n", 49) + "PNG");  // the burst, thirty more
  EXPECT_EQ(house.reads(1), repeated("QNG\r\n", 20));
  EXPECT_TRUE(house.wire.paused.contains(one));
  EXPECT_EQ(house.node->counters().throttled, 1U);
  house.passes(1s);
  EXPECT_EQ(house.reads(1), repeated("QNG\r\n", 10));
  EXPECT_TRUE(house.wire.paused.contains(one)) << "there is more that was read";
  house.passes(2s);
  EXPECT_EQ(house.reads(1), repeated("QNG\r\n", 20));
  house.passes(100ms);  // a command that were there would have its turn now
  EXPECT_FALSE(house.wire.paused.contains(one));
  EXPECT_EQ(house.node->counters().throttled, 1U) << "one spell, one pause";
  EXPECT_FALSE(house.closed(1));
}

TEST(BackPressure, HoldsWhileACommandOfTheBacklogIsAsked) {
  House house(slow());
  house.sign_in(1, 10);
  house.passes(10s);
  house.says(1, repeated("PNG\r\n", 20) + "CHG 6 NLN\r\nPNG");
  EXPECT_TRUE(house.wire.paused.contains(ConnectionId(1)));
  house.passes(100ms);
  ASSERT_EQ(house.count<model::ChangeStatus>(), 1U);
  EXPECT_TRUE(house.wire.paused.contains(ConnectionId(1)))
      << "what more it sends would pile up behind what was read";
  house.answer<model::ChangeStatus>(model::StatusChanged{});
  house.passes(200ms);
  EXPECT_FALSE(house.wire.paused.contains(ConnectionId(1)));
}

TEST(BackPressure, TouchesNobodyElse) {
  House house(slow());
  house.sign_in(1, 10);
  house.sign_in(2, 11);
  house.passes(10s);
  house.says(1, repeated("PNG\r\n", 5000));
  house.says(2, "PNG");
  EXPECT_EQ(house.reads(2), "QNG\r\n");
  EXPECT_EQ(house.wire.paused, std::set{ConnectionId(1)});
}

TEST(BackPressure, ClosesWhoHasMoreUnreadThanTheBacklogAllows) {
  House house(slow());
  house.sign_in(1, 10);
  house.says(1, repeated("PNG\r\n", 14'000));
  EXPECT_TRUE(house.closed(1));
  EXPECT_EQ(house.node->counters().closes[static_cast<std::size_t>(CloseReason::kBacklog)], 1U);
}

TEST(Strangers, AreLimitedPerAddressUntilTheyHaveSignedIn) {
  Settings settings;
  settings.strangers_per_address_max = 2;
  House house(settings);
  const auto comes = [&house](std::uint64_t number, std::string_view address) {
    return house.node->connected(ConnectionId(number), address);
  };
  house.sign_in(1, 10);  // from 192.0.2.7, and no stranger any more
  EXPECT_TRUE(comes(2, "192.0.2.7"));
  EXPECT_TRUE(comes(3, "192.0.2.7"));
  EXPECT_FALSE(comes(4, "192.0.2.7"));
  EXPECT_TRUE(comes(5, "192.0.2.8"));
  EXPECT_EQ(house.node->counters().strangers_refused, 1U);
  EXPECT_EQ(house.node->connections(), 4U);
  house.node->disconnected(ConnectionId(2));
  EXPECT_TRUE(comes(6, "192.0.2.7"));
  EXPECT_FALSE(comes(7, "192.0.2.7"));
  // The end of a session that had signed in gives no place back that it no longer had.
  house.node->disconnected(ConnectionId(1));
  EXPECT_FALSE(comes(8, "192.0.2.7"));
  // Those whose time has run out do.
  house.passes(60s);
  EXPECT_TRUE(comes(9, "192.0.2.7"));
}

TEST(Strangers, AreWelcomeFromExemptAddresses) {
  Settings settings;
  settings.strangers_per_address_max = 1;
  settings.strangers_exempt = Networks::parse({"192.0.2.0/24"}).value();
  House house(settings);
  for (std::uint64_t i = 1; i <= 10; ++i) house.connect(i);
  EXPECT_EQ(house.node->connections(), 10U);
}

TEST(Connections, BeyondTheLimitAreCounted) {
  Settings settings;
  settings.connections_max = 1;
  House house(settings);
  house.connect(1);
  EXPECT_FALSE(house.node->connected(ConnectionId(2), "192.0.2.8"));
  EXPECT_EQ(house.node->counters().connections_refused, 1U);
}

TEST(Errors, AreCountedByCodeInEveryState) {
  Stage stage;
  stage.line("CVR 1");  // before USR: 731
  EXPECT_EQ(stage.counters.errors.of("731"), 1U);
  Stage in;
  in.sign_in();
  in.line("FND 5 fname=A lname=B city=* state=* country=NL");
  in.line("FND 6 fname=A lname=B city=* state=* country=NL");
  in.line("CVR 7 nonsense win 4.0 i386 MSMSGS 1.0.0863 MSMSGS");
  in.line("USR 8 MD5 I alice@example.com");
  EXPECT_EQ(in.counters.errors.of("502"), 2U);
  EXPECT_EQ(in.counters.errors.of("710"), 1U);
  EXPECT_EQ(in.counters.errors.of("207"), 1U);
}

TEST(HeldEvents, ThatAreTooManyAreCounted) {
  Settings settings;
  settings.held_events_max = 2;
  Stage stage(settings);
  stage.sign_in();
  stage.synchronise(10);
  for (std::uint32_t serial = 12; serial < 15; ++serial) {
    stage.hint(testing::event(serial, model::RosterEvent::Kind::kReverseRemoved));
  }
  EXPECT_EQ(stage.counters.hints_overflowed, 1U);
}

TEST(Requests, BeyondTheLimitAreCounted) {
  Settings settings;
  settings.requests_max = 1;
  House house(settings);
  house.knock(1, 10);
  house.knock(2, 11);
  EXPECT_GE(house.node->counters().requests_refused, 1U);
}

// docs/protocol/notification.md#rea-2-9
TEST(ForbiddenWords, AreNoPartOfOnesOwnName) {
  Settings settings;
  settings.forbidden_words =
      ForbiddenWords::parse("admin\n\n  Staff Member \r\nB\xC3\xA9zier").value();
  Stage stage(settings);
  stage.sign_in();
  for (const char* name : {"admin", "The%20ADMINistrator", "%61%64min", "a%20staff%20member",
                           "b%c3%a9zier", "Sir%20B\xC3\xA9zier"}) {
    EXPECT_EQ(stage.line("REA 6 alice@example.com " + std::string(name)), "209 6\r\n") << name;
  }
  EXPECT_EQ(stage.counters.errors.of("209"), 6U);
  EXPECT_FALSE(stage.ask) << "nothing was asked";
  // Of others one may think what one likes.
  stage.line("REA 7 bob@example.com admin");
  EXPECT_NE(stage.asked<model::Rename>(), nullptr);
  stage.replies(model::Changed{});
  stage.line("REA 8 alice@example.com Alice%20the%20staff");
  EXPECT_NE(stage.asked<model::Rename>(), nullptr);
}

TEST(ForbiddenWords, AreNoneByDefault) {
  EXPECT_FALSE(ForbiddenWords().occur_in("admin"));
  EXPECT_EQ(ForbiddenWords::parse("")->size(), 0U);
  EXPECT_EQ(ForbiddenWords::parse("\n \r\n\t\n")->size(), 0U);
}

TEST(ForbiddenWords, HaveLimits) {
  const auto long_word = ForbiddenWords::parse("good\n" + std::string(130, 'x'));
  ASSERT_FALSE(long_word.ok());
  EXPECT_NE(long_word.error().find("line 2"), std::string::npos) << long_word.error();
  EXPECT_TRUE(ForbiddenWords::parse(std::string(129, 'x')).ok());
  EXPECT_TRUE(ForbiddenWords::parse(repeated("word\n", 10'000)).ok());
  EXPECT_FALSE(ForbiddenWords::parse(repeated("word\n", 10'001)).ok());
}

}  // namespace
}  // namespace monarch::notification
