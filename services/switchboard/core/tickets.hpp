// Tickets: the authentication strings of `XFR SB` and `RNG`, made and redeemed here and nowhere
// else (docs/protocol/switchboard.md#9-auth-strings-ids-and-the-cluster). Owned by the hall, on its
// loop.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "switchboard/core/counters.hpp"
#include "switchboard/core/identity.hpp"
#include "switchboard/core/ports.hpp"

namespace monarch::switchboard {

struct Ticket {
  enum class Kind : std::uint8_t {
    kBegin,  // XFR: USR begins a conversation
    kJoin,   // RNG: ANS joins one
  };
  Kind kind = Kind::kBegin;
  // Who may redeem it. Of a callee only the handle is known when his ticket is made.
  Identity holder;
  ConversationId conversation;  // kJoin
  // Who asked for it, the holder himself or his caller: tickets_per_account_max counts by him.
  AccountId owner;
  TimePoint expires;
};

class Tickets {
 public:
  Tickets(std::size_t most, std::size_t most_per_owner)
      : most_(most), owner_most_(most_per_owner) {}

  // Its text: `<number>.<unix time>.<number>`, at most msnp::kTicketBytesMax bytes. All tickets of
  // one kind live equally long.
  [[nodiscard]] Result<std::string, NoTicket> issue(Ticket ticket, std::chrono::seconds unix_time,
                                                    Random& random);

  // The ticket of that text if this user may use it so now; it stays redeemable until take().
  [[nodiscard]] Result<const Ticket*, Redeemed> find(std::string_view text, Ticket::Kind kind,
                                                     const Handle& holder, TimePoint now) const;

  // Removes a ticket, used or called back; nothing happens when there is none.
  std::optional<Ticket> take(std::string_view text);

  // Removes what has expired; how many.
  std::size_t expire(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_expiry() const;

  [[nodiscard]] std::size_t size() const { return index_.size(); }

 private:
  struct Entry {
    std::string text;
    Ticket ticket;
  };
  using List = std::list<Entry>;

  [[nodiscard]] List& list(Ticket::Kind kind) { return lists_[static_cast<std::size_t>(kind)]; }
  void erase(List::iterator entry);

  std::size_t most_;
  std::size_t owner_most_;
  std::array<List, 2> lists_;  // by kind, the first to expire first
  // The keys are views of the entries' texts.
  //
  // Looking up by hash is no comparison in constant time, and need not be. What the time of a
  // look-up could tell is whether some ticket shares the bucket of a text, never how much of one
  // was guessed right: the hash takes all bytes together. A text has 128 random bits, lives for two
  // minutes, and each attempt costs a connection, for 911 closes it.
  std::unordered_map<std::string_view, List::iterator> index_;
  std::unordered_map<AccountId, std::size_t> owned_;
};

}  // namespace monarch::switchboard
