#include "presence/core/privacy.hpp"

#include <gtest/gtest.h>

namespace monarch::presence {
namespace {

using model::Status;

struct Row {
  bool in_block;
  bool in_allow;
  bool blp_allow;
  Effective follow_blp;
  Effective deny;
};

// docs/protocol/presence-and-privacy.md, section 3, every combination; the last two cannot be
// stored (AL and BL exclude each other), and BL wins there.
constexpr Effective kNothing{false, false, false};
constexpr Effective kAll{true, true, true};
constexpr Row kTable[] = {
    {false, true, true, kAll, kAll},
    {false, true, false, kAll, kAll},
    {false, false, true, {true, true, false}, {false, true, false}},
    {false, false, false, kNothing, kNothing},
    {true, false, true, kNothing, kNothing},
    {true, false, false, kNothing, kNothing},
    {true, true, true, kNothing, kNothing},
    {true, true, false, kNothing, kNothing},
};

TEST(Privacy, FollowsTheTable) {
  for (const auto& row : kTable) {
    EXPECT_EQ(
        effective(row.in_block, row.in_allow, row.blp_allow, PresenceWithoutAllow::kFollowBlp),
        row.follow_blp);
    EXPECT_EQ(effective(row.in_block, row.in_allow, row.blp_allow, PresenceWithoutAllow::kDeny),
              row.deny);
  }
}

TEST(Privacy, OnlyThoseWhoHaveSomeoneInTheirForwardListSeeHim) {
  Entry entry;
  entry.allow = entry.in_allow = true;
  EXPECT_FALSE(other_sees_owner(entry, true, PresenceWithoutAllow::kFollowBlp));
  EXPECT_FALSE(owner_sees_other(entry, true, PresenceWithoutAllow::kFollowBlp));
  entry.in_forward = true;
  EXPECT_TRUE(other_sees_owner(entry, true, PresenceWithoutAllow::kFollowBlp));
  EXPECT_FALSE(owner_sees_other(entry, true, PresenceWithoutAllow::kFollowBlp));
  entry.forward = true;
  EXPECT_TRUE(owner_sees_other(entry, true, PresenceWithoutAllow::kFollowBlp));
  // Each looks at the bits of the one who is looked at.
  entry.block = true;
  EXPECT_FALSE(other_sees_owner(entry, true, PresenceWithoutAllow::kFollowBlp));
  EXPECT_TRUE(owner_sees_other(entry, true, PresenceWithoutAllow::kFollowBlp));
  entry.in_block = true;
  EXPECT_FALSE(owner_sees_other(entry, true, PresenceWithoutAllow::kFollowBlp));
}

TEST(Privacy, AStateThatIsNotSeenHasNoName) {
  OnlineRecord record;
  record.account = AccountId(1);
  record.version = {1, 2};
  record.session = SessionId(3);
  record.profile.name = "n";
  const auto handle = Handle::trusted("a@b.c");
  // Before the first CHG everybody is offline.
  EXPECT_EQ(state_of(record, handle, true).status, Status::kOffline);
  record.status = Status::kHidden;
  EXPECT_EQ(state_of(record, handle, true).status, Status::kOffline);
  EXPECT_TRUE(state_of(record, handle, true).name.empty());
  record.status = Status::kBusy;
  const auto seen = state_of(record, handle, true);
  EXPECT_EQ(seen, (model::ContactState{AccountId(1), handle, {1, 2}, Status::kBusy, "n"}));
  const auto unseen = state_of(record, handle, false);
  EXPECT_EQ(unseen, (model::ContactState{AccountId(1), handle, {1, 2}, Status::kOffline, ""}));
}

}  // namespace
}  // namespace monarch::presence
