// A change of a roster: stored, then told, then answered (ARCHITECTURE.md#rule-3). A repeat finds
// what was stored and tells it once more; hints are whole states, so nobody minds.
#include <algorithm>
#include <utility>

#include "presence/core/fanout.hpp"
#include "presence/core/operations.hpp"
#include "presence/core/privacy.hpp"

namespace monarch::presence {
namespace {

using Audience = Aftermath::Audience;
using model::Failed;
using model::Fault;
using model::Reply;

struct Telling {
  OnlineRecord self;
  std::optional<OnlineRecord> other;
};

// BLP and the friendly name: many may be concerned, the roster says who.
Task<Result<Telling, Fault>> tell_many(Context& context, Aftermath aftermath) {
  Announcement announcement;
  announcement.subject = aftermath.self.account;
  announcement.command = StampCommand{aftermath.self.account, aftermath.self.profile, true};
  announcement.audience = aftermath.audience;
  auto announcing = announce(context, std::move(announcement));
  auto announced = co_await announcing;
  if (!announced.ok()) co_return fail(announced.error());
  Telling telling;
  telling.self = std::move(announced->record);
  co_return std::move(telling);
}

// Everything that concerns one other person at most. The other is stamped first: fanout.hpp says
// why.
Task<Result<Telling, Fault>> tell_one(Context& context, Aftermath aftermath, Entry mine) {
  std::vector<IndexCommand> commands;
  const auto& other = aftermath.other;
  if (other) commands.emplace_back(StampCommand{other->account, other->profile, false});
  commands.emplace_back(StampCommand{aftermath.self.account, aftermath.self.profile,
                                     aftermath.audience == Audience::kOther});
  auto running = run_index(context, std::move(commands));
  auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());
  Telling telling;
  telling.self = replies->back().record;
  if (!other) co_return std::move(telling);

  telling.other = replies->front().record;
  // In the order of docs/protocol/presence-and-privacy.md#4-effects-of-each-list-operation: the
  // presence first, then the numbers.
  HintBatch hints;
  if (aftermath.audience == Audience::kOther) {
    const bool may_see =
        other_sees_owner(mine, telling.self.profile.allow, context.settings.rules.without_allow);
    tell_state(hints, telling.self, aftermath.self_handle, may_see, *telling.other);
  }
  tell_events(hints, *other, *telling.other);
  auto publishing = publish(context, std::move(hints));
  auto published = co_await publishing;
  if (!published.ok()) co_return fail(published.error());
  co_return std::move(telling);
}

// ADD FL of someone new: who he is and what the adder may see of him, at a moment at which the
// adder's rows were read before the other's record and had not moved after it. Newer rows with an
// older record will not do: a BLP that the record does not show yet may be what makes up for a row.
Task<Result<model::Changed::NewContact, Fault>> new_contact(Context& context, Aftermath aftermath,
                                                            Entry mine, Telling telling) {
  const AccountId self = aftermath.self.account;
  const AccountId other = aftermath.other->account;
  OnlineRecord record = *telling.other;
  Revision read_at = aftermath.self.profile.revision;
  Revision seen = telling.self.profile.revision;
  for (unsigned round = 0; seen > read_at && round < context.settings.rounds; ++round) {
    auto reading = roster_of(context, self, seen);
    auto roster = co_await reading;
    if (!roster.ok()) co_return fail(roster.error());
    if (*roster == nullptr) co_return fail(Fault::kNoPrincipal);
    if (const Entry* entry = find_entry(**roster, other)) mine = *entry;
    read_at = (*roster)->principal.revision;
    std::vector<IndexCommand> gets;
    gets.emplace_back(GetCommand{other});
    gets.emplace_back(GetCommand{self});
    auto running = run_index(context, std::move(gets));
    auto replies = co_await running;
    if (!replies.ok()) co_return fail(replies.error());
    record = replies->front().record;
    seen = replies->back().record.profile.revision;
  }
  model::Changed::NewContact added;
  added.state =
      state_of(record, aftermath.other_handle,
               owner_sees_other(mine, record.profile.allow, context.settings.rules.without_allow));
  added.state.account = other;
  added.numbers = mine.numbers;
  co_return std::move(added);
}

// A session that is not the asking one has the account: it learns what has happened, the asker his
// fate. An administrator has none: he never was the session.
Task<Told> tell_session(Context& context, Affected self, OnlineRecord record,
                        model::SessionRef asker) {
  if (!record.online() || record.session == asker.session) co_return Ok{};
  HintBatch hints;
  tell_events(hints, self, record);
  auto publishing = publish(context, std::move(hints));
  auto published = co_await publishing;
  if (!published.ok()) co_return fail(published.error());
  const bool outside = asker.session.value() == 0;
  if (!outside && record.token > asker.token) co_return fail(Fault::kFenced);
  co_return Ok{};
}

Task<Result<Telling, Fault>> tell(Context& context, Aftermath aftermath, Entry mine) {
  const bool many =
      aftermath.audience == Audience::kUndecided || aftermath.audience == Audience::kWatchers;
  const AccountId self = aftermath.self.account;
  const Revision cause = aftermath.spread;
  auto telling = many ? tell_many(context, std::move(aftermath))
                      : tell_one(context, std::move(aftermath), std::move(mine));
  auto told = co_await telling;
  if (!told.ok() || cause == 0) co_return std::move(told);
  auto spreading = spread(context, self, cause);
  auto spread_out = co_await spreading;
  if (!spread_out.ok()) co_return fail(spread_out.error());
  co_return std::move(told);
}

std::optional<Reply> refusal_of(const ChangeResult& result) {
  switch (result.kind) {
    case ChangeResult::Kind::kCommitted:
    case ChangeResult::Kind::kRepeated:
      return std::nullopt;
    case ChangeResult::Kind::kRefused:
      return model::Refused{result.code};
    case ChangeResult::Kind::kStale:
      // A doubled request that was answered long ago, or one of a session that has lost its
      // account.
      return Failed{Fault::kFenced};
    case ChangeResult::Kind::kNoPrincipal:
      break;
  }
  return Failed{Fault::kNoPrincipal};
}

// A change that moved no serial (PRP MOB without a mobile device) has no row of its own before
// which the missed ones end: the row of the very serial that is answered may be one of them.
Task<Result<std::vector<model::RosterEvent>, Fault>> missed_up_to(Context& context,
                                                                  model::Attempt attempt) {
  auto reading = context.store.read_journal(attempt.session.account, attempt.shown,
                                            context.settings.journal_page);
  auto page = co_await reading;
  if (!page.ok()) co_return fail(fault_of(page.error()));
  co_return std::move(page->events);
}

}  // namespace

Task<Reply> change_roster(Context& context, model::Attempt attempt, std::string other,
                          Decide decide) {
  // Otherwise it would be stored, and the client told that it is not: ARCHITECTURE.md#rule-11.
  if (!context.index.reachable()) co_return Failed{Fault::kIndexUnavailable};
  ChangeRequest request;
  request.owner = attempt.session.account;
  request.attempt = {attempt.session.token, attempt.sequence, attempt.session.session};
  request.shown = attempt.shown;
  request.other = std::move(other);
  auto changing = context.store.change(request, decide);
  auto result = co_await changing;
  if (!result.ok()) co_return Failed{fault_of(result.error())};
  if (auto refused = refusal_of(*result)) co_return std::move(*refused);

  const Aftermath aftermath = std::move(result->aftermath);
  auto telling = tell(context, aftermath, result->mine);
  auto told = co_await telling;
  if (!told.ok()) co_return Failed{told.error()};
  auto informing = tell_session(context, aftermath.self, told->self, attempt.session);
  auto informed = co_await informing;
  if (!informed.ok()) co_return Failed{informed.error()};

  model::Changed changed;
  changed.serial = aftermath.self.profile.serial;
  changed.missed = std::move(result->missed);
  if (aftermath.self.events.empty() && attempt.shown.value() != 0) {
    auto reading = missed_up_to(context, attempt);
    auto read = co_await reading;
    if (!read.ok()) co_return Failed{read.error()};
    changed.missed = std::move(*read);
  }
  changed.value = aftermath.value;
  if (aftermath.removed) changed.removed.push_back(aftermath.other->account);
  if (aftermath.added) {
    auto adding = new_contact(context, aftermath, result->mine, *told);
    auto added = co_await adding;
    if (!added.ok()) co_return Failed{added.error()};
    changed.added = std::move(*added);
  }
  co_return std::move(changed);
}

}  // namespace monarch::presence
