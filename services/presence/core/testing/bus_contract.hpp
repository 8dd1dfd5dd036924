// What every Bus promises. A World is made per test and has
//   Bus& bus();
//   T await(const Eventual<T>&);                   drives whatever completes it
//   void subscribe(const NodeId&);                 from now on receives the node's channel
//   std::vector<model::NodeHints> receive(n);      waits for n messages in all
// INSTANTIATE_TYPED_TEST_SUITE_P(X, BusContract, XWorld) runs it.
#pragma once

#include <algorithm>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

#include "presence/core/ports.hpp"

namespace monarch::presence::testing {

template <class BusWorld>
class BusContract : public ::testing::Test {
 protected:
  BusWorld world;

  static model::NodeHints hints_for(const char* node) {
    model::NodeHints hints{NodeId(node), {}};
    model::PresenceHint presence;
    presence.subject = {AccountId(7),
                        Handle::trusted("s@example.com"),
                        {3, 1ULL << 50U},
                        model::Status::kLunch,
                        "Caf%C3%A9%20x"};
    presence.recipients = {SessionId(UINT64_MAX), SessionId(2)};
    presence.trace = {model::TraceId(UINT64_MAX - 1), TimePoint(), 2};
    hints.hints.emplace_back(presence);
    model::RosterHint roster;
    roster.recipient = SessionId(9);
    roster.event = {Serial(4294967295U), model::RosterEvent::Kind::kNumber,
                    Handle::trusted("o@example.com"), model::Property::kMobilePhone, "555"};
    hints.hints.emplace_back(roster);
    hints.hints.emplace_back(model::KickHint{SessionId(5), model::KickReason::kAccountRemoved});
    return hints;
  }
  static void expect_equal(const model::NodeHints& left, const model::NodeHints& right) {
    EXPECT_EQ(left.node, right.node);
    ASSERT_EQ(left.hints.size(), right.hints.size());
    const auto& presence = std::get<model::PresenceHint>(left.hints[0]);
    EXPECT_EQ(presence.subject, std::get<model::PresenceHint>(right.hints[0]).subject);
    EXPECT_EQ(presence.recipients, std::get<model::PresenceHint>(right.hints[0]).recipients);
    const auto trace = std::get<model::PresenceHint>(right.hints[0]).trace;
    ASSERT_TRUE(presence.trace && trace);
    EXPECT_EQ(presence.trace->id, trace->id);
    EXPECT_EQ(presence.trace->repeats, trace->repeats);
    const auto& roster = std::get<model::RosterHint>(left.hints[1]);
    EXPECT_EQ(roster.recipient, std::get<model::RosterHint>(right.hints[1]).recipient);
    EXPECT_EQ(roster.event, std::get<model::RosterHint>(right.hints[1]).event);
    const auto& kick = std::get<model::KickHint>(left.hints[2]);
    EXPECT_EQ(kick.session, std::get<model::KickHint>(right.hints[2]).session);
    EXPECT_EQ(kick.reason, std::get<model::KickHint>(right.hints[2]).reason);
  }
};

TYPED_TEST_SUITE_P(BusContract);

TYPED_TEST_P(BusContract, EachNodeGetsItsOwn) {
  this->world.subscribe(NodeId("n1"));
  this->world.subscribe(NodeId("n2"));
  const std::vector<model::NodeHints> sent{this->hints_for("n1"), this->hints_for("n2")};
  ASSERT_TRUE(this->world.await(this->world.bus().publish(sent)).ok());
  auto received = this->world.receive(2);
  ASSERT_EQ(received.size(), 2U);
  std::sort(received.begin(), received.end(),
            [](const auto& left, const auto& right) { return left.node < right.node; });
  this->expect_equal(received[0], sent[0]);
  this->expect_equal(received[1], sent[1]);
}

TYPED_TEST_P(BusContract, NobodyListeningIsNoError) {
  this->world.subscribe(NodeId("n1"));
  const std::vector<model::NodeHints> sent{this->hints_for("nobody"), this->hints_for("n1")};
  ASSERT_TRUE(this->world.await(this->world.bus().publish(sent)).ok());
  EXPECT_EQ(this->world.receive(1).size(), 1U);
}

TYPED_TEST_P(BusContract, NothingIsPublishedAtOnce) {
  ASSERT_TRUE(this->world.await(this->world.bus().publish({})).ok());
}

REGISTER_TYPED_TEST_SUITE_P(BusContract, EachNodeGetsItsOwn, NobodyListeningIsNoError,
                            NothingIsPublishedAtOnce);

}  // namespace monarch::presence::testing
