// Pipelining and the serial lines that others cause: ARCHITECTURE.md#rule-2.
#include <gtest/gtest.h>

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
using testing::Stage;

Changed changed(std::uint32_t serial) {
  Changed changed;
  changed.serial = Serial(serial);
  return changed;
}

TEST(Pipelining, AnswersInOrderAndLetsNoticesFlow) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(14);
  stage.go_online({contact(2, "bob", Status::kBusy, 9)});
  EXPECT_EQ(stage.says("ADD 1 AL bob@example.com Bob\r\nGTC 2 N\r\nPNG\r\n"), "");
  EXPECT_EQ(stage.hint(contact(2, "bob", Status::kAway, 10)), "NLN AWY bob@example.com Bob\r\n");
  EXPECT_EQ(stage.hint(event(15, RosterEvent::Kind::kReverseAdded, "eve@example.com", "Eve")),
            "ADD 0 RL 15 eve@example.com Eve\r\n");
  EXPECT_EQ(stage.replies(changed(16)), "ADD 1 AL 16 bob@example.com Bob\r\n");
  EXPECT_EQ(stage.asked<model::SetPrompting>()->attempt.shown, Serial(16));
  EXPECT_EQ(stage.replies(changed(17)), "GTC 2 17 N\r\nQNG\r\n");
}

TEST(Serials, AreShownInOrderAroundOnesOwnChange) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(14);
  stage.line("GTC 1 N");
  // 15 was lost, 16 is ours, 17 overtakes our answer.
  EXPECT_EQ(stage.hint(event(17, RosterEvent::Kind::kReverseRemoved)), "");
  auto reply = changed(16);
  reply.missed = {event(15, RosterEvent::Kind::kReverseAdded, "bob@example.com", "Bob")};
  EXPECT_EQ(stage.replies(reply),
            "ADD 0 RL 15 bob@example.com Bob\r\nGTC 1 16 N\r\nREM 0 RL 17 bob@example.com\r\n");
  EXPECT_EQ(stage.hint(event(15, RosterEvent::Kind::kReverseAdded)), "");
  EXPECT_EQ(stage.fate, Fate::kStale);
}

TEST(Serials, AGapIsFilledFromTheJournalAfterAMoment) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(14);
  auto number = event(17, RosterEvent::Kind::kNumber, "bob@example.com", "555");
  EXPECT_EQ(stage.hint(number), "");
  EXPECT_EQ(stage.fate, Fate::kHeld);
  EXPECT_EQ(stage.session->due(), stage.clock.now() + stage.settings.gap_wait);
  EXPECT_EQ(stage.passes(stage.settings.gap_wait), "");
  ASSERT_NE(stage.chores<model::ReadJournal>(), nullptr);
  EXPECT_EQ(stage.chores<model::ReadJournal>()->after, Serial(14));
  EXPECT_EQ(stage.line("PNG"), "QNG\r\n") << "no command waits for it";
  model::Journal journal;
  journal.events = {event(15, RosterEvent::Kind::kReverseAdded, "bob@example.com", "Bob"),
                    event(16, RosterEvent::Kind::kSilent), number};
  EXPECT_EQ(stage.finishes(journal),
            "ADD 0 RL 15 bob@example.com Bob\r\nBPR 17 bob@example.com PHH 555\r\n");
  EXPECT_FALSE(stage.session->due());
}

TEST(Serials, AGapThatClosesByItselfAsksNobody) {
  Stage stage;
  stage.sign_in("MSNP4");
  stage.synchronise(14);
  stage.hint(event(16, RosterEvent::Kind::kReverseRemoved));
  // MSNP4 has no BPR: the serial moves in silence, and what was held follows.
  EXPECT_EQ(stage.hint(event(15, RosterEvent::Kind::kNumber, "bob@example.com", "555")),
            "REM 0 RL 16 bob@example.com\r\n");
  EXPECT_EQ(stage.fate, Fate::kAdvanced);
  stage.passes(stage.settings.gap_wait);
  EXPECT_FALSE(stage.chore);
}

TEST(Serials, MoreThanCanBeHeldComesFromTheJournal) {
  Settings settings;
  settings.held_events_max = 3;
  Stage stage(settings);
  stage.sign_in();
  stage.synchronise(1);
  model::Journal journal;
  for (std::uint32_t serial = 2; serial < 10; ++serial) {
    const auto one = event(serial, RosterEvent::Kind::kReverseRemoved);
    journal.events.push_back(one);
    if (serial > 2) {
      EXPECT_EQ(stage.hint(one), "");
    }
  }
  stage.passes(stage.settings.gap_wait);
  ASSERT_NE(stage.chores<model::ReadJournal>(), nullptr);
  const auto lines = stage.finishes(journal);
  EXPECT_NE(lines.find("REM 0 RL 2 "), std::string::npos);
  EXPECT_NE(lines.find("REM 0 RL 9 "), std::string::npos);
  EXPECT_FALSE(stage.session->due());
}

TEST(Serials, AJournalThatCannotBeReadIsAskedAgainLater) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(14);
  stage.hint(event(16, RosterEvent::Kind::kReverseRemoved));
  stage.passes(stage.settings.gap_wait);
  EXPECT_EQ(stage.finishes(Failed{Fault::kRosterUnavailable}), "");
  EXPECT_FALSE(stage.chore) << "not at once";
  stage.passes(stage.settings.gap_wait);
  EXPECT_NE(stage.chores<model::ReadJournal>(), nullptr);
  model::Journal trimmed;
  trimmed.trimmed = true;
  trimmed.serial = Serial(16);
  EXPECT_EQ(stage.finishes(trimmed), "");
  EXPECT_EQ(stage.hint(event(17, RosterEvent::Kind::kReverseAdded, "b@example.com", "B")),
            "ADD 0 RL 17 b@example.com B\r\n");
}

TEST(Serials, WrapToOne) {
  Stage stage;
  stage.sign_in();
  stage.synchronise(0xFFFFFFFFU);
  EXPECT_EQ(stage.hint(event(1, RosterEvent::Kind::kReverseRemoved)),
            "REM 0 RL 1 bob@example.com\r\n");
  EXPECT_EQ(stage.hint(event(0xFFFFFFFFU, RosterEvent::Kind::kReverseRemoved)), "");
  EXPECT_EQ(stage.fate, Fate::kStale);
}

}  // namespace
}  // namespace monarch::notification
