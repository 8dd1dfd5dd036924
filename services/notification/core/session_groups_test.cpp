// ADG, REG, RMG and groups in ADD and REM: docs/protocol/notification.md#adg-reg-rmg-7.
#include <gtest/gtest.h>

#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Changed;
using model::Failed;
using model::Fault;
using model::Refused;
using model::Status;
using testing::contact;
using testing::Stage;

Changed changed(std::uint32_t serial) {
  Changed changed;
  changed.serial = Serial(serial);
  return changed;
}

class Groups : public ::testing::Test {
 protected:
  Groups() {
    stage.sign_in("MSNP7");
    stage.synchronise(20);
  }
  Stage stage;
};

TEST_F(Groups, AreMadeRenamedAndRemoved) {
  stage.line("ADG 7 New%20Group 0");
  ASSERT_NE(stage.asked<model::AddGroup>(), nullptr);
  EXPECT_EQ(stage.asked<model::AddGroup>()->name, "New%20Group");
  EXPECT_EQ(stage.asked<model::AddGroup>()->attempt.shown, Serial(20));
  auto made = changed(21);
  made.group = 2;
  EXPECT_EQ(stage.replies(made), "ADG 7 21 New%20Group 2 0\r\n");

  stage.line("REG 8 2 Cool%20People 0");
  ASSERT_NE(stage.asked<model::RenameGroup>(), nullptr);
  EXPECT_EQ(stage.asked<model::RenameGroup>()->group, 2);
  EXPECT_EQ(stage.asked<model::RenameGroup>()->name, "Cool%20People");
  EXPECT_EQ(stage.replies(changed(22)), "REG 8 22 2 Cool%20People 0\r\n");

  stage.line("RMG 9 2");
  ASSERT_NE(stage.asked<model::RemoveGroup>(), nullptr);
  EXPECT_EQ(stage.asked<model::RemoveGroup>()->group, 2);
  EXPECT_EQ(stage.replies(changed(23)), "RMG 9 23 2\r\n");
}

TEST_F(Groups, TheTrailingZeroMayBeMissing) {
  stage.line("ADG 7 x");
  EXPECT_NE(stage.asked<model::AddGroup>(), nullptr);
  stage.replies(Refused{223});
  stage.line("REG 8 0 x");
  EXPECT_NE(stage.asked<model::RenameGroup>(), nullptr);
}

TEST_F(Groups, ErrorsOfPresenceAreAnswered) {
  stage.line("ADG 7 x 0");
  EXPECT_EQ(stage.replies(Refused{223}), "223 7\r\n");
  stage.line("REG 8 4 x 0");
  EXPECT_EQ(stage.replies(Refused{224}), "224 8\r\n");
  stage.line("RMG 9 0");
  EXPECT_EQ(stage.replies(Refused{230}), "230 9\r\n");
  for (const char* line : {"ADG 10 x 0", "REG 10 1 x 0", "RMG 10 1"}) {
    stage.line(line);
    EXPECT_EQ(stage.replies(Failed{Fault::kRosterUnavailable}), "501 10\r\n");
  }
}

// Which names are too long depends on how many groups there are: 223 comes first.
TEST_F(Groups, LongNamesArePresencesAndLongerOnesClose) {
  const std::string name(129, 'x');
  stage.line("ADG 7 " + name + " 0");
  ASSERT_NE(stage.asked<model::AddGroup>(), nullptr);
  stage.replies(Refused{229});
  stage.line("REG 8 1 " + name.substr(0, 127) + " 0");
  ASSERT_NE(stage.asked<model::RenameGroup>(), nullptr);
  stage.replies(Refused{229});
  EXPECT_EQ(stage.line("ADG 9 100% 0"), "201 9\r\n");
  EXPECT_EQ(stage.line("REG 9 1 %C3%28 0"), "201 9\r\n");
  EXPECT_FALSE(stage.closed);
}

TEST(GroupsClose, WhatTheSpecificationSays) {
  const std::string name(130, 'x');
  // Raw bytes are encoded before they are counted.
  std::string raw;
  for (int i = 0; i < 22; ++i) raw += "\xC3\xA9";
  for (const std::string& line :
       {"ADG 7 " + name + " 0", "ADG 7 " + raw + " 0", "REG 7 1 " + name.substr(0, 128) + " 0",
        std::string("REG 7 30 x 0"), std::string("REG 7 -1 x 0"), std::string("REG 7 x x 0"),
        std::string("RMG 7 30"), std::string("RMG 7 4294967296"), std::string("RMG 7 x"),
        std::string("ADG 7"), std::string("REG 7 1"), std::string("RMG 7"),
        std::string("ADG 7 a 0 0"), std::string("REG 7 1 a 0 0"), std::string("RMG 7 1 0")}) {
    Stage stage;
    stage.sign_in("MSNP7");
    EXPECT_EQ(stage.line(line), "") << line;
    EXPECT_TRUE(stage.closed) << line;
  }
  for (const char* dialect : {"MSNP2", "MSNP6"}) {
    for (const char* line : {"ADG 7 x 0", "REG 7 1 x 0", "RMG 7 1"}) {
      Stage stage;
      stage.sign_in(dialect);
      stage.line(line);
      EXPECT_TRUE(stage.closed) << dialect << " " << line;
    }
  }
}

TEST_F(Groups, WhoGoesWithAGroupIsSeenNoMoreAndGetsNoLine) {
  stage.go_online({contact(2, "bob", Status::kBusy, 3), contact(3, "carol", Status::kBusy, 3)});
  stage.line("RMG 7 1");
  auto removed = changed(21);
  removed.removed = {AccountId(2)};
  EXPECT_EQ(stage.replies(removed), "RMG 7 21 1\r\n");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kOffline, 4)), "");
  EXPECT_EQ(stage.fate, Fate::kForeign);
  EXPECT_EQ(stage.hint(contact(3, "carol", Status::kOffline, 4)), "FLN carol@example.com\r\n");
}

TEST_F(Groups, EventsOfGroupsReachMsnp7) {
  auto grouped = testing::event(21, model::RosterEvent::Kind::kGrouped, "bob@example.com", "Bob");
  grouped.group = 2;
  EXPECT_EQ(stage.hint(grouped), "ADD 0 FL 21 bob@example.com Bob 2\r\n");
  auto ungrouped = testing::event(22, model::RosterEvent::Kind::kUngrouped, "bob@example.com");
  ungrouped.group = 2;
  EXPECT_EQ(stage.hint(ungrouped), "REM 0 FL 22 bob@example.com 2\r\n");
}

}  // namespace
}  // namespace monarch::notification
