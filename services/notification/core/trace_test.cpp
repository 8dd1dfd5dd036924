// A change of status with its trace, from the CHG to the lines at the nodes of those who see it:
// docs/decisions/0020-a-trace-follows-a-change.md.
#include <gtest/gtest.h>

#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Status;
using testing::contact;
using testing::House;
using namespace std::chrono_literals;

class FakeMeter final : public Meter {
 public:
  struct Told {
    model::Trace trace;
    Duration took;
    std::size_t lines;
  };
  void fanned_out(const model::Trace& trace, Duration took, std::size_t lines) override {
    told.push_back({trace, took, lines});
  }
  void answered(const model::Request& request, Duration took) override {
    answers.emplace_back(model::kOperations.at(request.index()), took);
  }
  std::vector<Told> told;
  std::vector<std::pair<std::string_view, Duration>> answers;
};

class TraceTest : public ::testing::Test {
 protected:
  TraceTest() {
    house.node->attach(meter);
    house.sign_in(1, 10);
    house.go_online(1, {contact(2, "bob", Status::kOnline, 9)});
  }
  std::optional<model::Trace> asked() {
    return std::get<model::ChangeStatus>(house.take<model::ChangeStatus>().request).trace;
  }
  // A hint about bob, of a CHG so long ago.
  model::PresenceHint hint(Status status, std::uint64_t version, Duration ago) {
    return {contact(2, "bob", status, version),
            {house.session_of(1)},
            model::Trace{model::TraceId(7), house.clock.now() - ago}};
  }

  House house;
  FakeMeter meter;
};

TEST_F(TraceTest, BeginsWithTheChg) {
  const auto received = house.clock.now();
  house.says(1, "CHG 8 AWY");
  const auto trace = house.answer<model::ChangeStatus>(model::StatusChanged{}).trace;
  ASSERT_TRUE(trace.has_value());
  EXPECT_EQ(trace->received, received);
  EXPECT_EQ(trace->repeats, 0U);
  house.says(1, "CHG 9 BSY");
  const auto next = asked();
  ASSERT_TRUE(next.has_value());
  EXPECT_NE(next->id, trace->id);
}

TEST_F(TraceTest, IsAnotherInAnotherProcess) {
  House other;
  other.random = SeededRandom(2);
  other.node.emplace(other.settings, other.wire, other.links, other.auth, other.switchboards,
                     Doors{other.doors, other.doors}, &testing::toy_md5, other.clock, other.random);
  other.node->link_up(NodeId("presence-1"));
  other.sign_in(1, 10);
  house.says(1, "CHG 8 AWY");
  other.says(1, "CHG 8 AWY");
  const auto here = asked();
  const auto there = std::get<model::ChangeStatus>(other.take<model::ChangeStatus>().request).trace;
  ASSERT_TRUE(here && there);
  EXPECT_NE(here->id, there->id);
}

TEST_F(TraceTest, IsThatOfTheFirstAskingHoweverOftenItIsAsked) {
  house.node->link_up(NodeId("presence-2"));
  house.says(1, "CHG 8 AWY");
  const auto first = asked();
  ASSERT_TRUE(first.has_value());
  house.passes(house.settings.try_timeout);
  auto again = asked();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->repeats, 1U);
  again->repeats = 0;
  EXPECT_EQ(again, first);
}

TEST_F(TraceTest, SurvivesASessionThatIsOpenedAnew) {
  house.says(1, "CHG 8 AWY");
  const auto first =
      house.answer<model::ChangeStatus>(model::Failed{model::Fault::kNoSession}).trace;
  house.passes(100ms);
  house.answer<model::OpenSession>(model::Opened{{2, 1}, "User"});
  const auto again = asked();
  ASSERT_TRUE(first && again);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->received, first->received);
  EXPECT_EQ(again->repeats, 1U);
}

TEST_F(TraceTest, IsNotOfWhatIsAnnouncedLater) {
  house.says(1, "CHG 8 AWY");
  house.answer<model::ChangeStatus>(model::Failed{model::Fault::kIndexUnavailable});
  house.passes(house.settings.announce_retry);
  const auto announced = house.take<model::ChangeStatus>();
  EXPECT_EQ(std::get<model::ChangeStatus>(announced.request).status, Status::kAway);
  EXPECT_FALSE(std::get<model::ChangeStatus>(announced.request).trace.has_value());
}

TEST_F(TraceTest, IsNotOfIms) {
  house.says(1, "IMS 8 OFF");
  EXPECT_FALSE(asked().has_value());
}

TEST_F(TraceTest, IsObservedForEachLineThatIsWritten) {
  house.sign_in(2, 20);
  house.go_online(2, {contact(2, "bob", Status::kOnline, 9)});
  house.sign_in(3, 30);
  auto away = hint(Status::kAway, 10, 300ms);
  away.recipients = {house.session_of(1), house.session_of(2), house.session_of(3), SessionId(77)};
  house.hint(away);
  ASSERT_EQ(meter.told.size(), 1U);
  EXPECT_EQ(meter.told[0].trace, away.trace);
  EXPECT_EQ(meter.told[0].took, 300ms);
  EXPECT_EQ(meter.told[0].lines, 2U) << "of four recipients two have been shown it";
  house.hint(away);
  EXPECT_EQ(meter.told.size(), 1U) << "doubled on the bus, nothing is written";
  house.hint(hint(Status::kOffline, 11, 5ms));
  ASSERT_EQ(meter.told.size(), 2U) << "FLN";
  EXPECT_EQ(meter.told[1].took, 5ms);
  EXPECT_EQ(meter.told[1].lines, 1U);
}

TEST_F(TraceTest, OfTheFutureHasTakenNoTime) {
  house.hint(hint(Status::kAway, 10, -2s));
  ASSERT_EQ(meter.told.size(), 1U);
  EXPECT_EQ(meter.told[0].took, Duration::zero());
}

TEST_F(TraceTest, MayBeMissing) {
  auto away = hint(Status::kAway, 10, 300ms);
  away.trace.reset();
  house.reads(1);
  house.hint(away);
  EXPECT_EQ(house.reads(1), "NLN AWY bob@example.com Bob\r\n");
  EXPECT_TRUE(meter.told.empty());
}

// The line waits for the user's own first CHG, not for presence.
TEST_F(TraceTest, OfAHintThatIsHeldIsNotObserved) {
  house.sign_in(2, 20);
  house.says(2, "CHG 6 NLN");
  auto away = hint(Status::kAway, 10, 300ms);
  away.recipients = {house.session_of(2)};
  house.hint(away);
  house.answer<model::ChangeStatus>(model::StatusChanged{{contact(2, "bob", Status::kOnline, 9)}});
  EXPECT_EQ(house.reads(2),
            "CHG 6 NLN\r\nILN 6 NLN bob@example.com Bob\r\nNLN AWY bob@example.com Bob\r\n");
  EXPECT_TRUE(meter.told.empty());
}

TEST(Trace, NeedsNobodyWhoObserves) {
  House house;
  house.sign_in(1, 10);
  house.go_online(1, {contact(2, "bob", Status::kOnline, 9)});
  house.hint(model::PresenceHint{contact(2, "bob", Status::kAway, 10),
                                 {house.session_of(1)},
                                 model::Trace{model::TraceId(7), house.clock.now()}});
  EXPECT_EQ(house.reads(1), "NLN AWY bob@example.com Bob\r\n");
}

TEST_F(TraceTest, AnAnswerOfPresenceIsTimedFromTheFirstQuestion) {
  meter.answers.clear();
  house.says(1, "CHG 20 AWY");
  house.passes(1500ms);
  house.answer<model::ChangeStatus>(model::StatusChanged{});
  ASSERT_EQ(meter.answers.size(), 1U);
  EXPECT_EQ(meter.answers[0].first, "change_status");
  EXPECT_EQ(meter.answers[0].second, Duration(1500ms));
}

}  // namespace
}  // namespace monarch::notification
