#include "cluster/liveness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace monarch::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// One observer whose connection has always answered, unless a test says otherwise.
class LivenessTest : public ::testing::Test {
 protected:
  static NodeRecord node(const std::string& id, std::uint64_t beat, std::uint64_t incarnation = 1) {
    NodeRecord record;
    record.id = NodeId(id);
    record.incarnation = incarnation;
    record.role = "notification";
    record.beat = beat;
    return record;
  }
  // Moves the clock and feeds what Redis shows; tells what was said, as "died a".
  std::vector<std::string> feed(Duration after, std::vector<NodeRecord> records,
                                Duration answer_takes = 0ms) {
    now_ += after;
    Liveness::Snapshot snapshot{std::move(records), now_, now_ + answer_takes, answering_since_};
    now_ += answer_takes;
    std::vector<std::string> said;
    for (const auto& event : liveness_.feed(snapshot)) {
      said.push_back(std::string(to_string(event.change)) + " " + event.record.id.value());
    }
    return said;
  }

  TimePoint now_{1h};
  TimePoint answering_since_{0h};
  Liveness liveness_{LivenessSettings{5s, 60s}};
};

TEST_F(LivenessTest, ANodeThatBeatsLives) {
  EXPECT_FALSE(liveness_.informed());
  EXPECT_THAT(feed(0s, {node("a", 1)}), ElementsAre("joined a"));
  EXPECT_TRUE(liveness_.informed());
  for (std::uint64_t beat = 2; beat < 100; ++beat) {
    EXPECT_THAT(feed(4s, {node("a", beat)}), IsEmpty());
  }
}

TEST_F(LivenessTest, ANodeWhoseCounterStandsStillIsDeadAndSaidSoOnce) {
  EXPECT_THAT(feed(0s, {node("a", 1), node("b", 1)}), ElementsAre("joined a", "joined b"));
  EXPECT_THAT(feed(1s, {node("a", 2), node("b", 2)}), IsEmpty());
  EXPECT_THAT(feed(4999ms, {node("a", 2), node("b", 3)}), IsEmpty());
  EXPECT_THAT(feed(1ms, {node("a", 2), node("b", 3)}), ElementsAre("died a"));
  EXPECT_EQ(liveness_.find(NodeId("a"))->health, NodeHealth::kDead);
  EXPECT_EQ(liveness_.find(NodeId("b"))->health, NodeHealth::kAlive);
  EXPECT_THAT(feed(1s, {node("a", 2), node("b", 4)}), IsEmpty());
  EXPECT_THAT(feed(1s, {node("a", 3), node("b", 5)}), ElementsAre("joined a"));
}

TEST_F(LivenessTest, StillnessCountsOnlyWhileOurConnectionAnswered) {
  feed(0s, {node("a", 1)});
  // Redis was away for a minute and has answered again for less than dead_after.
  answering_since_ = now_ + 60s;
  EXPECT_THAT(feed(60s, {node("a", 1)}), IsEmpty());
  EXPECT_THAT(feed(4999ms, {node("a", 1)}), IsEmpty());
  EXPECT_THAT(feed(1ms, {node("a", 1)}), ElementsAre("died a"));
}

TEST_F(LivenessTest, ASlowAnswerProvesNothing) {
  feed(0s, {node("a", 1)});
  // Asked after one second, read after ten: the value may be nine seconds old.
  EXPECT_THAT(feed(1s, {node("a", 1)}, 10s), IsEmpty());
  // A beat first read late is new as of then.
  EXPECT_THAT(feed(0s, {node("a", 2)}, 10s), IsEmpty());
  EXPECT_THAT(feed(4s, {node("a", 2)}), IsEmpty());
  EXPECT_THAT(feed(1s, {node("a", 2)}), ElementsAre("died a"));
}

TEST_F(LivenessTest, ANewIncarnationIsTold) {
  feed(0s, {node("a", 100, 1)});
  now_ += 1s;
  const auto events = liveness_.feed({{node("a", 1, 2)}, now_, now_, answering_since_});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].change, NodeChange::kReincarnated);
  EXPECT_EQ(events[0].old_incarnation, 1U);
  EXPECT_EQ(events[0].record.incarnation, 2U);
  // The same counter under another incarnation is no standstill.
  feed(4s, {node("a", 1, 3)});
  EXPECT_THAT(feed(4s, {node("a", 1, 3)}), IsEmpty());
}

TEST_F(LivenessTest, ARecordThatIsGoneIsMissingFirstAndHasLeftLater) {
  feed(0s, {node("a", 1), node("b", 1)});
  EXPECT_THAT(feed(1s, {node("b", 2)}), ElementsAre("missing a"));
  EXPECT_EQ(liveness_.find(NodeId("a"))->health, NodeHealth::kMissing);
  EXPECT_THAT(feed(4s, {node("b", 3)}), IsEmpty());
  EXPECT_THAT(feed(1s, {node("b", 4)}), ElementsAre("left a"));
  EXPECT_EQ(liveness_.find(NodeId("a")), nullptr);
}

TEST_F(LivenessTest, ARedisThatReturnsEmptyKillsNobody) {
  feed(0s, {node("a", 7), node("b", 7)});
  EXPECT_THAT(feed(1s, {}), ElementsAre("missing a", "missing b"));
  EXPECT_THAT(feed(1s, {node("a", 8)}), ElementsAre("joined a"));
  EXPECT_THAT(feed(1s, {node("a", 9), node("b", 7)}), ElementsAre("joined b"));
}

TEST_F(LivenessTest, ChangesThatMatterAreTold) {
  feed(0s, {node("a", 1)});
  auto draining = node("a", 2);
  draining.load = 50;
  EXPECT_THAT(feed(1s, {draining}), IsEmpty());
  EXPECT_EQ(liveness_.find(NodeId("a"))->record.load, 50U);
  draining.beat = 3;
  draining.state = NodeState::kDraining;
  EXPECT_THAT(feed(1s, {draining}), ElementsAre("updated a"));
}

TEST_F(LivenessTest, WhatIsFoundAtFirstIsNotProvenUntilItBeats) {
  feed(0s, {node("old", 1)});
  EXPECT_FALSE(liveness_.find(NodeId("old"))->proven);
  feed(1s, {node("old", 1), node("new", 1)});
  EXPECT_FALSE(liveness_.find(NodeId("old"))->proven);
  EXPECT_TRUE(liveness_.find(NodeId("new"))->proven);
  feed(1s, {node("old", 2), node("new", 2)});
  EXPECT_TRUE(liveness_.find(NodeId("old"))->proven);
}

TEST_F(LivenessTest, LongDeadRecordsArePurged) {
  feed(0s, {node("a", 1)});
  EXPECT_THAT(feed(5s, {node("a", 1)}), ElementsAre("died a"));
  feed(59s, {node("a", 1)});
  EXPECT_THAT(liveness_.purgeable(), IsEmpty());
  feed(1s, {node("a", 1)});
  EXPECT_THAT(liveness_.purgeable(), ElementsAre(node("a", 1)));
  EXPECT_THAT(feed(1s, {}), IsEmpty()) << "its death was told";
  EXPECT_THAT(liveness_.table(), IsEmpty());
}

}  // namespace
}  // namespace monarch::cluster
