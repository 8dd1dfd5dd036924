// Fuzzes a notification session in every state: a client that says whatever it likes, a presence
// and an auth that answer well, badly, late or with something else, hints in any order, time.
// Nothing may break, what the client hears is made of whole lines, at most one question of each
// kind is under way, and how the client's bytes are cut makes no difference. The first byte of an
// input says where the session begins (signed in or not, the dialect, synchronised, online); the
// rest is a list of moves, see play().
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "notification/core/testing/stage.hpp"

namespace {

using namespace monarch;
using namespace monarch::notification;
using testing::contact;
using testing::Stage;

// Presence as one account sees it: a roster with a serial that only grows, and contacts whose
// versions do.
class Presence {
 public:
  model::Reply reply(const model::Request& asked, std::uint8_t choice) {
    switch (choice % 8) {
      case 0:
        return model::Failed{static_cast<model::Fault>(choice / 8 % 7)};
      case 1:
        return model::Refused{static_cast<std::uint16_t>(choice & 8U ? 215 : 800)};
      case 2:
        return foreign(choice / 8);
      default:
        return std::visit([&](const auto& request) { return good(request, choice); }, asked);
    }
  }

  model::RosterEvent event(std::uint8_t choice) {
    using Kind = model::RosterEvent::Kind;
    // The next one, one that was before, or one behind a gap.
    const std::uint32_t serial = choice & 64U ? serial_ + 2 : choice & 32U ? serial_ : ++serial_;
    return testing::event(serial, static_cast<Kind>(choice % 4), name(choice), "x");
  }

  model::ContactState state(std::uint8_t choice) {
    const std::uint64_t account = 2 + choice % 3;
    const auto status = static_cast<model::Status>(choice / 4 % 8);
    const bool old = (choice & 128U) != 0;
    return contact(account, kLocals[account - 2], status, old ? 1 : ++versions_);
  }

 private:
  static constexpr std::array<std::string_view, 3> kLocals = {"bob", "carol", "dave"};

  static std::string name(std::uint8_t choice) {
    return std::string(kLocals[choice % 3]) + "@example.com";
  }

  // A reply of some kind to whatever was asked.
  static model::Reply foreign(unsigned choice) {
    switch (choice % 6) {
      case 0:
        return model::Closed{};
      case 1:
        return model::StatusChanged{};
      case 2:
        return model::Changed{};
      case 3:
        return model::Roster{};
      case 4:
        return model::Journal{};
      default:
        return model::Opened{};
    }
  }

  model::Reply good(const model::OpenSession&, std::uint8_t) {
    return model::Opened{testing::version(7), "Alice"};
  }
  model::Reply good(const model::Synchronize& asked, std::uint8_t choice) {
    model::Roster roster;
    roster.serial = Serial(serial_);
    roster.current = asked.cached == roster.serial;
    roster.groups = {{0, "~"}};
    for (std::size_t list = 0; list < model::kLists; ++list) {
      for (unsigned i = 0; i < (choice >> (3 + list) & 3U); ++i) {
        roster.lists[list].push_back(
            {Handle::trusted(name(static_cast<std::uint8_t>(i))), "Name", 1, {}});
      }
    }
    return roster;
  }
  model::Reply good(const model::ChangeStatus& asked, std::uint8_t choice) {
    model::StatusChanged changed;
    if (asked.first) {
      for (std::uint8_t i = 0; i < choice / 8 % 4; ++i) {
        changed.contacts.push_back(state(static_cast<std::uint8_t>(i + 4U * (choice % 8))));
      }
    }
    return changed;
  }
  model::Reply good(const model::AddContact& asked, std::uint8_t choice) {
    model::Changed changed = change(asked.attempt, choice);
    if (asked.list == model::List::kForward && choice & 8U) changed.added = {{state(choice), {}}};
    return changed;
  }
  model::Reply good(const model::RemoveContact& asked, std::uint8_t choice) {
    model::Changed changed = change(asked.attempt, choice);
    if (asked.list == model::List::kForward && choice & 8U) changed.removed = {AccountId(2)};
    return changed;
  }
  model::Reply good(const model::ReadJournal& asked, std::uint8_t choice) {
    model::Journal journal;
    journal.serial = Serial(serial_);
    journal.trimmed = (choice & 8U) != 0 || serial_ - asked.after.value() > kJournalMax;
    if (!journal.trimmed) journal.events = between(asked.after, serial_);
    return journal;
  }
  model::Reply good(const model::SetProperty& asked, std::uint8_t choice) {
    model::Changed changed = change(asked.attempt, choice);
    changed.value = asked.value;
    return changed;
  }
  template <class Change>
  model::Reply good(const Change& asked, std::uint8_t choice) {
    if constexpr (requires { asked.attempt; }) return change(asked.attempt, choice);
    return model::Closed{};
  }

  model::Changed change(const model::Attempt& attempt, std::uint8_t choice) {
    if (choice & 16U) ++serial_;  // something happened in between
    model::Changed changed;
    if (attempt.shown != Serial() && serial_ - attempt.shown.value() <= kJournalMax) {
      changed.missed = between(attempt.shown, serial_);
    }
    changed.serial = Serial(++serial_);
    return changed;
  }

  // The journal's rows after one serial up to another.
  static std::vector<model::RosterEvent> between(Serial after, std::uint32_t last) {
    std::vector<model::RosterEvent> events;
    for (auto serial = after.value() + 1; serial <= last; ++serial) {
      events.push_back(testing::event(serial, static_cast<model::RosterEvent::Kind>(serial % 4),
                                      name(static_cast<std::uint8_t>(serial % 3)), "x"));
    }
    return events;
  }

  static constexpr std::uint32_t kJournalMax = 50;
  std::uint32_t serial_ = 40;
  std::uint64_t versions_ = 100;
};

class Scene {
 public:
  explicit Scene(bool cut) : cut_(cut) {}

  std::string play(std::string_view input) {
    if (input.empty()) return {};
    begin(static_cast<std::uint8_t>(input.front()));
    input.remove_prefix(1);
    for (std::size_t moves = 0; !input.empty() && !stage_.closed && moves < kMovesMax; ++moves) {
      const auto move = static_cast<std::uint8_t>(input.front());
      input.remove_prefix(1);
      // What the move is, and what it is about.
      if (move % 8 < 3) {
        input.remove_prefix(speak(input));
      } else if (input.empty()) {
        break;
      } else {
        const auto choice = static_cast<std::uint8_t>(input.front());
        input.remove_prefix(1);
        act(move % 8, choice);
      }
    }
    // Handlers must be able to end from wherever they are.
    if (!stage_.closed) touch([&](Effects& effects) { stage_.session->shut_down(effects); });
    return heard_;
  }

 private:
  static constexpr std::size_t kMovesMax = 400;

  void begin(std::uint8_t choice) {
    if (choice % 4 == 0) return;
    stage_.sign_in("MSNP" + std::to_string(2 + choice / 4 % 6), (choice & 32U) == 0);
    if (choice % 4 >= 2) stage_.synchronise(40);
    if (choice % 4 == 3) stage_.go_online({presence_.state(4)});
  }

  void act(unsigned move, std::uint8_t choice) {
    switch (move) {
      case 3:
        return answer_login(choice);
      case 4:
        return answer_presence(choice);
      case 5:
        return hint(choice);
      case 6:
        return pass(choice);
      default:
        return truth(choice);
    }
  }

  // A length and as many bytes; how much of the input that was.
  std::size_t speak(std::string_view input) {
    if (input.empty()) return 0;
    const auto text = input.substr(1, static_cast<std::uint8_t>(input.front()));
    SeededRandom cuts(text.size());
    for (std::size_t at = 0; at < text.size() && !stage_.closed;) {
      const std::string piece(text.substr(at, cut_ ? 1 + cuts.below(7) : text.size()));
      touch([&](Effects& effects) { stage_.session->receive(piece, effects); });
      at += piece.size();
    }
    return 1 + text.size();
  }

  // To the moment that the session waits for, or for up to a minute.
  void pass(std::uint8_t choice) {
    const auto due = stage_.session->due();
    const auto now = stage_.clock.now();
    if (choice % 4 == 0 && due && *due > now) {
      stage_.clock.advance(*due - now);
    } else {
      stage_.clock.advance(std::chrono::milliseconds(choice * choice));
    }
    touch([&](Effects& effects) { stage_.session->advance(effects); });
  }

  void answer_login(std::uint8_t choice) {
    if (stage_.verify) {
      stage_.verify.reset();
      const Verified answer{static_cast<Verified::Result>(choice & 128U ? choice % 7 : 0),
                            AccountId(1), (choice & 64U) == 0};
      touch([&](Effects& effects) { stage_.session->verified(answer, effects); });
    } else if (stage_.reserve) {
      stage_.reserve.reset();
      const Reserved answer{choice & 128U ? "" : "10.0.0.9:1863", "17262740.1050223100.32308"};
      touch([&](Effects& effects) { stage_.session->reserved(answer, effects); });
    }
  }

  void answer_presence(std::uint8_t choice) {
    const bool chore = stage_.chore && (!stage_.ask || (choice & 128U) != 0);
    if (!chore && !stage_.ask) return;
    const auto asked = *std::exchange(chore ? stage_.chore : stage_.ask, std::nullopt);
    auto reply = presence_.reply(asked, choice);
    touch([&](Effects& effects) {
      if (chore) {
        stage_.session->finish(asked, reply, effects);
      } else {
        stage_.session->answer(asked, std::move(reply), effects);
      }
    });
  }

  // As Node routes them: none before the session is open.
  void hint(std::uint8_t choice) {
    if (!stage_.session->signed_in()) return;
    if (choice % 8 < 3) {
      hear(stage_.hint(presence_.state(choice / 8)));
    } else if (choice % 8 < 6) {
      const auto event = presence_.event(static_cast<std::uint8_t>(choice));
      touch([&](Effects& effects) { (void)stage_.session->roster(event, effects); });
    } else if (choice % 8 == 6) {
      const model::RingHint ring{
          stage_.session->ref().session,      11752013, "10.0.0.9:1863", "849102291.520491113",
          Handle::trusted("bob@example.com"), "Bob"};
      touch([&](Effects& effects) { stage_.session->ring(ring, effects); });
    } else if (choice >= 192) {
      touch([&](Effects& effects) {
        stage_.session->kick(static_cast<model::KickReason>(choice / 8 % 3), effects);
      });
    } else {
      notice(choice / 8);
    }
  }

  void notice(std::uint8_t choice) {
    const std::string text = std::string(choice * 71U, '&') + "\xE2\x82\xAC \r\n<";
    const model::Notice notices[] = {
        model::Toast{1, 2, 3, 1033, "http://im.example.com/", "a?b&c", "", "i.png", text},
        model::ShutdownNotice{choice},
        model::NewStatus{static_cast<model::Status>(choice % 9)},
        model::NewMail{text, "bob@example.org", text, "/m", "http://m.example.com/", "ACTIVE", 2},
        model::MailActivity{"ACTIVE", text, -1},
        model::IncomingPage{"Bob", text, choice % 2U}};
    touch([&](Effects& effects) {
      (void)stage_.session->notice(notices[choice % std::size(notices)], effects);
      const Mailbox mailbox{static_cast<Mailbox::Result>(choice % 3),
                            {choice, 0, "/inbox", "/folders", "http://m.example.com/"}};
      if (choice % 5 == 0) (void)stage_.session->mail_counted(mailbox, effects);
    });
  }

  void truth(std::uint8_t choice) {
    if (!stage_.session->signed_in()) return;
    if (choice % 4 == 0) return stage_.session->reopened(testing::version(choice));
    const auto report = stage_.session->report();
    model::SessionVerdict verdict;
    verdict.session = report.session.session;
    // A session is ended by such a verdict; most are better.
    verdict.kind = static_cast<model::SessionVerdict::Kind>(choice >= 224 ? choice % 3 : 0);
    verdict.serial = Serial(report.shown.value() + (choice & 16U ? 1 : 0));
    verdict.status_differs = (choice & 32U) != 0;
    if (choice & 64U) verdict.contacts.push_back(presence_.state(choice));
    touch([&](Effects& effects) { stage_.session->compared(verdict, report.status, effects); });
  }

  // One entry point, and what it wants done.
  template <class Call>
  void touch(Call call) {
    Effects effects;
    call(effects);
    const bool asking = stage_.ask || stage_.verify || stage_.reserve;
    const int asks = int{effects.ask.has_value()} + int{effects.verify.has_value()} +
                     int{effects.reserve.has_value()};
    MONARCH_ASSERT(asks <= (asking ? 0 : 1));
    MONARCH_ASSERT(!(effects.chore && stage_.chore));
    if (effects.ask) stage_.ask = std::move(effects.ask);
    if (effects.verify) stage_.verify = std::move(effects.verify);
    if (effects.reserve) stage_.reserve = std::move(effects.reserve);
    if (effects.chore) stage_.chore = std::move(effects.chore);
    if (effects.close) stage_.closed = effects.close;
    hear(effects.send);
    if (effects.close) heard_ += "closed " + std::to_string(static_cast<int>(*effects.close));
  }

  // Lines, each whole, with its payload and without control bytes.
  void hear(std::string_view said) {
    heard_ += said;
    while (!said.empty()) {
      const auto end = said.find("\r\n");
      MONARCH_ASSERT(end != std::string_view::npos);
      const auto line = said.substr(0, end);
      said.remove_prefix(end + 2);
      MONARCH_ASSERT(std::none_of(line.begin(), line.end(),
                                  [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
      const bool has_payload =
          line.starts_with("MSG ") || line.starts_with("NOT ") || line.starts_with("IPG ");
      if (!has_payload) continue;
      const auto size = std::stoul(std::string(line.substr(line.rfind(' ') + 1)));
      MONARCH_ASSERT(size <= msnp::kServerPayloadBytesMax && size <= said.size());
      said.remove_prefix(size);
    }
  }

  bool cut_;
  Stage stage_;
  Presence presence_;
  std::string heard_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  MONARCH_ASSERT(Scene(false).play(input) == Scene(true).play(input));
  return 0;
}
