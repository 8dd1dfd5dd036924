#include "presence/core/fanout.hpp"

#include <algorithm>
#include <utility>

#include "presence/core/privacy.hpp"

namespace monarch::presence {
namespace {

using Audience = Aftermath::Audience;
using model::Fault;

// One entry of the subject's roster that has to be looked up, and why.
struct Lookup {
  const Entry* entry = nullptr;
  bool watches = false;
  bool may_see = false;
};

std::vector<Lookup> plan(const RosterData& roster, const Announcement& announcement,
                         PresenceWithoutAllow without_allow) {
  std::vector<Lookup> lookups;
  for (const auto& entry : roster.entries) {
    Lookup lookup;
    lookup.entry = &entry;
    lookup.may_see = other_sees_owner(entry, roster.principal.allow, without_allow);
    if (announcement.audience == Audience::kUndecided) {
      lookup.watches = entry.in_forward && !entry.allow && !entry.block;
    } else if (announcement.audience == Audience::kWatchers) {
      lookup.watches = lookup.may_see;
    }
    if (lookup.watches || (announcement.contacts && entry.forward)) lookups.push_back(lookup);
  }
  return lookups;
}

bool is_done(const IndexCommand& command, const IndexReply& reply) {
  if (reply.kind == IndexReply::Kind::kFenced || reply.kind == IndexReply::Kind::kMissing) {
    return true;
  }
  return std::holds_alternative<CloseCommand>(command) && !reply.was_shown;
}

// What came back from the last round, cut to its meaning.
Announced read_contacts(const Context& context, const std::vector<Lookup>& lookups,
                        const std::vector<IndexReply>& replies, bool contacts) {
  Announced announced;
  announced.record = replies.front().record;
  if (!contacts) return announced;
  for (std::size_t i = 0; i < lookups.size(); ++i) {
    const Entry& entry = *lookups[i].entry;
    if (!entry.forward) continue;
    const auto& record = replies[i + 1].record;
    announced.contacts.push_back(state_of(
        record, entry.handle,
        owner_sees_other(entry, record.profile.allow, context.settings.rules.without_allow)));
    announced.contacts.back().account = entry.other;
  }
  return announced;
}

HintBatch hints_of(const std::vector<Lookup>& lookups, const std::vector<IndexReply>& replies,
                   const Handle& handle, const std::optional<model::Trace>& trace) {
  HintBatch hints(trace);
  const auto& subject = replies.front().record;
  for (std::size_t i = 0; i < lookups.size(); ++i) {
    if (!lookups[i].watches) continue;
    tell_state(hints, subject, handle, lookups[i].may_see, replies[i + 1].record);
  }
  return hints;
}

// The command, then the others, then the subject's revision once more if his own view counts.
std::vector<IndexCommand> commands_of(const Announcement& announcement,
                                      const std::vector<Lookup>& lookups) {
  std::vector<IndexCommand> commands;
  commands.reserve(lookups.size() + 2);
  commands.push_back(announcement.command);
  for (const auto& lookup : lookups) {
    // His own contacts are shown to him; of others it is enough to know where they are.
    if (announcement.contacts && lookup.entry->forward) {
      commands.emplace_back(GetCommand{lookup.entry->other});
    } else {
      commands.emplace_back(WhereCommand{lookup.entry->other});
    }
  }
  if (announcement.contacts) commands.emplace_back(GetCommand{announcement.subject});
  return commands;
}

}  // namespace

void tell_state(HintBatch& hints, const OnlineRecord& subject, const Handle& handle, bool may_see,
                const OnlineRecord& watcher) {
  // A session before its first CHG is told too: it may be asking for one at this moment, and its
  // node drops what comes too early (ARCHITECTURE.md#rule-6).
  if (!watcher.online()) return;
  hints.presence(watcher.node, watcher.session, state_of(subject, handle, may_see));
}

void tell_events(HintBatch& hints, const Affected& affected, const OnlineRecord& record) {
  if (!record.online()) return;
  for (const auto& event : affected.events) hints.roster(record.node, record.session, event);
}

Task<Result<Announced, Fault>> announce(Context& context, Announcement announcement) {
  RosterPtr roster = announcement.roster;
  const bool fixed = roster != nullptr;
  if (!fixed) {
    auto reading = roster_of(context, announcement.subject, 0);
    auto read = co_await reading;
    if (!read.ok()) co_return fail(read.error());
    roster = *read;
    if (roster == nullptr) co_return fail(Fault::kNoPrincipal);
  }
  std::optional<IndexReply> first;
  std::vector<Lookup> lookups;
  std::vector<IndexReply> replies;
  for (unsigned round = 0;; ++round) {
    lookups = plan(*roster, announcement, context.settings.rules.without_allow);
    auto running = run_index(context, commands_of(announcement, lookups));
    auto ran = co_await running;
    if (!ran.ok()) co_return fail(ran.error());
    replies = std::move(*ran);
    if (!first) {
      first = replies.front();
      if (is_done(announcement.command, *first)) {
        Announced refused;
        refused.reply = *first;
        refused.record = first->record;
        co_return std::move(refused);
      }
    }
    const Revision seen =
        std::max(replies.front().record.profile.revision,
                 announcement.contacts ? replies.back().record.profile.revision : Revision{0});
    if (fixed || roster->principal.revision >= seen || round + 1 >= context.settings.rounds) break;
    auto reading = roster_of(context, announcement.subject, seen);
    auto read = co_await reading;
    if (!read.ok()) co_return fail(read.error());
    if (*read == nullptr) co_return fail(Fault::kNoPrincipal);
    roster = *read;
    announcement.command = GetCommand{announcement.subject};
  }
  auto publishing =
      publish(context, hints_of(lookups, replies, roster->principal.handle, announcement.trace));
  auto published = co_await publishing;
  if (!published.ok()) co_return fail(published.error());
  Announced announced = read_contacts(context, lookups, replies, announcement.contacts);
  announced.reply = std::move(*first);
  co_return std::move(announced);
}

Task<Told> tell_affected(Context& context, std::vector<Affected> affected) {
  if (affected.empty()) co_return Ok{};
  std::vector<IndexCommand> commands;
  commands.reserve(affected.size());
  for (const auto& one : affected) {
    commands.emplace_back(StampCommand{one.account, one.profile, false});
  }
  auto running = run_index(context, std::move(commands));
  auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());
  HintBatch hints;
  for (std::size_t i = 0; i < affected.size(); ++i) {
    tell_events(hints, affected[i], (*replies)[i].record);
  }
  auto publishing = publish(context, std::move(hints));
  co_return co_await publishing;
}

Task<Told> spread(Context& context, AccountId subject, Revision cause) {
  std::optional<AccountId> after = AccountId(0);
  while (after) {
    auto spreading = context.store.spread(subject, cause, *after, kBatchMax);
    auto batch = co_await spreading;
    if (!batch.ok()) co_return fail(fault_of(batch.error()));
    after = batch->next;
    auto telling = tell_affected(context, std::move(batch->affected));
    auto told = co_await telling;
    if (!told.ok()) co_return fail(told.error());
  }
  co_return Ok{};
}

Task<Told> unlink(Context& context, AccountId owner, Revision cause,
                  std::vector<AccountId> others) {
  // Once even for nobody: then it is only said that nothing is owed.
  std::size_t from = 0;
  do {
    const std::size_t to = std::min(others.size(), from + kBatchMax);
    const std::vector<AccountId> part(others.begin() + static_cast<std::ptrdiff_t>(from),
                                      others.begin() + static_cast<std::ptrdiff_t>(to));
    auto unlinking = context.store.unlink(owner, cause, part);
    auto affected = co_await unlinking;
    if (!affected.ok()) co_return fail(fault_of(affected.error()));
    auto telling = tell_affected(context, std::move(*affected));
    auto told = co_await telling;
    if (!told.ok()) co_return fail(told.error());
    from = to;
  } while (from < others.size());
  co_return Ok{};
}

Task<Told> pay_debts(Context& context, AccountId account, Revision at_least, Debts debts) {
  if (debts.unlink != 0) {
    auto reading = roster_of(context, account, at_least);
    auto roster = co_await reading;
    if (!roster.ok()) co_return fail(roster.error());
    std::vector<AccountId> others;
    if (*roster != nullptr) {
      for (const auto& entry : (*roster)->entries) {
        if (entry.unlink_owed) others.push_back(entry.other);
      }
    }
    auto unlinking = unlink(context, account, debts.unlink, std::move(others));
    auto told = co_await unlinking;
    if (!told.ok()) co_return fail(told.error());
  }
  if (debts.spread != 0) {
    auto spreading = spread(context, account, debts.spread);
    auto told = co_await spreading;
    if (!told.ok()) co_return fail(told.error());
  }
  co_return Ok{};
}

}  // namespace monarch::presence
