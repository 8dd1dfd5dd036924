// Times between machines whose clocks show what they like, and releases that know of no trace.
#include "codec/trace.hpp"

#include <gtest/gtest.h>
#include <limits>

#include "codec/bus.hpp"
#include "codec/requests.hpp"
#include "codec/values.hpp"
#include "monarch/bus/v1/bus.pb.h"

namespace monarch::codec {
namespace {

using namespace std::chrono_literals;

// Three processes at the same moment: steady clocks begin where they like, and the wall clock of
// the second is three seconds behind.
const Moment kHere{TimePoint(100h), 480'000h};
const Moment kBehind{TimePoint(7h), 480'000h - 3s};
const Moment kThere{TimePoint(2s), 480'000h};

model::Trace carry(const model::Trace& trace, const Moment& from, const Moment& to) {
  pb::Trace message;
  encode(trace, from, &message);
  return decode(message, to);
}

TEST(Trace, KeepsItsAgeFromProcessToProcess) {
  const model::Trace trace{model::TraceId(9), kHere.steady - 40ms, 1};
  const auto there = carry(trace, kHere, kThere);
  EXPECT_EQ(there.id, trace.id);
  EXPECT_EQ(there.repeats, 1U);
  EXPECT_EQ(there.received, kThere.steady - 40ms);
  EXPECT_EQ(carry(trace, {kHere.steady + 2ms, kHere.since_1970 + 2ms}, kThere).received,
            kThere.steady - 42ms + 2ms)
      << "waiting on the way counts";
}

TEST(Trace, IsNotSpoiltByAClockItPassesBy) {
  const model::Trace trace{model::TraceId(9), kHere.steady - 40ms};
  const auto passing = carry(trace, kHere, kBehind);
  EXPECT_EQ(passing.received, kBehind.steady + 2960ms) << "the future, as it looks from there";
  EXPECT_EQ(carry(passing, kBehind, kThere).received, kThere.steady - 40ms);
}

TEST(Trace, OfAnAbsurdTimeOverflowsNothing) {
  for (const auto micros : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                            std::int64_t{0}, std::numeric_limits<std::int64_t>::max()}) {
    pb::Trace message;
    message.set_received_unix_micros(micros);
    const auto off = kHere.steady - decode(message, kHere).received;
    EXPECT_TRUE(off == 24h || off == -24h) << micros;
  }
}

TEST(Trace, OfAReleaseBeforeIsNone) {
  pb::Request request;
  request.mutable_change_status()->set_sequence(4);
  const auto change = decode(request, kHere);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(std::get<model::ChangeStatus>(*change).sequence, 4U);
  EXPECT_FALSE(std::get<model::ChangeStatus>(*change).trace.has_value());

  monarch::bus::v1::NodeHints hints;
  hints.add_hints()->mutable_presence()->add_recipients(5);
  const auto message = decode_hints(hints.SerializeAsString(), kHere);
  ASSERT_TRUE(message.has_value());
  EXPECT_FALSE(message->age.has_value());
  const auto& hint = std::get<model::PresenceHint>(message->hints.at(0));
  EXPECT_EQ(hint.recipients, std::vector{SessionId(5)});
  EXPECT_FALSE(hint.trace.has_value());
}

TEST(Trace, NobodySendsAnythingForAChangeWithoutOne) {
  pb::Request request;
  encode(model::ChangeStatus{}, kHere, &request);
  EXPECT_FALSE(request.change_status().has_trace());
  monarch::bus::v1::NodeHints hints;
  ASSERT_TRUE(hints.ParseFromString(encode_hints({model::PresenceHint{}}, kHere)));
  EXPECT_FALSE(hints.hints(0).presence().has_trace());
}

TEST(BusMessage, KnowsItsAgeWhichIsNeverNegative) {
  const auto bytes = encode_hints({}, kHere);
  const auto late = decode_hints(bytes, {kThere.steady, kThere.since_1970 + 30ms});
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(late->age, Duration(30ms));
  const auto early = decode_hints(bytes, kBehind);
  ASSERT_TRUE(early.has_value());
  EXPECT_EQ(early->age, Duration::zero());
}

}  // namespace
}  // namespace monarch::codec
