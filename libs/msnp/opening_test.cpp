#include "msnp/opening.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "msnp/framer.hpp"

namespace monarch::msnp {
namespace {

using State = Opening::State;
using Verdict = Opening::Verdict;

const Opening::Settings kDispatch{};
const Opening::Settings kNotification{.implicit_msnp2 = true};

// An opening in the hands of a client; says lines, shows what came of the last one.
class Client {
 public:
  explicit Client(const Opening::Settings& settings = kNotification) : opening_(settings) {}

  // The answer; "close" after it when the connection ends, "identify …" and "respond …" when the
  // session is asked to go on.
  std::string say(const std::string& line) {
    const std::string bytes = line + "\r\n";
    Framer framer;
    Command command;
    framer.feed(bytes);
    EXPECT_EQ(framer.next(&Opening::payload, {}, command), Framer::Step::kCommand);
    std::string out;
    const auto outcome = opening_.handle(command, out);
    while (out.ends_with('\n') || out.ends_with('\r')) out.pop_back();
    const std::string space = out.empty() ? "" : " ";
    switch (outcome.verdict) {
      case Verdict::kContinue:
        break;
      case Verdict::kIdentify:
        return out + space + "identify " + std::string(outcome.trid) + " " + outcome.handle.value();
      case Verdict::kRespond:
        return out + space + "respond " + std::string(outcome.trid) + " " +
               std::string(outcome.digest);
      case Verdict::kClose:
        reason_ = outcome.reason;
        return out + space + "close";
    }
    return out;
  }

  [[nodiscard]] State state() const { return opening_.state(); }
  [[nodiscard]] Dialect dialect() const { return opening_.dialect(); }
  [[nodiscard]] std::optional<CloseReason> reason() const { return reason_; }

  static Client in(State state, const Opening::Settings& settings = kNotification) {
    Client client(settings);
    if (state == State::kConnected) return client;
    client.say(state == State::kVersionCheck ? "VER 1 CVR0" : "VER 1 MSNP5 CVR0");
    if (state == State::kInformed || state == State::kChallenged) client.say("INF 2");
    if (state == State::kChallenged) client.say("USR 3 MD5 I alice@example.com");
    EXPECT_EQ(client.state(), state);
    return client;
  }

 private:
  Opening opening_;
  std::optional<CloseReason> reason_;
};

const std::string kDigest = "87e97302fe2fc3be1043a7a80c40039e";

// docs/protocol/dispatch.md#8-login-state-machine-ds-and-ns-msnp27, every cell.
TEST(Opening, FollowsTheTableOfStates) {
  const std::vector<std::string> lines = {"VER 9 MSNP5",
                                          "INF 9",
                                          "USR 9 MD5 I Alice@Example.com",
                                          "USR 9 MD5 S " + kDigest,
                                          "CVR 9 0x0409 win 4.10 i386 MSMSGS 3.0.0283 MSMSGS",
                                          "CVQ 9 0x0409 win 4.10 i386 MSMSGS 1.0.0863",
                                          "SYN 9 0",
                                          "PNG",
                                          "OUT"};
  const std::string identified = "identify 9 alice@example.com";
  const std::string version =
      "CVQ 9 1.0.0863 1.0.0863 1.0.0863 http://im.example.com/download http://im.example.com/ "
      "close";
  struct Row {
    State state;
    const Opening::Settings& settings;
    std::vector<std::string> expected;
  };
  const std::vector<Row> rows = {
      {State::kConnected,
       kNotification,
       {"VER 9 MSNP5", "close", identified, "715 9 close", "731 9 close", "close", "close", "close",
        "close"}},
      {State::kConnected,
       kDispatch,
       {"VER 9 MSNP5", "close", "close", "715 9 close", "731 9 close", "close", "close", "close",
        "close"}},
      {State::kVersionCheck,
       kNotification,
       {"close", "close", "close", "close", "close", version, "close", "close", "close"}},
      {State::kNegotiated,
       kNotification,
       {"715 9 close", "INF 9 MD5", identified, "715 9 close", "731 9 close", "close", "close",
        "close", "close"}},
      {State::kInformed,
       kNotification,
       {"715 9 close", "715 9 close", identified, "715 9 close", "731 9 close", "close", "close",
        "close", "close"}},
      {State::kChallenged,
       kNotification,
       {"715 9 close", "715 9 close", "715 9 close", "respond 9 " + kDigest, "715 9 close", "close",
        "close", "close", "close"}},
  };
  for (const Row& row : rows) {
    ASSERT_EQ(row.expected.size(), lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      Client client = Client::in(row.state, row.settings);
      EXPECT_EQ(client.say(lines[i]), row.expected[i])
          << lines[i] << " in state " << static_cast<int>(row.state);
    }
  }
}

TEST(Opening, TakesUsrAsTheFirstLineForMsnp2) {
  Client client(kNotification);
  EXPECT_EQ(client.say("USR 4 MD5 I carol@example.com"), "identify 4 carol@example.com");
  EXPECT_EQ(client.dialect(), Dialect(Dialect::kMsnp2));
  EXPECT_EQ(client.state(), State::kChallenged);
}

TEST(Opening, NegotiatesTheDialect) {
  Client client;
  EXPECT_EQ(client.say("VER 1 MSNP9 msnp7 MSNP5 CVR0"), "VER 1 MSNP7 MSNP5 CVR0");
  EXPECT_EQ(client.dialect(), Dialect(Dialect::kMsnp7));
  for (const char* line : {"VER 1", "VER 1 SOMETHING ELSE"}) {
    Client other;
    EXPECT_EQ(other.say(line), "VER 1 0 close");
    EXPECT_EQ(other.reason(), CloseReason::kNoCommonDialect);
  }
}

TEST(Opening, JudgesTheHandle) {
  const auto answer = [](const std::string& handle) {
    return Client::in(State::kNegotiated).say("USR 9 MD5 I " + handle);
  };
  EXPECT_EQ(answer("alice"), "911 9 close");
  EXPECT_EQ(answer("alice@"), "206 9 close");
  EXPECT_EQ(answer(std::string(129, 'a') + "@b"), "911 9 close");
  EXPECT_EQ(answer("a@b"), "identify 9 a@b");
}

TEST(Opening, RefusesMalformedUsr) {
  for (const char* line : {"USR 9", "USR 9 MD5", "USR 9 MD5 I", "USR 9 MD5 I a@b.c x",
                           "USR 9 MD5 X a@b.c", "USR 9 MD5 i a@b.c"}) {
    Client client = Client::in(State::kInformed);
    EXPECT_EQ(client.say(line), "911 9 close") << line;
    EXPECT_EQ(client.reason(), CloseReason::kBadSignIn);
  }
  for (const std::string line :
       {"USR 9 MD5 S", "USR 9 MD5 S 123", "USR 9 MD5 S x7e97302fe2fc3be1043a7a80c40039e"}) {
    EXPECT_EQ(Client::in(State::kChallenged).say(line), "911 9 close") << line;
  }
  EXPECT_EQ(Client::in(State::kChallenged).say("USR 9 MD5 S 87E97302FE2FC3BE1043A7A80C40039E"),
            "respond 9 87E97302FE2FC3BE1043A7A80C40039E");
}

TEST(Opening, ClosesOnAnUnknownPackageWithoutAWord) {
  Client client = Client::in(State::kInformed);
  EXPECT_EQ(client.say("USR 9 CTP I a@b.c"), "close");
  EXPECT_EQ(client.reason(), CloseReason::kUnknownPackage);
}

TEST(Opening, ClosesOnABadTransactionId) {
  for (const char* line : {"VER x MSNP5", "VER", "VER 4294967296 MSNP5", "VER -1 MSNP5"}) {
    Client client;
    EXPECT_EQ(client.say(line), "close") << line;
    EXPECT_EQ(client.reason(), CloseReason::kBadTransactionId);
  }
  Client client;
  EXPECT_EQ(client.say("VER 000 MSNP5"), "VER 000 MSNP5") << "echoed digit by digit";
}

TEST(Opening, ClosesOnUnknownCommands) {
  for (const char* line : {"hello", "ver 1 MSNP5", "GET / HTTP/1.1", "NLN x", "MSG 1 N 5"}) {
    Client client;
    EXPECT_EQ(client.say(line), "close") << line;
    EXPECT_EQ(client.reason(), CloseReason::kUnknownCommand);
  }
}

TEST(Opening, AnswersCvqOnceAndCloses) {
  const auto answer = [](const std::string& line) {
    return Client::in(State::kVersionCheck).say(line);
  };
  EXPECT_EQ(answer("CVQ 2 0x0409 win 4.10 i386 MSMSGS 1.0.0863 "),
            "CVQ 2 1.0.0863 1.0.0863 1.0.0863 http://im.example.com/download "
            "http://im.example.com/ close");
  EXPECT_EQ(answer("CVQ 2 0x0409 winnt 5.1 i386 MSNMSGR 5.0.0537 MSMSGS a@b.c"),
            "CVQ 2 5.0.0537 5.0.0537 5.0.0537 http://im.example.com/download "
            "http://im.example.com/ close");
  EXPECT_EQ(answer("CVQ 2 0x0409 win"), "731 2 close");
  EXPECT_EQ(answer("CVQ 2 english win 4.10 i386 MSMSGS 1.0.0863"), "710 2 close");
}

TEST(VersionCheck, ServesTheSignedInToo) {
  const std::vector<std::string_view> args{"0x0409",  "webtv", "2.8",  "MIPS",
                                           "msntvim", "2.8",   "msntv"};
  Invocation invocation{.verb = "CVR", .trid = "4", .args = args, .payload = {}};
  std::string out;
  EXPECT_EQ(answer_version_check(invocation, {.download = "http://d/", .info = "http://i/"}, out),
            VersionCheck::kAnswered);
  EXPECT_EQ(out, "CVR 4 2.8 2.8 2.8 http://d/ http://i/\r\n");
  out.clear();
  invocation.args = invocation.args.first(5);
  EXPECT_EQ(answer_version_check(invocation, {}, out), VersionCheck::kMalformed);
  EXPECT_EQ(out, "731 4\r\n");
}

}  // namespace
}  // namespace monarch::msnp
