// Fuzzes the switchboard: several clients say whatever they like, in any state, and time goes by.
// Nothing may break, what a client hears is made of whole lines, and how the bytes are cut makes no
// difference. The first byte of an input says how far the conversation is when the fuzzer takes
// over (see begin()), the rest is a list of moves: a byte that says whose move it is and which, and
// for what is said a length and the bytes; `@` stands for the ticket that the client has, `#` for
// the session id and `\1` to `\4` for a handle.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "switchboard/core/testing/stage.hpp"

namespace {

using namespace monarch;
using namespace monarch::switchboard;

constexpr std::size_t kPeople = 4;
const std::array<std::string, kPeople> kNames = {"alice", "bob", "carol", "dave"};

class Scene {
 public:
  explicit Scene(bool cut) : cut_(cut) {}

  std::string play(std::string_view input) {
    if (input.empty()) return {};
    begin(static_cast<std::uint8_t>(input.front()));
    input.remove_prefix(1);
    while (!input.empty() && moves_ < kMovesMax) {
      ++moves_;
      const auto move = static_cast<std::uint8_t>(input.front());
      input.remove_prefix(1);
      const std::size_t person = move % kPeople;
      switch (move / kPeople % 8) {
        case 0:
          reserve(person);
          break;
        case 1:
          answer(move);
          break;
        case 2:
          stage_.pass(std::chrono::seconds(1U << (move / 32U)));
          break;
        case 3:
          hang_up(person);
          break;
        default:
          input.remove_prefix(speak(person, input));
      }
      check();
    }
    stage_.exchange.drain();
    while (!stage_.presence.asked.empty()) stage_.unavailable(stage_.presence.take().id);
    stage_.exchange.shut_down();
    stage_.pass(std::chrono::minutes(2));
    MONARCH_ASSERT(stage_.exchange.drained());
    return heard_;
  }

 private:
  static constexpr std::size_t kMovesMax = 400;

  // Every state of a conversation (docs/protocol/switchboard.md).
  void begin(std::uint8_t choice) {
    const unsigned state = choice % 12;
    if (state == 0) return;
    if (state == 1) {  // connected, and nothing said
      connections_[0] = stage_.connect();
      return;
    }
    connections_[0] = stage_.begin("alice");
    switch (state) {
      case 2:  // alone
        break;
      case 3:  // presence is being asked
        stage_.say(connections_[0], "CAL 2 bob@example.com\r\n");
        learn();
        break;
      case 4:  // ringing
        ring("bob");
        break;
      case 5: {  // the answer is quicker than presence, and waits for the caller's RINGING
        stage_.say(connections_[0], "CAL 2 bob@example.com\r\n");
        learn();
        connections_[1] = stage_.connect();
        stage_.say(connections_[1], stage_.answer_line(stage_.presence.asked.front()));
        break;
      }
      case 6:  // the next CAL in vain is one too many
        for (int i = 0; i < 5; ++i) {
          stage_.say(connections_[0], "CAL 2 ghost@example.com\r\n");
          stage_.unavailable(stage_.presence.take().id);
        }
        break;
      default:
        connections_[1] = stage_.join(connections_[0], "bob");
        if (state >= 8) connections_[2] = stage_.join(connections_[1], "carol");
        if (state >= 9) ring("dave");
        if (state == 10) stage_.exchange.drain();
        if (state == 11) hang_up(0);  // who began it has gone
    }
  }

  void ring(const std::string& name) {
    stage_.say(connections_[0], "CAL 2 " + name + "@example.com\r\n");
    learn();
    const auto asked = stage_.presence.take();
    stage_.reachable(asked.id, user(name));
  }

  void reserve(std::size_t person) {
    if (const auto ticket = stage_.exchange.reserve(user(kNames[person])))
      tickets_[person] = *ticket;
  }

  void answer(std::uint8_t move) {
    if (stage_.presence.asked.empty()) return;
    const auto asked = stage_.presence.take();
    const std::string& handle = asked.invite.callee.value();
    if (move & 32U) return stage_.unavailable(asked.id);
    stage_.reachable(asked.id, user(handle.substr(0, handle.find('@'))));
  }

  void hang_up(std::size_t person) {
    if (connections_[person] == ConnectionId()) return;
    if (stage_.open(connections_[person])) stage_.drop(connections_[person]);
    connections_[person] = {};
  }

  // A length and as many bytes; how much of the input that was.
  std::size_t speak(std::size_t person, std::string_view input) {
    if (input.empty()) return 0;
    const auto text = input.substr(1, static_cast<std::uint8_t>(input.front()));
    ConnectionId& connection = connections_[person];
    if (connection == ConnectionId() || !stage_.open(connection)) connection = stage_.connect();
    const std::string said = expand(person, text);
    if (!cut_) {
      stage_.say(connection, said);
    } else {
      SeededRandom cuts(said.size());
      for (std::size_t at = 0; at < said.size();) {
        const auto size = 1 + cuts.below(7);
        stage_.say(connection, said.substr(at, size));
        at += size;
      }
    }
    learn();
    return 1 + text.size();
  }

  // The tickets of whoever is called.
  void learn() {
    for (const auto& asked : stage_.presence.asked) {
      for (std::size_t i = 0; i < kPeople; ++i) {
        if (asked.invite.callee == user(kNames[i]).handle) tickets_[i] = asked.invite.ticket;
      }
      session_ = std::to_string(asked.invite.conversation.value());
    }
  }

  std::string expand(std::size_t person, std::string_view text) const {
    std::string out;
    for (const char c : text) {
      if (c == '@') {
        out += tickets_[person];
      } else if (c == '#') {
        out += session_;
      } else if (c >= 1 && c <= static_cast<char>(kPeople)) {
        out += user(kNames[static_cast<std::size_t>(c - 1)]).handle.value();
      } else {
        out += c;
      }
    }
    return out;
  }

  void check() {
    for (std::size_t i = 0; i < kPeople; ++i) {
      if (connections_[i] == ConnectionId()) continue;
      const std::string heard = stage_.hear(connections_[i]);
      check_lines(heard);
      heard_ += kNames[i] + " " + heard + (stage_.open(connections_[i]) ? "" : "closed") + "\n";
    }
  }

  // Lines of a switchboard, each whole, with its payload.
  static void check_lines(std::string_view heard) {
    while (!heard.empty()) {
      const auto end = heard.find("\r\n");
      MONARCH_ASSERT(end != std::string_view::npos);
      const auto line = heard.substr(0, end);
      heard.remove_prefix(end + 2);
      if (!line.starts_with("MSG ")) continue;
      const auto size = std::stoul(std::string(line.substr(line.rfind(' ') + 1)));
      MONARCH_ASSERT(size <= msnp::kMessageBytesMax && size <= heard.size());
      heard.remove_prefix(size);
    }
  }

  bool cut_;
  std::size_t moves_ = 0;
  Stage stage_;
  std::array<ConnectionId, kPeople> connections_;
  std::array<std::string, kPeople> tickets_;
  std::string session_;
  std::string heard_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  MONARCH_ASSERT(Scene(false).play(input) == Scene(true).play(input));
  return 0;
}
