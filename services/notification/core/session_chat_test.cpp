// XFR SB and RNG: docs/protocol/notification.md#xfr-sb-2 and #rng-2.
#include <gtest/gtest.h>

#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using namespace std::chrono_literals;
using testing::House;
using testing::Stage;

model::RingHint ring(SessionId recipient) {
  return {recipient,
          11752013,
          "10.0.0.9:1863",
          "849102291.520491113",
          Handle::trusted("alice@example.com"),
          "Alice"};
}

TEST(XfrSb, AsksForAPlaceAndNamesIt) {
  Stage stage;
  stage.sign_in("MSNP7");
  stage.go_online();
  EXPECT_EQ(stage.line("XFR 10 SB"), "");
  ASSERT_TRUE(stage.reserve.has_value());
  EXPECT_EQ(stage.reserve->account, AccountId(1));
  EXPECT_EQ(stage.reserve->handle.value(), "alice@example.com");
  EXPECT_EQ(stage.reserve->friendly_name, "Alice");
  EXPECT_EQ(stage.reserve->dialect, 7);
  EXPECT_EQ(stage.reserve->session, stage.session->ref().session);
  // Replies stay in order: what follows waits.
  EXPECT_EQ(stage.line("PNG"), "");
  EXPECT_EQ(stage.reserved({"10.0.0.9:1863", "1.2.3"}),
            "XFR 10 SB 10.0.0.9:1863 CKI 1.2.3\r\nQNG\r\n");
}

TEST(XfrSb, TheNameIsTheOneOfNow) {
  Stage stage;
  stage.sign_in();
  stage.go_online();
  stage.line("REA 9 alice@example.com Alice%20L");
  model::Changed changed;
  changed.serial = Serial(2);
  stage.replies(changed);
  stage.line("XFR 10 SB");
  EXPECT_EQ(stage.reserve->friendly_name, "Alice%20L");
}

TEST(XfrSb, WithoutASwitchboardIs601) {
  Stage stage;
  stage.sign_in();
  stage.go_online();
  stage.line("XFR 10 SB");
  EXPECT_EQ(stage.reserved({}), "601 10\r\n");
  EXPECT_FALSE(stage.closed.has_value());
}

TEST(XfrSb, TooManyInARowIs713) {
  Settings settings;
  settings.switchboards_in_burst = 2;
  Stage stage(settings);
  stage.sign_in();
  stage.go_online();
  for (int i = 0; i < 2; ++i) {
    stage.line("XFR 10 SB");
    stage.reserved({"10.0.0.9:1863", "1.2.3"});
  }
  EXPECT_EQ(stage.line("XFR 11 SB"), "713 11\r\n");
  stage.passes(61s);
  EXPECT_EQ(stage.line("XFR 12 SB"), "");
  EXPECT_EQ(stage.reserved({"10.0.0.9:1863", "1.2.3"}), "XFR 12 SB 10.0.0.9:1863 CKI 1.2.3\r\n");
}

TEST(XfrSb, ANodeThatHearsNothingGivesUpInTime) {
  House house;
  house.sign_in(1, 10);
  house.go_online(1);
  house.says(1, "XFR 10 SB");
  ASSERT_EQ(house.switchboards.asked.size(), 1U);
  house.passes(5s);
  EXPECT_EQ(house.reads(1), "601 10\r\n");
  // A late answer is nobody's.
  house.node->reserved(house.switchboards.asked[0].first, {"10.0.0.9:1863", "1.2.3"});
  EXPECT_EQ(house.reads(1), "");
}

TEST(Rng, ReachesTheSession) {
  House house;
  house.sign_in(1, 10);
  house.go_online(1);
  house.hint(ring(house.session_of(1)));
  EXPECT_EQ(house.reads(1),
            "RNG 11752013 10.0.0.9:1863 CKI 849102291.520491113 alice@example.com Alice\r\n");
  house.hint(ring(SessionId(4711)));
}

TEST(Rng, IsNotForWhoIsHiddenOrHasNotSaidChg) {
  House house;
  house.sign_in(1, 10);
  house.hint(ring(house.session_of(1)));
  EXPECT_EQ(house.reads(1), "");
  house.says(1, "CHG 6 HDN");
  house.answer<model::ChangeStatus>(model::StatusChanged{});
  house.reads(1);
  house.hint(ring(house.session_of(1)));
  EXPECT_EQ(house.reads(1), "");
}

}  // namespace
}  // namespace monarch::notification
