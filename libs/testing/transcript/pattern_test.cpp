#include "testing/transcript/pattern.hpp"

#include <gtest/gtest.h>

namespace monarch::transcript {
namespace {

class PatternTest : public ::testing::Test {
 protected:
  PatternTest() {
    Account alice;
    alice.key = "alice";
    alice.handle = "alice@example.com";
    alice.serial = 14;
    fixture_.accounts.push_back(alice);
    addresses_.of = [](const Node& node) -> Result<std::string, std::string> {
      return "127.0.1." + std::to_string(node.instance) + ":1863";
    };
    addresses_.ready = [](Role) { return std::vector<std::string>{"127.0.1.2:1863"}; };
  }

  Pattern line(std::string_view text) {
    auto pattern = parse_pattern(text, Form::kLine, fixture_);
    EXPECT_TRUE(pattern.ok()) << text;
    return pattern.ok() ? *pattern : Pattern();
  }
  bool fits(std::string_view pattern, std::string_view bytes) {
    return matches(line(pattern), bytes, "ns", 0, addresses_, bindings_);
  }
  std::string said(std::string_view pattern) {
    auto text = render(line(pattern), "ns", 0, addresses_, bindings_);
    return text.ok() ? *text : "error: " + text.error();
  }
  std::string problem(std::string_view text, Form form = Form::kLine) {
    auto pattern = parse_pattern(text, form, fixture_);
    return pattern.ok() ? "" : pattern.error();
  }

  Fixture fixture_;
  Addresses addresses_;
  Bindings bindings_;
};

TEST_F(PatternTest, TextFitsByteForByteOnly) {
  EXPECT_TRUE(fits("VER 1 MSNP5", "VER 1 MSNP5"));
  EXPECT_FALSE(fits("VER 1 MSNP5", "VER 1 MSNP5 "));
  EXPECT_FALSE(fits("VER 1 MSNP5", "VER 1  MSNP5"));
  EXPECT_FALSE(fits("VER 1 MSNP5", "VER 1 MSNP"));
  EXPECT_FALSE(fits("VER 1 MSNP5", "ver 1 MSNP5"));
}

TEST_F(PatternTest, TheDigestAnswersTheChallengeOfTheSameConnection) {
  EXPECT_TRUE(fits("USR 6 MD5 S <challenge>", "USR 6 MD5 S 1050223060.17795"));
  EXPECT_EQ(said("USR 7 MD5 S <digest:wonderland>"),
            "USR 7 MD5 S 87e97302fe2fc3be1043a7a80c40039e");
  EXPECT_FALSE(fits("USR 6 MD5 S <challenge>", "USR 6 MD5 S 1050223060 17795"));
  EXPECT_FALSE(fits("USR 6 MD5 S <challenge>", "USR 6 MD5 S "));
}

TEST_F(PatternTest, ANameIsBoundAtFirstSightAndComparedAfterwards) {
  EXPECT_TRUE(fits("RINGING <digits:session>", "RINGING 11752013"));
  EXPECT_TRUE(fits("RNG <digits:session> x", "RNG 11752013 x"));
  EXPECT_FALSE(fits("RNG <digits:session> x", "RNG 11752014 x"));
  EXPECT_EQ(said("ANS 1 <digits:session>"), "ANS 1 11752013");
}

TEST_F(PatternTest, AMatchThatFailsBindsNothing) {
  EXPECT_FALSE(fits("CKI <word:ticket> more", "CKI 1.2.3 less"));
  EXPECT_TRUE(fits("CKI <word:ticket> more", "CKI 4.5.6 more"));
}

TEST_F(PatternTest, AddressesAreThoseOfTheNodes) {
  EXPECT_TRUE(fits("XFR 3 NS <ns:1> 0", "XFR 3 NS 127.0.1.1:1863 0"));
  EXPECT_FALSE(fits("XFR 3 NS <ns:1> 0", "XFR 3 NS 127.0.1.2:1863 0"));
  EXPECT_FALSE(fits("XFR 3 NS <ns:other> 0", "XFR 3 NS 127.0.1.1:1863 0")) << "not ready";
  EXPECT_TRUE(fits("XFR 3 NS <ns:other> 0", "XFR 3 NS 127.0.1.2:1863 0"));
  EXPECT_EQ(said("<ns:other>"), "127.0.1.2:1863");
}

TEST_F(PatternTest, SerialsCountFromTheFixture) {
  EXPECT_EQ(constant(line("SYN 8 <serial:alice+2>")), "SYN 8 16");
  EXPECT_EQ(constant(line("SYN 8 <serial:alice>")), "SYN 8 14");
}

TEST_F(PatternTest, TheLengthIsThatOfThePayload) {
  const Pattern announced = line("MSG Hotmail Hotmail <length>");
  EXPECT_TRUE(matches(announced, "MSG Hotmail Hotmail 95", "ns", 95, addresses_, bindings_));
  EXPECT_FALSE(matches(announced, "MSG Hotmail Hotmail 96", "ns", 95, addresses_, bindings_));
}

TEST_F(PatternTest, AnswersAndHexFollowFromBoundValues) {
  EXPECT_TRUE(fits("CHL 0 <digits:chl>", "CHL 0 15570131571988941333"));
  EXPECT_EQ(said("<answer:chl>"), "8f2f5a91b72102cd28355e9fc9000d6e");
  EXPECT_TRUE(fits("<number:low>", "-517030579"));
  EXPECT_TRUE(fits("0x<hex:low>", "0xe12ebd4d"));
}

TEST_F(PatternTest, TheProfileHasTheLengthOfTheSpecification) {
  auto pattern = parse_pattern("<profile:alice>", Form::kBytes, fixture_);
  ASSERT_TRUE(pattern.ok());
  bindings_.values["alice.member-high"] = "1";
  std::string text;
  for (Piece piece : *pattern) {
    text += piece.kind == Piece::Kind::kText ? piece.text : "1";
  }
  // 347 in docs/protocol/sessions.md, whose LoginTime, Flags, sid and MSPAuth are 9, 3, 2 and 17
  // bytes longer than these.
  EXPECT_EQ(text.size(), 347U - 9U - 3U - 2U - 17U);
}

TEST_F(PatternTest, WhatItDoesNotKnowIsAnError) {
  EXPECT_NE(problem("NLN <b>"), "");
  EXPECT_NE(problem("NLN <"), "");
  EXPECT_NE(problem("<ns:0>"), "");
  EXPECT_NE(problem("<serial:bob>"), "");
  EXPECT_NE(problem("a\\r"), "") << "control bytes are for C!";
  EXPECT_NE(problem("a\tb"), "");
  EXPECT_EQ(problem("a\\r\\n\\t\\x00\\\\\\<", Form::kBytes), "");
  EXPECT_EQ(constant(line("\\<TEXT>")), "<TEXT>");
}

}  // namespace
}  // namespace monarch::transcript
