// SYN, LST, ADD, REM, REA, PRP, GTC, BLP and the serial lines: docs/protocol/notification.md.
#include <gtest/gtest.h>

#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Changed;
using model::Failed;
using model::Fault;
using model::List;
using model::Refused;
using model::RosterEvent;
using model::Status;
using testing::contact;
using testing::event;
using testing::Stage;

Changed changed(std::uint32_t serial) {
  Changed changed;
  changed.serial = Serial(serial);
  return changed;
}

model::Roster::Contact entry(std::string_view local, std::string_view name) {
  model::Roster::Contact contact;
  contact.handle = Handle::trusted(std::string(local) + "@example.com");
  contact.name = name;
  return contact;
}

// Alice of docs/protocol/sessions.md, section 1.
model::Roster alices_roster() {
  model::Roster roster;
  roster.serial = Serial(14);
  roster.groups = {{0, "Other%20Contacts"}, {1, "Friends"}};
  auto bob = entry("bob", "Bob%20B");
  for (const auto list : {List::kAllow, List::kReverse}) {
    roster.lists[static_cast<std::size_t>(list)].push_back(bob);
  }
  bob.groups = 3;
  bob.numbers.home = "1%20(222)%20333%204444";
  roster.lists[static_cast<std::size_t>(List::kForward)].push_back(bob);
  return roster;
}

TEST(Syn, DumpsEverythingInTheOrderOfTheSpecification) {
  Stage stage;
  stage.sign_in("MSNP5");
  EXPECT_EQ(stage.line("SYN 8 5"), "");
  ASSERT_NE(stage.asked<model::Synchronize>(), nullptr);
  EXPECT_EQ(stage.asked<model::Synchronize>()->cached, Serial(5));
  EXPECT_EQ(stage.asked<model::Synchronize>()->session, stage.session->ref());
  EXPECT_EQ(stage.replies(alices_roster()),
            "SYN 8 14\r\n"
            "GTC 8 14 A\r\n"
            "BLP 8 14 AL\r\n"
            "PRP 8 14 PHH\r\n"
            "PRP 8 14 PHW\r\n"
            "PRP 8 14 PHM\r\n"
            "PRP 8 14 MOB N\r\n"
            "PRP 8 14 MBE N\r\n"
            "LST 8 FL 14 1 1 bob@example.com Bob%20B\r\n"
            "BPR 14 bob@example.com PHH 1%20(222)%20333%204444\r\n"
            "BPR 14 bob@example.com PHW\r\n"
            "BPR 14 bob@example.com PHM\r\n"
            "BPR 14 bob@example.com MOB N\r\n"
            "LST 8 AL 14 1 1 bob@example.com Bob%20B\r\n"
            "LST 8 BL 14 0 0\r\n"
            "LST 8 RL 14 1 1 bob@example.com Bob%20B\r\n");
}

TEST(Syn, LeavesOutWhatOldDialectsDoNotKnow) {
  Stage stage;
  stage.sign_in("MSNP4");
  stage.line("SYN 8 0");
  EXPECT_EQ(stage.replies(alices_roster()),
            "SYN 8 14\r\n"
            "GTC 8 14 A\r\n"
            "BLP 8 14 AL\r\n"
            "LST 8 FL 14 1 1 bob@example.com Bob%20B\r\n"
            "LST 8 AL 14 1 1 bob@example.com Bob%20B\r\n"
            "LST 8 BL 14 0 0\r\n"
            "LST 8 RL 14 1 1 bob@example.com Bob%20B\r\n");
}

TEST(Syn, ShowsGroupsToMsnp7) {
  Stage stage;
  stage.sign_in("MSNP7");
  stage.line("SYN 5 0");
  const auto dump = stage.replies(alices_roster());
  EXPECT_NE(dump.find("PRP 5 14 MBE N\r\n"
                      "LSG 5 14 1 2 0 Other%20Contacts 0\r\n"
                      "LSG 5 14 2 2 1 Friends 0\r\n"
                      "LST 5 FL 14 1 1 bob@example.com Bob%20B 0,1\r\n"),
            std::string::npos)
      << dump;
  EXPECT_NE(dump.find("LST 5 RL 14 1 1 bob@example.com Bob%20B\r\n"), std::string::npos);
}

TEST(Syn, IsOneLineWhenTheClientIsUpToDateAndMayBeRepeated) {
  Stage stage;
  stage.sign_in();
  for (int times = 0; times < 2; ++times) {
    stage.line("SYN 15 14");
    model::Roster roster;
    roster.serial = Serial(14);
    roster.current = true;
    EXPECT_EQ(stage.replies(roster), "SYN 15 14\r\n");
  }
}

TEST(Syn, Is501WhenTheRosterCannotBeReadAndOpensNoGate) {
  Stage stage;
  stage.sign_in();
  stage.line("SYN 8 0");
  EXPECT_EQ(stage.hint(event(6, RosterEvent::Kind::kReverseAdded)), "") << "held for the dump";
  EXPECT_EQ(stage.replies(Failed{Fault::kRosterUnavailable}), "501 8\r\n");
  EXPECT_FALSE(stage.closed);
  EXPECT_EQ(stage.hint(event(7, RosterEvent::Kind::kReverseAdded)), "");
  EXPECT_EQ(stage.fate, Fate::kClosed);
}

TEST(Syn, CoversWhatCameBeforeAndIsFollowedByWhatCameDuring) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.hint(event(13, RosterEvent::Kind::kReverseAdded)), "");
  EXPECT_EQ(stage.fate, Fate::kClosed);
  stage.line("SYN 8 0");
  stage.hint(event(15, RosterEvent::Kind::kReverseRemoved));
  stage.hint(event(14, RosterEvent::Kind::kReverseAdded));
  EXPECT_EQ(stage.fate, Fate::kHeld);
  const auto dump = stage.replies(alices_roster());
  EXPECT_EQ(dump.find("ADD 0"), std::string::npos) << "14 is in the dump";
  const std::string after = "REM 0 RL 15 bob@example.com\r\n";
  EXPECT_EQ(dump.substr(dump.size() - after.size()), after);
}

TEST(Syn, CapsTheReverseListThatItShows) {
  Settings settings;
  settings.reverse_shown_max = 2;
  Stage stage(settings);
  stage.sign_in("MSNP2");
  stage.line("SYN 1 0");
  auto roster = alices_roster();
  auto& reverse = roster.lists[static_cast<std::size_t>(List::kReverse)];
  reverse = {entry("a", "A"), entry("b", "B"), entry("c", "C")};
  const auto dump = stage.replies(roster);
  const std::string end = "LST 1 RL 14 1 2 a@example.com A\r\nLST 1 RL 14 2 2 b@example.com B\r\n";
  EXPECT_EQ(dump.substr(dump.size() - end.size()), end);
}

TEST(Lst, ShowsTheNumbersAfterTheSynOnly) {
  Stage stage;
  stage.sign_in();
  stage.line("LST 3 FL");
  EXPECT_FALSE(stage.asked<model::Synchronize>()->cached);
  EXPECT_EQ(stage.replies(alices_roster()), "LST 3 FL 14 1 1 bob@example.com Bob%20B\r\n");
  stage.synchronise(14);
  stage.line("LST 4 FL");
  EXPECT_EQ(stage.replies(alices_roster()),
            "LST 4 FL 14 1 1 bob@example.com Bob%20B\r\n"
            "BPR 14 bob@example.com PHH 1%20(222)%20333%204444\r\n"
            "BPR 14 bob@example.com PHW\r\n"
            "BPR 14 bob@example.com PHM\r\n"
            "BPR 14 bob@example.com MOB N\r\n");
  stage.line("LST 7 BL");
  EXPECT_EQ(stage.replies(alices_roster()), "LST 7 BL 14 0 0\r\n");
  stage.line("LST 8 RL");
  EXPECT_EQ(stage.replies(alices_roster()), "LST 8 RL 14 1 1 bob@example.com Bob%20B\r\n");
  stage.line("LST 9 AL");
  EXPECT_EQ(stage.replies(Failed{Fault::kUnreachable}), "501 9\r\n");
}

TEST(Lst, WaitsForTheJournalWhenItIsAheadOfTheClient) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(12);
  stage.line("LST 4 AL");
  EXPECT_EQ(stage.hint(event(15, RosterEvent::Kind::kReverseRemoved)), "");
  EXPECT_EQ(stage.replies(alices_roster()), "");
  ASSERT_NE(stage.asked<model::ReadJournal>(), nullptr);
  EXPECT_EQ(stage.asked<model::ReadJournal>()->after, Serial(12));
  model::Journal journal;
  journal.events = {event(13, RosterEvent::Kind::kSilent),
                    event(14, RosterEvent::Kind::kReverseAdded, "bob@example.com", "Bob"),
                    event(15, RosterEvent::Kind::kReverseRemoved)};
  EXPECT_EQ(stage.replies(journal),
            "ADD 0 RL 14 bob@example.com Bob\r\n"
            "LST 4 AL 14 1 1 bob@example.com Bob%20B\r\n"
            "REM 0 RL 15 bob@example.com\r\n");
}

TEST(Lsg, ListsTheGroups) {
  Stage stage;
  stage.sign_in("MSNP7");
  stage.line("LSG 3");
  EXPECT_EQ(stage.replies(alices_roster()),
            "LSG 3 14 1 2 0 Other%20Contacts 0\r\nLSG 3 14 2 2 1 Friends 0\r\n");
}

TEST(Add, AnswersAddThenNumbersThenIln) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(31);
  stage.go_online();
  EXPECT_EQ(stage.line("ADD 21 FL BOB@Example.com Bob"), "");
  const auto* add = stage.asked<model::AddContact>();
  ASSERT_NE(add, nullptr);
  EXPECT_EQ(add->handle, "bob@example.com");
  EXPECT_EQ(add->name, "Bob");
  EXPECT_EQ(add->attempt.sequence, 1U);
  EXPECT_EQ(add->attempt.shown, Serial(31));
  EXPECT_EQ(add->attempt.session, stage.session->ref());
  auto reply = changed(32);
  reply.added = Changed::NewContact{contact(2, "bob", Status::kBusy, 9), {}};
  EXPECT_EQ(stage.replies(reply),
            "ADD 21 FL 32 bob@example.com Bob\r\n"
            "BPR 32 bob@example.com PHH\r\n"
            "BPR 32 bob@example.com PHW\r\n"
            "BPR 32 bob@example.com PHM\r\n"
            "BPR 32 bob@example.com MOB N\r\n"
            "ILN 21 BSY bob@example.com Bob\r\n");
  stage.line("ADD 22 AL bob@example.com Bob");
  EXPECT_EQ(stage.asked<model::AddContact>()->attempt.sequence, 2U);
  EXPECT_EQ(stage.replies(changed(33)), "ADD 22 AL 33 bob@example.com Bob\r\n");
}

TEST(Add, ShowsNeitherNumbersBeforeTheSynNorPresenceBeforeTheChg) {
  Stage stage;
  stage.sign_in();
  stage.line("ADD 21 FL bob@example.com Bob");
  auto reply = changed(32);
  reply.added = Changed::NewContact{contact(2, "bob", Status::kBusy, 9), {}};
  EXPECT_EQ(stage.replies(reply), "ADD 21 FL 32 bob@example.com Bob\r\n");

  Stage old;
  old.sign_in("MSNP4");
  old.synchronise(31);
  old.go_online();
  old.line("ADD 21 FL bob@example.com Bob");
  EXPECT_EQ(old.replies(reply),
            "ADD 21 FL 32 bob@example.com Bob\r\nILN 21 BSY bob@example.com Bob\r\n");
}

TEST(Add, EchoesTheGroupInMsnp7) {
  Stage stage;
  stage.sign_in("MSNP7");
  stage.line("ADD 1 FL bob@example.com Bob 2");
  EXPECT_EQ(stage.asked<model::AddContact>()->group, 2);
  EXPECT_EQ(stage.replies(changed(3)), "ADD 1 FL 3 bob@example.com Bob 2\r\n");
  stage.line("ADD 2 FL carol@example.com Carol");
  EXPECT_FALSE(stage.asked<model::AddContact>()->group);
  EXPECT_EQ(stage.replies(changed(4)), "ADD 2 FL 4 carol@example.com Carol 0\r\n");
  stage.line("ADD 3 FL bob@example.com Bob 300");
  EXPECT_EQ(stage.asked<model::AddContact>()->group, 255) << "a group that nobody has";
  EXPECT_EQ(stage.replies(Refused{224}), "224 3\r\n");
}

TEST(Add, RefusesWhatItSeesItselfAndPassesOnWhatPresenceRefuses) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.line("ADD 1 FL a@b Bob"), "201 1\r\n");
  EXPECT_EQ(stage.line("ADD 2 FL bob Bob"), "201 2\r\n");
  EXPECT_EQ(stage.line("ADD 3 FL bob@example.com Bob%2"), "201 3\r\n");
  EXPECT_EQ(stage.line("ADD 4 FL bob@example.com %00"), "201 4\r\n");
  for (const std::uint16_t code : {205, 215, 219, 210, 201}) {
    EXPECT_EQ(stage.line("ADD 5 FL bob@example.com Bob"), "");
    EXPECT_EQ(stage.replies(Refused{code}), std::to_string(code) + " 5\r\n");
  }
  for (const auto fault : {Fault::kRosterUnavailable, Fault::kIndexUnavailable, Fault::kUnreachable,
                           Fault::kOverloaded, Fault::kNoPrincipal, Fault::kNoSession}) {
    stage.line("ADD 6 FL bob@example.com Bob");
    EXPECT_EQ(stage.replies(Failed{fault}), "501 6\r\n");
  }
  EXPECT_FALSE(stage.closed);
  stage.line("ADD 7 FL bob@example.com Bob");
  EXPECT_EQ(stage.replies(Failed{Fault::kFenced}), "OUT OTH\r\n");
  EXPECT_EQ(stage.closed, CloseReason::kSignedInElsewhere);
}

TEST(Rem, AnswersAndForgetsTheContact) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(35);
  stage.go_online({contact(2, "bob", Status::kBusy, 9)});
  stage.line("REM 23 FL bob@example.com");
  EXPECT_EQ(stage.asked<model::RemoveContact>()->list, List::kForward);
  auto reply = changed(36);
  reply.removed = {AccountId(2)};
  EXPECT_EQ(stage.replies(reply), "REM 23 FL 36 bob@example.com\r\n");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kOffline, 10)), "");
  EXPECT_EQ(stage.fate, Fate::kForeign);
  stage.line("REM 24 BL bob@example.com");
  EXPECT_EQ(stage.replies(Refused{216}), "216 24\r\n");
  EXPECT_EQ(stage.line("REM 25 AL nobody"), "216 25\r\n");
}

TEST(Rem, KnowsGroupsInMsnp7Only) {
  Stage stage;
  stage.sign_in("MSNP7");
  stage.line("REM 1 FL bob@example.com 2");
  EXPECT_EQ(stage.asked<model::RemoveContact>()->group, 2);
  EXPECT_EQ(stage.replies(changed(24)), "REM 1 FL 24 bob@example.com 2\r\n");
  stage.line("REM 2 FL bob@example.com Bob");
  EXPECT_FALSE(stage.asked<model::RemoveContact>()->group) << "no number: ignored";
  EXPECT_EQ(stage.replies(Refused{225}), "225 2\r\n");

  Stage five;
  five.sign_in("MSNP5");
  five.line("REM 1 FL bob@example.com 2");
  EXPECT_FALSE(five.asked<model::RemoveContact>()->group);
  EXPECT_EQ(five.replies(changed(24)), "REM 1 FL 24 bob@example.com\r\n");
}

TEST(Rea, RenamesOneselfAndContacts) {
  Stage stage;
  stage.sign_in();
  stage.line("REA 6 ALICE@example.com Alice%20L");
  EXPECT_EQ(stage.asked<model::Rename>()->handle, "alice@example.com");
  EXPECT_EQ(stage.replies(changed(41)), "REA 6 41 alice@example.com Alice%20L\r\n");
  stage.line("REA 7 Bob@example.com Bobby");
  EXPECT_EQ(stage.replies(changed(42)), "REA 7 42 bob@example.com Bobby\r\n");
  stage.line("REA 8 carol@example.com Carol");
  EXPECT_EQ(stage.replies(Refused{216}), "216 8\r\n");
  EXPECT_EQ(stage.line("REA 9 alice@example.com %zz"), "209 9\r\n");
  EXPECT_EQ(stage.line("REA 10 bob@example.com %zz"), "201 10\r\n");
}

TEST(Rea, IsRefusedToAnUnverifiedAccountFromMsnp6On) {
  Stage six;
  six.sign_in("MSNP6", false);
  EXPECT_EQ(six.line("REA 6 alice@example.com Al"), "209 6\r\n");
  six.line("REA 7 bob@example.com Bobby");
  EXPECT_NE(six.asked<model::Rename>(), nullptr) << "only the own name is fixed";
  Stage five;
  five.sign_in("MSNP5", false);
  five.line("REA 6 alice@example.com Al");
  EXPECT_NE(five.asked<model::Rename>(), nullptr);
}

TEST(Bursts, AreCountedPerSessionForOwnReaAndForPrpApart) {
  Stage stage;
  stage.sign_in();
  const auto rename = [&] {
    const auto refused = stage.line("REA 1 alice@example.com Al");
    return refused.empty() ? stage.replies(changed(2)) : refused;
  };
  const auto set = [&] {
    const auto refused = stage.line("PRP 2 PHH 5");
    auto reply = changed(2);
    reply.value = "5";
    return refused.empty() ? stage.replies(reply) : refused;
  };
  stage.line("REA 1 alice@example.com Al");
  EXPECT_EQ(stage.replies(Refused{209}), "209 1\r\n") << "what failed does not count";
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(rename(), "REA 1 2 alice@example.com Al\r\n");
    EXPECT_EQ(set(), "PRP 2 2 PHH 5\r\n");
  }
  EXPECT_EQ(rename(), "800 1\r\n");
  EXPECT_EQ(set(), "800 2\r\n");
  for (int i = 0; i < 20; ++i) {
    stage.line("REA 3 bob@example.com Bobby");
    EXPECT_EQ(stage.replies(changed(3)), "REA 3 3 bob@example.com Bobby\r\n");
  }
  stage.passes(std::chrono::seconds(60));
  EXPECT_EQ(rename(), "REA 1 2 alice@example.com Al\r\n");
}

TEST(Prp, SetsClearsAndRefuses) {
  Stage stage;
  stage.sign_in();
  stage.line("PRP 7 PHH 123%20(4567)");
  EXPECT_EQ(stage.asked<model::SetProperty>()->value, "123%20(4567)");
  auto reply = changed(42);
  reply.value = "123%20(4567)";
  EXPECT_EQ(stage.replies(reply), "PRP 7 42 PHH 123%20(4567)\r\n");
  stage.line("PRP 8 PHH");
  EXPECT_EQ(stage.asked<model::SetProperty>()->value, "");
  EXPECT_EQ(stage.replies(changed(43)), "PRP 8 43 PHH\r\n");
  stage.line("PRP 9 MOB Y");
  reply = changed(43);
  reply.value = "N";
  EXPECT_EQ(stage.replies(reply), "PRP 9 43 MOB N\r\n") << "without a mobile device";
  EXPECT_EQ(stage.line("PRP 10 phh 5"), "715 10\r\n");
  EXPECT_EQ(stage.line("PRP 11 XX 5"), "715 11\r\n");
  EXPECT_EQ(stage.line("PRP 12 PHH %0"), "201 12\r\n");
  stage.line("PRP 13 PHW 5");
  EXPECT_EQ(stage.replies(Failed{Fault::kRosterUnavailable}), "501 13\r\n");
}

TEST(GtcBlp, AnswerWithTheNewSerial) {
  Stage stage;
  stage.sign_in();
  stage.line("GTC 1 N");
  EXPECT_FALSE(stage.asked<model::SetPrompting>()->ask);
  EXPECT_EQ(stage.replies(changed(2)), "GTC 1 2 N\r\n");
  stage.line("BLP 2 BL");
  EXPECT_FALSE(stage.asked<model::SetDefaultPrivacy>()->allow);
  EXPECT_EQ(stage.replies(changed(3)), "BLP 2 3 BL\r\n");
  stage.line("BLP 3 AL");
  EXPECT_EQ(stage.replies(Refused{218}), "218 3\r\n");
}

}  // namespace
}  // namespace monarch::notification
