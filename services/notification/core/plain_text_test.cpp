#include "notification/core/plain_text.hpp"

#include <gtest/gtest.h>

namespace monarch::notification {
namespace {

TEST(PlainText, KeepsWhatIsText) {
  EXPECT_EQ(plain_text("Caf\xC3\xA9, \xE2\x82\xAC 5, \xF0\x9F\xA6\x8B"),
            "Caf\xC3\xA9, \xE2\x82\xAC 5, \xF0\x9F\xA6\x8B");
  EXPECT_EQ(plain_text(""), "");
}

TEST(PlainText, HasOneKindOfLineEnd) {
  EXPECT_EQ(plain_text("a\r\nb\rc\nd\xE2\x80\xA8"
                       "e\xC2\x85"
                       "f"),
            "a\nb\nc\nd\ne\nf");
  EXPECT_EQ(plain_text("a\r\r\nb"), "a\n\nb");
  EXPECT_EQ(plain_line("a\r\nb\nc"), "a b c");
}

TEST(PlainText, HasNothingThatControls) {
  EXPECT_EQ(plain_text(std::string("a\0b\x1B[2Jc\x7F\td\xC2\x9B", 14)), "ab[2Jc d");
  EXPECT_EQ(plain_text("moc\xE2\x80\xAE.elpmaxe\xE2\x81\xA6\xEF\xBB\xBF"), "moc.elpmaxe");
}

TEST(PlainText, SaysWhereBytesWereNone) {
  EXPECT_EQ(plain_text("caf\xE9!"), "caf\xEF\xBF\xBD!");
  EXPECT_EQ(plain_text("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace monarch::notification
