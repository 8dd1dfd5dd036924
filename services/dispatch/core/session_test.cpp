#include "dispatch/core/session.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace monarch::dispatch {
namespace {

using msnp::CloseReason;
using msnp::Effects;
using namespace std::chrono_literals;

const TimePoint kStart{100s};
const Settings kSettings{.advertised_address = "10.0.0.1:1863", .opening = {}};

NotificationNode notification_node() {
  return {.id = NodeId("notification-1"),
          .incarnation = 1,
          .advertised_address = "10.0.0.5:1863",
          .capacity = 1000,
          .load = 0,
          .ready = true,
          .heartbeat = 1};
}

class DispatchSession : public ::testing::Test {
 protected:
  DispatchSession() { nodes_.update({notification_node()}); }

  // One connection of docs/protocol/sessions.md: what the client says line by line, and what comes
  // back; the last answer ends with the close when there is one.
  struct Exchange {
    std::string client;
    std::string server;
  };
  void play(const std::vector<Exchange>& exchanges, CloseReason reason) {
    Session session(kSettings, nodes_, counters_, kStart);
    for (std::size_t i = 0; i < exchanges.size(); ++i) {
      Effects effects;
      session.receive(exchanges[i].client, effects);
      EXPECT_EQ(effects.send, exchanges[i].server) << exchanges[i].client;
      const bool last = i + 1 == exchanges.size();
      EXPECT_EQ(effects.close.has_value(), last) << exchanges[i].client;
      if (last && effects.close) {
        EXPECT_EQ(to_string(*effects.close), to_string(reason));
      }
    }
    EXPECT_TRUE(session.closed());
  }

  SeededRandom random_{1};
  NodePicker nodes_{random_};
  Counters counters_;
};

TEST_F(DispatchSession, CountsCommandsByTheirEnd) {
  const auto counted = [&](std::string_view verb, msnp::CommandResult result) {
    return counters_.commands.of(msnp::Opening::row_of(verb).value(), result);
  };
  play({{"VER 1 MSNP5 CVR0\r\n", "VER 1 MSNP5 CVR0\r\n"},
        {"INF 2\r\n", "INF 2 MD5\r\n"},
        {"INF 3\r\n", "715 3\r\n"}},
       CloseReason::kOutOfOrder);
  play({{"INF 1\r\n", ""}}, CloseReason::kWrongState);
  play({{"OUT\r\n", ""}}, CloseReason::kClientLeft);
  EXPECT_EQ(counted("VER", msnp::CommandResult::kOk), 1U);
  EXPECT_EQ(counted("INF", msnp::CommandResult::kOk), 1U);
  EXPECT_EQ(counted("INF", msnp::CommandResult::kError), 1U);
  EXPECT_EQ(counted("INF", msnp::CommandResult::kClosed), 1U);
  EXPECT_EQ(counted("OUT", msnp::CommandResult::kOk), 1U);
  EXPECT_EQ(counters_.errors.of("715"), 1U);
}

// docs/protocol/sessions.md#1-msnp5-sign-in-through-dispatch-and-notification-server-full-synchronisation
TEST_F(DispatchSession, RefersMsnp5) {
  play({{"VER 1 MSNP5 MSNP4 CVR0\r\n", "VER 1 MSNP5 MSNP4 CVR0\r\n"},
        {"INF 2\r\n", "INF 2 MD5\r\n"},
        {"USR 3 MD5 I alice@example.com\r\n", "XFR 3 NS 10.0.0.5:1863 0\r\n"}},
       CloseReason::kReferred);
}

// docs/protocol/sessions.md#3-msnp2-sign-in-empty-account-pipelined-lf-line-ends-like-early-gaim
TEST_F(DispatchSession, RefersMsnp2WithoutATail) {
  play({{"VER 1 MSNP2 CVR0\r\n", "VER 1 MSNP2 CVR0\r\n"},
        {"INF 2\r\n", "INF 2 MD5\r\n"},
        {"USR 3 MD5 I alice@example.com\r\n", "XFR 3 NS 10.0.0.5:1863\r\n"}},
       CloseReason::kReferred);
}

TEST_F(DispatchSession, RefersMsnp7WithItsOwnAddressAndWithoutInf) {
  play({{"VER 1 MSNP7 MSNP6 MSNP5 MSNP4 CVR0\r\n", "VER 1 MSNP7 MSNP6 MSNP5 MSNP4 CVR0\r\n"},
        {"USR 2 MD5 I alice@example.com\r\n", "XFR 2 NS 10.0.0.5:1863 0 10.0.0.1:1863\r\n"}},
       CloseReason::kReferred);
}

TEST_F(DispatchSession, RefersEveryVersionInItsForm) {
  for (int version = 2; version <= 7; ++version) {
    const std::string name = "MSNP" + std::to_string(version);
    const std::string tail = version == 2 ? "" : version < 7 ? " 0" : " 0 10.0.0.1:1863";
    play({{"VER 0 " + name + "\n", "VER 0 " + name + "\r\n"},
          {"USR 0 MD5 I a@b.c\n", "XFR 0 NS 10.0.0.5:1863" + tail + "\r\n"}},
         CloseReason::kReferred);
  }
}

// docs/protocol/sessions.md#12-error-cases, those at 10.0.0.1 (and, of the rest, what a dispatch
// node answers alike).
TEST_F(DispatchSession, E1NoCommonDialect) {
  play({{"VER 1 SOMETHING ELSE\r\n", "VER 1 0\r\n"}}, CloseReason::kNoCommonDialect);
}

TEST_F(DispatchSession, E2VersionCheckOnly) {
  play({{"VER 1 CVR0\r\n", "VER 1 CVR0\r\n"},
        {"CVQ 2 0x0409 win 4.10 i386 MSMSGS 1.0.0863\r\n",
         "CVQ 2 1.0.0863 1.0.0863 1.0.0863 http://im.example.com/download "
         "http://im.example.com/\r\n"}},
       CloseReason::kVersionChecked);
}

TEST_F(DispatchSession, E3SecondVer) {
  play({{"VER 1 MSNP5 MSNP4 CVR0\r\n", "VER 1 MSNP5 MSNP4 CVR0\r\n"},
        {"VER 2 MSNP5 MSNP4 CVR0\r\n", "715 2\r\n"}},
       CloseReason::kOutOfOrder);
}

TEST_F(DispatchSession, E4CvrTooEarly) {
  play({{"VER 1 MSNP5 MSNP4 CVR0\r\n", "VER 1 MSNP5 MSNP4 CVR0\r\n"},
        {"CVR 2 0x0409 win 4.10 i386 MSMSGS 3.0.0283 MSMSGS\r\n", "731 2\r\n"}},
       CloseReason::kOutOfOrder);
}

TEST_F(DispatchSession, E5E7E8CommandsOfNoDispatch) {
  play({{"SYN 3 0\r\n", ""}}, CloseReason::kUnknownCommand);
  play({{"hello\r\n", ""}}, CloseReason::kUnknownCommand);
  play({{"VER x MSNP5\r\n", ""}}, CloseReason::kBadTransactionId);
}

TEST_F(DispatchSession, E9NoNotificationServer) {
  nodes_.update({});
  play({{"VER 1 MSNP5 MSNP4 CVR0\r\n", "VER 1 MSNP5 MSNP4 CVR0\r\n"},
        {"INF 2\r\n", "INF 2 MD5\r\n"},
        {"USR 3 MD5 I alice@example.com\r\n", "601 3\r\n"}},
       CloseReason::kUnavailable);
}

TEST_F(DispatchSession, AllNotificationServersFull) {
  auto full = notification_node();
  full.load = full.capacity;
  nodes_.update({full});
  play({{"VER 1 MSNP5\r\n", "VER 1 MSNP5\r\n"}, {"USR 3 MD5 I alice@example.com\r\n", "600 3\r\n"}},
       CloseReason::kUnavailable);
}

TEST_F(DispatchSession, E10NothingOffered) {
  play({{"VER 1\r\n", "VER 1 0\r\n"}}, CloseReason::kNoCommonDialect);
}

TEST_F(DispatchSession, E12NothingButCvqAfterCvr0) {
  play({{"VER 1 CVR0\r\n", "VER 1 CVR0\r\n"}, {"VER 2 MSNP5\r\n", ""}}, CloseReason::kWrongState);
}

TEST_F(DispatchSession, TakesUsrOnlyAfterVer) {
  play({{"USR 4 MD5 I alice@example.com\r\n", ""}}, CloseReason::kWrongState);
}

TEST_F(DispatchSession, NeverTakesADigest) {
  play({{"VER 1 MSNP5\r\n", "VER 1 MSNP5\r\n"},
        {"USR 3 MD5 S 87e97302fe2fc3be1043a7a80c40039e\r\n", "715 3\r\n"}},
       CloseReason::kOutOfOrder);
}

TEST_F(DispatchSession, LetsTheClientGo) { play({{"OUT\r\n", ""}}, CloseReason::kClientLeft); }

TEST_F(DispatchSession, ClosesOnBrokenFraming) {
  play({{std::string(msnp::kLineBytesMax, 'x'), ""}}, CloseReason::kLineTooLong);
  play({{"\x16\x03\x01", ""}}, CloseReason::kControlByte);
}

TEST_F(DispatchSession, AnswersAPipelinedSignInInOneWriteAndIgnoresWhatFollows) {
  play({{"VER 1 MSNP5\nINF 2 \nUSR 3 MD5 I alice@example.com\nUSR 4 MD5 I bob@example.com\n",
         "VER 1 MSNP5\r\nINF 2 MD5\r\nXFR 3 NS 10.0.0.5:1863 0\r\n"}},
       CloseReason::kReferred);
  Session session(kSettings, nodes_, counters_, kStart);
  Effects effects;
  session.receive("OUT\r\n", effects);
  effects.clear();
  session.receive("VER 1 MSNP5\r\n", effects);
  session.advance(kStart + 1h, effects);
  EXPECT_EQ(effects.send, "");
  EXPECT_FALSE(effects.close);
}

TEST_F(DispatchSession, AnswersTheSameWhereverTheBytesAreCut) {
  const std::string all = "VER 1 MSNP7 CVR0\r\nINF 2\r\nUSR 3 MD5 I alice@example.com\r\n";
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    Session session(kSettings, nodes_, counters_, kStart);
    Effects effects;
    session.receive(all.substr(0, cut), effects);
    session.receive(all.substr(cut), effects);
    EXPECT_EQ(effects.send,
              "VER 1 MSNP7 CVR0\r\nINF 2 MD5\r\nXFR 3 NS 10.0.0.5:1863 0 10.0.0.1:1863\r\n");
    EXPECT_EQ(effects.close, CloseReason::kReferred) << cut;
    nodes_.update({notification_node()});
  }
}

TEST_F(DispatchSession, EndsAfterSixtySeconds) {
  Session session(kSettings, nodes_, counters_, kStart);
  EXPECT_EQ(session.deadline(), kStart + 60s);
  Effects effects;
  session.receive("VER 1 MSNP5\r\n", effects);
  effects.clear();
  session.advance(kStart + 59'999ms, effects);
  EXPECT_FALSE(effects.close);
  session.advance(kStart + 60s, effects);
  EXPECT_EQ(effects.close, CloseReason::kLoginTimeout);
  EXPECT_EQ(effects.send, "");
}

}  // namespace
}  // namespace monarch::dispatch
