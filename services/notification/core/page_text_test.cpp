#include "notification/core/page_text.hpp"

#include <gtest/gtest.h>

namespace monarch::notification {
namespace {

TEST(PageText, IsReadWithItsEscapes) {
  const auto page = parse_page(
      "<TEXT xml:space=\"preserve\">1 &#x26; 2 &#x3C;3&#x3E;&#x3B;&#x5E; &amp;&#233;</TEXT>");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->text, "1 & 2 <3>;^ &\xC3\xA9");
  EXPECT_FALSE(page->callback);
}

TEST(PageText, MayHaveANumberToCallBack) {
  const auto page = parse_page(
      "<PHONE pri=\"1\"><LOC>WORK</LOC><NUM>+1 (425) 555-0100</NUM></PHONE>"
      "<TEXT xml:space=\"preserve\">Call me</TEXT>");
  ASSERT_TRUE(page && page->callback);
  EXPECT_EQ(page->callback->location, "WORK");
  EXPECT_EQ(page->callback->number, "+1 (425) 555-0100");
  EXPECT_EQ(page->text, "Call me");
}

TEST(PageText, IsNothingElse) {
  const std::string head = "<TEXT xml:space=\"preserve\">";
  for (const std::string& payload : {
           std::string(),
           std::string("Call me"),
           head,
           head + "Call me",
           head + "</TEXT>",
           head + "a & b</TEXT>",
           head + "a &nbsp; b</TEXT>",
           head + "a &#x110000;</TEXT>",
           head + "a &#xD800;</TEXT>",
           head + "&#0;</TEXT>",
           head + "&#;</TEXT>",
           head + "<b>x</b></TEXT>",
           head + "x</TEXT>more",
           head + "&#7;</TEXT>",
           "<PHONE pri=\"1\"><LOC>SHIP</LOC><NUM>1</NUM></PHONE>" + head + "x</TEXT>",
           "<PHONE pri=\"1\"><LOC>HOME</LOC><NUM>call</NUM></PHONE>" + head + "x</TEXT>",
           "<PHONE pri=\"1\"><LOC>HOME</LOC><NUM>" + std::string(96, '1') + "</NUM></PHONE>" +
               head + "x</TEXT>",
           "<PHONE pri=\"1\"><LOC>HOME</LOC></PHONE>" + head + "x</TEXT>",
           std::string("<PHONE pri=\"1\"><LOC>HOME</LOC><NUM>1</NUM></PHONE>"),
       }) {
    EXPECT_FALSE(parse_page(payload)) << payload;
  }
}

}  // namespace
}  // namespace monarch::notification
