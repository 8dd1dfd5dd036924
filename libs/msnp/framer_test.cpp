#include "msnp/framer.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace monarch::msnp {
namespace {

using namespace std::string_literals;

PayloadRule rule(std::string_view verb, Scope scope) {
  if (verb == "MSG") return {.present = true, .bytes_max = kMessageBytesMax};
  if (verb == "QRY" && scope.dialect.has(Feature::kChallenges)) {
    return {.present = true, .bytes_max = kChallengeAnswerBytesMax};
  }
  if (verb == "SDC") {
    return {.present = true,
            .bytes_max = kInvitationBytesMax,
            .bad_length_answer = ErrorCode::kBadInvitation};
  }
  return {};
}

constexpr Scope kScope{.dialect = Dialect::kMsnp7, .state = 1};

std::string text(const Command& command) {
  std::string result(command.verb);
  for (const auto param : command.params()) result.append("|").append(param);
  if (!command.payload.empty()) result.append("{").append(command.payload).append("}");
  return result;
}

// Everything that comes out of the pieces, a violation as the last entry.
std::vector<std::string> parse(const std::vector<std::string>& pieces, Framer& framer) {
  std::vector<std::string> result;
  Command command;
  for (const std::string& piece : pieces) {
    // A copy that dies with the round: whoever keeps a view into it is found out by the sanitizer.
    const std::string bytes = piece;
    framer.feed(bytes);
    Framer::Step step = Framer::Step::kCommand;
    while ((step = framer.next(&rule, kScope, command)) == Framer::Step::kCommand) {
      result.push_back(text(command));
    }
    EXPECT_TRUE(framer.keep());
    if (step == Framer::Step::kViolation) {
      result.push_back("!" + std::to_string(static_cast<int>(framer.violation())));
      break;
    }
  }
  return result;
}

std::vector<std::string> parse(const std::string& bytes) {
  Framer framer;
  return parse({bytes}, framer);
}

std::string violation(Violation violation) {
  return "!" + std::to_string(static_cast<int>(violation));
}

using Lines = std::vector<std::string>;

TEST(Framer, TakesLinesAsClientsWriteThem) {
  EXPECT_EQ(parse("PNG\nPNG\r\nURL\t0  INBOX \r\nLST 7  BL\nLST 7 BL\r\n"),
            (Lines{"PNG", "PNG", "URL|0|INBOX", "LST|7|BL", "LST|7|BL"}));
  EXPECT_EQ(parse("INF 2 \r\n"), (Lines{"INF|2"}));
  EXPECT_EQ(parse("REA 1 a@b.c Gr\xC3\xBC\xC3\x9F\r\n"), (Lines{"REA|1|a@b.c|Gr\xC3\xBC\xC3\x9F"}));
}

TEST(Framer, IgnoresEmptyLines) { EXPECT_EQ(parse("\r\n\n \t \r\nPNG\r\n\r\n"), (Lines{"PNG"})); }

TEST(Framer, CountsPayloads) {
  EXPECT_EQ(parse("MSG 9 U 5\nhelloMSG 10 U 0\r\nOUT\n"),
            (Lines{"MSG|9|U|5{hello}", "MSG|10|U|0", "OUT"}));
  EXPECT_EQ(parse("MSG 1 N 4\r\n\0\r\n\x01PNG\r\n"s), (Lines{"MSG|1|N|4{\0\r\n\x01}"s, "PNG"}));
  EXPECT_EQ(parse("MSG 1 N 0005\r\nhello"), (Lines{"MSG|1|N|0005{hello}"}));
}

TEST(Framer, WaitsForTheRest) {
  EXPECT_EQ(parse("PNG"), Lines{});
  EXPECT_EQ(parse("PNG\r"), Lines{});
  EXPECT_EQ(parse("MSG 1 N 5\r\nhell"), Lines{});
}

TEST(Framer, RefusesControlBytes) {
  EXPECT_EQ(parse("PNG\r\nP\0G\r\n"s), (Lines{"PNG", violation(Violation::kControlByte)}));
  EXPECT_EQ(parse("PNG\rPNG\r\n"), (Lines{violation(Violation::kControlByte)}));
  EXPECT_EQ(parse("PNG\r\r\n"), (Lines{violation(Violation::kControlByte)}));
  EXPECT_EQ(parse("PN\x7F\r\n"), (Lines{violation(Violation::kControlByte)}));
  // At once: a TLS greeting need not be waited for.
  EXPECT_EQ(parse("\x16\x03\x01"), (Lines{violation(Violation::kControlByte)}));
}

TEST(Framer, LimitsTheLine) {
  const std::string longest = "ADD 1 " + std::string(kLineBytesMax - 8, 'x') + "\r\n";
  ASSERT_EQ(longest.size(), kLineBytesMax);
  EXPECT_EQ(parse(longest).size(), 1U);
  EXPECT_EQ(parse(longest).front().substr(0, 6), "ADD|1|");
  EXPECT_EQ(parse("x" + longest), (Lines{violation(Violation::kLineTooLong)}));
  EXPECT_EQ(parse(std::string(kLineBytesMax, 'x')), (Lines{violation(Violation::kLineTooLong)}));
  EXPECT_EQ(parse(std::string(kLineBytesMax - 1, 'x')), Lines{});
}

TEST(Framer, LimitsTheParameters) {
  std::string line = "VER";
  for (std::size_t i = 0; i < kParametersMax; ++i) line += " x";
  EXPECT_EQ(
      parse(line + "\r\n").front(), "VER" + [] {
        std::string params;
        for (std::size_t i = 0; i < kParametersMax; ++i) params += "|x";
        return params;
      }());
  EXPECT_EQ(parse(line + " x\r\n"), (Lines{violation(Violation::kTooManyParameters)}));
}

TEST(Framer, RefusesBadLengths) {
  for (const char* line : {"MSG 1 N -1", "MSG 1 N x", "MSG 1 N 5x", "MSG 1 N", "MSG 5", "MSG"}) {
    EXPECT_EQ(parse(std::string(line) + "\r\nhello"),
              (Lines{violation(Violation::kBadPayloadLength)}))
        << line;
  }
}

TEST(Framer, RefusesLongPayloadsBeforeReadingThem) {
  EXPECT_EQ(parse("MSG 1 N 1664\r\n"), Lines{});
  EXPECT_EQ(parse("MSG 1 N 1665\r\n"), (Lines{violation(Violation::kPayloadTooLong)}));
  EXPECT_EQ(parse("MSG 1 N 99999999999999999999999999\r\n"),
            (Lines{violation(Violation::kPayloadTooLong)}));
}

TEST(Framer, TellsWhatToAnswerToABadLength) {
  Framer framer;
  Command command;
  framer.feed("SDC 41 dave@example.org 0x0409 MSMSGS MSMSGS X X Alice\r\n");
  ASSERT_EQ(framer.next(&rule, kScope, command), Framer::Step::kViolation);
  EXPECT_EQ(framer.violation(), Violation::kBadPayloadLength);
  EXPECT_EQ(framer.violation_answer(), ErrorCode::kBadInvitation);
  EXPECT_EQ(command.param(0), "41");
}

TEST(Framer, AsksTheRuleWithTheScope) {
  Framer framer;
  Command command;
  framer.feed("QRY 1 msmsgs@msnmsgr.com 3\r\nabc");
  ASSERT_EQ(framer.next(&rule, {.dialect = Dialect::kMsnp5, .state = 1}, command),
            Framer::Step::kCommand);
  EXPECT_EQ(command.payload, "");
  ASSERT_TRUE(framer.keep());
}

TEST(Framer, YieldsNothingAfterAViolation) {
  Framer framer;
  Command command;
  framer.feed("\x01\nPNG\r\n");
  EXPECT_EQ(framer.next(&rule, kScope, command), Framer::Step::kViolation);
  EXPECT_EQ(framer.next(&rule, kScope, command), Framer::Step::kViolation);
  EXPECT_TRUE(framer.keep());
  framer.feed("PNG\r\n");
  EXPECT_EQ(framer.next(&rule, kScope, command), Framer::Step::kViolation);
}

TEST(Framer, IsSplitInvariant) {
  const std::string all =
      "VER 1 MSNP5 CVR0\r\n\r\nINF 2 \n  \nMSG 3 A 7\r\n12\r\n\0"
      "67QRY 4 x 32\n"s +
      std::string(32, 'f') + "MSG 5 U 0\r\nOUT\nMSG 6 N 1665\r\nrest";
  const Lines expected = parse(all);
  ASSERT_EQ(expected.size(), 7U);
  for (std::size_t first = 0; first <= all.size(); ++first) {
    for (std::size_t second = first; second <= all.size(); ++second) {
      Framer framer;
      EXPECT_EQ(parse({all.substr(0, first), all.substr(first, second - first), all.substr(second)},
                      framer),
                expected)
          << first << " " << second;
    }
  }
  Framer framer;
  std::vector<std::string> bytes;
  for (const char c : all) bytes.emplace_back(1, c);
  EXPECT_EQ(parse(bytes, framer), expected);
}

TEST(Framer, KeepsOnlyWhatIsIncomplete) {
  Framer framer;
  parse({"PNG\r\nPNG\r\n"}, framer);
  EXPECT_EQ(framer.buffered(), 0U);
  parse({"PNG\r\nPN"}, framer);
  EXPECT_EQ(framer.buffered(), 2U);
  parse({"G\r\nMSG 1 N 5\r\nhel"}, framer);
  EXPECT_EQ(framer.buffered(), 14U);
  parse({"lo"}, framer);
  EXPECT_EQ(framer.buffered(), 0U);
}

TEST(Framer, CompletesACommandWithoutTakingTheNext) {
  Framer framer;
  Command command;
  parse({"MSG 1 N 5\r\nhe"}, framer);
  const std::string bytes = "lloPNG\r\nPNG\r\n";
  framer.feed(bytes);
  ASSERT_EQ(framer.next(&rule, kScope, command), Framer::Step::kCommand);
  EXPECT_EQ(command.payload, "hello");
  EXPECT_EQ(framer.buffered(), 0U) << "the rest is still the caller's";
  ASSERT_EQ(framer.next(&rule, kScope, command), Framer::Step::kCommand);
  EXPECT_EQ(command.verb.data(), bytes.data() + 3) << "parsed where it lies";
  ASSERT_TRUE(framer.keep());
}

// One per connection, most of them idle.
static_assert(sizeof(Framer) <= 64);

TEST(Framer, StopsBetweenCommandsWhileTheSessionWaits) {
  Framer framer;
  Command command;
  {
    const std::string bytes = "SYN 1 0\r\nCHG 2 NLN\r\nPNG\r\nLST";
    framer.feed(bytes);
    ASSERT_EQ(framer.next(&rule, kScope, command), Framer::Step::kCommand);
    EXPECT_EQ(text(command), "SYN|1|0");
    ASSERT_TRUE(framer.keep());
  }
  {
    const std::string bytes = " 3 FL\r\nOUT\r\n";
    framer.feed(bytes);
    ASSERT_TRUE(framer.keep());
  }
  EXPECT_EQ(framer.buffered(), 31U);
  Lines rest;
  while (framer.next(&rule, kScope, command) == Framer::Step::kCommand) {
    rest.push_back(text(command));
  }
  EXPECT_EQ(rest, (Lines{"CHG|2|NLN", "PNG", "LST|3|FL", "OUT"}));
  EXPECT_EQ(framer.buffered(), 0U);
}

TEST(Framer, ResumesInTheMiddleOfABacklogThatGoesOnInFedBytes) {
  Framer framer;
  Command command;
  framer.feed("SYN 1 0\r\nPNG\r\nLS");
  ASSERT_EQ(framer.next(&rule, kScope, command), Framer::Step::kCommand);
  ASSERT_TRUE(framer.keep());
  const std::string bytes = "T 3 FL\r\nOUT\r\n";
  framer.feed(bytes);
  Lines rest;
  while (framer.next(&rule, kScope, command) == Framer::Step::kCommand) {
    rest.push_back(text(command));
  }
  ASSERT_TRUE(framer.keep());
  EXPECT_EQ(rest, (Lines{"PNG", "LST|3|FL", "OUT"}));
}

TEST(Framer, LimitsTheBacklog) {
  const std::string chunk(kBacklogBytesMax, '\n');
  Framer framer;
  framer.feed(chunk);
  EXPECT_TRUE(framer.keep());
  framer.feed("\n");
  EXPECT_FALSE(framer.keep());
  EXPECT_EQ(framer.violation(), Violation::kBacklog);
  EXPECT_EQ(framer.buffered(), kBacklogBytesMax);
}

}  // namespace
}  // namespace monarch::msnp
