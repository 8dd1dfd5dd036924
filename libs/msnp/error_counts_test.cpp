#include "msnp/error_counts.hpp"

#include <cctype>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace monarch::msnp {
namespace {

TEST(ErrorCounts, CountEachCodeByItself) {
  ErrorCounts counts;
  counts.count(ErrorCode::kListFull);
  counts.count(ErrorCode::kListFull);
  counts.count(ErrorCode::kInvalidParameter);
  counts.count(ErrorCode::kAccountNotVerified);
  counts.count(ErrorCode::kWrongServer);
  EXPECT_EQ(counts.of("210"), 2U);
  EXPECT_EQ(counts.of("201"), 1U);
  EXPECT_EQ(counts.of("924"), 1U);
  EXPECT_EQ(counts.of("other"), 1U) << "no code of ours";
  EXPECT_EQ(counts.of("209"), 0U);
}

// The metric's labels are the codes of the specification, no more and no fewer.
TEST(ErrorCounts, AreTheCodesOfTheSpecification) {
  std::ifstream file("docs/protocol/errors.md");
  std::set<std::string> written;
  bool here = false;
  for (std::string line; std::getline(file, line);) {
    here = here || line.starts_with("## Errors by command");
    if (!here || !line.starts_with("| ")) continue;
    std::string digits;
    for (const char c : line + " ") {
      if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
        digits += c;
      } else {
        if (digits.size() == 3) written.insert(digits);
        digits.clear();
      }
    }
  }
  std::set<std::string> counted(kCountedErrors.begin(), kCountedErrors.end() - 1);
  // A database that is away at sign-in, which the table of codes has.
  EXPECT_EQ(counted.erase("603"), 1U);
  EXPECT_EQ(counted, written);
}

}  // namespace
}  // namespace monarch::msnp
