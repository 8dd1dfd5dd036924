// IMS: docs/protocol/notification.md#ims-3-webtv, and the sequence of status changes.
#include <gtest/gtest.h>

#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using namespace std::chrono_literals;
using model::ChangeStatus;
using model::Failed;
using model::Fault;
using model::Status;
using model::StatusChanged;
using testing::contact;
using testing::House;
using testing::Stage;

TEST(Ims, TravelsWithTheStatus) {
  Stage stage;
  stage.sign_in("MSNP3");
  stage.go_online();
  EXPECT_EQ(stage.line("IMS 10 OFF"), "");
  const auto* change = stage.asked<ChangeStatus>();
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->status, Status::kOnline);
  EXPECT_TRUE(change->ims_off);
  EXPECT_FALSE(change->first);
  EXPECT_EQ(change->sequence, 2U);
  EXPECT_FALSE(stage.session->report().ims_off) << "not before it is so";
  EXPECT_EQ(stage.replies(StatusChanged{}), "IMS 10 0 OFF\r\n");
  EXPECT_TRUE(stage.session->report().ims_off);
  EXPECT_EQ(stage.line("XFR 11 SB"), "913 11\r\n");
  EXPECT_EQ(stage.line("IMS 12 OFF"), "IMS 12 0 OFF\r\n") << "nobody is asked for what is so";
  stage.line("CHG 13 BSY");
  EXPECT_TRUE(stage.asked<ChangeStatus>()->ims_off);
  stage.replies(StatusChanged{});
  stage.line("IMS 14 ON");
  EXPECT_FALSE(stage.asked<ChangeStatus>()->ims_off);
  EXPECT_EQ(stage.asked<ChangeStatus>()->status, Status::kBusy);
  EXPECT_EQ(stage.replies(StatusChanged{}), "IMS 14 0 ON\r\n");
  stage.line("XFR 15 SB");
  EXPECT_TRUE(stage.reserve);
}

TEST(Ims, IsRememberedBeforeTheFirstChg) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.line("IMS 10 OFF"), "IMS 10 0 OFF\r\n");
  EXPECT_FALSE(stage.ask);
  stage.line("CHG 11 NLN");
  ASSERT_NE(stage.asked<ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.asked<ChangeStatus>()->ims_off);
  EXPECT_TRUE(stage.asked<ChangeStatus>()->first);
}

TEST(Ims, AnotherWordAndAnOlderDialectClose) {
  for (const auto& [dialect, line] :
       {std::pair{"MSNP5", "IMS 10 off"}, std::pair{"MSNP5", "IMS 10"},
        std::pair{"MSNP5", "IMS 10 OFF ON"}, std::pair{"MSNP2", "IMS 10 OFF"}}) {
    Stage stage;
    stage.sign_in(dialect);
    EXPECT_EQ(stage.line(line), "");
    EXPECT_TRUE(stage.closed) << line;
  }
}

TEST(Ims, ARingThatWasUnderWayIsDropped) {
  Stage stage;
  stage.sign_in();
  stage.go_online();
  const auto ring = [&stage] {
    const model::RingHint hint{stage.session->ref().session,       1,    "10.0.0.9:1863", "1.2",
                               Handle::trusted("bob@example.com"), "Bob"};
    return stage.run([&](Effects& effects) { stage.session->ring(hint, effects); });
  };
  stage.line("IMS 10 OFF");
  EXPECT_NE(ring(), "");
  stage.replies(StatusChanged{});
  EXPECT_EQ(ring(), "");
}

// ARCHITECTURE.md#rule-11.
TEST(Ims, IsAnsweredByTheNodeWhilePresenceIsAwayAndAnnouncedOnRecovery) {
  Stage stage;
  stage.sign_in();
  stage.go_online();
  stage.line("IMS 10 OFF");
  EXPECT_EQ(stage.replies(Failed{Fault::kUnreachable}), "IMS 10 0 OFF\r\n");
  EXPECT_EQ(stage.line("XFR 11 SB"), "913 11\r\n");
  EXPECT_EQ(stage.passes(stage.settings.announce_retry), "");
  const auto* announced = stage.chores<ChangeStatus>();
  ASSERT_NE(announced, nullptr);
  EXPECT_TRUE(announced->ims_off);
  EXPECT_EQ(announced->sequence, 3U);
  // What comes while it is being announced is answered at once and announced next.
  EXPECT_EQ(stage.line("IMS 12 ON"), "IMS 12 0 ON\r\n");
  EXPECT_EQ(stage.finishes(StatusChanged{}), "");
  announced = stage.chores<ChangeStatus>();
  ASSERT_NE(announced, nullptr);
  EXPECT_FALSE(announced->ims_off);
  EXPECT_EQ(announced->sequence, 4U);
  EXPECT_EQ(stage.finishes(StatusChanged{}), "");
  EXPECT_FALSE(stage.chore);
  EXPECT_FALSE(stage.session->due());
}

// The contacts are in doubt: what IMS asks brings them, and they are shown as what has changed.
TEST(Ims, AsksForContactsInDoubt) {
  Stage stage;
  stage.sign_in();
  stage.go_online();
  stage.line("REM 9 FL bob@example.com");
  stage.replies(Failed{Fault::kUnreachable});
  stage.chore.reset();
  stage.run([&](Effects& effects) {
    stage.session->finish(ChangeStatus{}, Failed{Fault::kUnreachable}, effects);
  });
  stage.line("IMS 10 OFF");
  ASSERT_NE(stage.asked<ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.asked<ChangeStatus>()->first);
  EXPECT_EQ(stage.replies(StatusChanged{{contact(3, "carol", Status::kBusy, 9)}}),
            "IMS 10 0 OFF\r\nNLN BSY carol@example.com Carol\r\n");
}

TEST(Ims, WhatPresenceBelievesOtherwiseIsMended) {
  Stage stage;
  stage.sign_in();
  stage.go_online();
  stage.line("IMS 10 OFF");
  stage.replies(StatusChanged{});
  model::SessionVerdict verdict;
  verdict.status_differs = true;
  const auto reported = stage.session->report();
  const auto apply = [&] {
    stage.run([&](Effects& effects) { stage.session->compared(verdict, reported, effects); });
  };
  apply();
  ASSERT_NE(stage.chores<ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.chores<ChangeStatus>()->ims_off);
  stage.finishes(StatusChanged{});
  // A report from before the last change proves nothing.
  stage.line("IMS 11 ON");
  stage.replies(StatusChanged{});
  apply();
  EXPECT_FALSE(stage.chore);
}

TEST(Sequence, EachChangeOfStatusHasTheNext) {
  Stage stage;
  stage.sign_in();
  std::uint64_t last = 0;
  for (const auto* line : {"CHG 9 NLN", "CHG 10 BSY", "IMS 11 OFF", "CHG 12 HDN"}) {
    stage.line(line);
    ASSERT_NE(stage.asked<ChangeStatus>(), nullptr) << line;
    EXPECT_EQ(stage.asked<ChangeStatus>()->sequence, ++last) << line;
    EXPECT_EQ(stage.session->resume().sequence, last - 1) << "what is asked may be there already";
    stage.replies(StatusChanged{});
    EXPECT_EQ(stage.session->resume().sequence, last);
  }
  EXPECT_EQ(stage.session->resume().status, Status::kHidden);
  EXPECT_TRUE(stage.session->resume().ims_off);
}

// A session that is opened anew says all that it has told before.
TEST(Sequence, IsResumed) {
  House house;
  house.sign_in(1, 1);
  house.go_online(1);
  house.says(1, "IMS 10 OFF");
  house.answer<ChangeStatus>(StatusChanged{});
  EXPECT_EQ(house.reads(1), "IMS 10 0 OFF\r\n");
  house.says(1, "CHG 11 BSY");
  house.answer<ChangeStatus>(Failed{Fault::kNoSession});
  const auto open = house.answer<model::OpenSession>(model::Opened{{2, 1}, "User"});
  ASSERT_TRUE(open.resume);
  EXPECT_EQ(open.resume->status, Status::kOnline);
  EXPECT_TRUE(open.resume->ims_off);
  EXPECT_EQ(open.resume->sequence, 2U);
  const auto again = house.answer<ChangeStatus>(StatusChanged{});
  EXPECT_EQ(again.sequence, 3U);
  EXPECT_EQ(again.status, Status::kBusy);
  EXPECT_EQ(house.reads(1), "CHG 11 BSY\r\n");
}

// A try that presence does not answer is repeated elsewhere as the same change.
TEST(Sequence, ARepeatedTryIsTheSameChange) {
  House house;
  house.node->link_up(NodeId("presence-2"));
  house.sign_in(1, 1);
  house.go_online(1);
  house.says(1, "CHG 10 BSY");
  const auto first = house.take<ChangeStatus>();
  house.passes(house.settings.try_timeout);
  ASSERT_EQ(house.tries<ChangeStatus>(), 1U);
  const auto second = house.answer<ChangeStatus>(StatusChanged{});
  EXPECT_EQ(second.sequence, std::get<ChangeStatus>(first.request).sequence);
  house.says(1, "CHG 11 AWY");
  EXPECT_GT(house.answer<ChangeStatus>(StatusChanged{}).sequence, second.sequence);
}

}  // namespace
}  // namespace monarch::notification
