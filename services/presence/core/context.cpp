#include "presence/core/context.hpp"

#include <algorithm>
#include <utility>

namespace monarch::presence {
namespace {

using model::Fault;

Task<Told> fetch_generation(Context& context) {
  auto asking = context.store.next_generation();
  auto generation = co_await asking;
  if (!generation.ok()) co_return fail(fault_of(generation.error()));
  auto beginning = context.index.begin_generation(*generation);
  auto begun = co_await beginning;
  if (!begun.ok()) co_return fail(Fault::kIndexUnavailable);
  co_return Ok{};
}

// One fetches it, whoever comes meanwhile waits for that. (Tasks of one Presence are destroyed
// together, so nobody is left waiting.)
Task<Told> renew_generation(Context& context) {
  if (context.renewing) {
    const Eventual<Told> done;
    context.renewing->push_back(done);
    auto told = co_await done;
    co_return told;
  }
  context.renewing.emplace();
  auto fetching = fetch_generation(context);
  const Told told = co_await fetching;
  const auto waiting = std::move(*context.renewing);
  context.renewing.reset();
  for (const auto& one : waiting) one.set(told);
  co_return told;
}

Task<Result<std::vector<IndexReply>, Fault>> run_once(Context& context,
                                                      std::vector<IndexCommand> commands) {
  for (unsigned attempt = 1;; ++attempt) {
    auto running = context.index.run(commands);
    auto replies = co_await running;
    if (replies.ok()) co_return std::move(*replies);
    if (replies.error() == IndexError::kOverloaded) co_return fail(Fault::kOverloaded);
    if (attempt >= context.settings.tries) co_return fail(Fault::kIndexUnavailable);
    if (replies.error() == IndexError::kNoGeneration) {
      auto renewing = renew_generation(context);
      auto renewed = co_await renewing;
      if (!renewed.ok()) co_return fail(renewed.error());
    }
  }
}

}  // namespace

Fault fault_of(StoreError error) {
  return error == StoreError::kOverloaded ? Fault::kOverloaded : Fault::kRosterUnavailable;
}

Task<Result<std::vector<IndexReply>, Fault>> run_index(Context& context,
                                                       std::vector<IndexCommand> commands) {
  const std::size_t step = context.settings.commands_max;
  std::vector<IndexReply> all;
  for (std::size_t from = 0; from < commands.size(); from += step) {
    const std::size_t to = std::min(commands.size(), from + step);
    std::vector<IndexCommand> part;
    if (to - from == commands.size()) {
      part = std::move(commands);
    } else {
      part.assign(commands.begin() + static_cast<std::ptrdiff_t>(from),
                  commands.begin() + static_cast<std::ptrdiff_t>(to));
    }
    auto running = run_once(context, std::move(part));
    auto replies = co_await running;
    if (!replies.ok()) co_return fail(replies.error());
    if (all.empty()) {
      all = std::move(*replies);
    } else {
      std::move(replies->begin(), replies->end(), std::back_inserter(all));
    }
  }
  co_return std::move(all);
}

Task<Told> publish(Context& context, HintBatch hints) {
  if (hints.empty()) co_return Ok{};
  for (unsigned attempt = 1;; ++attempt) {
    auto publishing = context.bus.publish(hints.nodes());
    auto published = co_await publishing;
    if (published.ok()) co_return Ok{};
    if (published.error() == BusError::kOverloaded) co_return fail(Fault::kOverloaded);
    if (attempt >= context.settings.tries) co_return fail(Fault::kIndexUnavailable);
  }
}

Task<Result<RosterPtr, Fault>> load_roster(Context& context, AccountId account) {
  auto loading = context.store.load(account);
  auto loaded = co_await loading;
  if (!loaded.ok()) co_return fail(fault_of(loaded.error()));
  if (!loaded->has_value()) {
    context.cache.drop(account);
    co_return RosterPtr();
  }
  RosterPtr roster = std::make_shared<const RosterData>(std::move(**loaded));
  context.cache.put(roster);
  co_return roster;
}

Task<Result<RosterPtr, Fault>> roster_of(Context& context, AccountId account, Revision at_least) {
  RosterPtr cached = context.cache.get(account);
  if (cached != nullptr && cached->principal.revision >= at_least) co_return cached;
  auto loading = load_roster(context, account);
  auto loaded = co_await loading;
  co_return std::move(loaded);
}

std::optional<Fault> fault_of(const OnlineRecord& record, const model::SessionRef& session) {
  if (record.online() && record.session == session.session) return std::nullopt;
  if (record.online() && record.token > session.token) return Fault::kFenced;
  return Fault::kNoSession;
}

const Entry* find_entry(const RosterData& roster, AccountId other) {
  const auto place =
      std::lower_bound(roster.entries.begin(), roster.entries.end(), other,
                       [](const Entry& entry, AccountId id) { return entry.other < id; });
  return place != roster.entries.end() && place->other == other ? &*place : nullptr;
}

}  // namespace monarch::presence
