#include "msnp/command_counts.hpp"

#include <gtest/gtest.h>

#include "msnp/referral_counts.hpp"

namespace monarch::msnp {
namespace {

TEST(CommandCounts, ACommandIsCountedOnceAndByItsEnd) {
  CommandCounts<4> counts;
  CommandUnderWay command;
  command.end(counts);  // none was begun
  command.begin(1);
  command.end(counts);
  command.end(counts);
  EXPECT_EQ(counts.of(1, CommandResult::kOk), 1U);
  command.begin(1);
  command.failed();
  command.end(counts);
  command.begin(2);
  command.closed(CloseReason::kWrongState);
  command.end(counts);
  EXPECT_EQ(counts.of(1, CommandResult::kOk), 1U);
  EXPECT_EQ(counts.of(1, CommandResult::kError), 1U);
  EXPECT_EQ(counts.of(2, CommandResult::kClosed), 1U);
}

TEST(CommandCounts, AnErrorThatEndsTheConnectionIsAnError) {
  CommandCounts<4> counts;
  CommandUnderWay command;
  command.begin(0);
  command.failed();
  command.closed(CloseReason::kBadSignIn);
  command.end(counts);
  EXPECT_EQ(counts.of(0, CommandResult::kError), 1U);
  EXPECT_EQ(counts.of(0, CommandResult::kClosed), 0U);
}

TEST(CommandCounts, ToLeaveOrToBeReferredIsNoFailure) {
  CommandCounts<4> counts;
  CommandUnderWay command;
  for (const auto reason :
       {CloseReason::kClientLeft, CloseReason::kReferred, CloseReason::kVersionChecked}) {
    command.begin(3);
    command.closed(reason);
    command.end(counts);
  }
  EXPECT_EQ(counts.of(3, CommandResult::kOk), 3U);
}

TEST(CommandCounts, AVerbThatTheServerDoesNotKnowIsNotCounted) {
  CommandCounts<4> counts;
  CommandUnderWay command;
  command.begin(std::nullopt);
  command.end(counts);
  for (const auto& row : counts.by_row) {
    for (const auto count : row) EXPECT_EQ(count, 0U);
  }
}

TEST(ReferralCounts, NobodyCanInventTargetsWithoutEnd) {
  ReferralCounts counts;
  for (int i = 0; i < 5000; ++i) counts.count("n" + std::to_string(i), Referral::kLoad);
  EXPECT_EQ(counts.by_target().size(), 1001U);  // "other" itself
  EXPECT_EQ(counts.by_target().at("other")[static_cast<std::size_t>(Referral::kLoad)], 4001U);
}

}  // namespace
}  // namespace monarch::msnp
