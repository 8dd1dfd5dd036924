// A node in a storm: random clients, answers, faults, kicks and time, from a seed. It must neither
// fall over nor leave anything behind; what is right in detail is checked elsewhere.
#include <gtest/gtest.h>

#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Fault;
using model::RosterEvent;
using model::Status;
using testing::contact;
using testing::House;

constexpr std::uint64_t kClients = 12;
constexpr std::uint64_t kAccounts = 6;

class Storm {
 public:
  explicit Storm(std::uint64_t seed) : random_(seed) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      ASSERT_GT(*house_.node->deadline(), TimePoint());
    }
    calm();
  }

 private:
  std::uint64_t pick(std::uint64_t bound) { return random_.below(bound); }

  void step() {
    for (int i = 0; i < 3; ++i) answer();
    switch (pick(10)) {
      case 0:
        open_.push_back(++last_connection_);
        house_.connect(last_connection_);
        if (pick(8) != 0) {
          house_.says(last_connection_, "VER 1 MSNP" + std::to_string(2 + pick(6)) +
                                            "\r\nUSR 2 MD5 I user@example.com\r\n"
                                            "USR 3 MD5 S 0123456789abcdef0123456789abcdef");
        }
        if (open_.size() > kClients) {
          house_.node->disconnected(ConnectionId(open_.front()));
          open_.erase(open_.begin());
        }
        break;
      case 1:
      case 2:
      case 3:
      case 4:
      case 5:
        if (!open_.empty()) house_.says(open_[pick(open_.size())], line());
        break;
      case 6:
      case 7:
        house_.hint(hint());
        break;
      case 8:
        house_.passes(std::chrono::milliseconds(pick(4) == 0 ? pick(20'000) : pick(200)));
        break;
      default:
        turn_over();
    }
  }

  std::string line() {
    const auto account = std::to_string(pick(kAccounts) + 1);
    const std::string lines[] = {
        pick(20) == 0 ? "VER 1 MSNP5" : "XFR 3 SB",
        "SYN 4 " + std::to_string(pick(3)),
        "CHG 5 NLN",
        "CHG 6 AWY",
        "ADD 7 FL user" + account + "@example.com Name",
        "REM 8 FL user" + account + "@example.com",
        "REA 9 user" + account + "@example.com Name\r\nGTC 10 N\r\nLST 11 FL",
        pick(10) == 0 ? "OUT" : "PNG",
    };
    return lines[pick(std::size(lines))];
  }

  model::Hint hint() {
    const auto sessions = all_sessions();
    const auto session = sessions.empty() ? SessionId(1) : sessions[pick(sessions.size())];
    switch (pick(8)) {
      case 0:
        return model::KickHint{session, model::KickReason::kSignedInElsewhere};
      case 1:
      case 2: {
        auto event = testing::event(static_cast<std::uint32_t>(++serial_),
                                    RosterEvent::Kind::kReverseRemoved);
        return model::RosterHint{session, event};
      }
      default:
        return model::PresenceHint{state(), sessions};
    }
  }

  model::ContactState state() {
    return contact(1 + pick(kAccounts), "user", pick(2) == 0 ? Status::kOffline : Status::kAway,
                   ++version_);
  }

  std::vector<SessionId> all_sessions() const {
    std::vector<SessionId> sessions;
    for (const auto number : open_) {
      const auto* session = house_.node->session(ConnectionId(number));
      if (session != nullptr) sessions.push_back(session->ref().session);
    }
    return sessions;
  }

  void answer() {
    if (!house_.auth.asked.empty() && pick(2) == 0) {
      const auto id = house_.auth.asked.front().first;
      house_.auth.asked.pop_front();
      const auto result = pick(8) == 0 ? Verified::Result::kRefused : Verified::Result::kOk;
      house_.node->verified(id, {result, AccountId(1 + pick(kAccounts)), true});
      return;
    }
    // What is old has long been repeated.
    while (house_.links.sent.size() > 10) house_.links.sent.pop_front();
    if (house_.links.sent.empty()) return;
    const auto place =
        house_.links.sent.begin() + static_cast<std::ptrdiff_t>(pick(house_.links.sent.size()));
    const auto sent = *place;
    // Some answers come twice, some late, some never.
    if (pick(8) != 0) house_.links.sent.erase(place);
    if (pick(16) != 0) house_.node->replied(sent.id, reply(sent.request));
  }

  model::Reply reply(const model::Request& request) {
    if (pick(8) == 0) {
      constexpr Fault kFaults[] = {Fault::kRosterUnavailable, Fault::kIndexUnavailable,
                                   Fault::kOverloaded,        Fault::kFenced,
                                   Fault::kNoSession,         Fault::kNoPrincipal};
      return model::Failed{kFaults[pick(std::size(kFaults))]};
    }
    if (std::holds_alternative<model::OpenSession>(request)) {
      return model::Opened{{1, pick(1000)}, "User"};
    }
    if (std::holds_alternative<model::CloseSession>(request)) return model::Closed{};
    if (const auto* synchronize = std::get_if<model::Synchronize>(&request)) {
      model::Roster roster;
      roster.serial = Serial(static_cast<std::uint32_t>(++serial_));
      roster.current = synchronize->cached && pick(2) == 0;
      return roster;
    }
    if (std::holds_alternative<model::ChangeStatus>(request)) {
      return model::StatusChanged{{state(), state(), state()}};
    }
    if (const auto* read = std::get_if<model::ReadJournal>(&request)) {
      model::Journal journal;
      const auto from = read->after.value();
      for (std::uint32_t serial = from + 1; serial <= serial_ && serial < from + 50; ++serial) {
        journal.events.push_back(testing::event(serial, RosterEvent::Kind::kSilent));
      }
      return journal;
    }
    if (const auto* compare = std::get_if<model::Compare>(&request)) return compared(*compare);
    if (std::holds_alternative<model::ListNodeSessions>(request)) {
      return model::NodeSessions{{{AccountId(99), SessionId(1 + pick(5)), {1, 1}}}, false};
    }
    model::Changed changed;
    changed.serial = Serial(static_cast<std::uint32_t>(++serial_));
    if (pick(2) == 0) changed.added = model::Changed::NewContact{state(), {}};
    if (pick(2) == 0) changed.removed = {AccountId(1 + pick(kAccounts))};
    return changed;
  }

  model::Compared compared(const model::Compare& compare) {
    model::Compared answer;
    for (const auto& report : compare.sessions) {
      model::SessionVerdict verdict;
      verdict.session = report.session.session;
      verdict.kind = static_cast<model::SessionVerdict::Kind>(pick(10) == 0 ? 1 + pick(2) : 0);
      verdict.serial = Serial(static_cast<std::uint32_t>(serial_));
      verdict.status_differs = pick(3) == 0;
      if (pick(2) == 0) verdict.contacts.push_back(state());
      answer.sessions.push_back(verdict);
    }
    return answer;
  }

  void turn_over() {
    const NodeId instance("presence-" + std::to_string(1 + pick(3)));
    switch (pick(6)) {
      case 0:
        house_.node->link_down(instance);
        break;
      case 1:
      case 2:
        house_.node->link_up(instance);
        break;
      case 3:
        house_.node->bus_up();
        break;
      case 4:
        if (pick(4) == 0) house_.node->declared_dead();
        break;
      default:
        house_.node->set_peers({{"10.0.0.6:1863", 3}});
    }
  }

  // Everybody leaves, and presence answers all it is asked.
  void calm() {
    const auto& counters = house_.node->counters();
    EXPECT_GT(counters.sign_ins[static_cast<std::size_t>(SignIn::kOk)], 50U);
    EXPECT_GT(counters.presence_hints[static_cast<std::size_t>(Fate::kShown)], 20U);
    EXPECT_GT(counters.roster_hints[static_cast<std::size_t>(Fate::kShown)], 0U);
    EXPECT_GT(counters.gaps, 0U);
    house_.node->link_up(NodeId("presence-1"));
    house_.node->shut_down();
    EXPECT_EQ(house_.node->connections(), 0U);
    EXPECT_EQ(house_.node->signed_in(), 0U);
    EXPECT_EQ(house_.node->signed_in_by_version(), Node::ByVersion());
    for (int i = 0; i < 200 && !house_.node->quiet(); ++i) {
      house_.passes(std::chrono::seconds(1));
      while (!house_.links.sent.empty()) {
        const auto sent = house_.links.sent.front();
        house_.links.sent.pop_front();
        if (std::holds_alternative<model::CloseSession>(sent.request)) {
          house_.node->replied(sent.id, model::Closed{});
        } else if (std::holds_alternative<model::ListNodeSessions>(sent.request)) {
          house_.node->replied(sent.id, model::NodeSessions{});
        }
      }
    }
    EXPECT_TRUE(house_.node->quiet());
  }

  House house_;
  SeededRandom random_;
  std::vector<std::uint64_t> open_;
  std::uint64_t last_connection_ = 0;
  std::uint64_t serial_ = 1;
  std::uint64_t version_ = 1;
};

class NodeStorm : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(NodeStorm, LeavesNothingBehind) {
  SCOPED_TRACE(::testing::Message() << "seed " << GetParam());
  Storm(GetParam()).run(3'000);
}

INSTANTIATE_TEST_SUITE_P(Seeds, NodeStorm, ::testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace monarch::notification
