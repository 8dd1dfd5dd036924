// Plays the switchboard's part of docs/protocol/sessions.md, read from there, line by line. What a
// notification server would say is put in by hand: XFR is a reservation, RNG what presence is
// asked.
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <sstream>
#include <vector>

#include "switchboard/core/testing/stage.hpp"

namespace monarch::switchboard {
namespace {

using namespace std::chrono_literals;

// The msnp blocks of the section that begins with this number.
std::vector<std::string> blocks(int section) {
  std::ifstream file("docs/protocol/sessions.md");
  std::vector<std::string> found;
  bool here = false;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) here = line.starts_with("## " + std::to_string(section) + ". ");
    if (!here) continue;
    if (line.starts_with("```")) {
      inside = line == "```msnp";
      if (inside) found.emplace_back();
    } else if (inside) {
      found.back() += line + "\n";
    }
  }
  return found;
}

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      out += text[i] == 'r' ? '\r' : text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
    } else {
      out += text[i];
    }
  }
  return out;
}

class Sessions : public ::testing::Test {
 protected:
  void play(const std::string& block) {
    std::istringstream lines(block);
    std::string line;
    bool more = static_cast<bool>(std::getline(lines, line));
    while (more && !HasFatalFailure()) {
      Step step = parse(line);
      // The payload of a line is the lines that follow.
      more = static_cast<bool>(std::getline(lines, line));
      const std::string payload = step.conn + (step.kind == "C:" ? " C| " : " S| ");
      while (more && line.starts_with(payload)) {
        step.payload += unescape(line.substr(payload.size()));
        more = static_cast<bool>(std::getline(lines, line));
      }
      SCOPED_TRACE(step.conn + " " + step.kind + " " + step.text);
      run(step);
    }
    for (const auto& [name, connection] : switchboard_) {
      EXPECT_EQ(stage_.hear(connection), "") << name;
    }
  }

  // `name` stands for this connection from here on.
  void cast(const std::string& name, ConnectionId connection) { switchboard_[name] = connection; }
  void bind(const std::string& literal, std::string value) { bound_[literal] = std::move(value); }
  ConnectionId connection(const std::string& name) { return switchboard_.at(name); }
  void offline(const std::string& handle) { offline_ = handle; }

  Stage stage_;

 private:
  struct Step {
    std::string conn;
    std::string kind;
    std::string text;
    std::string payload;
  };

  static Step parse(const std::string& line) {
    if (line.starts_with("#")) return {.conn = "", .kind = "#", .text = line, .payload = ""};
    const auto first = line.find(' ');
    const auto second = line.find(' ', first + 1);
    return {.conn = line.substr(0, first),
            .kind = line.substr(first + 1, second - first - 1),
            .text = line.substr(second + 1),
            .payload = ""};
  }

  static bool is_switchboard(const std::string& conn) {
    return conn.ends_with(".sb") || conn == "sb" || (conn.size() == 2 && conn[0] == 's');
  }

  // Tickets and session ids stand for those that we made.
  std::string actual(const std::string& text) const {
    std::istringstream words(text);
    std::string out;
    for (std::string word; words >> word;) {
      const auto found = bound_.find(word);
      out += (out.empty() ? "" : " ") + (found == bound_.end() ? word : found->second);
    }
    return out;
  }

  void run(const Step& step) {
    if (step.kind == "#") {
      if (step.text.find("five minutes") != std::string::npos) stage_.pass(5min);
      if (step.text.find("silence for 60 s") != std::string::npos) stage_.pass(60s);
    } else if (!is_switchboard(step.conn)) {
      notification(step);
    } else if (step.kind == "**") {
      event(step);
    } else if (step.kind == "C:") {
      stage_.say(connection(step.conn), actual(step.text) + "\r\n" + step.payload);
      answer();
    } else if (step.kind == "C!") {
      stage_.say(connection(step.conn), unescape(step.text));
    } else {
      expect(step);
    }
  }

  void event(const Step& step) {
    if (step.text.starts_with("connect ")) {
      cast(step.conn, stage_.connect());
    } else if (step.text == "client closes") {
      stage_.drop(connection(step.conn));
    } else {
      ASSERT_EQ(step.text, "server closes");
      EXPECT_EQ(stage_.hear(connection(step.conn)), "");
      EXPECT_FALSE(stage_.open(connection(step.conn)));
    }
  }

  void expect(const Step& step) {
    std::string& heard = stage_.wire[connection(step.conn)].heard;
    const auto end = heard.find("\r\n");
    ASSERT_NE(end, std::string::npos) << "nothing was said";
    const std::string line = heard.substr(0, end);
    constexpr std::string_view kRinging = " RINGING ";
    const auto ringing = step.text.find(kRinging);
    if (ringing != std::string::npos) {
      const auto id = line.substr(line.rfind(' ') + 1);
      EXPECT_EQ(id.find_first_not_of("0123456789"), std::string::npos);
      bound_.emplace(step.text.substr(ringing + kRinging.size()), id);
    }
    EXPECT_EQ(line, actual(step.text));
    heard.erase(0, end + 2);
    EXPECT_EQ(heard.substr(0, step.payload.size()), step.payload);
    heard.erase(0, step.payload.size());
  }

  void answer() {
    while (!stage_.presence.asked.empty()) {
      const auto asked = stage_.presence.take();
      const std::string& handle = asked.invite.callee.value();
      const std::string name = handle.substr(0, handle.find('@'));
      if (handle == offline_ || name == "nobody") {
        stage_.unavailable(asked.id);
      } else {
        rung_[name] = asked.invite;
        stage_.reachable(asked.id, user(name));
      }
    }
  }

  void notification(const Step& step) {
    std::istringstream words(step.text);
    std::vector<std::string> word{std::istream_iterator<std::string>(words), {}};
    if (step.kind != "S:" || word.empty()) return;
    if (word[0] == "XFR" && word.size() > 5) {
      bind(word[5], stage_.ticket(step.conn));
    } else if (word[0] == "RNG") {
      const Invite& invite = rung_.at(step.conn);
      EXPECT_EQ(actual(word[1]), std::to_string(invite.conversation.value()));
      EXPECT_EQ(word[2], invite.address);
      EXPECT_EQ(word[5], invite.caller_handle.value());
      EXPECT_EQ(word[6], invite.caller_name);
      bind(word[4], invite.ticket);
    }
  }

  std::map<std::string, ConnectionId> switchboard_;
  std::map<std::string, std::string> bound_;
  std::map<std::string, Invite> rung_;
  std::string offline_;
};

TEST_F(Sessions, BlockedCallerGets217) {
  offline("alice@example.com");
  ASSERT_EQ(blocks(8).size(), 1U);
  play(blocks(8)[0]);
}

TEST_F(Sessions, ChatOfTwo) {
  ASSERT_EQ(blocks(9).size(), 1U);
  play(blocks(9)[0]);
  EXPECT_EQ(stage_.exchange.conversations(), 0U);
  EXPECT_EQ(stage_.exchange.counters().acks, 1U);
  EXPECT_EQ(stage_.exchange.counters().naks, 1U);
}

TEST_F(Sessions, ChatOfThree) {
  cast("alice.sb", stage_.begin("alice"));
  cast("bob.sb", stage_.join(connection("alice.sb"), "bob"));
  ASSERT_EQ(blocks(10).size(), 1U);
  play(blocks(10)[0]);
  EXPECT_EQ(stage_.exchange.connections(), 0U);
}

TEST_F(Sessions, Errors) {
  for (const char* name : {"s4", "s5", "s6"}) cast(name, stage_.begin("alice"));
  bind("17262745.1050223300.22222", stage_.ticket("alice"));
  const auto all = blocks(12);
  ASSERT_EQ(all.size(), 5U);
  // The silence of s3 would end s4 to s6, too: each lives by itself there.
  const auto s4 = all[3].find("# s4:");
  const auto s3 = all[3].find("s3 ** connect");
  ASSERT_LT(s3, s4);
  play(all[3].substr(0, s3));
  play(all[3].substr(s4));
  play(all[3].substr(s3, s4 - s3));
}

TEST_F(Sessions, CallerGone) {
  cast("alice.sb", stage_.begin("alice"));
  play(blocks(12).at(4));
  EXPECT_EQ(stage_.exchange.connections(), 1U);
}

TEST_F(Sessions, FileTransferInvitation) {
  cast("alice.sb", stage_.begin("alice"));
  cast("bob.sb", stage_.join(connection("alice.sb"), "bob"));
  ASSERT_EQ(blocks(14).size(), 1U);
  play(blocks(14)[0]);
  EXPECT_EQ(stage_.exchange.counters().deliveries, 3U);
}

TEST_F(Sessions, FramingTorture) {
  cast("sb", stage_.begin("alice"));
  cast("bob.sb", stage_.join(connection("sb"), "bob"));
  ASSERT_EQ(blocks(15).size(), 1U);
  play(blocks(15)[0]);
  EXPECT_EQ(stage_.exchange.counters().deliveries, 2U);
}

}  // namespace
}  // namespace monarch::switchboard
