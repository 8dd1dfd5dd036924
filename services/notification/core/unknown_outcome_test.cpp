// What a session does when it cannot know whether something has happened, and how long its client
// waits (ARCHITECTURE.md#rule-4, #rule-6, #rule-11). The simulation found each of these.
#include <gtest/gtest.h>

#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Changed;
using model::Failed;
using model::Fault;
using model::RosterEvent;
using model::Status;
using testing::contact;
using testing::event;
using testing::House;
using testing::Stage;

constexpr std::chrono::milliseconds kGap{300};

Changed changed(std::uint32_t serial) {
  Changed changed;
  changed.serial = Serial(serial);
  return changed;
}

class UnknownOutcome : public ::testing::Test {
 protected:
  void go(std::vector<model::ContactState> contacts = {}) {
    stage.sign_in();
    stage.synchronise(30);
    stage.go_online(std::move(contacts));
  }
  void fail_to_add(std::string_view local) {
    stage.line("ADD 7 FL " + std::string(local) + "@example.com x");
    EXPECT_EQ(stage.replies(Failed{Fault::kIndexUnavailable}), "501 7\r\n");
  }
  // What another session of the account, or an administrator, has done.
  static RosterEvent listed(std::uint32_t serial, RosterEvent::Kind kind, std::string_view local,
                            std::uint64_t account) {
    auto change = event(serial, kind, std::string(local) + "@example.com",
                        kind == RosterEvent::Kind::kListAdded ? "x" : "");
    change.account = AccountId(account);
    return change;
  }
  void add_from_outside(std::string_view local, std::uint64_t account, std::uint32_t serial = 31) {
    EXPECT_EQ(
        stage.hint(listed(serial, RosterEvent::Kind::kListAdded, local, account)),
        "ADD 0 FL " + std::to_string(serial) + " " + std::string(local) + "@example.com x\r\n");
  }

  Stage stage;
};

// A CHG that was asked before he came has not asked for him.
TEST_F(UnknownOutcome, WhoComesWhileAChgIsAskedIsAskedForAfterwards) {
  go();
  stage.line("CHG 8 BSY");
  EXPECT_FALSE(stage.asked<model::ChangeStatus>()->first);
  add_from_outside("bob", 2);
  EXPECT_FALSE(stage.chore.has_value()) << "one question at a time";
  EXPECT_EQ(stage.replies(model::StatusChanged{}), "CHG 8 BSY\r\n");
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.chores<model::ChangeStatus>()->first);
  EXPECT_EQ(stage.finishes(model::StatusChanged{{contact(2, "bob", Status::kAway, 5)}}),
            "NLN AWY bob@example.com Bob\r\n");
}

// The gates are independent: no line tells of him, but he shows.
TEST_F(UnknownOutcome, WithoutASynWhoIsAddedFromOutsideShowsAllTheSame) {
  stage.sign_in();
  stage.go_online();
  EXPECT_EQ(stage.hint(listed(31, RosterEvent::Kind::kListAdded, "bob", 2)), "");
  EXPECT_EQ(stage.fate, Fate::kClosed);
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_EQ(stage.finishes(model::StatusChanged{{contact(2, "bob", Status::kAway, 5)}}),
            "NLN AWY bob@example.com Bob\r\n");
}

// Without a SYN he will not read of it.
TEST_F(UnknownOutcome, AFailedAddAsksWhoIsAContact) {
  stage.sign_in();
  stage.go_online();
  fail_to_add("bob");
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.chores<model::ChangeStatus>()->first);
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kAway, 6)), "");
  EXPECT_EQ(stage.fate, Fate::kHeld);
  EXPECT_EQ(stage.finishes(model::StatusChanged{{contact(2, "bob", Status::kBusy, 5)}}),
            "NLN BSY bob@example.com Bob\r\nNLN AWY bob@example.com Bob\r\n");
}

// He reads of it first, then his contacts are asked for.
TEST_F(UnknownOutcome, AFailedAddThatWasStoredIsReadInTheJournal) {
  go();
  fail_to_add("bob");
  EXPECT_FALSE(stage.chore.has_value());
  model::SessionVerdict verdict;
  verdict.serial = Serial(31);
  verdict.contacts = {contact(2, "bob", Status::kBusy, 3)};
  EXPECT_EQ(stage.run([&](Effects& effects) {
    stage.session->compared(verdict, stage.session->report(), effects);
  }),
            "");
  EXPECT_EQ(stage.passes(kGap), "");
  ASSERT_NE(stage.chores<model::ReadJournal>(), nullptr);
  model::Journal journal;
  journal.events = {listed(31, RosterEvent::Kind::kListAdded, "bob", 2)};
  journal.serial = Serial(31);
  EXPECT_EQ(stage.finishes(journal), "ADD 0 FL 31 bob@example.com x\r\n");
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.chores<model::ChangeStatus>()->first);
  EXPECT_EQ(stage.finishes(model::StatusChanged{{contact(2, "bob", Status::kBusy, 3)}}),
            "NLN BSY bob@example.com Bob\r\n");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kOffline, 4)), "FLN bob@example.com\r\n");
}

TEST_F(UnknownOutcome, AFailedRemovalThatWasStoredEndsHisPresence) {
  go({contact(2, "bob", Status::kBusy, 3)});
  stage.line("REM 7 FL bob@example.com");
  EXPECT_EQ(stage.replies(Failed{Fault::kIndexUnavailable}), "501 7\r\n");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kAway, 4)), "NLN AWY bob@example.com Bob\r\n");
  EXPECT_EQ(stage.hint(listed(31, RosterEvent::Kind::kListRemoved, "bob", 2)),
            "REM 0 FL 31 bob@example.com\r\n");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kOffline, 5)), "");
  EXPECT_EQ(stage.fate, Fate::kForeign);
  EXPECT_FALSE(stage.chore.has_value()) << "nobody new is to be asked for";
}

TEST_F(UnknownOutcome, OnlyTheForwardListIsWatched) {
  go({contact(2, "bob", Status::kBusy, 3)});
  for (const auto kind : {RosterEvent::Kind::kListAdded, RosterEvent::Kind::kListRemoved}) {
    auto change = listed(kind == RosterEvent::Kind::kListAdded ? 31 : 32, kind, "bob", 2);
    change.list = model::List::kBlock;
    EXPECT_NE(stage.hint(change).find(" 0 BL "), std::string::npos);
  }
  auto grouped = listed(33, RosterEvent::Kind::kGrouped, "bob", 2);
  EXPECT_EQ(stage.hint(grouped), "") << "MSNP5 knows no groups";
  EXPECT_FALSE(stage.chore.has_value());
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kOffline, 4)), "FLN bob@example.com\r\n");
}

TEST_F(UnknownOutcome, AnAnsweredChangeIsNotReadAgain) {
  go();
  stage.line("ADD 7 FL bob@example.com x");
  auto added = changed(31);
  added.added = Changed::NewContact{contact(2, "bob", Status::kBusy, 3), {}};
  stage.replies(added);
  EXPECT_EQ(stage.hint(listed(31, RosterEvent::Kind::kListAdded, "bob", 2)), "");
  EXPECT_EQ(stage.fate, Fate::kStale);
  EXPECT_FALSE(stage.chore.has_value());
}

// The dump goes over what he has not read: it may have been a change of his contacts.
TEST_F(UnknownOutcome, ADumpThatIsAheadIsAReasonToAsk) {
  go();
  fail_to_add("bob");
  stage.line("SYN 8 30");
  model::Roster roster;
  roster.serial = Serial(31);
  EXPECT_NE(stage.replies(roster), "");
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.chores<model::ChangeStatus>()->first);
}

// Whatever has become of a removal: who is not in the list that he reads is not shown to him.
TEST_F(UnknownOutcome, AForwardListThatIsReadEndsThePresenceOfOthers) {
  for (const char* command : {"SYN 8 0", "LST 8 FL"}) {
    Stage fresh;
    fresh.sign_in();
    fresh.go_online({contact(2, "bob", Status::kBusy, 3), contact(3, "carol", Status::kBusy, 3)});
    model::Roster roster;
    roster.serial = Serial(31);
    roster.lists[0].push_back({Handle::trusted("carol@example.com"), "C", 1, {}, AccountId(3)});
    fresh.line(command);
    EXPECT_NE(fresh.replies(roster), "");
    EXPECT_EQ(fresh.hint(contact(2, "bob", Status::kOffline, 4)), "") << command;
    EXPECT_EQ(fresh.fate, Fate::kForeign);
    EXPECT_EQ(fresh.hint(contact(3, "carol", Status::kOffline, 4)), "FLN carol@example.com\r\n");
    // A presence of the release before does not say whose handles they are.
    roster.lists[0].front().account = AccountId();
    fresh.line(command);
    fresh.replies(roster);
    EXPECT_EQ(fresh.hint(contact(3, "carol", Status::kBusy, 5)),
              "NLN BSY carol@example.com Carol\r\n");
  }
}

// He comes while the contacts are being asked for: the answer need not name him.
TEST_F(UnknownOutcome, ANewcomerDuringASnapshotIsAskedForAgain) {
  go();
  add_from_outside("carol", 3);
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  add_from_outside("bob", 2, 32);
  EXPECT_EQ(stage.finishes(model::StatusChanged{{contact(3, "carol", Status::kBusy, 3)}}),
            "NLN BSY carol@example.com Carol\r\n");
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_EQ(stage.finishes(model::StatusChanged{
                {contact(3, "carol", Status::kBusy, 3), contact(2, "bob", Status::kBusy, 3)}}),
            "NLN BSY bob@example.com Bob\r\n");
  EXPECT_FALSE(stage.chore.has_value());
}

TEST_F(UnknownOutcome, WhoHasLeftDuringASnapshotIsNotShown) {
  go();
  add_from_outside("bob", 2);
  EXPECT_EQ(stage.hint(listed(32, RosterEvent::Kind::kListRemoved, "bob", 2)),
            "REM 0 FL 32 bob@example.com\r\n");
  EXPECT_EQ(stage.finishes(model::StatusChanged{{contact(2, "bob", Status::kBusy, 3)}}), "");
}

TEST_F(UnknownOutcome, ARefusedAddIsNoReasonToAsk) {
  go();
  stage.line("ADD 7 FL bob@example.com x");
  EXPECT_EQ(stage.replies(model::Refused{215}), "215 7\r\n");
  EXPECT_FALSE(stage.chore.has_value());
}

// The answer may be made from an older list, and the client still shows him.
TEST_F(UnknownOutcome, WhoASnapshotDoesNotNameIsKept) {
  go({contact(2, "bob", Status::kBusy, 3)});
  add_from_outside("carol", 3);
  EXPECT_EQ(stage.finishes(model::StatusChanged{}), "");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kOffline, 4)), "FLN bob@example.com\r\n");
}

TEST_F(UnknownOutcome, WhoWasRemovedMeanwhileIsNotShown) {
  go({contact(2, "bob", Status::kBusy, 3)});
  add_from_outside("carol", 3);
  stage.line("REM 8 FL bob@example.com");
  auto removed = changed(32);
  removed.removed = {AccountId(2)};
  EXPECT_EQ(stage.replies(removed), "REM 8 FL 32 bob@example.com\r\n");
  EXPECT_EQ(stage.finishes(model::StatusChanged{{contact(2, "bob", Status::kBusy, 3)}}), "");
}

TEST_F(UnknownOutcome, WhoIsBeingAddedIsNotShownBeforeTheReply) {
  go();
  add_from_outside("carol", 3);
  stage.line("ADD 8 FL bob@example.com x");
  EXPECT_EQ(stage.finishes(model::StatusChanged{{contact(2, "bob", Status::kBusy, 3)}}), "");
  auto added = changed(32);
  added.added = Changed::NewContact{contact(2, "bob", Status::kBusy, 3), {}};
  EXPECT_NE(stage.replies(added).find("ILN 8 BSY bob@example.com Bob\r\n"), std::string::npos);
  // And then the whole list is asked for again.
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.chores<model::ChangeStatus>()->first);
}

TEST_F(UnknownOutcome, WhoIsAddedIsShownAnew) {
  go({contact(2, "bob", Status::kBusy, 3)});
  // A REM whose reply was lost has left him in the watch.
  stage.line("ADD 7 FL bob@example.com x");
  auto added = changed(31);
  added.added = Changed::NewContact{contact(2, "bob", Status::kBusy, 3), {}};
  EXPECT_NE(stage.replies(added).find("ILN 7 BSY bob@example.com Bob\r\n"), std::string::npos);
}

TEST_F(UnknownOutcome, AContactNobodyWatchesIsAReasonToAsk) {
  go();
  model::SessionVerdict verdict;
  verdict.contacts = {contact(2, "bob", Status::kBusy, 3)};
  EXPECT_EQ(stage.run([&](Effects& effects) {
    stage.session->compared(verdict, stage.session->report(), effects);
  }),
            "");
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.chores<model::ChangeStatus>()->first);
}

TEST_F(UnknownOutcome, AVersionAloneIsNoRepair) {
  go({contact(2, "bob", Status::kBusy, 3)});
  model::SessionVerdict verdict;
  verdict.contacts = {contact(2, "bob", Status::kBusy, 9)};
  stage.run([&](Effects& effects) {
    stage.session->compared(verdict, stage.session->report(), effects);
  });
  EXPECT_EQ(stage.counters.repairs[static_cast<std::size_t>(Repair::kContact)], 0U);
}

// The journal has the change that is being answered: its serial must not go out before its reply.
TEST_F(UnknownOutcome, AJournalDoesNotOvertakeAReply) {
  go();
  EXPECT_EQ(stage.hint(event(32, RosterEvent::Kind::kReverseAdded, "dave@example.com", "Dave")),
            "");
  EXPECT_EQ(stage.passes(kGap), "");
  ASSERT_NE(stage.chores<model::ReadJournal>(), nullptr);
  stage.line("REM 8 BL bob@example.com");
  model::Journal journal;
  journal.events = {event(31, RosterEvent::Kind::kSilent),
                    event(32, RosterEvent::Kind::kReverseAdded, "dave@example.com", "Dave")};
  journal.serial = Serial(32);
  EXPECT_EQ(stage.finishes(journal), "");
  EXPECT_EQ(stage.replies(changed(31)),
            "REM 8 BL 31 bob@example.com\r\nADD 0 RL 32 dave@example.com Dave\r\n");
}

TEST_F(UnknownOutcome, AnUnmovedSerialDoesNotGoBack) {
  go();
  stage.line("PRP 9 MOB Y");
  EXPECT_EQ(stage.hint(event(31, RosterEvent::Kind::kReverseAdded, "dave@example.com", "Dave")),
            "ADD 0 RL 31 dave@example.com Dave\r\n");
  auto unmoved = changed(30);
  unmoved.value = "N";
  EXPECT_EQ(stage.replies(unmoved), "PRP 9 31 MOB N\r\n");
}

// docs/protocol/errors.md#errors-by-command-what-our-server-sends: within 5 s in all.
TEST(Patience, SignInAsksTwoServicesInTheTimeOfOne) {
  House house;
  house.connect(1);
  house.says(1, "VER 1 MSNP5");
  house.says(1, "USR 3 MD5 I user1@example.com");
  house.says(1, "USR 4 MD5 S 0123456789abcdef0123456789abcdef");
  house.passes(std::chrono::milliseconds(4'000));
  house.node->verified(house.auth.asked.front().first, {Verified::Result::kOk, AccountId(1), true});
  ASSERT_EQ(house.count<model::OpenSession>(), 1U);
  house.reads(1);
  house.passes(std::chrono::milliseconds(900));
  EXPECT_EQ(house.reads(1), "600 4\r\n");
}

TEST(Patience, OpeningASessionAnewTakesNoTimeOfItsOwn) {
  House house;
  house.sign_in(1, 1);
  house.says(1, "BLP 7 BL");
  house.passes(std::chrono::milliseconds(4'000));
  house.answer<model::SetDefaultPrivacy>(Failed{Fault::kNoSession});
  ASSERT_EQ(house.count<model::OpenSession>(), 1U);
  house.passes(std::chrono::milliseconds(900));
  EXPECT_EQ(house.reads(1), "501 7\r\n");
}

// Whoever reaps a dead node looks for its sessions there.
TEST(Listing, ASessionThatIsNotOnTheListIsOpenedAnew) {
  House house;
  house.sign_in(1, 1);
  house.sign_in(2, 2);
  for (int i = 0; i < 180 && house.count<model::ListNodeSessions>() == 0; ++i) {
    house.passes(std::chrono::seconds(1));
  }
  ASSERT_EQ(house.count<model::ListNodeSessions>(), 1U);
  model::NodeSessions page;
  page.sessions = {{AccountId(1), house.session_of(1), {}}};
  house.answer<model::ListNodeSessions>(page);
  ASSERT_EQ(house.count<model::OpenSession>(), 1U);
  const auto opened = house.take<model::OpenSession>();
  const auto& open = std::get<model::OpenSession>(opened.request);
  EXPECT_EQ(open.account, AccountId(2));
  EXPECT_TRUE(open.resume.has_value());
}

}  // namespace
}  // namespace monarch::notification
