// What every OnlineIndex promises of IMS and of the order in which a session's status changes. A
// World as in online_index_contract.hpp; INSTANTIATE_TYPED_TEST_SUITE_P(X, OnlineStatusContract,
// XWorld) runs it.
#pragma once

#include "presence/core/testing/online_index_contract.hpp"

namespace monarch::presence::testing {

template <class IndexWorld>
class OnlineStatusContract : public OnlineIndexContract<IndexWorld> {};

TYPED_TEST_SUITE_P(OnlineStatusContract);

// docs/protocol/notification.md#ims-3-webtv: nobody sees it.
TYPED_TEST_P(OnlineStatusContract, ImsBelongsToTheSessionAndRaisesNothing) {
  this->begin(1);
  const auto opened = this->open(1, 11).record;
  EXPECT_FALSE(opened.ims_off);
  const auto online = this->status(11, opened.token, model::Status::kOnline, false, 1).record;
  const auto off = this->status(11, opened.token, model::Status::kOnline, true, 2).record;
  EXPECT_TRUE(off.ims_off);
  EXPECT_EQ(off.sequence, 2U);
  EXPECT_EQ(off.status, model::Status::kOnline);
  EXPECT_EQ(off.version, online.version);
  EXPECT_TRUE(this->get(1).record.ims_off);
  const auto busy = this->status(11, opened.token, model::Status::kBusy, false, 3).record;
  EXPECT_FALSE(busy.ims_off);
  EXPECT_GT(busy.version, off.version);
  this->status(11, opened.token, model::Status::kBusy, true, 4);
  const auto next = this->open(1, 12).record;
  EXPECT_FALSE(next.ims_off);
  EXPECT_EQ(next.sequence, 0U);
}

// A try that was given up and is executed late must not undo what came after it.
TYPED_TEST_P(OnlineStatusContract, AnOlderStatusIsVoid) {
  this->begin(1);
  const auto token = this->open(1, 11).record.token;
  this->status(11, token, model::Status::kOnline, false, 1);
  const auto newer = this->status(11, token, model::Status::kHidden, true, 3);
  const auto late = this->status(11, token, model::Status::kBusy, false, 2);
  EXPECT_EQ(late.kind, IndexReply::Kind::kOk);
  EXPECT_EQ(late.record.status, model::Status::kHidden);
  EXPECT_TRUE(late.record.ims_off);
  EXPECT_EQ(late.record.sequence, 3U);
  EXPECT_EQ(late.record.version, newer.record.version);
  // The same again is no older one: what it began may have to be finished.
  EXPECT_EQ(this->status(11, token, model::Status::kHidden, true, 3).kind, IndexReply::Kind::kOk);
  // Each session counts for itself.
  const auto other = this->open(1, 12).record.token;
  EXPECT_EQ(this->status(12, other, model::Status::kAway, false, 1).record.status,
            model::Status::kAway);
}

TYPED_TEST_P(OnlineStatusContract, AResumeBringsWhatWasToldLast) {
  this->begin(1);
  const auto token = this->open(1, 11).record.token;
  this->status(11, token, model::Status::kOnline, false, 5);
  this->close(1, 11);
  auto resume = this->resume_of(11, token, model::Status::kAway);
  resume.resume->ims_off = true;
  resume.resume->sequence = 7;
  const auto resumed = this->run(resume).record;
  EXPECT_EQ(resumed.status, model::Status::kAway);
  EXPECT_TRUE(resumed.ims_off);
  EXPECT_EQ(resumed.sequence, 7U);
  EXPECT_EQ(this->status(11, token, model::Status::kBusy, false, 6).record.status,
            model::Status::kAway);
  EXPECT_EQ(this->status(11, token, model::Status::kBusy, false, 8).record.status,
            model::Status::kBusy);
  // A resume that comes late is older than what was told since.
  const auto late = this->run(resume);
  EXPECT_EQ(late.kind, IndexReply::Kind::kOk);
  EXPECT_EQ(late.record.status, model::Status::kBusy);
  EXPECT_FALSE(late.record.ims_off);
  EXPECT_EQ(late.record.sequence, 8U);
  // Another session of the account is not measured by it.
  const auto other = this->open(1, 12).record.token;
  this->status(12, other, model::Status::kIdle, false, 9);
  this->world.lose_everything();
  this->begin(2);
  this->run(this->resume_of(12, other, model::Status::kIdle, "n2"));
  EXPECT_EQ(this->get(1).record.sequence, 0U);
}

REGISTER_TYPED_TEST_SUITE_P(OnlineStatusContract, ImsBelongsToTheSessionAndRaisesNothing,
                            AnOlderStatusIsVoid, AResumeBringsWhatWasToldLast);

}  // namespace monarch::presence::testing
