// Who is told what when an account's state, as others see it, may have changed: one index round
// trip that makes the change and looks up the watchers, one publish.
//
// Why nothing is lost between two instances that know nothing of each other: a changer of rosters
// commits, then stamps the revision into the watcher's record, then raises the subject's version; a
// reader reads the records of others first and its own record, with the revision, last. So either
// the reader has not seen the raised version yet (then the hint that follows is newer than what he
// reads and wins), or he sees the revision and reads the roster again. In the same way a CHG makes
// its change before it looks for watchers, and an ADD FL stamps before it reads the state: one of
// the two sees the other (ARCHITECTURE.md#rule-8).
#pragma once

#include <optional>
#include <vector>

#include "presence/core/context.hpp"

namespace monarch::presence {

struct Announcement {
  AccountId subject;
  IndexCommand command;                                           // on the subject's own record
  Aftermath::Audience audience = Aftermath::Audience::kWatchers;  // not kOther
  // Whether the subject himself wants to know whom he sees (ILN).
  bool contacts = false;
  // Of the CHG that it is.
  std::optional<model::Trace> trace;
  // Known already, and not to be read again: of an account that is being removed.
  RosterPtr roster;
};

struct Announced {
  IndexReply reply;     // to the command
  OnlineRecord record;  // of the subject, as announced
  std::vector<model::ContactState> contacts;
};

// Executes the command and publishes the state that results to those of the audience who are
// online. When the command was refused, or closed a session that nobody saw, nothing is told.
Task<Result<Announced, model::Fault>> announce(Context& context, Announcement announcement);

// Adds to `hints` what a member of the audience who is online as `watcher` says shall see.
void tell_state(HintBatch& hints, const OnlineRecord& subject, const Handle& handle, bool may_see,
                const OnlineRecord& watcher);

// Adds the events of `affected` for the session that he has open, if any.
void tell_events(HintBatch& hints, const Affected& affected, const OnlineRecord& record);

// ARCHITECTURE.md#rule-9: tells the consequences of changed numbers to the others, batch by batch.
Task<Told> spread(Context& context, AccountId subject, Revision cause);

// The same for a group that went with its contacts: `others`, ascending, learn that `owner` has
// them in FL no more.
Task<Told> unlink(Context& context, AccountId owner, Revision cause, std::vector<AccountId> others);

// What a change of this account still owes to others, because the presence that made it has died,
// and its session too or it would have asked again.
struct Debts {
  Revision spread = 0;
  Revision unlink = 0;
};
Task<Told> pay_debts(Context& context, AccountId account, Revision at_least, Debts debts);

// Stamps everybody affected and publishes their events.
Task<Told> tell_affected(Context& context, std::vector<Affected> affected);

}  // namespace monarch::presence
