#include "cluster/node_record.hpp"

#include <gtest/gtest.h>

namespace monarch::cluster {
namespace {

NodeRecord sample() {
  NodeRecord record;
  record.id = NodeId("notification-1");
  record.incarnation = 0xFFFFFFFFFFFFFFFFULL;
  record.role = "notification";
  record.advertised = "127.0.1.1:1863";
  record.rpc = "127.0.1.1:50051";
  record.capacity = 19'000;
  record.load = 17;
  record.state = NodeState::kDraining;
  record.beat = 42;
  return record;
}

TEST(NodeRecord, IsReadAsItWasWritten) {
  EXPECT_EQ(decode(sample().id, encode(sample())), sample());
  EXPECT_LT(encode(sample()).size(), kRecordBytesMax);
  EXPECT_TRUE(encode(sample()).starts_with(encoded_beat(sample())));
  EXPECT_TRUE(encoded_beat(sample()).starts_with(encoded_incarnation(sample())));
}

TEST(NodeRecord, SkipsWhatALaterReleaseAdds) {
  auto bytes = encode(sample());
  bytes += "zone=eu=1\n";
  EXPECT_EQ(decode(sample().id, bytes), sample());
  // A state we do not know is not ready.
  const auto later = decode(NodeId("n"), "incarnation=1\nbeat=1\nrole=x\nstate=resting\n");
  ASSERT_TRUE(later);
  EXPECT_EQ(later->state, NodeState::kDraining);
}

TEST(NodeRecord, RefusesWhatIsNone) {
  for (const std::string bytes :
       {"", "x", "incarnation=1\nrole=x", "incarnation=0\nrole=x\n", "incarnation=1\n",
        "incarnation=one\nrole=x\n", "incarnation=1\nrole=x\nload=-1\n",
        "incarnation=1\nrole=x\nload=4294967296\n", "incarnation=1\nrole=x\nnothing\n"}) {
    EXPECT_FALSE(decode(NodeId("n"), bytes)) << bytes;
  }
  EXPECT_FALSE(decode(NodeId("n"), "incarnation=1\nrole=" + std::string(kRecordBytesMax, 'x')));
}

}  // namespace
}  // namespace monarch::cluster
