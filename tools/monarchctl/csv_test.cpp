#include "monarchctl/csv.hpp"

#include <gtest/gtest.h>
#include <sstream>

namespace monarch::ctl {
namespace {

using Fields = std::vector<std::string>;

TEST(Csv, SplitsPlainAndQuotedFields) {
  EXPECT_EQ(*split_csv("a,b,c"), (Fields{"a", "b", "c"}));
  EXPECT_EQ(*split_csv("a,,"), (Fields{"a", "", ""}));
  EXPECT_EQ(*split_csv(" a , b "), (Fields{" a ", " b "}));
  EXPECT_EQ(*split_csv(R"("a,b","say ""hi""","")"), (Fields{"a,b", "say \"hi\"", ""}));
  EXPECT_EQ(*split_csv("\"\"\"\""), (Fields{"\""}));
}

TEST(Csv, SaysWhatIsWrongWithQuotesWithoutRepeatingThem) {
  for (const char* bad :
       {"a,\"geheim", "a,\"geheim\"x,c", "a,ge\"heim,c", "\"", "a,\"b\"\"", "\"a\" ,b"}) {
    const auto fields = split_csv(bad);
    ASSERT_FALSE(fields.ok()) << bad;
    EXPECT_EQ(fields.error().find("geheim"), std::string::npos);
  }
}

TEST(CsvReader, CountsLinesAndToleratesWhatEditorsLeave) {
  std::istringstream stream(
      "\xEF\xBB\xBF"
      "email,password,name\r\n\r\na@b.c,pw,\"A, B\"\n\nlast,x,y");
  CsvReader reader(stream);
  auto row = reader.next();
  ASSERT_TRUE(row);
  EXPECT_EQ(row->line, 1U);
  EXPECT_EQ(*row->fields, (Fields{"email", "password", "name"}));
  row = reader.next();
  ASSERT_TRUE(row);
  EXPECT_EQ(row->line, 3U);
  EXPECT_EQ(*row->fields, (Fields{"a@b.c", "pw", "A, B"}));
  row = reader.next();
  ASSERT_TRUE(row);
  EXPECT_EQ(row->line, 5U);
  EXPECT_EQ(*row->fields, (Fields{"last", "x", "y"}));
  EXPECT_FALSE(reader.next());
}

TEST(CsvReader, ABadLineCostsItselfOnly) {
  std::istringstream stream("a,\"open\nb,c,d\n" + std::string(100'000, 'x') + "\ne,f,g\n");
  CsvReader reader(stream);
  EXPECT_FALSE(reader.next()->fields.ok());
  EXPECT_TRUE(reader.next()->fields.ok());
  const auto longest = reader.next();
  EXPECT_EQ(longest->line, 3U);
  EXPECT_FALSE(longest->fields.ok());
  EXPECT_EQ(*reader.next()->fields, (Fields{"e", "f", "g"}));
  EXPECT_FALSE(reader.next());
}

TEST(CsvReader, AnEmptyFileHasNoRows) {
  std::istringstream stream("");
  EXPECT_FALSE(CsvReader(stream).next());
}

}  // namespace
}  // namespace monarch::ctl
