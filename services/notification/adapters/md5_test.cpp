#include "notification/adapters/md5.hpp"

#include <gtest/gtest.h>

namespace monarch::notification {
namespace {

// The test vectors of docs/protocol/notification.md#chl-qry-6.
TEST(Md5, AnswersChallengesAsTheSpecificationDoes) {
  const std::string key = "Q1P7W2E4J9R8U3S5";
  EXPECT_EQ(md5_hex("11111111111111111111" + key), "3b6666b60157322b6fc6e41a115968f5");
  EXPECT_EQ(md5_hex("12345678901234567890" + key), "8ba1bb9d6dbf624fee31a2053af5fdd0");
  EXPECT_EQ(md5_hex("15570131571988941333" + key), "8f2f5a91b72102cd28355e9fc9000d6e");
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
}

}  // namespace
}  // namespace monarch::notification
