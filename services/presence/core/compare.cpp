// Slow truth (ARCHITECTURE.md#rule-4): what a node believes of its sessions against what is so.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "presence/core/fanout.hpp"
#include "presence/core/operations.hpp"
#include "presence/core/privacy.hpp"

namespace monarch::presence {
namespace {

using model::Failed;
using model::Fault;
using model::Reply;
using model::SessionReport;
using model::SessionVerdict;

struct Case {
  const SessionReport* report = nullptr;
  OnlineRecord record;
  Head head;
  RosterPtr roster;  // set when the contacts are to be compared
  SessionVerdict verdict;
};
using Cases = std::vector<Case>;

SessionVerdict::Kind kind_of(const OnlineRecord& record, const SessionReport& report) {
  const auto fault = fault_of(record, report.session);
  if (!fault) return SessionVerdict::Kind::kHolds;
  return *fault == Fault::kFenced ? SessionVerdict::Kind::kSuperseded
                                  : SessionVerdict::Kind::kUnknown;
}

// Before the first CHG nobody calls, and the index need not know of IMS.
bool status_differs(const OnlineRecord& record, const SessionReport& report) {
  return record.status != report.status || (report.status && record.ims_off != report.ims_off);
}

// Whose session is it, and is its serial current: one query and one round trip. What a changer died
// before stamping is stamped here, with a new version, since visibility may have changed.
Task<Result<Cases, Fault>> judge_sessions(Context& context, const model::Compare& request) {
  std::vector<AccountId> accounts;
  for (const auto& report : request.sessions) accounts.push_back(report.session.account);
  std::sort(accounts.begin(), accounts.end());
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  auto asking = context.store.heads(accounts);
  auto heads = co_await asking;
  if (!heads.ok()) co_return fail(fault_of(heads.error()));
  std::unordered_map<AccountId, Head> by_account;
  for (auto& head : *heads) by_account.emplace(head.account, std::move(head));

  std::vector<IndexCommand> gets;
  for (const auto& report : request.sessions) gets.emplace_back(GetCommand{report.session.account});
  auto running = run_index(context, std::move(gets));
  auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());

  Cases cases(request.sessions.size());
  std::vector<IndexCommand> stamps;
  std::vector<std::size_t> stamped;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto& one = cases[i];
    one.report = &request.sessions[i];
    one.record = std::move((*replies)[i].record);
    one.verdict.session = one.report->session.session;
    one.verdict.kind = kind_of(one.record, *one.report);
    const auto found = by_account.find(one.report->session.account);
    if (found == by_account.end()) {
      // Removed: to open it anew will tell the node so.
      one.verdict.kind = SessionVerdict::Kind::kUnknown;
      continue;
    }
    one.head = found->second;
    one.verdict.serial = one.head.profile.serial;
    one.verdict.status_differs =
        one.verdict.kind == SessionVerdict::Kind::kHolds && status_differs(one.record, *one.report);
    if (one.head.profile.revision > one.record.profile.revision && one.record.online()) {
      stamps.emplace_back(StampCommand{one.head.account, one.head.profile, true});
      stamped.push_back(i);
    }
  }
  auto stamping = run_index(context, std::move(stamps));
  auto done = co_await stamping;
  if (!done.ok()) co_return fail(done.error());
  for (std::size_t i = 0; i < stamped.size(); ++i) cases[stamped[i]].record = (*done)[i].record;
  co_return std::move(cases);
}

// A contact whose state differs though no newer version says so.
struct Raise {
  std::size_t case_index = 0;
  std::size_t contact_index = 0;
};

// What the session should be shown of one contact, if it is anything but what it reports.
std::optional<model::ContactState> differs(const Context& context, const Entry& entry,
                                           const IndexReply& reply,
                                           const SessionReport::Seen* seen) {
  // Right after a new generation, absence proves nothing (ARCHITECTURE.md#rule-7).
  if (!reply.record.online() && !context.index.settled()) return std::nullopt;
  auto state = state_of(
      reply.record, entry.handle,
      owner_sees_other(entry, reply.record.profile.allow, context.settings.rules.without_allow));
  state.account = entry.other;
  const auto before = seen != nullptr ? seen->status : model::Status::kOffline;
  if (state.status != before) return state;
  const bool newer = seen != nullptr && state.version > seen->version;
  // The name may have changed with the version.
  if (newer && state.status != model::Status::kOffline) return state;
  return std::nullopt;
}

const SessionReport::Seen* find_seen(const SessionReport& report, AccountId contact) {
  for (const auto& seen : report.contacts) {
    if (seen.contact == contact) return &seen;
  }
  return nullptr;
}

// The contacts of cases [from, to) in one round trip: first all contacts, then the owners' records
// once more; a roster that has moved meanwhile is left to the next comparison.
Task<Told> judge_contacts(Context& context, Cases& cases, std::size_t from, std::size_t to) {
  std::vector<IndexCommand> gets;
  std::unordered_map<AccountId, std::size_t> places;
  for (std::size_t i = from; i < to; ++i) {
    if (cases[i].roster == nullptr) continue;
    for (const auto& entry : cases[i].roster->entries) {
      if (!entry.forward || !places.try_emplace(entry.other, gets.size()).second) continue;
      gets.emplace_back(GetCommand{entry.other});
    }
  }
  const std::size_t owners = gets.size();
  for (std::size_t i = from; i < to; ++i) {
    gets.emplace_back(GetCommand{cases[i].report->session.account});
  }
  auto running = run_index(context, std::move(gets));
  auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());

  std::vector<Raise> raises;
  std::vector<IndexCommand> commands;
  for (std::size_t i = from; i < to; ++i) {
    auto& one = cases[i];
    const auto& self = (*replies)[owners + i - from].record;
    if (one.roster == nullptr || self.profile.revision > one.roster->principal.revision) continue;
    for (const auto& entry : one.roster->entries) {
      if (!entry.forward) continue;
      const auto* seen = find_seen(*one.report, entry.other);
      auto state = differs(context, entry, (*replies)[places.at(entry.other)], seen);
      if (!state) continue;
      if (seen != nullptr && state->version <= seen->version) {
        raises.push_back({i, one.verdict.contacts.size()});
        commands.emplace_back(StampCommand{entry.other, Profile{}, true});
      }
      one.verdict.contacts.push_back(std::move(*state));
    }
  }
  auto raising = run_index(context, std::move(commands));
  auto raised = co_await raising;
  if (!raised.ok()) co_return fail(raised.error());
  for (std::size_t i = 0; i < raises.size(); ++i) {
    cases[raises[i].case_index].verdict.contacts[raises[i].contact_index].version =
        (*raised)[i].record.version;
  }
  co_return Ok{};
}

// The rosters of those sessions that show presence.
Task<Told> read_rosters(Context& context, Cases& cases) {
  for (auto& one : cases) {
    if (one.verdict.kind != SessionVerdict::Kind::kHolds || !one.report->status) continue;
    const Revision at_least = std::max(one.head.profile.revision, one.record.profile.revision);
    auto reading = roster_of(context, one.report->session.account, at_least);
    auto roster = co_await reading;
    if (!roster.ok()) co_return fail(roster.error());
    one.roster = *roster;
  }
  co_return Ok{};
}

}  // namespace

Task<Reply> compare(Context& context, model::Compare request) {
  if (request.sessions.size() > model::kCompareMax) co_return Failed{Fault::kOverloaded};
  auto judging = judge_sessions(context, request);
  auto judged = co_await judging;
  if (!judged.ok()) co_return Failed{judged.error()};
  Cases cases = std::move(*judged);
  auto reading = read_rosters(context, cases);
  auto read = co_await reading;
  if (!read.ok()) co_return Failed{read.error()};

  std::size_t from = 0;
  while (from < cases.size()) {
    std::size_t to = from;
    std::size_t lookups = 0;
    while (to < cases.size() && lookups < context.settings.commands_max) {
      lookups += 1 + (cases[to].roster != nullptr ? cases[to].roster->entries.size() : 0);
      ++to;
    }
    auto contacts = judge_contacts(context, cases, from, to);
    auto done = co_await contacts;
    if (!done.ok()) co_return Failed{done.error()};
    from = to;
  }
  model::Compared compared;
  for (auto& one : cases) {
    const Debts debts{one.head.spread_owed, one.head.unlink_owed};
    auto paying = pay_debts(context, one.head.account, one.head.profile.revision, debts);
    auto paid = co_await paying;
    if (!paid.ok()) co_return Failed{paid.error()};
    compared.sessions.push_back(std::move(one.verdict));
  }
  co_return std::move(compared);
}

}  // namespace monarch::presence
