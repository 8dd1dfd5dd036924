// The node: routing, retries, one session per account, admission.
#include "notification/core/node.hpp"

#include <gtest/gtest.h>

#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Status;
using testing::contact;
using testing::House;
using namespace std::chrono_literals;

TEST(Node, SignsInWithFourQuestions) {
  House house;
  house.sign_in(1, 10);
  house.synchronise(1, 14);
  house.go_online(1);
  EXPECT_TRUE(house.node->session(ConnectionId(1))->signed_in());
  EXPECT_EQ(house.node->signed_in(), 1U);
  EXPECT_EQ(house.node->counters().sign_ins[static_cast<std::size_t>(SignIn::kOk)], 1U);
  EXPECT_TRUE(house.links.sent.empty());
}

TEST(Node, WritesOneSharedLineToAllWhoSeeAContact) {
  House house;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    house.sign_in(i, 10 + i);
    house.go_online(i, {contact(2, "bob", Status::kBusy, 9)});
  }
  house.sign_in(4, 14);
  house.hint(model::PresenceHint{contact(2, "bob", Status::kAway, 10),
                                 {house.session_of(1), house.session_of(2), house.session_of(3),
                                  house.session_of(4), SessionId(77)}});
  for (std::uint64_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(house.reads(i), "NLN AWY bob@example.com Bob\r\n");
  }
  EXPECT_EQ(house.reads(4), "") << "before his CHG";
  ASSERT_EQ(house.wire.shared.size(), 3U);
  EXPECT_EQ(house.wire.shared[0].get(), house.wire.shared[2].get());
  const auto& hints = house.node->counters().presence_hints;
  EXPECT_EQ(hints[static_cast<std::size_t>(Fate::kShown)], 3U);
  EXPECT_EQ(hints[static_cast<std::size_t>(Fate::kClosed)], 1U);
  EXPECT_EQ(hints[static_cast<std::size_t>(Fate::kForeign)], 1U);
}

TEST(Node, RoutesRosterHintsAndKicks) {
  House house;
  house.sign_in(1, 10);
  house.synchronise(1, 14);
  house.hint(model::RosterHint{house.session_of(1),
                               testing::event(15, model::RosterEvent::Kind::kReverseRemoved)});
  EXPECT_EQ(house.reads(1), "REM 0 RL 15 bob@example.com\r\n");
  house.hint(model::RosterHint{SessionId(5),
                               testing::event(15, model::RosterEvent::Kind::kReverseRemoved)});
  const auto session = house.session_of(1);
  house.hint(model::KickHint{session, model::KickReason::kSignedInElsewhere});
  EXPECT_EQ(house.reads(1), "OUT OTH\r\n");
  EXPECT_TRUE(house.closed(1));
  EXPECT_EQ(house.answer<model::CloseSession>(model::Closed{}).session.session, session);
  EXPECT_EQ(house.node->connections(), 0U);
  EXPECT_TRUE(house.node->quiet());
}

TEST(Node, FillsAGapFromTheJournal) {
  House house;
  house.sign_in(1, 10);
  house.synchronise(1, 14);
  house.hint(model::RosterHint{house.session_of(1),
                               testing::event(16, model::RosterEvent::Kind::kReverseRemoved)});
  house.passes(house.settings.gap_wait);
  model::Journal journal;
  journal.events = {
      testing::event(15, model::RosterEvent::Kind::kReverseAdded, "bob@example.com", "Bob"),
      testing::event(16, model::RosterEvent::Kind::kReverseRemoved)};
  house.answer<model::ReadJournal>(journal);
  EXPECT_EQ(house.reads(1), "ADD 0 RL 15 bob@example.com Bob\r\nREM 0 RL 16 bob@example.com\r\n");
}

// ---- one session per account ------------------------------------------------------------------

TEST(Node, TheSecondSignInOnTheSameNodeEndsTheFirst) {
  House house;
  house.sign_in(1, 10);
  const auto first = house.session_of(1);
  house.knock(2, 10);
  EXPECT_EQ(house.reads(1), "") << "not before the password is verified and the session open";
  house.answer<model::OpenSession>(model::Opened{{1, ++house.tokens}, "User"});
  EXPECT_EQ(house.reads(1), "OUT OTH\r\n");
  EXPECT_TRUE(house.closed(1));
  EXPECT_TRUE(house.node->session(ConnectionId(2))->signed_in());
  EXPECT_EQ(house.answer<model::CloseSession>(model::Closed{}).session.session, first);
  EXPECT_EQ(house.node->signed_in(), 1U);
  EXPECT_EQ(house.node->signed_in_by_version(), (Node::ByVersion{0, 0, 0, 0, 0, 1}));
}

TEST(Node, TheGreaterTokenWinsWhateverTheOrderOfAnswers) {
  House house;
  house.knock(1, 10);
  house.knock(2, 10);
  const auto one = house.take<model::OpenSession>();
  const auto two = house.take<model::OpenSession>();
  house.node->replied(two.id, model::Opened{{1, 9}, "User"});
  house.node->replied(one.id, model::Opened{{1, 8}, "User"});
  EXPECT_TRUE(house.closed(1));
  EXPECT_FALSE(house.closed(2));
  EXPECT_EQ(house.node->signed_in(), 1U);
  EXPECT_EQ(house.node->signed_in_by_version(), (Node::ByVersion{0, 0, 0, 0, 0, 1}));
}

TEST(Node, AKickFindsASessionThatIsStillBeingOpened) {
  House house;
  house.knock(1, 10);
  house.reads(1);
  const auto session = house.session_of(1);
  house.hint(model::KickHint{session, model::KickReason::kSignedInElsewhere});
  EXPECT_EQ(house.reads(1), "OUT OTH\r\n");
  EXPECT_TRUE(house.closed(1));
  house.answer<model::CloseSession>(model::Closed{});
  // The open comes through after all: it is closed again, now with its token.
  house.answer<model::OpenSession>(model::Opened{{1, 9}, "User"});
  const auto close = house.answer<model::CloseSession>(model::Closed{});
  EXPECT_EQ(close.session.session, session);
  EXPECT_EQ(close.session.token, (model::Version{1, 9}));
  EXPECT_TRUE(house.node->quiet());
}

TEST(Node, AClientThatLeavesWhileJoiningLeavesNothingBehind) {
  House house;
  house.knock(1, 10);
  const auto session = house.session_of(1);
  house.node->disconnected(ConnectionId(1));
  EXPECT_EQ(house.answer<model::CloseSession>(model::Closed{}).session.session, session);
  house.answer<model::OpenSession>(model::Opened{{1, 9}, "User"});
  house.answer<model::CloseSession>(model::Closed{});
  EXPECT_TRUE(house.node->quiet());
  EXPECT_EQ(house.node->counters().sign_ins[static_cast<std::size_t>(SignIn::kAbandoned)], 1U);
}

// ---- slow truth -------------------------------------------------------------------------------

TEST(SlowTruthOfNode, ComparesAllAtOnceAfterTheBusReturned) {
  House house;
  for (std::uint64_t i = 1; i <= 1201; ++i) house.sign_in(i, 1000 + i);
  house.node->bus_up();
  house.passes(house.settings.compare_spread * 3);
  std::size_t sessions = 0;
  ASSERT_EQ(house.count<model::Compare>(), 3U);
  for (int i = 0; i < 3; ++i) {
    const auto compare = house.answer<model::Compare>(model::Compared{});
    EXPECT_LE(compare.sessions.size(), model::kCompareMax);
    EXPECT_EQ(compare.node, NodeId("notification-1"));
    sessions += compare.sessions.size();
  }
  EXPECT_EQ(sessions, 1201U);
  EXPECT_EQ(house.count<model::ListNodeSessions>(), 1U);
}

TEST(SlowTruthOfNode, ComesRoundAboutEveryTwoMinutes) {
  House house;
  house.sign_in(1, 10);
  house.passes(house.settings.compare_every * 6 / 8);
  EXPECT_EQ(house.count<model::Compare>(), 0U);
  for (int i = 0; i < 3 * 15 && house.count<model::Compare>() == 0; ++i) {
    house.passes(house.settings.compare_every / 8 / 15);
  }
  EXPECT_EQ(house.count<model::Compare>(), 1U);
  house.answer<model::Compare>(model::Compared{});
  model::NodeSessions listed;
  listed.sessions.push_back(house.node->session(ConnectionId(1))->ref());
  house.answer<model::ListNodeSessions>(listed);
  house.passes(house.settings.compare_every * 6 / 8);
  EXPECT_EQ(house.count<model::Compare>(), 0U);
}

TEST(SlowTruthOfNode, AsksAgainWhatPresenceCouldNotSay) {
  House house;
  house.sign_in(1, 10);
  house.node->bus_up();
  house.node->advance();
  house.answer<model::Compare>(model::Failed{model::Fault::kIndexUnavailable});
  house.answer<model::ListNodeSessions>(model::Failed{model::Fault::kIndexUnavailable});
  EXPECT_EQ(house.count<model::Compare>() + house.count<model::ListNodeSessions>(), 0U);
  house.passes(house.settings.announce_retry);
  EXPECT_EQ(house.count<model::Compare>(), 1U);
  EXPECT_EQ(house.count<model::ListNodeSessions>(), 1U);
}

TEST(SlowTruthOfNode, MendsWhatStillDiffersAfterAMoment) {
  House house;
  house.sign_in(1, 10);
  house.go_online(1, {contact(2, "bob", Status::kBusy, 9), contact(3, "eve", Status::kBusy, 9)});
  house.node->bus_up();
  house.node->advance();
  model::SessionVerdict verdict;
  verdict.session = house.session_of(1);
  verdict.contacts = {contact(2, "bob", Status::kOffline, 12),
                      contact(3, "eve", Status::kAway, 12)};
  house.answer<model::Compare>(model::Compared{{verdict}});
  EXPECT_EQ(house.reads(1), "");
  house.hint(model::PresenceHint{contact(3, "eve", Status::kAway, 12), {house.session_of(1)}});
  EXPECT_EQ(house.reads(1), "NLN AWY eve@example.com Eve\r\n");
  house.passes(house.settings.repair_wait);
  EXPECT_EQ(house.reads(1), "FLN bob@example.com\r\n");
  EXPECT_EQ(house.repairs(Repair::kContact), 1U) << "the hint that came was no repair";
}

TEST(SlowTruthOfNode, ReopensWhatTheIndexDoesNotKnowAndEndsWhatWasReplaced) {
  House house;
  house.sign_in(1, 10);
  house.sign_in(2, 11);
  house.node->bus_up();
  house.node->advance();
  model::SessionVerdict unknown;
  unknown.session = house.session_of(1);
  unknown.kind = model::SessionVerdict::Kind::kUnknown;
  model::SessionVerdict replaced;
  replaced.session = house.session_of(2);
  replaced.kind = model::SessionVerdict::Kind::kSuperseded;
  house.answer<model::Compare>(model::Compared{{unknown, replaced}});
  house.passes(house.settings.repair_wait);
  EXPECT_EQ(house.reads(2), "OUT OTH\r\n");
  EXPECT_TRUE(house.answer<model::OpenSession>(model::Opened{{1, 1}, "User"}).resume);
  EXPECT_EQ(house.repairs(Repair::kReopened), 1U);
  EXPECT_EQ(house.repairs(Repair::kSuperseded), 1U);
}

TEST(SlowTruthOfNode, ClosesWhatItDoesNotHold) {
  House house;
  house.sign_in(1, 10);
  house.sign_in(3, 12);
  house.knock(2, 11);
  const model::SessionRef left{AccountId(12), house.session_of(3), {1, house.tokens}};
  house.node->bus_up();
  house.node->advance();
  house.answer<model::Compare>(model::Compared{});
  EXPECT_EQ(house.count<model::ListNodeSessions>(), 1U);
  // Closed and acknowledged while the listing was under way.
  house.says(3, "OUT");
  house.answer<model::CloseSession>(model::Closed{});
  const model::SessionRef orphan{AccountId(99), SessionId(4711), {1, 99}};
  model::NodeSessions page;
  page.sessions = {{AccountId(10), house.session_of(1), {1, 1}},
                   {AccountId(11), house.session_of(2), {1, 2}},
                   left,
                   orphan};
  page.more = true;
  house.answer<model::ListNodeSessions>(page);
  EXPECT_EQ(house.answer<model::CloseSession>(model::Closed{}).session, orphan);
  EXPECT_EQ(house.count<model::CloseSession>(), 0U);
  EXPECT_EQ(house.repairs(Repair::kOrphan), 1U);
  EXPECT_EQ(house.answer<model::ListNodeSessions>(model::NodeSessions{}).after, AccountId(99));
}

// ---- admission --------------------------------------------------------------------------------

std::string knock_on(House& house, std::uint64_t number, std::string_view handle) {
  house.connect(number);
  house.says(number, "VER 1 MSNP5");
  house.reads(number);
  house.says(number, "USR 3 MD5 I " + std::string(handle));
  return house.reads(number).substr(0, 5);
}

TEST(AdmissionOfNode, ReadyTakesEverybody) {
  House house;
  house.node->set_peers({{"10.0.0.6:1863", 100}});
  EXPECT_EQ(knock_on(house, 1, "a@example.com"), "USR 3");
}

TEST(AdmissionOfNode, DrainingRefersTwiceAndThenTakes) {
  House house;
  house.node->set_peers({{"10.0.0.6:1863", 100}});
  house.node->drain();
  EXPECT_EQ(knock_on(house, 1, "a@example.com"), "XFR 3");
  EXPECT_TRUE(house.closed(1));
  EXPECT_EQ(knock_on(house, 2, "a@example.com"), "XFR 3");
  EXPECT_EQ(knock_on(house, 3, "b@example.com"), "XFR 3");
  EXPECT_EQ(knock_on(house, 4, "a@example.com"), "USR 3") << "never bounced a third time";
  house.passes(house.settings.referral_window);
  EXPECT_EQ(knock_on(house, 5, "a@example.com"), "XFR 3");
}

TEST(AdmissionOfNode, DrainingWithNobodyElseIs601) {
  House house;
  house.node->drain();
  EXPECT_EQ(knock_on(house, 1, "a@example.com"), "601 3");
  house.node->set_peers({{"10.0.0.6:1863", 0}});
  EXPECT_EQ(knock_on(house, 2, "a@example.com"), "601 3") << "full ones are nobody";
}

TEST(AdmissionOfNode, FullRefersThenTakesUpToTheHardLimit) {
  Settings settings;
  settings.capacity = 1;
  settings.sessions_max = 3;
  settings.connections_max = 4;
  House house(settings);
  EXPECT_EQ(knock_on(house, 1, "a@example.com"), "USR 3");
  house.node->set_peers({{"10.0.0.6:1863", 1}});
  EXPECT_EQ(knock_on(house, 2, "b@example.com"), "XFR 3");
  EXPECT_EQ(knock_on(house, 3, "c@example.com"), "USR 3") << "the peer's room is used up";
  EXPECT_EQ(knock_on(house, 4, "d@example.com"), "USR 3");
  EXPECT_EQ(knock_on(house, 5, "e@example.com"), "600 3");
  house.connect(6);
  EXPECT_FALSE(house.node->connected(ConnectionId(7), "192.0.2.7"));
}

TEST(AdmissionOfNode, ReferralsAreCountedByTargetAndReason) {
  House house;
  const auto counted = [&](std::string_view target, msnp::Referral reason) {
    const auto& by_target = house.node->counters().referrals.by_target();
    return by_target.at(std::string(target))[static_cast<std::size_t>(reason)];
  };
  house.node->set_peers({{"10.0.0.6:1863", 1, "notification-6"}});
  EXPECT_EQ(counted("notification-6", msnp::Referral::kDraining), 0U) << "known before it is used";
  house.node->drain();
  knock_on(house, 1, "a@example.com");
  knock_on(house, 2, "b@example.com");
  EXPECT_EQ(counted("notification-6", msnp::Referral::kDraining), 1U);
  EXPECT_EQ(counted("none", msnp::Referral::kDraining), 1U);
  EXPECT_EQ(counted("none", msnp::Referral::kFull), 0U);
}

TEST(Shutdown, SaysOutSsdAndWaitsForTheAcknowledgements) {
  House house;
  house.sign_in(1, 10);
  house.sign_in(2, 11);
  house.connect(3);
  house.node->shut_down();
  EXPECT_EQ(house.node->connections(), 0U);
  EXPECT_EQ(house.reads(1), "OUT SSD\r\n");
  EXPECT_EQ(house.reads(2), "OUT SSD\r\n");
  EXPECT_FALSE(house.node->quiet());
  house.answer<model::CloseSession>(model::Closed{});
  house.answer<model::CloseSession>(model::Closed{});
  EXPECT_TRUE(house.node->quiet());
}

TEST(Shutdown, SendsSoManyAwayASecond) {
  House house;
  for (std::uint64_t i = 1; i <= 5; ++i) house.sign_in(i, 10 + i);
  house.node->send_away(2, 1h);
  EXPECT_EQ(house.node->signed_in(), 5U);
  EXPECT_EQ(house.node->deadline(), house.clock.now() + 500ms);
  house.passes(500ms);
  EXPECT_EQ(house.node->signed_in(), 4U);
  // They are still served meanwhile.
  house.passes(500ms);
  EXPECT_EQ(house.node->signed_in(), 3U);
  for (std::uint64_t i = 1; i <= 5; ++i) {
    const bool gone = house.closed(i);
    (void)house.reads(i);
    if (gone) continue;
    house.says(i, "PNG");
    EXPECT_EQ(house.reads(i), "QNG\r\n");
  }
  // Told to be quicker.
  house.node->send_away(1, 1s);
  house.passes(1s);
  EXPECT_EQ(house.node->signed_in(), 0U);
  for (std::uint64_t i = 1; i <= 5; ++i) EXPECT_TRUE(house.closed(i));
}

TEST(Shutdown, SaysOnceHowLongItTakes) {
  House house;
  for (std::uint64_t i = 1; i <= 150; ++i) house.sign_in(i, 10 + i);
  house.hint(model::NoticeHint{{house.session_of(1)}, false, model::ShutdownNotice{9}});
  EXPECT_NE(house.reads(1).find("Arg1: 9"), std::string::npos);
  house.node->send_away(1, 1h);
  EXPECT_EQ(house.reads(1), "") << "knows it already";
  EXPECT_NE(house.reads(2).find("Arg1: 3\r\n"), std::string::npos) << "150 seconds";
  house.node->send_away(1, 1min);
  EXPECT_EQ(house.reads(2), "");
}

TEST(Shutdown, WhoHasHisChallengeIsReferredWhenHeAnswersIt) {
  House house;
  house.node->set_peers({{"10.0.0.6:1863", 10}});
  EXPECT_EQ(knock_on(house, 1, "a@example.com"), "USR 3");
  house.node->send_away(10, 1s);
  house.says(1, "USR 4 MD5 S 00112233445566778899aabbccddeeff");
  EXPECT_EQ(house.reads(1), "XFR 4 NS 10.0.0.6:1863 0\r\n");
  EXPECT_TRUE(house.closed(1));
  EXPECT_TRUE(house.auth.asked.empty());
}

TEST(Shutdown, WhoIsBeingLetInIsTakenInAndThenSentAway) {
  House house;
  house.knock(1, 10);
  house.node->set_peers({{"10.0.0.6:1863", 10}});
  house.node->send_away(10, 10s);
  EXPECT_EQ(house.node->people(), 1U);
  house.answer<model::OpenSession>(model::Opened{{1, 1}, "User"});
  EXPECT_NE(house.wire.sent[ConnectionId(1)].find("USR 4 OK"), std::string::npos);
  house.passes(10s);
  const auto goodbye = house.reads(1);
  EXPECT_TRUE(goodbye.ends_with("\r\nType: 1\r\nArg1: 1\r\n\r\nOUT SSD\r\n")) << goodbye;
  EXPECT_EQ(house.node->people(), 0U);
}

TEST(Time, ADeadlineNeverStaysInThePast) {
  House house;
  house.connect(1);
  house.knock(2, 10);
  house.passes(10min);
  EXPECT_TRUE(house.closed(1)) << "the sign-in took too long";
}

}  // namespace
}  // namespace monarch::notification
