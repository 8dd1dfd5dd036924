// CHG, ILN, NLN, FLN and slow truth: docs/protocol/presence-and-privacy.md#7-presence-snapshot and
// ARCHITECTURE.md#truth-and-hints.
#include <gtest/gtest.h>

#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::ContactState;
using model::Failed;
using model::Fault;
using model::Status;
using model::StatusChanged;
using testing::contact;
using testing::Stage;

std::uint64_t repairs(const Stage& stage, Repair kind) {
  return stage.counters.repairs[static_cast<std::size_t>(kind)];
}

TEST(Chg, TheFirstIsFollowedByTheContactsWhoAreOnline) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.line("CHG 9 HDN"), "");
  const auto* change = stage.asked<model::ChangeStatus>();
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->status, Status::kHidden);
  EXPECT_TRUE(change->first);
  EXPECT_EQ(stage.replies(StatusChanged{{contact(2, "bob", Status::kBusy, 9),
                                         contact(3, "carol", Status::kOffline, 4),
                                         contact(4, "dave", Status::kOnline, 2)}}),
            "CHG 9 HDN\r\nILN 9 BSY bob@example.com Bob\r\nILN 9 NLN dave@example.com Dave\r\n");
  EXPECT_EQ(stage.line("CHG 10 HDN"), "CHG 10 HDN\r\n") << "the same again: an echo, no more";
  EXPECT_FALSE(stage.ask);
  stage.line("CHG 11 AWY");
  EXPECT_FALSE(stage.asked<model::ChangeStatus>()->first);
  EXPECT_EQ(stage.replies(StatusChanged{}), "CHG 11 AWY\r\n");
}

TEST(Chg, FlnIs201) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.line("CHG 9 FLN"), "201 9\r\n");
  EXPECT_FALSE(stage.ask);
}

TEST(Chg, PipelinedBehindSynWaitsForIt) {
  Stage stage;
  stage.sign_in("MSNP2");
  EXPECT_EQ(stage.says("SYN 5 0\nCHG 6 NLN\n"), "");
  model::Roster roster;
  roster.serial = Serial(1);
  EXPECT_EQ(stage.replies(roster),
            "SYN 5 1\r\nGTC 5 1 A\r\nBLP 5 1 AL\r\nLST 5 FL 1 0 0\r\nLST 5 AL 1 0 0\r\n"
            "LST 5 BL 1 0 0\r\nLST 5 RL 1 0 0\r\n");
  ASSERT_NE(stage.asked<model::ChangeStatus>(), nullptr);
  EXPECT_EQ(stage.replies(StatusChanged{}), "CHG 6 NLN\r\n");
}

TEST(Hints, AreDroppedBeforeTheFirstChgAndHeldWhileItIsAsked) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kBusy, 5)), "");
  EXPECT_EQ(stage.fate, Fate::kClosed);
  stage.line("CHG 9 NLN");
  stage.hint(contact(2, "bob", Status::kAway, 11));
  EXPECT_EQ(stage.fate, Fate::kHeld);
  stage.hint(contact(3, "carol", Status::kOffline, 3));
  stage.hint(contact(2, "bob", Status::kBusy, 10));
  stage.hint(contact(5, "eve", Status::kOnline, 1));
  EXPECT_EQ(stage.replies(StatusChanged{
                {contact(2, "bob", Status::kOnline, 9), contact(3, "carol", Status::kOnline, 4)}}),
            "CHG 9 NLN\r\n"
            "ILN 9 NLN bob@example.com Bob\r\n"
            "ILN 9 NLN carol@example.com Carol\r\n"
            "NLN AWY bob@example.com Bob\r\n")
      << "older ones and strangers leave no line";
}

TEST(Hints, AreComparedWithWhatWasShown) {
  Stage stage;
  stage.sign_in();
  stage.go_online({contact(2, "bob", Status::kBusy, 10), contact(3, "carol", Status::kOffline, 1)});
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kAway, 10)), "") << "doubled";
  EXPECT_EQ(stage.fate, Fate::kStale);
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kAway, 9)), "") << "overtaken";
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kBusy, 11)), "") << "nothing to see";
  EXPECT_EQ(stage.fate, Fate::kAdvanced);
  auto renamed = contact(2, "bob", Status::kBusy, 12);
  renamed.name = "Robert";
  EXPECT_EQ(stage.hint(renamed), "NLN BSY bob@example.com Robert\r\n");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kOffline, 13)), "FLN bob@example.com\r\n");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kOffline, 14)), "") << "offline already";
  EXPECT_EQ(stage.hint(contact(3, "carol", Status::kOffline, 2)), "") << "never shown online";
  EXPECT_EQ(stage.hint(contact(9, "eve", Status::kOnline, 2)), "");
  EXPECT_EQ(stage.fate, Fate::kForeign);
  auto renewed = contact(2, "bob", Status::kOnline, 1);
  renewed.version.generation = 2;
  EXPECT_EQ(stage.hint(renewed), "NLN NLN bob@example.com Bob\r\n") << "a new generation wins";
}

TEST(Hints, AboutSomeoneBeingAddedAreHeldUntilTheAnswer) {
  Stage stage;
  stage.sign_in();
  stage.go_online({contact(3, "carol", Status::kOnline, 1)});
  stage.line("ADD 5 FL bob@example.com Bob");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kAway, 11)), "");
  EXPECT_EQ(stage.fate, Fate::kHeld);
  EXPECT_EQ(stage.hint(contact(3, "carol", Status::kBusy, 2)),
            "NLN BSY carol@example.com Carol\r\n")
      << "known contacts flow on";
  model::Changed changed;
  changed.serial = Serial(4);
  changed.added = model::Changed::NewContact{contact(2, "bob", Status::kBusy, 10), {}};
  EXPECT_EQ(stage.replies(changed),
            "ADD 5 FL 4 bob@example.com Bob\r\n"
            "ILN 5 BSY bob@example.com Bob\r\n"
            "NLN AWY bob@example.com Bob\r\n");
  stage.line("ADD 6 FL dave@example.com Dave");
  stage.hint(contact(4, "dave", Status::kAway, 11));
  EXPECT_EQ(stage.replies(model::Refused{205}), "205 6\r\n");
  EXPECT_EQ(stage.hint(contact(4, "dave", Status::kAway, 12)), "");
  EXPECT_EQ(stage.fate, Fate::kForeign);
}

TEST(Hints, ThatCannotAllBeHeldAreFoundByAComparison) {
  Settings settings;
  settings.held_hints_max = 2;
  Stage stage(settings);
  stage.sign_in();
  stage.line("CHG 9 NLN");
  for (std::uint64_t i = 1; i <= 3; ++i) stage.hint(contact(2, "bob", Status::kAway, 10 + i));
  stage.replies(StatusChanged{{contact(2, "bob", Status::kBusy, 9)}});
  EXPECT_TRUE(stage.compare);
}

TEST(Unannounced, ChgIsAnsweredByTheNodeAndAnnouncedOnRecovery) {
  for (const auto fault : {Fault::kUnreachable, Fault::kIndexUnavailable, Fault::kRosterUnavailable,
                           Fault::kOverloaded}) {
    Stage stage;
    stage.sign_in();
    stage.line("CHG 9 NLN");
    EXPECT_EQ(stage.replies(Failed{fault}), "CHG 9 NLN\r\n");
    EXPECT_EQ(stage.session->status(), Status::kOnline);
    EXPECT_EQ(stage.hint(contact(2, "bob", Status::kAway, 10)), "");
    EXPECT_EQ(stage.fate, Fate::kHeld) << "the contacts are not known yet";
    EXPECT_EQ(stage.session->due(), stage.clock.now() + stage.settings.announce_retry);
    stage.passes(stage.settings.announce_retry);
    ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
    EXPECT_EQ(stage.chores<model::ChangeStatus>()->status, Status::kOnline);
    EXPECT_TRUE(stage.chores<model::ChangeStatus>()->first);
    EXPECT_EQ(stage.finishes(Failed{fault}), "");
    stage.passes(stage.settings.announce_retry);
    EXPECT_EQ(stage.finishes(StatusChanged{{contact(2, "bob", Status::kBusy, 11)}}),
              "NLN BSY bob@example.com Bob\r\n")
        << "late contacts are no ILN";
    EXPECT_FALSE(stage.session->due());
  }
}

TEST(Unannounced, ALaterChgDoesNotOvertakeTheAnnouncement) {
  Stage stage;
  stage.sign_in();
  stage.line("CHG 9 NLN");
  stage.replies(Failed{Fault::kUnreachable});
  stage.passes(stage.settings.announce_retry);
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_EQ(stage.line("CHG 10 AWY"), "CHG 10 AWY\r\n");
  EXPECT_FALSE(stage.ask);
  EXPECT_EQ(stage.finishes(StatusChanged{{contact(2, "bob", Status::kBusy, 11)}}),
            "NLN BSY bob@example.com Bob\r\n");
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr) << "announced next";
  EXPECT_EQ(stage.chores<model::ChangeStatus>()->status, Status::kAway);
  EXPECT_FALSE(stage.chores<model::ChangeStatus>()->first);
  stage.finishes(StatusChanged{});
  EXPECT_FALSE(stage.session->due());
}

TEST(Unannounced, ALaterChgThatSucceedsBringsTheContactsAsNln) {
  Stage stage;
  stage.sign_in();
  stage.line("CHG 9 NLN");
  stage.replies(Failed{Fault::kUnreachable});
  stage.line("CHG 10 AWY");
  ASSERT_NE(stage.asked<model::ChangeStatus>(), nullptr);
  EXPECT_TRUE(stage.asked<model::ChangeStatus>()->first);
  EXPECT_EQ(stage.replies(StatusChanged{{contact(2, "bob", Status::kBusy, 11)}}),
            "CHG 10 AWY\r\nNLN BSY bob@example.com Bob\r\n");
  stage.passes(stage.settings.announce_retry);
  EXPECT_FALSE(stage.chore);
}

TEST(Fenced, EndsTheSessionInForegroundAndBackground) {
  Stage stage;
  stage.sign_in();
  stage.line("CHG 9 NLN");
  EXPECT_EQ(stage.replies(Failed{Fault::kFenced}), "OUT OTH\r\n");
  EXPECT_EQ(stage.closed, CloseReason::kSignedInElsewhere);

  Stage background;
  background.sign_in();
  background.line("CHG 9 NLN");
  background.replies(Failed{Fault::kUnreachable});
  background.passes(background.settings.announce_retry);
  EXPECT_EQ(background.finishes(Failed{Fault::kFenced}), "OUT OTH\r\n");
  EXPECT_TRUE(background.closed);
}

TEST(SlowTruth, ReportsWhatWasShown) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.session->report().shown, Serial());
  EXPECT_FALSE(stage.session->report().status);
  stage.synchronise(14);
  stage.go_online({contact(3, "carol", Status::kOffline, 4), contact(2, "bob", Status::kBusy, 9)});
  const auto report = stage.session->report();
  EXPECT_EQ(report.session, stage.session->ref());
  EXPECT_EQ(report.shown, Serial(14));
  EXPECT_EQ(report.status, Status::kOnline);
  ASSERT_EQ(report.contacts.size(), 2U);
  EXPECT_EQ(report.contacts[0].contact, AccountId(2));
  EXPECT_EQ(report.contacts[0].version, testing::version(9));
  EXPECT_EQ(report.contacts[1].status, Status::kOffline);
}

TEST(SlowTruth, MendsAndCountsWhatDiffers) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(14);
  stage.go_online({contact(2, "bob", Status::kBusy, 9), contact(3, "carol", Status::kOnline, 9)});
  model::SessionVerdict verdict;
  verdict.session = stage.session->ref().session;
  verdict.serial = Serial(16);
  verdict.status_differs = true;
  verdict.contacts = {contact(2, "bob", Status::kOffline, 12),
                      contact(3, "carol", Status::kAway, 8)};
  const auto reported = stage.session->report();
  const auto apply = [&] {
    return stage.run(
        [&](Effects& effects) { stage.session->compared(verdict, reported, effects); });
  };
  EXPECT_EQ(apply(), "FLN bob@example.com\r\n") << "what is older is no truth";
  EXPECT_EQ(repairs(stage, Repair::kContact), 1U);
  EXPECT_EQ(repairs(stage, Repair::kSerial), 1U);
  EXPECT_EQ(repairs(stage, Repair::kStatus), 1U);
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr) << "announced anew";
  EXPECT_FALSE(stage.chores<model::ChangeStatus>()->first);
  stage.finishes(StatusChanged{});
  stage.passes(stage.settings.gap_wait);
  EXPECT_NE(stage.chores<model::ReadJournal>(), nullptr);
}

TEST(SlowTruth, BelievesNothingThatHasBecomeRightMeanwhile) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(14);
  stage.go_online({contact(2, "bob", Status::kBusy, 9)});
  model::SessionVerdict verdict;
  verdict.session = stage.session->ref().session;
  verdict.serial = Serial(15);
  verdict.status_differs = true;
  verdict.contacts = {contact(2, "bob", Status::kAway, 10)};
  const auto reported = stage.session->report();
  stage.hint(contact(2, "bob", Status::kAway, 10));
  stage.hint(testing::event(15, model::RosterEvent::Kind::kReverseRemoved));
  stage.line("CHG 3 BSY");
  stage.replies(StatusChanged{});
  EXPECT_EQ(
      stage.run([&](Effects& effects) { stage.session->compared(verdict, reported, effects); }),
      "");
  for (std::size_t i = 0; i < kRepairs; ++i) EXPECT_EQ(stage.counters.repairs[i], 0U) << i;
  EXPECT_FALSE(stage.chore);
}

TEST(SlowTruth, SupersededIsTheEnd) {
  Stage stage;
  stage.sign_in();
  model::SessionVerdict verdict;
  verdict.kind = model::SessionVerdict::Kind::kSuperseded;
  EXPECT_EQ(stage.run([&](Effects& effects) { stage.session->compared(verdict, {}, effects); }),
            "OUT OTH\r\n");
  EXPECT_TRUE(stage.closed);
}

}  // namespace
}  // namespace monarch::notification
