#include <gtest/gtest.h>

#include "model/list.hpp"
#include "model/status.hpp"
#include "model/trace.hpp"
#include "model/version.hpp"

namespace monarch::model {
namespace {

TEST(Status, WordsGoBothWays) {
  for (const char* word : {"FLN", "NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN"}) {
    ASSERT_TRUE(parse_status(word)) << word;
    EXPECT_EQ(to_wire(*parse_status(word)), word);
  }
  EXPECT_FALSE(parse_status("HOT"));
  EXPECT_FALSE(parse_status("nln"));
}

TEST(Status, HiddenAndOfflineAreNotShown) {
  EXPECT_FALSE(is_shown(Status::kHidden));
  EXPECT_FALSE(is_shown(Status::kOffline));
  EXPECT_TRUE(is_shown(Status::kLunch));
}

TEST(TraceId, IsWrittenAlikeEverywhere) {
  EXPECT_EQ(to_string(TraceId(0)), "0000000000000000");
  EXPECT_EQ(to_string(TraceId(0x00ab1234000cdef0ULL)), "00ab1234000cdef0");
  EXPECT_EQ(to_string(TraceId(UINT64_MAX)), "ffffffffffffffff");
}

TEST(Numbers, CountsAndCarriesWhatIsSet) {
  Numbers numbers;
  EXPECT_EQ(count_set(numbers), 0U);
  set_value(numbers, Property::kWorkPhone, "555");
  set_value(numbers, Property::kMobile, "Y");
  EXPECT_EQ(count_set(numbers), 2U);
  EXPECT_EQ(value_of(numbers, Property::kWorkPhone), "555");
  EXPECT_EQ(value_of(numbers, Property::kHomePhone), "");
  EXPECT_EQ(value_of(numbers, Property::kMobile), "Y");
}

TEST(Version, AGreaterGenerationWinsWhateverTheCounter) {
  EXPECT_LT((Version{1, 900}), (Version{2, 1}));
  EXPECT_LT((Version{2, 1}), (Version{2, 2}));
}

}  // namespace
}  // namespace monarch::model
