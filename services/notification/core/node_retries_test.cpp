// The node when presence, auth or the index are away, slow, or have forgotten.
#include <gtest/gtest.h>

#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Failed;
using model::Fault;
using model::Status;
using testing::contact;
using testing::House;
using namespace std::chrono_literals;

constexpr auto kSecond = "presence-2";

model::Changed changed(std::uint32_t serial) {
  model::Changed changed;
  changed.serial = Serial(serial);
  return changed;
}

// ---- asking again -----------------------------------------------------------------------------

TEST(Retries, AskAnotherInstanceWithTheSameAttemptWhenOneDies) {
  House house;
  house.sign_in(1, 10);
  house.says(1, "GTC 5 N");
  const auto first = house.take<model::SetPrompting>();
  house.node->link_up(NodeId(kSecond));
  house.node->link_down(NodeId("presence-1"));
  const auto again = house.take<model::SetPrompting>();
  EXPECT_EQ(again.instance, NodeId(kSecond));
  EXPECT_EQ(std::get<model::SetPrompting>(again.request).attempt.sequence,
            std::get<model::SetPrompting>(first.request).attempt.sequence);
  house.node->replied(again.id, changed(2));
  EXPECT_EQ(house.reads(1), "GTC 5 2 N\r\n");
}

TEST(Retries, AskAnotherInstanceWhenOneIsSilentAndTakeTheFirstAnswer) {
  House house;
  house.node->link_up(NodeId(kSecond));
  house.sign_in(1, 10);
  house.says(1, "GTC 5 N");
  const auto first = house.take<model::SetPrompting>();
  house.passes(house.settings.try_timeout);
  const auto again = house.take<model::SetPrompting>();
  EXPECT_NE(again.instance, first.instance);
  EXPECT_EQ(again.id, first.id);
  house.node->replied(first.id, changed(2));
  EXPECT_EQ(house.reads(1), "GTC 5 2 N\r\n");
  house.node->replied(again.id, changed(2));
  EXPECT_EQ(house.reads(1), "");
}

TEST(Retries, GiveUpWithinFiveSeconds) {
  House house;
  house.sign_in(1, 10);
  house.says(1, "GTC 5 N");
  house.passes(house.settings.ask_timeout - 1ms);
  EXPECT_EQ(house.reads(1), "");
  EXPECT_EQ(house.tries<model::SetPrompting>(), 3U);
  house.passes(1ms);
  EXPECT_EQ(house.reads(1), "501 5\r\n");
  EXPECT_FALSE(house.closed(1));
}

TEST(Retries, WaitForAnInstanceWhenThereIsNone) {
  House house;
  house.sign_in(1, 10);
  house.node->link_down(NodeId("presence-1"));
  EXPECT_FALSE(house.node->has_link());
  house.says(1, "GTC 5 N");
  EXPECT_EQ(house.count<model::SetPrompting>(), 0U);
  house.passes(1s);
  house.node->link_up(NodeId(kSecond));
  house.answer<model::SetPrompting>(changed(2));
  EXPECT_EQ(house.reads(1), "GTC 5 2 N\r\n");
}

TEST(Retries, RefuseMoreThanCanBeKept) {
  Settings settings;
  settings.requests_max = 1;
  House house(settings);
  house.sign_in(1, 10);
  house.sign_in(2, 11);
  house.says(1, "GTC 5 N");
  house.says(2, "GTC 5 N");
  EXPECT_EQ(house.reads(1), "");
  EXPECT_EQ(house.reads(2), "501 5\r\n");
}

TEST(Retries, AnAuthThatDoesNotAnswerIs600) {
  House house;
  house.connect(1);
  house.says(1, "VER 1 MSNP5");
  house.says(1, "USR 3 MD5 I a@example.com");
  house.says(1, "USR 4 MD5 S 0123456789abcdef0123456789abcdef");
  house.reads(1);
  house.passes(house.settings.ask_timeout);
  EXPECT_EQ(house.reads(1), "600 4\r\n");
  EXPECT_TRUE(house.closed(1));
  house.node->verified(house.auth.asked.front().first, {Verified::Result::kOk, AccountId(1), true});
  EXPECT_TRUE(house.links.sent.empty()) << "too late";
}

TEST(Retries, AnOpenOnALostLinkIsClosedAndTriedUnderAnotherId) {
  House house;
  house.knock(1, 10);
  house.reads(1);
  const auto lost = house.take<model::OpenSession>();
  house.node->link_up(NodeId(kSecond));
  house.node->link_down(NodeId("presence-1"));
  const auto again = house.take<model::OpenSession>();
  const auto lost_session = std::get<model::OpenSession>(lost.request).session;
  const auto new_session = std::get<model::OpenSession>(again.request).session;
  EXPECT_NE(lost_session, new_session);
  const auto close = house.answer<model::CloseSession>(model::Closed{});
  EXPECT_EQ(close.session.session, lost_session);
  EXPECT_EQ(close.session.token, model::Version());
  house.node->replied(again.id, model::Opened{{1, 9}, "User"});
  EXPECT_EQ(house.reads(1).substr(0, 8), "USR 4 OK");
  EXPECT_EQ(house.session_of(1), new_session);
  house.hint(model::KickHint{new_session, model::KickReason::kSignedInElsewhere});
  EXPECT_TRUE(house.closed(1)) << "known under the new id";
}

TEST(Retries, AnOpenThatIsNotAnsweredIs600AndClosedUntilAcknowledged) {
  House house;
  house.knock(1, 10);
  house.reads(1);
  const auto session = house.session_of(1);
  house.passes(house.settings.ask_timeout);
  EXPECT_EQ(house.tries<model::OpenSession>(), 1U) << "two would fight for the account";
  EXPECT_EQ(house.reads(1), "600 4\r\n");
  EXPECT_TRUE(house.closed(1));
  EXPECT_EQ(house.answer<model::CloseSession>(Failed{Fault::kIndexUnavailable}).session.session,
            session);
  EXPECT_FALSE(house.node->quiet());
  EXPECT_EQ(house.count<model::CloseSession>(), 0U) << "not at once";
  house.passes(house.settings.close_retry_min);
  house.answer<model::CloseSession>(Failed{Fault::kIndexUnavailable});
  house.passes(house.settings.close_retry_min);
  EXPECT_EQ(house.count<model::CloseSession>(), 0U) << "patience grows";
  house.passes(house.settings.close_retry_min);
  house.answer<model::CloseSession>(model::Closed{});
  house.answer_upkeep();
  EXPECT_TRUE(house.node->quiet());
}

// ---- opening anew -----------------------------------------------------------------------------

TEST(Reopen, ASessionThatTheIndexHasLostIsResumedAndTheRequestRepeated) {
  House house;
  house.sign_in(1, 10);
  house.go_online(1);
  house.says(1, "ADD 7 AL bob@example.com Bob");
  const auto add = house.answer<model::AddContact>(Failed{Fault::kNoSession});
  const auto open = house.answer<model::OpenSession>(model::Opened{{2, 1}, "User"});
  ASSERT_TRUE(open.resume);
  EXPECT_EQ(open.resume->token, (model::Version{1, 1}));
  EXPECT_EQ(open.resume->status, Status::kOnline);
  EXPECT_EQ(open.session, house.session_of(1));
  const auto again = house.answer<model::AddContact>(changed(3));
  EXPECT_EQ(again.attempt.sequence, add.attempt.sequence);
  EXPECT_EQ(again.attempt.session.token, (model::Version{2, 1}));
  EXPECT_EQ(house.reads(1), "ADD 7 AL 3 bob@example.com Bob\r\n");
  house.node->advance();
  EXPECT_EQ(house.count<model::Compare>(), 1U) << "what was missed meanwhile is found at once";
}

TEST(Reopen, YieldsToAGreaterToken) {
  House house;
  house.sign_in(1, 10);
  house.says(1, "GTC 7 N");
  house.answer<model::SetPrompting>(Failed{Fault::kNoSession});
  house.answer<model::OpenSession>(Failed{Fault::kFenced});
  EXPECT_EQ(house.reads(1), "OUT OTH\r\n");
  EXPECT_TRUE(house.closed(1));
}

TEST(Reopen, ThatFailsFailsTheRequestAndIsTriedAgain) {
  House house;
  house.sign_in(1, 10);
  house.says(1, "GTC 7 N");
  house.answer<model::SetPrompting>(Failed{Fault::kNoSession});
  house.answer<model::OpenSession>(Failed{Fault::kIndexUnavailable});
  EXPECT_EQ(house.reads(1), "501 7\r\n");
  house.passes(house.settings.announce_retry);
  EXPECT_EQ(house.count<model::Compare>(), 1U);
}

TEST(Reopen, EachSessionWhenTheNodeWasDeclaredDead) {
  House house;
  house.sign_in(1, 10);
  house.sign_in(2, 11);
  house.go_online(2);
  house.node->declared_dead();
  ASSERT_EQ(house.count<model::OpenSession>(), 2U);
  const auto one = house.take<model::OpenSession>();
  const auto two = house.take<model::OpenSession>();
  house.node->replied(one.id, model::Opened{{1, 1}, "User"});
  house.node->replied(two.id, Failed{Fault::kFenced});
  EXPECT_EQ(house.node->connections(), 1U);
}

// ---- when presence is away --------------------------------------------------------------------

TEST(Away, ChgIsAnsweredAndAnnouncedOnRecovery) {
  House house;
  house.sign_in(1, 10);
  house.node->link_down(NodeId("presence-1"));
  house.says(1, "CHG 9 NLN");
  house.passes(5s);
  EXPECT_EQ(house.reads(1), "CHG 9 NLN\r\n");
  house.passes(60s);
  house.node->link_up(NodeId("presence-1"));
  house.passes(house.settings.announce_retry);
  house.answer<model::ChangeStatus>(model::StatusChanged{{contact(2, "bob", Status::kBusy, 9)}});
  EXPECT_EQ(house.reads(1), "NLN BSY bob@example.com Bob\r\n");
}

}  // namespace
}  // namespace monarch::notification
