// Conversation: a switchboard session: who takes part and who is rung
// (docs/protocol/switchboard.md). It says no line itself. Owned by the hall, on its loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "switchboard/core/ports.hpp"
#include "switchboard/core/session.hpp"
#include "switchboard/core/settings.hpp"

namespace monarch::switchboard {

// Somebody who was called and has not come yet.
struct Invitation {
  RequestId request = {};
  Identity callee = {};  // only the handle, until it rings
  std::string ticket = {};
  TimePoint since = {};
  bool ringing = false;         // presence has said yes; before that nobody may come
  ConnectionId caller = {};     // he may have gone meanwhile
  std::string trid = {};        // of his CAL
  bool spent = false;           // the ticket was shown: nobody can come any more, but answering
  ConnectionId answering = {};  // whose ANS is held until it rings
};

class Conversation {
 public:
  explicit Conversation(ConversationId id, TimePoint now)
      : id_(id), text_(std::to_string(id.value())), last_message_(now) {}

  [[nodiscard]] ConversationId id() const { return id_; }
  // The id as it goes on the wire.
  [[nodiscard]] const std::string& text() const { return text_; }

  // In order of joining.
  [[nodiscard]] const std::vector<Session*>& participants() const { return participants_; }
  [[nodiscard]] bool present(const Handle& handle) const;
  // False: somebody of that handle takes part already.
  [[nodiscard]] bool join(Session& session, TimePoint now);
  void leave(const Session& session, TimePoint now);
  // All leave at once.
  [[nodiscard]] std::vector<Session*> dismiss(TimePoint now);

  [[nodiscard]] const std::vector<Invitation>& invitations() const { return invitations_; }
  [[nodiscard]] bool rings(const Handle& handle) const;
  void invite(Invitation invitation, TimePoint now);
  // The invitation of that request, of that ticket, or whose answer that connection has given; null
  // when there is none.
  [[nodiscard]] Invitation* invitation(RequestId request);
  [[nodiscard]] Invitation* invitation(std::string_view ticket);
  [[nodiscard]] Invitation* invitation(ConnectionId answering);
  Invitation take(const Invitation& invitation, TimePoint now);
  // One whose time is over, if any.
  [[nodiscard]] Invitation* overdue(const Settings& settings, TimePoint now);

  void message(TimePoint now) { last_message_ = now; }

  // Those who are here and those who may come.
  [[nodiscard]] std::size_t size() const { return participants_.size() + invitations_.size(); }

  // What its time being over means.
  enum class End : std::uint8_t { kNone, kIdle, kAlone };
  [[nodiscard]] End end(const Settings& settings, TimePoint now) const;
  // When something of it is over: an invitation or itself.
  [[nodiscard]] std::optional<TimePoint> deadline(const Settings& settings) const;

  std::optional<TimePoint> scheduled;  // for Timers

 private:
  [[nodiscard]] static TimePoint over(const Invitation& invitation, const Settings& settings);
  [[nodiscard]] std::optional<TimePoint> end_at(const Settings& settings) const;
  void note(TimePoint now);

  ConversationId id_;
  std::string text_;
  std::vector<Session*> participants_;
  template <class Match>
  [[nodiscard]] Invitation* first(Match match);

  std::vector<Invitation> invitations_;
  TimePoint last_message_;  // or somebody joined
  // Since when one is here and nobody may come.
  std::optional<TimePoint> alone_since_;
  bool had_company_ = false;
};

// Ids from a random place on, so that those of a restarted process do not repeat the last ones;
// none comes a second time before all the others did.
class ConversationIds {
 public:
  // Clients read them as an int.
  static constexpr std::uint32_t kMax = 0x7FFF'FFFF;

  explicit ConversationIds(Random& random)
      : last_(static_cast<std::uint32_t>(random.below(kMax))) {}
  explicit ConversationIds(ConversationId last) : last_(last.value()) {}

  [[nodiscard]] ConversationId next() {
    last_ = last_ == kMax ? 1 : last_ + 1;
    return ConversationId(last_);
  }

 private:
  std::uint32_t last_;
};

}  // namespace monarch::switchboard
