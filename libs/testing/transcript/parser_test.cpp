#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/transcript/transcript.hpp"

namespace monarch::transcript {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kHead =
    "@title A test\n"
    "@source docs/protocol/sessions.md\n"
    "@account alice\n"
    "@account bob\n";

std::string problem(const std::string& text) {
  auto transcript = parse(kHead + text, "x.msnp");
  return transcript.ok() ? "" : transcript.error();
}

Transcript good(const std::string& text) {
  auto transcript = parse(kHead + text, "x.msnp");
  EXPECT_TRUE(transcript.ok()) << transcript.error();
  return transcript.ok() ? *transcript : Transcript();
}

TEST(Parser, ReadsTheHeader) {
  const Transcript transcript = good(
      "@serial alice 14\n"
      "@group alice 1 Friends\n"
      "@list alice FL bob@example.com Bob%20B 0,1\n"
      "@list alice AL bob@example.com Bob%20B\n"
      "@property bob PHH 1%20(222)\n"
      "@gtc alice N\n"
      "@blp bob BL\n"
      "@draining ns:1\n"
      "@needs groups chat\n"
      "@only pure\n"
      "a ** connect <ds:1>\n");
  const Account& alice = transcript.fixture.accounts.at(0);
  EXPECT_EQ(alice.serial, 14U);
  EXPECT_FALSE(alice.asks_for_new_contacts);
  EXPECT_EQ(alice.entries.at(0).groups, (std::vector<unsigned>{0, 1}));
  EXPECT_TRUE(has(alice, List::kAllow, "bob@example.com"));
  EXPECT_EQ(transcript.fixture.accounts.at(1).properties.at("PHH"), "1%20(222)");
  EXPECT_FALSE(transcript.fixture.accounts.at(1).allows_unknown);
  EXPECT_EQ(transcript.fixture.draining.at(0), (Node{Role::kNotification, 1}));
  EXPECT_EQ(reason_to_skip(transcript, "pure", {"groups", "chat"}), "");
  EXPECT_NE(reason_to_skip(transcript, "pure", {"groups"}), "");
  EXPECT_NE(reason_to_skip(transcript, "cluster", {"groups", "chat"}), "");
}

TEST(Parser, ErrorsNameFileAndLine) {
  EXPECT_THAT(problem("@colour red\n"), StartsWith("x.msnp:5: "));
  EXPECT_THAT(problem("a ** connect <ns:1>\n\nb C: VER 1\n"), StartsWith("x.msnp:7: "));
}

TEST(Parser, RefusesAHeaderThatContradictsItself) {
  EXPECT_THAT(problem("@list alice RL bob@example.com B\n"), HasSubstr("RL follows"));
  EXPECT_THAT(problem("@list alice FL x@example.com X\na ** connect <ns:1>\n"),
              HasSubstr("no @account"));
  EXPECT_THAT(problem("@list alice AL bob@example.com B\n@list alice BL bob@example.com B\n"
                      "a ** connect <ns:1>\n"),
              HasSubstr("in AL and in BL"));
  EXPECT_THAT(problem("a ** connect <ns:1>\n@serial alice 2\n"), HasSubstr("before the first"));
  EXPECT_THAT(problem("@account alice\n"), HasSubstr("second"));
  EXPECT_THAT(problem("@account dave\n"), HasSubstr("defaults"));
  EXPECT_THAT(problem("@serial alice 0\n"), HasSubstr("serial"));
  EXPECT_THAT(problem("@setting forward_max 2\n"), HasSubstr("ROLE.NAME"));
  EXPECT_THAT(problem("** postgres burning\n"), HasSubstr("unknown event"));
  EXPECT_THAT(problem(""), HasSubstr("nothing happens"));
}

TEST(Parser, FollowsWhichConnectionsAreOpen) {
  EXPECT_THAT(problem("a C: VER 1\n"), HasSubstr("not connected"));
  EXPECT_THAT(problem("a ** connect <ns:1>\na ** server closes\na S: QNG\n"),
              HasSubstr("not connected"));
  EXPECT_THAT(problem("a ** connect <ns:1>\na ** connect <ns:1>\n"), HasSubstr("already"));
  EXPECT_EQ(problem("a ** connect <ns:1>\na ** client closes\na ** connect <ns:1>\n"), "");
}

TEST(Parser, APayloadIsAsLongAsItsLineSays) {
  const std::string a = "a ** connect <ns:1>\n";
  EXPECT_EQ(problem(a + "a S: MSG Hotmail Hotmail 4\na S| ab\na S| \\r\\n\n"), "");
  EXPECT_THAT(problem(a + "a S: MSG Hotmail Hotmail 5\na S| ab\na S| \\r\\n\n"),
              HasSubstr("the payload has 4"));
  EXPECT_THAT(problem(a + "a S: MSG Hotmail Hotmail 5\na C: PNG\n"), HasSubstr("missing"));
  EXPECT_THAT(problem(a + "a S: MSG Hotmail Hotmail 5\na S| <any>\n"), HasSubstr("<length>"));
  EXPECT_THAT(problem(a + "a S: MSG x x <length>\n"), HasSubstr("without payload"));
  EXPECT_THAT(problem(a + "a C: MSG 1 U 2\na C| a\n"), HasSubstr("the payload has 1"));
  EXPECT_THAT(problem(a + "a S: QNG\na C| a\n"), HasSubstr("follows the line"));
  // Bytes count, not characters.
  EXPECT_EQ(problem(a + "a C: MSG 1 U 7\na C| Grüße\n"), "");
}

TEST(Parser, AClientKnowsWhatItSays) {
  const std::string a = "a ** connect <ns:1>\n";
  EXPECT_THAT(problem(a + "a C: USR 1 <digest:x>\n"), HasSubstr("no <challenge>"));
  EXPECT_THAT(problem(a + "a C: USR 1 <word:ticket>\n"), HasSubstr("before a server said it"));
  EXPECT_THAT(problem(a + "b ** connect <ns:referred>\n"), HasSubstr("before a server said it"));
  EXPECT_THAT(problem(a + "b ** connect 10.0.0.1:1863\n"), HasSubstr("address token"));
  EXPECT_EQ(problem(a + "a S: XFR 1 NS <ns:referred>\nb ** connect <ns:referred>\n"), "");
}

TEST(Parser, RefusesWhatItDoesNotKnow) {
  const std::string a = "a ** connect <ns:1>\n";
  EXPECT_NE(problem(a + "a ** sleeps\n"), "");
  EXPECT_NE(problem(a + "** time passes\n"), "");
  EXPECT_NE(problem(a + "a X: PNG\n"), "");
  EXPECT_NE(problem(a + "a C:PNG\n"), "");
  EXPECT_NE(problem(a + "a C: PNG \n"), "") << "a space nobody sees";
  EXPECT_NE(problem(a + "a C: PNG\r\n"), "");
}

TEST(Parser, LinesOfFreeOrderAreOneStep) {
  const Transcript transcript = good(
      "a ** connect <ns:1>\n"
      "a S~ ILN 1 NLN x@y.z x\n"
      "a S~ ILN 1 NLN v@y.z v\n"
      "a S: QNG\n"
      "a S~ FLN x@y.z\n"
      "a S~ FLN v@y.z\n");
  ASSERT_EQ(transcript.steps.size(), 4U);
  EXPECT_EQ(transcript.steps.at(1).expected.size(), 2U);
  EXPECT_EQ(transcript.steps.at(3).expected.size(), 2U);
}

TEST(Parser, SignedInWritesThePresenceThatFollowsFromTheFixture) {
  const Transcript transcript = good(
      "@list alice FL bob@example.com Bob%20B\n"
      "@list bob FL alice@example.com Alice\n"
      "@list bob BL alice@example.com Alice\n"
      "@signed-in alice MSNP5 NLN\n"
      "@signed-in bob MSNP7 BSY on=ns:2\n");
  std::vector<std::string> lines;
  for (const Step& step : transcript.steps) {
    for (const Expected& expected : step.expected) {
      lines.push_back(step.conn + " " + describe(expected.line));
    }
  }
  // Bob blocks Alice: he sees her, she does not see him.
  EXPECT_THAT(lines, ::testing::Contains("bob ILN 6 NLN alice@example.com Alice"));
  EXPECT_THAT(lines, ::testing::Not(::testing::Contains(HasSubstr("alice NLN"))));
  EXPECT_THAT(lines, ::testing::Contains("bob USR 4 OK bob@example.com Bob%20B 1"));
  EXPECT_THAT(lines, ::testing::Contains("alice USR 4 OK alice@example.com Alice"));
}

}  // namespace
}  // namespace monarch::transcript
