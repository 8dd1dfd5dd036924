// IMS and the sequence of status changes over in-memory ports:
// docs/protocol/notification.md#ims-3-webtv and #chg-2.
#include <gtest/gtest.h>

#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using model::ChangeStatus;
using model::List;
using model::PresenceHint;
using model::Status;
using testing::World;

class StatusTest : public ::testing::Test {
 protected:
  StatusTest() {
    world.create(1);
    world.create(2);
    watcher = world.online(2);
    world.add(watcher, List::kForward, 1);
    subject = world.open(1);
    change(Status::kOnline, false, 1);
    world.take_hints<PresenceHint>();
  }
  void change(Status status, bool ims_off, std::uint64_t sequence) {
    const auto reply = world.ask(ChangeStatus{subject.ref, status, false, ims_off, sequence});
    ASSERT_TRUE(std::holds_alternative<model::StatusChanged>(reply));
  }
  model::Reply call() {
    return world.ask(model::Invite{World::account(2), World::handle(2), "Name-2",
                                   World::handle(1).value(), 77, "127.0.2.1:1863", "1.2.3"});
  }
  OnlineRecord record() { return world.index.peek(World::account(1)); }
  bool differs(std::optional<Status> status, bool ims_off) {
    model::SessionReport report;
    report.session = subject.ref;
    report.status = status;
    report.ims_off = ims_off;
    const auto reply = world.ask(model::Compare{NodeId("n1"), {report}});
    return std::get<model::Compared>(reply).sessions.at(0).status_differs;
  }

  World world;
  World::Session watcher, subject;
};

TEST_F(StatusTest, WhoeverIsCalledWithImsOffIsNotOnline) {
  change(Status::kOnline, true, 2);
  const auto refused = call();
  ASSERT_TRUE(std::holds_alternative<model::Refused>(refused));
  EXPECT_EQ(std::get<model::Refused>(refused).code, 217);
  EXPECT_TRUE(world.take_hints<model::RingHint>().empty());
  change(Status::kOnline, false, 3);
  EXPECT_TRUE(std::holds_alternative<model::Invited>(call()));
}

TEST_F(StatusTest, NobodySeesIms) {
  const auto before = record().version;
  change(Status::kOnline, true, 2);
  // What is told, to make good for a hint that may have been lost, has been shown already.
  for (const auto& hint : world.take_hints<PresenceHint>()) {
    EXPECT_EQ(hint.subject.version, before);
    EXPECT_EQ(hint.subject.status, Status::kOnline);
  }
  EXPECT_EQ(record().version, before);
}

// The try of an instance that was slow: its node has asked another one since, and the user has
// changed his mind.
TEST_F(StatusTest, ALateTryOverwritesNothing) {
  change(Status::kHidden, true, 3);
  change(Status::kBusy, false, 2);
  EXPECT_EQ(record().status, Status::kHidden);
  EXPECT_TRUE(record().ims_off);
  for (const auto& hint : world.take_hints<PresenceHint>()) {
    EXPECT_EQ(hint.subject.status, Status::kOffline);
  }
}

// docs/decisions/0020-a-trace-follows-a-change.md
TEST_F(StatusTest, WhatAChangeTellsCarriesItsTrace) {
  ChangeStatus away{subject.ref, Status::kAway, false, false, 2};
  away.trace = model::Trace{model::TraceId(7), TimePoint(std::chrono::seconds(3)), 1};
  world.ask(away);
  auto hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].subject.status, Status::kAway);
  EXPECT_EQ(hints[0].trace, away.trace);
  // Asked for once more because its presence died: told once more, under the same trace.
  world.ask(away);
  hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].trace, away.trace);
}

TEST_F(StatusTest, WhatNoChgTellsCarriesNoTrace) {
  change(Status::kBusy, false, 2);
  auto rename = model::Rename{World::attempt(subject), World::handle(1).value(), "New"};
  world.changed(rename);
  world.ask(model::CloseSession{subject.ref});
  const auto hints = world.take_hints<PresenceHint>();
  EXPECT_EQ(hints.size(), 3U);
  for (const auto& hint : hints) EXPECT_FALSE(hint.trace.has_value());
}

TEST_F(StatusTest, ALateResumeOverwritesNothing) {
  auto resume = World::open_request(1, 100);
  resume.resume = model::OpenSession::Resume{subject.ref.token, Status::kOnline, false, 1};
  change(Status::kBusy, true, 2);
  EXPECT_TRUE(std::holds_alternative<model::Opened>(world.ask(resume)));
  EXPECT_EQ(record().status, Status::kBusy);
  EXPECT_TRUE(record().ims_off);
}

TEST_F(StatusTest, ComparingNoticesIms) {
  EXPECT_FALSE(differs(Status::kOnline, false));
  EXPECT_TRUE(differs(Status::kOnline, true));
  change(Status::kOnline, true, 2);
  EXPECT_FALSE(differs(Status::kOnline, true));
  EXPECT_TRUE(differs(Status::kOnline, false));
}

TEST_F(StatusTest, BeforeTheFirstChgImsIsTheNodesAffair) {
  subject = world.open(1, 101);
  EXPECT_FALSE(differs(std::nullopt, true));
  EXPECT_FALSE(differs(std::nullopt, false));
}

}  // namespace
}  // namespace monarch::presence
