// What every OnlineIndex promises, beyond ports.hpp's words. A World is made per test and has
//   OnlineIndex& index();             empty, without a generation
//   T await(const Eventual<T>&);      drives whatever completes it
//   void vanish(AccountId account);   its tombstone's time is over
//   void lose_everything();           the index has restarted empty, and is reachable again
// INSTANTIATE_TYPED_TEST_SUITE_P(X, OnlineIndexContract, XWorld) runs it.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "presence/core/ports.hpp"

namespace monarch::presence::testing {

template <class IndexWorld>
class OnlineIndexContract : public ::testing::Test {
 protected:
  IndexWorld world;

  void begin(std::uint64_t generation) {
    ASSERT_TRUE(world.await(world.index().begin_generation(generation)).ok());
  }
  IndexReply run(const IndexCommand& command) {
    const std::vector<IndexCommand> commands{command};
    auto replies = world.await(world.index().run(commands));
    MONARCH_ASSERT(replies.ok() && replies->size() == 1);
    return replies->front();
  }
  static OpenCommand open_of(std::uint64_t account, std::uint64_t session, const char* node = "n1",
                             Revision revision = 1) {
    OpenCommand open;
    open.account = AccountId(account);
    open.session = SessionId(session);
    open.node = NodeId(node);
    open.dialect = 5;
    open.handle = Handle::trusted("a@example.com");
    open.profile = {"A%20b", true, Serial(4), revision};
    return open;
  }
  IndexReply open(std::uint64_t account, std::uint64_t session, const char* node = "n1") {
    return run(open_of(account, session, node));
  }
  static OpenCommand resume_of(std::uint64_t session, model::Version token,
                               std::optional<model::Status> status, const char* node = "n1") {
    auto open = open_of(1, session, node);
    open.resume = model::OpenSession::Resume{token, status};
    return open;
  }
  IndexReply close(std::uint64_t account, std::uint64_t session) {
    return run(CloseCommand{AccountId(account), SessionId(session)});
  }
  IndexReply status(std::uint64_t session, model::Version token, model::Status status) {
    return run(StatusCommand{AccountId(1), SessionId(session), token, status, false, 0});
  }
  IndexReply status(std::uint64_t session, model::Version token, model::Status status, bool ims_off,
                    std::uint64_t sequence) {
    return run(StatusCommand{AccountId(1), SessionId(session), token, status, ims_off, sequence});
  }
  IndexReply stamp(std::uint64_t account, const char* name, Revision revision, bool raise = false) {
    return run(StampCommand{AccountId(account), {name, false, Serial(9), revision}, raise});
  }
  IndexReply get(std::uint64_t account) { return run(GetCommand{AccountId(account)}); }
  NodeSessionPage sessions(const char* node, std::uint64_t after = 0, std::size_t limit = 10) {
    auto page = world.await(world.index().node_sessions(NodeId(node), AccountId(after), limit));
    MONARCH_ASSERT(page.ok());
    return std::move(*page);
  }
};

TYPED_TEST_SUITE_P(OnlineIndexContract);

TYPED_TEST_P(OnlineIndexContract, WantsAGenerationFirst) {
  const std::vector<IndexCommand> commands{GetCommand{AccountId(1)}};
  auto replies = this->world.await(this->world.index().run(commands));
  ASSERT_FALSE(replies.ok());
  EXPECT_EQ(replies.error(), IndexError::kNoGeneration);
  this->begin(3);
  EXPECT_EQ(this->open(1, 11).record.version.generation, 3U);
  this->begin(2);
  EXPECT_EQ(this->open(1, 12).record.version.generation, 3U);
  this->begin(4);
  EXPECT_EQ(this->open(1, 13).record.version.generation, 4U);
}

TYPED_TEST_P(OnlineIndexContract, NothingCostsNothing) {
  auto replies = this->world.await(this->world.index().run({}));
  ASSERT_TRUE(replies.ok());
  EXPECT_TRUE(replies->empty());
}

TYPED_TEST_P(OnlineIndexContract, NobodyIsOffline) {
  this->begin(1);
  const auto reply = this->get(7);
  EXPECT_EQ(reply.kind, IndexReply::Kind::kOk);
  EXPECT_FALSE(reply.known);
  EXPECT_EQ(reply.record.account, AccountId(7));
  EXPECT_FALSE(reply.record.online());
  EXPECT_EQ(reply.record.version, model::Version{});
}

TYPED_TEST_P(OnlineIndexContract, AnOpenSessionIsFound) {
  this->begin(1);
  const auto opened = this->open(1, 11);
  EXPECT_EQ(opened.kind, IndexReply::Kind::kOk);
  EXPECT_FALSE(opened.known);
  EXPECT_FALSE(opened.displaced.has_value());
  EXPECT_EQ(opened.record.token, opened.record.version);
  const auto found = this->get(1);
  EXPECT_TRUE(found.known);
  const auto& record = found.record;
  EXPECT_EQ(record.account, AccountId(1));
  EXPECT_EQ(record.session, SessionId(11));
  EXPECT_EQ(record.token, opened.record.token);
  EXPECT_EQ(record.version, opened.record.version);
  EXPECT_EQ(record.node, NodeId("n1"));
  EXPECT_EQ(record.dialect, 5);
  EXPECT_FALSE(record.status.has_value());
  EXPECT_EQ(record.handle, Handle::trusted("a@example.com"));
  EXPECT_EQ(record.profile, (Profile{"A%20b", true, Serial(4), 1}));
}

TYPED_TEST_P(OnlineIndexContract, WhereSomebodyIsCanBeAskedAlone) {
  this->begin(1);
  EXPECT_FALSE(this->run(WhereCommand{AccountId(1)}).record.online());
  this->open(1, 11);
  const auto there = this->run(WhereCommand{AccountId(1)}).record;
  EXPECT_EQ(there.account, AccountId(1));
  EXPECT_EQ(there.session, SessionId(11));
  EXPECT_EQ(there.node, this->get(1).record.node);
  this->close(1, 11);
  EXPECT_FALSE(this->run(WhereCommand{AccountId(1)}).record.online());
}

TYPED_TEST_P(OnlineIndexContract, ANewSessionDisplacesTheOld) {
  this->begin(1);
  const auto first = this->open(1, 11);
  this->status(11, first.record.token, model::Status::kBusy);
  const auto second = this->open(1, 12, "n2");
  ASSERT_TRUE(second.displaced.has_value());
  EXPECT_EQ(second.displaced->session, SessionId(11));
  EXPECT_EQ(second.displaced->node, NodeId("n1"));
  EXPECT_TRUE(second.was_shown);
  EXPECT_GT(second.record.token, first.record.token);
  EXPECT_FALSE(second.record.status.has_value());
  // The old one is fenced, whatever it tries.
  EXPECT_EQ(this->status(11, first.record.token, model::Status::kAway).kind,
            IndexReply::Kind::kFenced);
  EXPECT_EQ(this->open(1, 11).kind, IndexReply::Kind::kFenced);
  const auto closed = this->close(1, 11);
  EXPECT_EQ(closed.kind, IndexReply::Kind::kMissing);
  EXPECT_EQ(closed.was_at, NodeId("n1"));
  EXPECT_EQ(this->get(1).record.session, SessionId(12));
}

TYPED_TEST_P(OnlineIndexContract, AHiddenSessionWasNotShown) {
  this->begin(1);
  const auto first = this->open(1, 11);
  this->status(11, first.record.token, model::Status::kHidden);
  EXPECT_FALSE(this->open(1, 12).was_shown);
}

TYPED_TEST_P(OnlineIndexContract, AnOpenRepeatedTellsTheSame) {
  this->begin(1);
  const auto first = this->open(1, 11);
  this->status(11, first.record.token, model::Status::kBusy);
  const auto second = this->open(1, 12);
  const auto again = this->open(1, 12);
  EXPECT_EQ(again.kind, IndexReply::Kind::kOk);
  EXPECT_EQ(again.record.token, second.record.token);
  ASSERT_TRUE(again.displaced.has_value());
  EXPECT_EQ(again.displaced->session, SessionId(11));
  EXPECT_TRUE(again.was_shown);
  this->status(12, second.record.token, model::Status::kAway);
  const auto late = this->open(1, 12);
  EXPECT_EQ(late.record.status, model::Status::kAway);
  EXPECT_FALSE(late.was_shown);
}

TYPED_TEST_P(OnlineIndexContract, AChainOfDisplacedOnesWasShown) {
  this->begin(1);
  const auto first = this->open(1, 11);
  this->status(11, first.record.token, model::Status::kBusy);
  this->open(1, 12);
  const auto third = this->open(1, 13);
  EXPECT_EQ(third.displaced->session, SessionId(12));
  EXPECT_TRUE(third.was_shown);
}

TYPED_TEST_P(OnlineIndexContract, ACloseIsRemembered) {
  this->begin(1);
  const auto opened = this->open(1, 11);
  this->status(11, opened.record.token, model::Status::kOnline);
  const auto before = this->get(1).record.version;
  const auto closed = this->close(1, 11);
  EXPECT_EQ(closed.kind, IndexReply::Kind::kOk);
  EXPECT_TRUE(closed.was_shown);
  EXPECT_EQ(closed.was_at, NodeId("n1"));
  EXPECT_FALSE(closed.record.online());
  EXPECT_EQ(closed.record.shown(), model::Status::kOffline);
  EXPECT_GT(closed.record.version, before);
  const auto again = this->close(1, 11);
  EXPECT_EQ(again.kind, IndexReply::Kind::kRepeated);
  EXPECT_TRUE(again.was_shown);
  EXPECT_EQ(again.was_at, NodeId("n1"));
  EXPECT_EQ(again.record.version, closed.record.version);
  // The dead are not woken by a doubled request.
  EXPECT_EQ(this->open(1, 11).kind, IndexReply::Kind::kMissing);
  EXPECT_EQ(this->status(11, opened.record.token, model::Status::kOnline).kind,
            IndexReply::Kind::kMissing);
  // Also when another has come since.
  this->open(1, 12);
  EXPECT_EQ(this->close(1, 11).kind, IndexReply::Kind::kRepeated);
  EXPECT_EQ(this->get(1).record.session, SessionId(12));
}

TYPED_TEST_P(OnlineIndexContract, ACloseMayOvertakeItsOpen) {
  this->begin(1);
  EXPECT_EQ(this->close(1, 11).kind, IndexReply::Kind::kMissing);
  EXPECT_EQ(this->open(1, 11).kind, IndexReply::Kind::kMissing);
  EXPECT_EQ(this->open(1, 12).kind, IndexReply::Kind::kOk);
}

TYPED_TEST_P(OnlineIndexContract, EveryStatusRaisesTheVersion) {
  this->begin(1);
  auto before = this->open(1, 11).record;
  for (const auto status : {model::Status::kOnline, model::Status::kHidden, model::Status::kLunch,
                            model::Status::kLunch}) {
    const auto reply = this->status(11, before.token, status);
    EXPECT_EQ(reply.kind, IndexReply::Kind::kOk);
    EXPECT_TRUE(reply.known);
    EXPECT_EQ(reply.record.status, status);
    EXPECT_EQ(reply.record.token, before.token);
    EXPECT_GT(reply.record.version, before.version);
    EXPECT_EQ(reply.record.profile, before.profile);
    before.version = reply.record.version;
  }
}

TYPED_TEST_P(OnlineIndexContract, TheGreaterRevisionWins) {
  this->begin(1);
  const auto opened = this->open(1, 11);
  const auto newer = this->stamp(1, "New", 5);
  EXPECT_EQ(newer.record.profile, (Profile{"New", false, Serial(9), 5}));
  EXPECT_GT(newer.record.version, opened.record.version);
  const auto older = this->stamp(1, "Old", 4, true);
  EXPECT_EQ(older.record.profile.name, "New");
  EXPECT_GT(older.record.version, newer.record.version);
  EXPECT_EQ(older.record.session, SessionId(11));
  // A new session that brings an older roster does not take it back.
  EXPECT_EQ(this->open(1, 12).record.profile.revision, 5U);
  EXPECT_EQ(this->run(this->open_of(1, 13, "n1", 6)).record.profile.name, "A%20b");
}

TYPED_TEST_P(OnlineIndexContract, AStampLeavesATombstone) {
  this->begin(1);
  const auto stamped = this->stamp(1, "New", 5);
  EXPECT_FALSE(stamped.known);
  EXPECT_FALSE(stamped.record.online());
  const auto opened = this->open(1, 11);
  EXPECT_TRUE(opened.known);
  EXPECT_EQ(opened.record.profile.name, "New");
  // One without a profile is not known.
  this->run(StampCommand{AccountId(2), Profile{}, true});
  EXPECT_FALSE(this->get(2).known);
}

// Somebody else's change stamps the whole profile; a name that comes with it by chance must be seen
// to be newer by whoever compares.
TYPED_TEST_P(OnlineIndexContract, AStampRaisesTheVersionWhenOthersMaySeeIt) {
  this->begin(1);
  this->open(1, 11);
  const auto first = this->stamp(1, "Old", 5).record.version;
  EXPECT_EQ(this->stamp(1, "Old", 6).record.version, first);
  const auto renamed = this->stamp(1, "New", 7).record.version;
  EXPECT_GT(renamed, first);
  EXPECT_EQ(this->stamp(1, "Older", 4).record.version, renamed);
}

TYPED_TEST_P(OnlineIndexContract, VersionsOutliveTheRecord) {
  this->begin(1);
  this->open(1, 11);
  for (int i = 0; i < 20; ++i) this->stamp(1, "x", 2, true);
  const auto before = this->close(1, 11).record.version;
  this->world.vanish(AccountId(1));
  EXPECT_FALSE(this->get(1).known);
  EXPECT_GT(this->run(StampCommand{AccountId(1), Profile{}, true}).record.version, before);
  this->world.vanish(AccountId(1));
  EXPECT_GT(this->open(1, 12).record.version, before);
}

TYPED_TEST_P(OnlineIndexContract, ALostIndexIsRefilled) {
  this->begin(1);
  const auto old = this->open(1, 11);
  const auto young = this->open(1, 12, "n2");
  this->world.lose_everything();
  const std::vector<IndexCommand> commands{GetCommand{AccountId(1)}};
  auto replies = this->world.await(this->world.index().run(commands));
  ASSERT_FALSE(replies.ok());
  EXPECT_EQ(replies.error(), IndexError::kNoGeneration);
  this->begin(2);
  // Both nodes announce; the one that had lost the account is first.
  const auto first = this->run(this->resume_of(11, old.record.token, model::Status::kBusy));
  EXPECT_EQ(first.kind, IndexReply::Kind::kOk);
  EXPECT_EQ(first.record.token, old.record.token);
  EXPECT_EQ(first.record.status, model::Status::kBusy);
  EXPECT_GT(first.record.version, young.record.version);
  const auto second = this->run(this->resume_of(12, young.record.token, std::nullopt, "n2"));
  EXPECT_EQ(second.kind, IndexReply::Kind::kOk);
  ASSERT_TRUE(second.displaced.has_value());
  EXPECT_EQ(second.displaced->session, SessionId(11));
  EXPECT_TRUE(second.was_shown);
  EXPECT_EQ(second.record.token, young.record.token);
  EXPECT_EQ(this->run(this->resume_of(11, old.record.token, model::Status::kBusy)).kind,
            IndexReply::Kind::kFenced);
  EXPECT_GT(this->open(1, 13).record.token, young.record.token);
}

// The loser of a second sign-in that never heard of it must not come back when the winner has gone:
// its client's lists may be older than what the winner made of them.
TYPED_TEST_P(OnlineIndexContract, ALoserStaysFencedWhenTheWinnerHasGone) {
  this->begin(1);
  const auto old = this->open(1, 11);
  ASSERT_EQ(this->open(1, 12).kind, IndexReply::Kind::kOk);
  ASSERT_EQ(this->close(1, 12).kind, IndexReply::Kind::kOk);
  EXPECT_EQ(this->run(this->resume_of(11, old.record.token, model::Status::kOnline)).kind,
            IndexReply::Kind::kFenced);
}

TYPED_TEST_P(OnlineIndexContract, ASessionDeclaredDeadMayResume) {
  this->begin(1);
  const auto opened = this->open(1, 11);
  this->close(1, 11);
  const auto resumed = this->run(this->resume_of(11, opened.record.token, model::Status::kAway));
  EXPECT_EQ(resumed.kind, IndexReply::Kind::kOk);
  EXPECT_EQ(resumed.record.shown(), model::Status::kAway);
  // Announced once more while it is open, with what it is by now.
  const auto again = this->run(this->resume_of(11, opened.record.token, model::Status::kBusy));
  EXPECT_EQ(again.record.shown(), model::Status::kBusy);
  EXPECT_GT(again.record.version, resumed.record.version);
}

TYPED_TEST_P(OnlineIndexContract, CommandsTakeEffectInOrder) {
  this->begin(1);
  const auto token = this->open(1, 11).record.token;
  const std::vector<IndexCommand> commands{
      GetCommand{AccountId(1)},
      StatusCommand{AccountId(1), SessionId(11), token, model::Status::kIdle, false, 1},
      this->open_of(2, 21), GetCommand{AccountId(1)}, GetCommand{AccountId(2)}};
  auto replies = this->world.await(this->world.index().run(commands));
  ASSERT_TRUE(replies.ok());
  ASSERT_EQ(replies->size(), 5U);
  EXPECT_FALSE((*replies)[0].record.status.has_value());
  EXPECT_EQ((*replies)[3].record.status, model::Status::kIdle);
  EXPECT_EQ((*replies)[4].record.session, SessionId(21));
}

TYPED_TEST_P(OnlineIndexContract, ANodesSessionsArePaged) {
  this->begin(1);
  for (const std::uint64_t n : {30U, 10U, 20U}) this->open(n, n + 1);
  this->open(40, 41, "n2");
  const auto first = this->sessions("n1", 0, 2);
  ASSERT_EQ(first.sessions.size(), 2U);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(first.sessions[0].account, AccountId(10));
  EXPECT_EQ(first.sessions[0].session, SessionId(11));
  EXPECT_EQ(first.sessions[1].account, AccountId(20));
  const auto rest = this->sessions("n1", 20, 2);
  ASSERT_EQ(rest.sessions.size(), 1U);
  EXPECT_FALSE(rest.more);
  EXPECT_EQ(rest.sessions[0].account, AccountId(30));
  EXPECT_EQ(this->sessions("n2").sessions.size(), 1U);
  EXPECT_TRUE(this->sessions("n3").sessions.empty());
}

TYPED_TEST_P(OnlineIndexContract, ASessionIsListedUntilForgotten) {
  this->begin(1);
  this->open(1, 11);
  this->open(1, 12);
  this->close(1, 12);
  EXPECT_EQ(this->sessions("n1").sessions.size(), 2U);
  this->run(ForgetCommand{NodeId("n1"), AccountId(1), SessionId(11)});
  const auto page = this->sessions("n1");
  ASSERT_EQ(page.sessions.size(), 1U);
  EXPECT_EQ(page.sessions[0].session, SessionId(12));
  this->run(ForgetCommand{NodeId("n1"), AccountId(1), SessionId(12)});
  this->run(ForgetCommand{NodeId("n1"), AccountId(1), SessionId(12)});
  EXPECT_TRUE(this->sessions("n1").sessions.empty());
}

REGISTER_TYPED_TEST_SUITE_P(OnlineIndexContract, WantsAGenerationFirst, NothingCostsNothing,
                            NobodyIsOffline, AnOpenSessionIsFound, WhereSomebodyIsCanBeAskedAlone,
                            ANewSessionDisplacesTheOld, AHiddenSessionWasNotShown,
                            AnOpenRepeatedTellsTheSame, AChainOfDisplacedOnesWasShown,
                            ACloseIsRemembered, ACloseMayOvertakeItsOpen,
                            EveryStatusRaisesTheVersion, TheGreaterRevisionWins,
                            AStampLeavesATombstone, AStampRaisesTheVersionWhenOthersMaySeeIt,
                            VersionsOutliveTheRecord, ALostIndexIsRefilled,
                            ALoserStaysFencedWhenTheWinnerHasGone, ASessionDeclaredDeadMayResume,
                            CommandsTakeEffectInOrder, ANodesSessionsArePaged,
                            ASessionIsListedUntilForgotten);

}  // namespace monarch::presence::testing
