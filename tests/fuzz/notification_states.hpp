// Every state that a notification session can be in, as a place for the fuzzer to begin: two bytes
// of an input say which, and in which dialect. One thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification::fuzz {

enum class Begin : std::uint8_t {
  // ---- the login: docs/protocol/dispatch.md#8-login-state-machine-ds-and-ns-msnp27 ----
  kConnected,
  kNegotiated,
  kVersionCheck,  // only CVR0 matched
  kInformed,
  kChallenged,
  kVerifying,
  kJoining,
  kReferred,  // the node drains, or is full
  kFull,
  kNowhere,
  // ---- signed in, nothing under way ----
  kSignedIn,
  kSynchronised,
  kOnlineOnly,  // CHG without SYN
  kOnline,
  kHidden,
  kImsOff,
  kReopened,
  kChallengePosed,
  kManyChanges,  // the next own REA, PRP or XFR SB is one too many
  kThrottled,
  kGap,         // a serial is missing
  kHalfLine,    // of a command
  kHalfAnswer,  // of a QRY
  // ---- a question under way ----
  kDumping,  // SYN
  kFirstChg,
  kChanging,
  kImsAsked,
  kAdding,
  kRemoving,
  kListing,
  kListingBehindJournal,
  kReserving,
  kBacklog,  // commands wait behind it
  kChallengeBehindQuestion,
  // ---- what the session does by itself ----
  kUnannounced,
  kAnnouncing,
  kOvertaken,  // and another CHG came meanwhile
  kReadingJournal,
  kInDoubt,  // who is a contact is not known
  kInDoubtAndAdding,
};
inline constexpr std::size_t kBegins = static_cast<std::size_t>(Begin::kInDoubtAndAdding) + 1;

struct Start {
  Start(std::uint8_t first, std::uint8_t second)
      : begin(static_cast<Begin>(first % kBegins)), variant(second) {}

  Begin begin;
  std::uint8_t variant;

  [[nodiscard]] Settings settings() const {
    Settings settings;
    if (variant & 64U) settings.challenge_every = std::chrono::minutes(1);
    if (begin == Begin::kThrottled) {
      settings.commands_per_second = 1;
      settings.commands_burst = 8;
    }
    if (begin == Begin::kManyChanges) settings.switchboards_in_burst = 1;
    return settings;
  }
  // The one of the variant, or the first that has what the state needs.
  [[nodiscard]] std::string dialect() const {
    int least = 2;
    if (begin == Begin::kImsOff || begin == Begin::kImsAsked) least = 3;
    if (begin == Begin::kManyChanges) least = 5;
    if (begin == Begin::kChallengePosed || begin == Begin::kChallengeBehindQuestion ||
        begin == Begin::kHalfAnswer) {
      least = 6;
    }
    return "MSNP" + std::to_string(std::max(least, 2 + variant % 6));
  }
};

// Brings a new session there.
class Preparation {
 public:
  Preparation(testing::Stage& stage, const Start& start) : stage_(stage), start_(start) {}

  // What the client has heard of it that it may need: challenges.
  std::string run() {
    prepare();
    // A state that is not reached any more would be fuzzed no more, and nobody would know.
    using enum Begin;
    const auto begin = start_.begin;
    const bool at_the_door = begin <= kNowhere;
    const bool asking = begin >= kDumping && begin <= kChallengeBehindQuestion;
    const bool working = begin >= kAnnouncing;
    MONARCH_ASSERT(!stage_.closed && stage_.session->signed_in() == !at_the_door);
    MONARCH_ASSERT(stage_.verify.has_value() == (begin == kVerifying));
    MONARCH_ASSERT(stage_.reserve.has_value() == (begin == kReserving));
    MONARCH_ASSERT((stage_.ask || stage_.reserve) ==
                   (asking || begin == kJoining || begin == kInDoubtAndAdding));
    MONARCH_ASSERT(stage_.chore.has_value() == working);
    MONARCH_ASSERT(begin != kThrottled || stage_.session->due());
    MONARCH_ASSERT(begin != kUnannounced || stage_.session->due());
    return std::move(heard_);
  }

 private:
  void prepare() {
    if (start_.begin <= Begin::kNowhere) {
      log_in();
      return;
    }
    // Who is not verified changes no name.
    const bool verified = (start_.variant & 32U) == 0 || start_.begin == Begin::kManyChanges;
    stage_.sign_in(start_.dialect(), verified);
    if (start_.begin == Begin::kSignedIn) return;
    if (start_.begin == Begin::kDumping) return ask("SYN 5 0");
    if (start_.begin != Begin::kOnlineOnly) stage_.synchronise(40);
    if (start_.begin == Begin::kSynchronised) return;
    if (start_.begin == Begin::kFirstChg) {
      ask("CHG 6 NLN");
      stage_.hint(bob(model::Status::kAway, 120));
      return;
    }
    heard_ += stage_.go_online({bob(model::Status::kBusy, 101)});
    if (start_.begin <= Begin::kHalfAnswer) {
      settle();
    } else if (start_.begin <= Begin::kChallengeBehindQuestion) {
      question();
    } else {
      chore();
    }
  }

  static model::ContactState bob(model::Status status, std::uint64_t counter) {
    return testing::contact(2, "bob", status, counter);
  }
  static model::Changed changed(std::uint32_t serial) {
    model::Changed changed;
    changed.serial = Serial(serial);
    return changed;
  }
  void ask(std::string_view line) { heard_ += stage_.line(line); }
  void answered(std::string_view line, model::Reply reply) {
    stage_.line(line);
    stage_.replies(std::move(reply));
  }

  void log_in() {
    switch (start_.begin) {
      case Begin::kVersionCheck:
        stage_.line("VER 1 CVR0");
        return;
      case Begin::kReferred:
        stage_.door.admission = {Admission::Kind::kReferred, "10.0.0.6:1863"};
        return;
      case Begin::kFull:
        stage_.door.admission = {Admission::Kind::kFull, {}};
        return;
      case Begin::kNowhere:
        stage_.door.admission = {Admission::Kind::kNowhere, {}};
        return;
      default:
        break;
    }
    if (start_.begin >= Begin::kNegotiated) stage_.line("VER 1 " + start_.dialect() + " CVR0");
    if (start_.begin >= Begin::kInformed) stage_.line("INF 2");
    if (start_.begin >= Begin::kChallenged) stage_.line("USR 3 MD5 I alice@example.com");
    if (start_.begin >= Begin::kVerifying) {
      stage_.line("USR 4 MD5 S 0123456789abcdef0123456789abcdef");
    }
    if (start_.begin >= Begin::kJoining) {
      stage_.verified({Verified::Result::kOk, AccountId(1), (start_.variant & 32U) == 0});
    }
  }

  void settle() {
    switch (start_.begin) {
      case Begin::kHidden:
        return answered("CHG 7 HDN", model::StatusChanged{});
      case Begin::kImsOff:
        return answered("IMS 7 OFF", model::StatusChanged{});
      case Begin::kReopened:
        return stage_.session->reopened(testing::version(90));
      case Begin::kChallengePosed:
        return ask("CHL 7");
      case Begin::kManyChanges:
        for (std::uint32_t i = 0; i < stage_.settings.changes_in_burst; ++i) {
          answered("REA 7 alice@example.com Alice", changed(41 + 2 * i));
          answered("PRP 8 PHH 5", changed(42 + 2 * i));
        }
        ask("XFR 9 SB");
        stage_.reserved({"10.0.0.9:1863", "17262740.1050223100.32308"});
        return;
      case Begin::kThrottled:
        for (int i = 0; i < 12; ++i) ask("PNG");
        return;
      case Begin::kGap:
        stage_.hint(testing::event(42, model::RosterEvent::Kind::kReverseRemoved));
        return;
      case Begin::kHalfLine:
        stage_.says("CHG 9 ");
        return;
      case Begin::kHalfAnswer:
        ask("CHL 7");
        stage_.says("QRY 8 msmsgs@msnmsgr.com 32\r\n0123");
        return;
      default:
        return;
    }
  }

  void question() {
    switch (start_.begin) {
      case Begin::kChanging:
        return ask("CHG 7 LUN");
      case Begin::kImsAsked:
        return ask("IMS 7 OFF");
      case Begin::kAdding:
        ask("ADD 7 FL carol@example.com Carol");
        stage_.hint(testing::contact(3, "carol", model::Status::kBusy, 130));
        return;
      case Begin::kRemoving:
        return ask("REM 7 FL bob@example.com");
      case Begin::kListing:
        return ask("LST 7 FL");
      case Begin::kListingBehindJournal: {
        model::Roster roster;
        roster.serial = Serial(43);
        return answered("LST 7 RL", roster);
      }
      case Begin::kReserving:
        return ask("XFR 7 SB");
      case Begin::kBacklog:
        ask("CHG 7 LUN");
        stage_.says("REA 8 alice@example.com A\r\nADD 9 AL bob@example.com B\r\nCHG 10 HDN\r\nPN");
        return;
      default:
        ask("CHL 7");
        return ask("LST 8 AL");
    }
  }

  void chore() {
    switch (start_.begin) {
      case Begin::kReadingJournal:
        stage_.hint(testing::event(42, model::RosterEvent::Kind::kReverseRemoved));
        stage_.passes(stage_.settings.gap_wait);
        return;
      case Begin::kInDoubt:
      case Begin::kInDoubtAndAdding: {
        // Somebody else has made a contact.
        auto added =
            testing::event(41, model::RosterEvent::Kind::kListAdded, "dave@example.com", "x");
        added.account = AccountId(4);
        heard_ += stage_.hint(added);
        if (start_.begin == Begin::kInDoubtAndAdding) ask("ADD 8 FL carol@example.com Carol");
        return;
      }
      default:
        answered("CHG 7 AWY", model::Failed{model::Fault::kUnreachable});
    }
    if (start_.begin == Begin::kUnannounced) return;
    stage_.passes(stage_.settings.announce_retry);
    if (start_.begin == Begin::kOvertaken) ask("CHG 8 PHN");
  }

  testing::Stage& stage_;
  Start start_;
  std::string heard_;
};

}  // namespace monarch::notification::fuzz
