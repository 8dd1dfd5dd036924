#include "dispatch/core/node_picker.hpp"

#include <gtest/gtest.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace monarch::dispatch {
namespace {

NotificationNode node(const std::string& name, std::uint32_t capacity, std::uint32_t load,
                      std::uint64_t heartbeat = 1) {
  return {.id = NodeId(name),
          .incarnation = 1,
          .advertised_address = name + ":1863",
          .capacity = capacity,
          .load = load,
          .ready = true,
          .heartbeat = heartbeat};
}

std::map<std::string, int> refer(NodePicker& picker, int times) {
  std::map<std::string, int> counts;
  for (int i = 0; i < times; ++i) ++counts[std::string(picker.refer().value())];
  return counts;
}

class NodePickerTest : public ::testing::Test {
 protected:
  SeededRandom random_{2026};
  NodePicker picker_{random_};
};

TEST_F(NodePickerTest, HasNothingToOfferWithoutReadyNodes) {
  EXPECT_EQ(picker_.refer().error(), NoNode::kNoneReady);
  auto draining = node("a", 100, 0);
  draining.ready = false;
  picker_.update({draining});
  EXPECT_EQ(picker_.refer().error(), NoNode::kNoneReady);
}

TEST_F(NodePickerTest, TellsFullFromAbsent) {
  auto draining = node("b", 100, 0);
  draining.ready = false;
  picker_.update({node("a", 100, 100), node("c", 100, 120), draining});
  EXPECT_EQ(picker_.refer().error(), NoNode::kAllFull);
}

TEST_F(NodePickerTest, NeverRefersToFullOrDrainingNodes) {
  auto draining = node("b", 100000, 0);
  draining.ready = false;
  picker_.update({node("a", 100, 100), draining, node("c", 100000, 5000)});
  EXPECT_EQ(refer(picker_, 500), (std::map<std::string, int>{{"c:1863", 500}}));
}

TEST_F(NodePickerTest, FillsUpToTheCapacityAndNotBeyond) {
  picker_.update({node("a", 10, 4), node("b", 20, 0)});
  EXPECT_EQ(refer(picker_, 26), (std::map<std::string, int>{{"a:1863", 6}, {"b:1863", 20}}));
  EXPECT_EQ(picker_.refer().error(), NoNode::kAllFull);
}

TEST_F(NodePickerTest, SpreadsABurstEvenlyOverEqualNodes) {
  std::vector<NotificationNode> nodes;
  for (const char* name : {"a", "b", "c", "d"}) nodes.push_back(node(name, 100000, 0));
  picker_.update(nodes);
  const auto counts = refer(picker_, 4000);
  ASSERT_EQ(counts.size(), 4U);
  // Two choices keep the spread within a handful; blind chance would be off by about 30.
  for (const auto& [address, count] : counts) EXPECT_NEAR(count, 1000, 10) << address;
}

TEST_F(NodePickerTest, SpreadsByCapacityOverUnequalNodes) {
  picker_.update({node("small", 1000, 0), node("large", 3000, 0)});
  const auto counts = refer(picker_, 2000);
  EXPECT_NEAR(counts.at("small:1863"), 500, 10);
  EXPECT_NEAR(counts.at("large:1863"), 1500, 10);
}

TEST_F(NodePickerTest, LetsALateComerCatchUp) {
  picker_.update({node("a", 10000, 5000), node("b", 10000, 5000), node("new", 10000, 0)});
  const auto counts = refer(picker_, 600);
  // Whenever it is drawn it wins: at least one of two draws, about twice its share by weight.
  EXPECT_GT(counts.at("new:1863"), 400);
}

TEST_F(NodePickerTest, CountsReferralsUntilTheNextHeartbeat) {
  picker_.update({node("a", 10, 0, 1)});
  refer(picker_, 10);
  EXPECT_FALSE(picker_.refer()) << "ten of ten are on their way";
  picker_.update({node("a", 10, 0, 1)});
  EXPECT_FALSE(picker_.refer()) << "the same measurement, read again";
  picker_.update({node("a", 10, 3, 2)});
  EXPECT_EQ(refer(picker_, 7).at("a:1863"), 7) << "a new measurement counts who has arrived";
  EXPECT_FALSE(picker_.refer());
  auto restarted = node("a", 10, 0, 2);
  restarted.incarnation = 2;
  picker_.update({restarted});
  EXPECT_TRUE(picker_.refer()) << "another process, nobody is on it";
}

TEST_F(NodePickerTest, KnowsTheRoomThatTheHeartbeatsShow) {
  EXPECT_EQ(picker_.room(), 0U);
  auto draining = node("draining", 10, 0);
  draining.ready = false;
  picker_.update({node("a", 10, 3), node("full", 10, 10), node("over", 10, 12), draining});
  EXPECT_EQ(picker_.room(), 7U);
  refer(picker_, 2);
  EXPECT_EQ(picker_.room(), 7U) << "who is on his way is in no heartbeat yet";
}

TEST_F(NodePickerTest, CountsWhereToAndWhy) {
  const auto counted = [&](std::string_view target, msnp::Referral reason) {
    return picker_.referrals().by_target().at(
        std::string(target))[static_cast<std::size_t>(reason)];
  };
  (void)picker_.refer();
  EXPECT_EQ(counted("none", msnp::Referral::kNoNode), 1U);
  picker_.update({node("a", 1, 0)});
  EXPECT_EQ(counted("a", msnp::Referral::kLoad), 0U) << "known before it is chosen";
  (void)picker_.refer();
  (void)picker_.refer();
  EXPECT_EQ(counted("a", msnp::Referral::kOnlyNode), 1U);
  EXPECT_EQ(counted("none", msnp::Referral::kFull), 1U);
  picker_.update({node("b", 10, 0), node("c", 10, 0)});
  for (int i = 0; i < 10; ++i) (void)picker_.refer();
  EXPECT_EQ(counted("b", msnp::Referral::kLoad) + counted("c", msnp::Referral::kLoad), 10U);
}

TEST_F(NodePickerTest, ForgetsTheDead) {
  picker_.update({node("a", 10, 0), node("b", 10, 0)});
  picker_.update({node("b", 10, 0)});
  EXPECT_EQ(picker_.size(), 1U);
  EXPECT_EQ(refer(picker_, 10).at("b:1863"), 10);
}

}  // namespace
}  // namespace monarch::dispatch
