// What heals: the comparison of rule 4, the reaper of rule 7, repeats after a death between any two
// steps, and the removal of an account.
#include <gtest/gtest.h>
#include <map>

#include "presence/core/operations.hpp"
#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using model::KickHint;
using model::List;
using model::PresenceHint;
using model::Property;
using model::RosterEvent;
using model::RosterHint;
using model::SessionVerdict;
using model::Status;
using testing::Fate;
using testing::World;

class RecoveryTest : public ::testing::Test {
 protected:
  RecoveryTest() { start(world); }

  // 2 watches 1 and is in his AL; both are online, on different nodes.
  void start(World& fresh) {
    for (std::uint64_t n = 1; n <= 3; ++n) fresh.create(n);
    one = fresh.open(1, 100, "n1");
    two = fresh.open(2, 200, "n2");
    fresh.status(one, Status::kOnline, true);
    fresh.status(two, Status::kOnline, true);
    fresh.add(two, List::kForward, 1);
    fresh.add(one, List::kAllow, 2);
    fresh.bus.published.clear();
  }
  model::SessionReport report_of(World& of, const World::Session& session) {
    model::SessionReport report;
    report.session = session.ref;
    report.shown = of.store.peek(session.ref.account)->principal.serial;
    report.status = Status::kOnline;
    return report;
  }
  model::SessionReport report_of_two() {
    auto report = report_of(world, two);
    const auto record = world.index.peek(AccountId(1));
    report.contacts.push_back({AccountId(1), record.version, record.shown()});
    return report;
  }
  SessionVerdict compare(const model::SessionReport& report) {
    model::Compare request;
    request.node = NodeId("n2");
    request.sessions.push_back(report);
    auto reply = world.ask(request);
    return std::get<model::Compared>(reply).sessions.at(0);
  }

  World world;
  World::Session one, two;
};

// ARCHITECTURE.md#rule-11: nothing half done.
TEST_F(RecoveryTest, NothingIsStoredWhileTheIndexIsKnownToBeAway) {
  const auto before = world.store.peek(AccountId(1))->principal;
  world.index.is_reachable = false;
  const auto reply = world.ask(World::add_request(one, List::kBlock, 3));
  const auto* failed = std::get_if<model::Failed>(&reply);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->fault, model::Fault::kIndexUnavailable);
  EXPECT_EQ(world.store.peek(AccountId(1))->principal.revision, before.revision);
  world.index.is_reachable = true;
  EXPECT_NE(world.add(one, List::kBlock, 3).serial, before.serial);
}

TEST_F(RecoveryTest, NothingToRepair) {
  const auto verdict = compare(report_of_two());
  EXPECT_EQ(verdict.kind, SessionVerdict::Kind::kHolds);
  EXPECT_EQ(verdict.serial, report_of_two().shown);
  EXPECT_FALSE(verdict.status_differs);
  EXPECT_TRUE(verdict.contacts.empty());
  EXPECT_TRUE(world.bus.published.empty());
}

TEST_F(RecoveryTest, ALostStatusIsFound) {
  const auto stale = report_of_two();
  world.status(one, Status::kLunch);
  const auto verdict = compare(stale);
  ASSERT_EQ(verdict.contacts.size(), 1U);
  EXPECT_EQ(verdict.contacts[0].status, Status::kLunch);
  EXPECT_GT(verdict.contacts[0].version, stale.contacts[0].version);
}

TEST_F(RecoveryTest, ALostNameIsFound) {
  const auto stale = report_of_two();
  world.changed(model::Rename{World::attempt(one), World::handle(1).value(), "New"});
  ASSERT_EQ(compare(stale).contacts.size(), 1U);
  EXPECT_EQ(compare(stale).contacts[0].name, "New");
}

TEST_F(RecoveryTest, ALostFarewellIsFoundAlsoAfterTheTombstone) {
  const auto stale = report_of_two();
  world.ask(model::CloseSession{one.ref});
  world.index.vanish(AccountId(1));
  world.index.is_settled = false;
  EXPECT_TRUE(compare(stale).contacts.empty());
  world.index.is_settled = true;
  const auto verdict = compare(stale);
  ASSERT_EQ(verdict.contacts.size(), 1U);
  EXPECT_EQ(verdict.contacts[0].status, Status::kOffline);
  EXPECT_EQ(verdict.contacts[0].account, AccountId(1));
  EXPECT_GT(verdict.contacts[0].version, stale.contacts[0].version);
}

TEST_F(RecoveryTest, APrivacyChangeThatNobodyToldIsFound) {
  auto stale = report_of_two();
  world.remove(one, List::kAllow, 2);
  auto request = World::add_request(one, List::kBlock, 2);
  // Presence dies after the commit, and so does the session that asked.
  world.index.fates = [](const char*) { return Fate::kFailed; };
  world.ask(request);
  world.index.fates = nullptr;
  stale.shown = world.store.peek(AccountId(2))->principal.serial;
  const auto verdict = compare(stale);
  ASSERT_EQ(verdict.contacts.size(), 1U);
  EXPECT_EQ(verdict.contacts[0].status, Status::kOffline);
  EXPECT_GT(verdict.contacts[0].version, stale.contacts[0].version);
}

TEST_F(RecoveryTest, ALostSerialIsFound) {
  auto stale = report_of_two();
  auto three = world.online(3);
  world.add(three, List::kForward, 2);
  const auto verdict = compare(stale);
  EXPECT_EQ(verdict.serial, next(stale.shown));
  auto reply = world.ask(model::ReadJournal{two.ref, stale.shown});
  const auto& journal = std::get<model::Journal>(reply);
  ASSERT_EQ(journal.events.size(), 1U);
  EXPECT_EQ(journal.events[0].kind, RosterEvent::Kind::kReverseAdded);
  EXPECT_FALSE(journal.trimmed);
}

TEST_F(RecoveryTest, WhatNumbersOweIsToldByTheComparison) {
  // The change is committed, presence dies before anybody is told.
  world.store.fates = [](const char* call) {
    return std::string_view(call) == "spread" ? Fate::kFailed : Fate::kDone;
  };
  world.ask(model::SetProperty{World::attempt(one), Property::kHomePhone, "555"});
  world.store.fates = nullptr;
  EXPECT_TRUE(world.store.peek(AccountId(2))->entries[0].numbers.home.empty());
  compare(report_of(world, one));
  EXPECT_EQ(world.store.peek(AccountId(2))->entries[0].numbers.home, "555");
  EXPECT_EQ(world.take_hints<RosterHint>().size(), 1U);
  EXPECT_EQ(world.store.peek(AccountId(1))->principal.spread_owed, 0U);
}

TEST_F(RecoveryTest, SessionsAreJudged) {
  auto report = report_of(world, one);
  report.status = Status::kLunch;
  EXPECT_TRUE(compare(report).status_differs);
  world.open(1, 101, "n9");
  EXPECT_EQ(compare(report).kind, SessionVerdict::Kind::kSuperseded);
  world.ask(model::CloseSession{{AccountId(1), SessionId(101), {}}});
  EXPECT_EQ(compare(report).kind, SessionVerdict::Kind::kUnknown);
}

TEST_F(RecoveryTest, ADeadNodesSessionsAreReaped) {
  auto three = world.open(3, 300, "n1");
  world.bus.published.clear();
  const auto reaped = world.steps.await(world.presence.reap(NodeId("n1")));
  ASSERT_TRUE(reaped.ok());
  EXPECT_FALSE(*reaped);
  const auto hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].subject.account, AccountId(1));
  EXPECT_EQ(hints[0].subject.status, Status::kOffline);
  EXPECT_FALSE(world.index.peek(AccountId(1)).online());
  EXPECT_FALSE(world.index.peek(three.ref.account).online());
  EXPECT_TRUE(world.index.peek(AccountId(2)).online());
}

TEST_F(RecoveryTest, ASessionThatMovedOnIsNotReaped) {
  world.open(1, 101, "n9");
  ASSERT_TRUE(world.steps.await(world.presence.reap(NodeId("n1"))).ok());
  EXPECT_EQ(world.index.peek(AccountId(1)).session, SessionId(101));
}

TEST_F(RecoveryTest, ManySessionsAreReapedInPages) {
  Settings settings;
  settings.reap_page = 2;
  World many(settings);
  for (std::uint64_t n = 1; n <= 5; ++n) {
    many.create(n);
    many.online(n);
  }
  int pages = 1;
  while (*many.steps.await(many.presence.reap(NodeId("n1")))) ++pages;
  EXPECT_EQ(pages, 3);
  for (std::uint64_t n = 1; n <= 5; ++n) EXPECT_FALSE(many.index.peek(AccountId(n)).online());
}

TEST_F(RecoveryTest, ARemovedAccountLeaves) {
  world.add(one, List::kForward, 3);
  world.bus.published.clear();
  ASSERT_TRUE(world.steps.await(world.presence.remove_principal(AccountId(1))).ok());
  EXPECT_FALSE(world.store.peek(AccountId(1)).has_value());
  EXPECT_TRUE(world.store.peek(AccountId(2))->entries.empty());
  EXPECT_FALSE(world.index.peek(AccountId(1)).online());
  bool kicked = false;
  Status shown = Status::kOnline;
  std::size_t events = 0;
  for (const auto& node : world.bus.published) {
    for (const auto& hint : node.hints) {
      if (const auto* kick = std::get_if<KickHint>(&hint)) {
        kicked = kick->session == SessionId(100);
      } else if (const auto* presence = std::get_if<PresenceHint>(&hint)) {
        shown = presence->subject.status;
      } else {
        ++events;
      }
    }
  }
  EXPECT_TRUE(kicked);
  EXPECT_EQ(shown, Status::kOffline);
  EXPECT_EQ(events, 1U);  // 1 left the FL of 2
  const auto reply = world.ask(World::open_request(1, 102));
  EXPECT_EQ(std::get<model::Failed>(reply).fault, model::Fault::kNoPrincipal);
  EXPECT_TRUE(world.steps.await(world.presence.remove_principal(AccountId(1))).ok());
}

TEST_F(RecoveryTest, AnAdministratorKicks) {
  auto kicked = world.presence.kick(AccountId(1), model::KickReason::kAdministrator);
  ASSERT_TRUE(world.steps.await(std::move(kicked)).ok());
  const auto hints = world.take_hints<KickHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].session, SessionId(100));
}

// ---- death between any two steps ----------------------------------------------------------------

// What the node of 2 would show in the end.
struct View {
  model::Version version;
  std::optional<Status> one;
  std::map<Serial, RosterEvent> events;
  bool kicked = false;
};
View view_of(const World& of) {
  View view;
  for (const auto& node : of.bus.published) {
    for (const auto& hint : node.hints) {
      if (const auto* presence = std::get_if<PresenceHint>(&hint)) {
        if (presence->subject.version <= view.version) continue;
        view.version = presence->subject.version;
        view.one = presence->subject.status;
      } else if (const auto* roster = std::get_if<RosterHint>(&hint)) {
        view.events.emplace(roster->event.serial, roster->event);
      } else {
        view.kicked = true;
      }
    }
  }
  return view;
}

class InterruptedTest : public RecoveryTest {
 protected:
  // For every number of steps after which the first instance may die: it does, a second one gets
  // the same request (what is under way in the stores is done or not, as it happens), then `check`.
  template <class Request, class Check>
  void die_everywhere(Request request_of, Check check) {
    for (std::size_t steps = 0;; ++steps) {
      SCOPED_TRACE("died after " + std::to_string(steps) + " steps");
      World doomed;
      start(doomed);
      const model::Request request = request_of();
      bool done = false;
      {
        TaskScope scope;
        scope.spawn(note(doomed.presence.handle(request), done));
        for (std::size_t i = 0; i < steps && !done; ++i) doomed.steps.run_one();
      }
      if (done) return;
      Presence second(doomed.store, doomed.index, doomed.bus, doomed.directory, {});
      auto reply = doomed.steps.await(second.handle(request));
      doomed.steps.run_all();
      ASSERT_FALSE(std::holds_alternative<model::Failed>(reply));
      check(doomed, view_of(doomed));
      if (HasFatalFailure()) return;
    }
  }

 private:
  static Task<void> note(Task<model::Reply> task, bool& done) {
    const auto reply = co_await task;
    done = !std::holds_alternative<model::Failed>(reply);
  }
};

TEST_F(InterruptedTest, OfAStatus) {
  die_everywhere(
      [this] {
        return model::ChangeStatus{one.ref, Status::kLunch, false};
      },
      [](World&, const View& view) { ASSERT_EQ(view.one, Status::kLunch); });
}

TEST_F(InterruptedTest, OfAClose) {
  die_everywhere([this] { return model::CloseSession{one.ref}; },
                 [](World& doomed, const View& view) {
                   ASSERT_EQ(view.one, Status::kOffline);
                   auto listed = doomed.ask(model::ListNodeSessions{NodeId("n1"), AccountId(0)});
                   ASSERT_TRUE(std::get<model::NodeSessions>(listed).sessions.empty());
                 });
}

TEST_F(InterruptedTest, OfASecondSignIn) {
  die_everywhere([] { return World::open_request(1, 101, "n9"); },
                 [](World&, const View& view) {
                   ASSERT_TRUE(view.kicked);
                   ASSERT_EQ(view.one, Status::kOffline);
                 });
}

TEST_F(InterruptedTest, OfARemoveAllow) {
  die_everywhere(
      [this] {
        return model::RemoveContact{{one.ref, one.sequence + 1, Serial(0)},
                                    List::kAllow,
                                    World::handle(2).value(),
                                    std::nullopt};
      },
      [](World& doomed, const View&) {
        ASSERT_EQ(doomed.store.peek(AccountId(1))->principal.serial, Serial(4));
      });
}

TEST_F(InterruptedTest, OfADefaultPrivacy) {
  // 2 is in AL; 3 is not online: nobody sees a difference, and the serial moves once.
  die_everywhere(
      [this] {
        return model::SetDefaultPrivacy{{one.ref, one.sequence + 1, Serial(0)}, false};
      },
      [](World& doomed, const View& view) {
        ASSERT_FALSE(view.one.has_value());
        ASSERT_EQ(doomed.store.peek(AccountId(1))->principal.serial, Serial(4));
      });
}

TEST_F(InterruptedTest, OfANumber) {
  die_everywhere(
      [this] {
        return model::SetProperty{
            {one.ref, one.sequence + 1, Serial(0)}, Property::kHomePhone, "555"};
      },
      [](World& doomed, const View& view) {
        const Serial serial = doomed.store.peek(AccountId(2))->principal.serial;
        ASSERT_EQ(serial, Serial(3));
        ASSERT_EQ(view.events.size(), 1U);
        ASSERT_EQ(view.events.begin()->second.value, "555");
        ASSERT_EQ(doomed.store.peek(AccountId(1))->principal.spread_owed, 0U);
      });
}

TEST_F(InterruptedTest, OfAReaper) {
  for (std::size_t steps = 0; steps < 40; ++steps) {
    World doomed;
    start(doomed);
    {
      TaskScope scope;
      const auto run = [](Task<Result<bool, model::Fault>> task) -> Task<void> {
        const auto result = co_await task;
        static_cast<void>(result);
      };
      scope.spawn(run(doomed.presence.reap(NodeId("n1"))));
      for (std::size_t i = 0; i < steps; ++i) doomed.steps.run_one();
    }
    Presence second(doomed.store, doomed.index, doomed.bus, doomed.directory, {});
    ASSERT_TRUE(doomed.steps.await(second.reap(NodeId("n1"))).ok());
    doomed.steps.run_all();
    ASSERT_EQ(view_of(doomed).one, Status::kOffline) << "died after " << steps;
  }
}

// A client keeps a dump on its disk: it must not be made from a roster that is older than a change
// whose presence died before it stamped the record.
TEST_F(RecoveryTest, ADumpHasWhatNobodyHasStamped) {
  auto request = World::add_request(one, List::kBlock, 3);
  world.index.fates = [](const char*) { return Fate::kFailed; };
  world.ask(request);
  world.index.fates = nullptr;
  const auto reply = world.ask(model::Synchronize{one.ref, Serial(0)});
  const auto& roster = std::get<model::Roster>(reply);
  EXPECT_EQ(roster.serial, world.store.peek(AccountId(1))->principal.serial);
  EXPECT_EQ(roster.lists[static_cast<std::size_t>(List::kBlock)].size(), 1U);
}

// PRP MOB without a device moves no serial: what another has done at that very serial is missed,
// too.
TEST_F(RecoveryTest, AnUnmovedSerialBringsWhatHappenedAtIt) {
  const Serial shown = world.store.peek(AccountId(1))->principal.serial;
  auto three = world.open(3, 300, "n3");
  world.add(three, List::kForward, 1);
  model::SetProperty request{World::attempt(one, shown), model::Property::kMobile, "Y"};
  const auto changed = world.changed(request);
  EXPECT_EQ(changed.serial, next(shown));
  ASSERT_EQ(changed.missed.size(), 1U);
  EXPECT_EQ(changed.missed[0].serial, next(shown));
}

// A resume that overtakes the end of a reaping: open, and on no list, nobody would ever reap it.
TEST_F(RecoveryTest, WhatIsForgottenIsClosed) {
  Context context(world.store, world.index, world.bus, world.directory, world.settings);
  world.take_hints<model::PresenceHint>();
  std::vector<EndedSession> ended;
  ended.push_back({NodeId("n1"), AccountId(1), one.ref.session});
  ASSERT_TRUE(world.steps.await(forget(context, std::move(ended))).ok());
  EXPECT_FALSE(world.index.peek(AccountId(1)).online());
  EXPECT_FALSE(world.take_hints<model::PresenceHint>().empty());
}

}  // namespace
}  // namespace monarch::presence
