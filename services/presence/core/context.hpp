// What every operation of presence works with: the three ports, the settings and the cache, and the
// questions to them that are asked the same way everywhere. Owned by Presence, on its loop; tasks
// hold a reference to it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/task.hpp"
#include "presence/core/hint_batch.hpp"
#include "presence/core/ports.hpp"
#include "presence/core/roster_cache.hpp"
#include "presence/core/roster_rules.hpp"

namespace monarch::presence {

struct Settings {
  RosterRules rules;
  std::size_t cache_bytes_max = std::size_t{64} << 20U;
  // docs/protocol/presence-and-privacy.md#6-list-size-limits: RL in the dump, oldest first.
  std::size_t reverse_shown_max = 1000;
  // Commands in one round trip to the index; more are sent in several.
  std::size_t commands_max = 1000;
  // Rows in one answer of the journal.
  std::size_t journal_page = 500;
  // Sessions of a dead node that are reaped at once.
  std::size_t reap_page = 200;
  // Sessions that are counted when something goes to everybody.
  std::size_t counted_max = 100'000;
  // How often the index and the bus are asked in all before the operation gives up. The node then
  // repeats the operation as a whole.
  unsigned tries = 2;
  // How often an operation reads again because a roster changed under its hands.
  unsigned rounds = 4;
};

struct Context {
  Context(RosterStore& store_, OnlineIndex& index_, Bus& bus_, const Settings& settings_)
      : store(store_),
        index(index_),
        bus(bus_),
        settings(settings_),
        cache(settings_.cache_bytes_max) {}

  RosterStore& store;
  OnlineIndex& index;
  Bus& bus;
  const Settings settings;
  RosterCache cache;
  // Set while a new generation is being fetched: who waits for it.
  std::optional<std::vector<Eventual<Result<Ok, model::Fault>>>> renewing;
};

using Told = Result<Ok, model::Fault>;

// For how many sessions a notice was published. They may have ended since, and the bus may lose it:
// it says how many it was for, not how many screens it is on.
struct Reached {
  std::size_t sessions = 0;
  std::size_t unable = 0;  // signed in, but their dialect or their state has no line for it
  bool more = false;       // counting ended before the last one
};

[[nodiscard]] model::Fault fault_of(StoreError error);

// Runs the commands in order, in as many round trips as their number asks for; tries again when the
// index is away, renews the generation when it came back without one.
Task<Result<std::vector<IndexReply>, model::Fault>> run_index(Context& context,
                                                              std::vector<IndexCommand> commands);

// Hands the hints to the bus, again if it has to.
Task<Told> publish(Context& context, HintBatch hints);

// The roster as of `at_least` or later: from the cache, or loaded. Null: no principal.
Task<Result<RosterPtr, model::Fault>> roster_of(Context& context, AccountId account,
                                                Revision at_least);
// Always loaded.
Task<Result<RosterPtr, model::Fault>> load_roster(Context& context, AccountId account);

// What a session that presence does not find to be the account's is told: nothing when it is.
[[nodiscard]] std::optional<model::Fault> fault_of(const OnlineRecord& record,
                                                   const model::SessionRef& session);

// The row (owner, other) of a roster; null when there is none.
[[nodiscard]] const Entry* find_entry(const RosterData& roster, AccountId other);

}  // namespace monarch::presence
