#include "testing/transcript/player.hpp"

#include <deque>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace monarch::transcript {
namespace {

using ::testing::HasSubstr;

// A server that answers each segment as the test says; it waits for nothing.
class ScriptedTarget : public Target {
 public:
  using Answer = std::function<void(ScriptedTarget&, const std::string& conn)>;

  void when(const std::string& segment, Answer answer) { answers_[segment] = std::move(answer); }
  void say(const std::string& conn, const std::string& bytes) { pending_[conn].bytes += bytes; }
  void hang_up(const std::string& conn) { pending_[conn].closed = true; }
  const std::vector<std::string>& segments() const { return segments_; }

  Done prepare(const Fixture&) override { return Ok{}; }
  Result<std::string, std::string> resolve(const Node& node) override {
    if (node.instance > 2) return fail("there is no node " + to_string(node));
    return "10.0.0." + std::to_string(node.instance) + ":1863";
  }
  std::vector<std::string> ready(Role) override { return {"10.0.0.2:1863"}; }
  Done connect(const std::string& conn, const std::string&) override {
    pending_[conn] = {};
    return Ok{};
  }
  Done send(const std::string& conn, std::string_view bytes) override {
    segments_.emplace_back(bytes);
    const auto answer = answers_.find(segments_.back());
    if (answer != answers_.end()) {
      answer->second(*this, conn);
    } else if (bytes == "PNG\r\n") {
      say(conn, "QNG\r\n");
    } else if (bytes == "OUT\r\n") {
      hang_up(conn);
    }
    return Ok{};
  }
  Received receive(const std::string& conn, TimePoint) override {
    Received received = pending_[conn];
    pending_[conn].bytes.clear();
    return received;
  }
  void close(const std::string& conn) override { pending_.erase(conn); }

 private:
  std::map<std::string, Answer> answers_;
  std::map<std::string, Received> pending_;
  std::vector<std::string> segments_;
};

class PlayerTest : public ::testing::Test {
 protected:
  std::string problem(const std::string& text) {
    auto transcript = parse("@title A test\n@source x.md\n@account alice\n" + text, "x.msnp");
    if (!transcript.ok()) return transcript.error();
    const auto done = play(*transcript, target_);
    return done.ok() ? "" : done.error();
  }
  void answer(const std::string& segment, const std::string& bytes) {
    target_.when(segment, [bytes](ScriptedTarget& target, const std::string& conn) {
      target.say(conn, bytes);
    });
  }

  ScriptedTarget target_;
};

const std::string kConnect = "a ** connect <ns:1>\n";

TEST_F(PlayerTest, PassesWhenEveryLineIsThere) {
  answer("VER 1 MSNP5\r\n", "VER 1 MSNP5\r\n");
  EXPECT_EQ(problem(kConnect + "a C: VER 1 MSNP5\na S: VER 1 MSNP5\n"), "");
}

TEST_F(PlayerTest, ShowsPlaceExpectedGotAndTheLastLines) {
  answer("ADD 1\r\n", "215 1\r\n");
  const std::string text = problem(kConnect + "a C: ADD 1\na S: ADD 1 ok\n");
  EXPECT_THAT(text, HasSubstr("x.msnp:6: a:"));
  EXPECT_THAT(text, HasSubstr("expected: ADD 1 ok"));
  EXPECT_THAT(text, HasSubstr("got:      215 1"));
  EXPECT_THAT(text, HasSubstr("C: ADD 1\\r\\n"));
}

TEST_F(PlayerTest, FailsWhenALineIsMissing) {
  EXPECT_THAT(problem(kConnect + "a C: PING\na S: QNG\n"), HasSubstr("got:      nothing"));
  answer("PING\r\n", "QN");
  EXPECT_THAT(problem(kConnect + "a C: PING\na S: QNG\n"), HasSubstr("only this part: QN"));
}

TEST_F(PlayerTest, FailsForALineThatNobodyExpected) {
  answer("A\r\n", "QNG\r\nFLN x@y.z\r\n");
  EXPECT_THAT(problem(kConnect + "a C: A\na S: QNG\n"), HasSubstr("got:      FLN x@y.z"));
  EXPECT_THAT(problem(kConnect + "a C: A\na S: QNG\na ** client closes\n"), "");
}

TEST_F(PlayerTest, ASignedInConnectionProvesItsQuietByAPing) {
  answer("USR 1\r\n", "USR 1 OK alice@example.com Alice\r\n");
  const std::string script = kConnect + "a C: USR 1\na S: USR 1 OK alice@example.com Alice\n";
  EXPECT_EQ(problem(script), "");
  EXPECT_THAT(target_.segments(),
              ::testing::ElementsAre("USR 1\r\n", "PNG\r\n", "PNG\r\n", "OUT\r\n"));
  answer("PNG\r\n", "NLN NLN x@y.z x\r\nQNG\r\n");
  EXPECT_THAT(problem(script), HasSubstr("got:      NLN NLN x@y.z x"));
  EXPECT_THAT(problem(script + "a ** quiet\n"), HasSubstr("x.msnp:7"));
}

TEST_F(PlayerTest, OnlyCrLfEndsALine) {
  answer("A\r\n", "QNG\n");
  EXPECT_THAT(problem(kConnect + "a C: A\na S: QNG\n"), HasSubstr("LF without CR"));
}

TEST_F(PlayerTest, TheServerMustCloseAndSayNothingBefore) {
  target_.when("A\r\n",
               [](ScriptedTarget& target, const std::string& conn) { target.hang_up(conn); });
  target_.when("B\r\n", [](ScriptedTarget& target, const std::string& conn) {
    target.say(conn, "911 1\r\n");
    target.hang_up(conn);
  });
  EXPECT_EQ(problem(kConnect + "a C: A\na ** server closes\n"), "");
  EXPECT_EQ(problem(kConnect + "a C: B\na S: 911 1\na ** server closes\n"), "");
  EXPECT_THAT(problem(kConnect + "a C: B\na ** server closes\n"), HasSubstr("911 1"));
  EXPECT_THAT(problem(kConnect + "a C: C\na ** server closes\n"), HasSubstr("nothing"));
  EXPECT_THAT(problem(kConnect + "a C: A\n"), HasSubstr("the server closed"));
}

TEST_F(PlayerTest, PayloadsAreComparedByTheByte) {
  answer("A\r\n", "MSG Hotmail Hotmail 4\r\na\r\nbQNG\r\n");
  const std::string line = kConnect + "a C: A\na S: MSG Hotmail Hotmail 4\n";
  EXPECT_EQ(problem(line + "a S| a\\r\\n\na S| b\na S: QNG\n"), "");
  EXPECT_THAT(problem(line + "a S| a\\r\\n\na S| c\na S: QNG\n"), HasSubstr("a\\r\\nb"));
}

TEST_F(PlayerTest, ABurstMayComeInAnyOrderButComplete) {
  answer("A\r\n", "ILN 2\r\nILN 1\r\n");
  EXPECT_EQ(problem(kConnect + "a C: A\na S~ ILN 1\na S~ ILN 2\n"), "");
  EXPECT_NE(problem(kConnect + "a C: A\na S: ILN 1\na S: ILN 2\n"), "");
  EXPECT_THAT(problem(kConnect + "a C: A\na S~ ILN 1\na S~ ILN 2\na S~ ILN 3\n"),
              HasSubstr("ILN 3"));
  EXPECT_NE(problem(kConnect + "a C: A\na S~ ILN 1\na S~ ILN 1\n"), "");
}

TEST_F(PlayerTest, RawBytesAndLinesWithPayloadAreOneSegment) {
  problem(kConnect + "a C! PNG\\nPN\na C! G\\r\\n\na C: MSG 1 U 2\na C| a\na C| b\n");
  EXPECT_THAT(target_.segments(), ::testing::ElementsAre("PNG\nPN", "G\r\n", "MSG 1 U 2\r\nab"));
}

TEST_F(PlayerTest, ATargetSaysWhatItCannotDo) {
  EXPECT_THAT(problem("** time passes 60s\n"), HasSubstr("@only pure"));
  EXPECT_THAT(problem("** postgres away\n"), HasSubstr("@only pure"));
  EXPECT_THAT(problem("** redis back\n"), HasSubstr("@only pure"));
  EXPECT_THAT(problem("** operator dance\n"), HasSubstr("dance"));
  EXPECT_THAT(problem("a ** connect <ns:3>\n"), HasSubstr("no node ns:3"));
}

}  // namespace
}  // namespace monarch::transcript
