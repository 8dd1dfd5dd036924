#include "switchboard/core/tickets.hpp"

#include <iterator>
#include <utility>

#include "base/assert.hpp"
#include "msnp/limits.hpp"

namespace monarch::switchboard {

Result<std::string, NoTicket> Tickets::issue(Ticket ticket, std::chrono::seconds unix_time,
                                             Random& random) {
  if (index_.size() >= most_) return fail(NoTicket::kFull);
  const auto owned = owned_.find(ticket.owner);
  if (owned != owned_.end() && owned->second >= owner_most_) return fail(NoTicket::kTooManyOfOwner);

  std::string text = std::to_string(random.next()) + '.' + std::to_string(unix_time.count()) + '.' +
                     std::to_string(random.next());
  MONARCH_ASSERT(text.size() <= msnp::kTicketBytesMax);
  ++owned_[ticket.owner];
  List& entries = list(ticket.kind);
  entries.push_back({text, std::move(ticket)});
  const auto place = std::prev(entries.end());
  const bool is_new = index_.emplace(place->text, place).second;
  MONARCH_ASSERT(is_new);
  return text;
}

Result<const Ticket*, Redeemed> Tickets::find(std::string_view text, Ticket::Kind kind,
                                              const Handle& holder, TimePoint now) const {
  const auto found = index_.find(text);
  if (found == index_.end()) return fail(Redeemed::kUnknown);
  const Ticket& ticket = found->second->ticket;
  if (ticket.expires <= now) return fail(Redeemed::kUnknown);
  if (ticket.kind != kind) return fail(Redeemed::kOtherKind);
  if (ticket.holder.handle != holder) return fail(Redeemed::kOtherHandle);
  return &ticket;
}

std::optional<Ticket> Tickets::take(std::string_view text) {
  const auto found = index_.find(text);
  if (found == index_.end()) return std::nullopt;
  // A copy, for erase() reads what is left.
  Ticket ticket = found->second->ticket;
  erase(found->second);
  return ticket;
}

std::size_t Tickets::expire(TimePoint now) {
  std::size_t count = 0;
  for (List& entries : lists_) {
    while (!entries.empty() && entries.front().ticket.expires <= now) {
      erase(entries.begin());
      ++count;
    }
  }
  return count;
}

std::optional<TimePoint> Tickets::next_expiry() const {
  std::optional<TimePoint> next;
  for (const List& entries : lists_) {
    if (entries.empty()) continue;
    const TimePoint expires = entries.front().ticket.expires;
    if (!next || expires < *next) next = expires;
  }
  return next;
}

void Tickets::erase(List::iterator entry) {
  const auto owned = owned_.find(entry->ticket.owner);
  MONARCH_ASSERT(owned != owned_.end());
  if (--owned->second == 0) owned_.erase(owned);
  index_.erase(entry->text);
  list(entry->ticket.kind).erase(entry);
}

}  // namespace monarch::switchboard
