#include "presence/core/hint_batch.hpp"

#include <gtest/gtest.h>

namespace monarch::presence {
namespace {

model::ContactState state(model::Status status) {
  return {AccountId(1), Handle::trusted("a@b.c"), {1, 1}, status, ""};
}

TEST(HintBatch, OneMessagePerNodeAndOneHintPerState) {
  HintBatch batch;
  EXPECT_TRUE(batch.empty());
  const NodeId one("n1");
  const NodeId two("n2");
  batch.presence(one, SessionId(1), state(model::Status::kBusy));
  batch.presence(two, SessionId(2), state(model::Status::kBusy));
  batch.presence(one, SessionId(3), state(model::Status::kOffline));
  batch.presence(one, SessionId(4), state(model::Status::kBusy));
  batch.roster(two, SessionId(2), {});
  batch.kick(two, SessionId(2), model::KickReason::kAdministrator);
  ASSERT_EQ(batch.nodes().size(), 2U);
  const auto& first = batch.nodes()[0];
  EXPECT_EQ(first.node, one);
  ASSERT_EQ(first.hints.size(), 2U);
  const auto& busy = std::get<model::PresenceHint>(first.hints[0]);
  EXPECT_EQ(busy.subject.status, model::Status::kBusy);
  EXPECT_EQ(busy.recipients, (std::vector<SessionId>{SessionId(1), SessionId(4)}));
  EXPECT_EQ(std::get<model::PresenceHint>(first.hints[1]).recipients,
            std::vector<SessionId>{SessionId(3)});
  EXPECT_EQ(batch.nodes()[1].hints.size(), 3U);
}

TEST(HintBatch, EveryStateCarriesWhatItIsToldFor) {
  const model::Trace trace{model::TraceId(4), TimePoint(std::chrono::seconds(9)), 1};
  HintBatch batch(trace);
  batch.presence(NodeId("n1"), SessionId(1), state(model::Status::kBusy));
  batch.presence(NodeId("n1"), SessionId(2), state(model::Status::kOffline));
  batch.presence(NodeId("n2"), SessionId(3), state(model::Status::kBusy));
  for (const auto& node : batch.nodes()) {
    for (const auto& hint : node.hints) {
      EXPECT_EQ(std::get<model::PresenceHint>(hint).trace, trace);
    }
  }
  HintBatch plain;
  plain.presence(NodeId("n1"), SessionId(1), state(model::Status::kBusy));
  EXPECT_FALSE(std::get<model::PresenceHint>(plain.nodes()[0].hints[0]).trace.has_value());
}

}  // namespace
}  // namespace monarch::presence
