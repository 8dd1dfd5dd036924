// The doors of presence to the world: RosterStore (PostgreSQL), OnlineIndex (Redis) and Bus (Redis
// pub/sub). Owned by the composition root, used on the loop of presence only; every Eventual is set
// on that loop. A task that waits may be destroyed at any time; the port then finishes or drops
// what it was asked, both must be right. The suites in core/testing/*_contract.hpp say the rest.
//
// COMPILER(g++ 12), see base/task.hpp: arguments are const references to named objects. A port
// copies what it needs beyond the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "model/hint.hpp"
#include "model/presence.hpp"
#include "model/status.hpp"
#include "presence/core/roster_data.hpp"

namespace monarch::presence {

// ---- RosterStore: the truth about rosters ----------------------------------------------------

enum class StoreError : std::uint8_t {
  kUnavailable,  // away, slow, or the transaction was lost: it may or may not have happened
  kOverloaded,   // the queue is full: nothing has happened
};

// What a decision sees, read under lock.
struct PairView {
  Principal self;
  // Whoever bears the handle of the request; not set when nobody does, or he is being removed. May
  // be the owner himself; then the entries are empty.
  std::optional<Principal> other;
  Entry mine;    // row (self, other); without bits, but with account and handle, when there is none
  Entry theirs;  // row (other, self)
};

// What shall be stored. Rows are written as they are given: the store has no rules of its own.
struct Decision {
  // Refused, nothing is stored, not even the attempt: docs/protocol/errors.md.
  std::optional<std::uint16_t> refused;
  Principal self;
  std::optional<Principal> other;
  std::optional<Entry> mine;  // an empty() one is deleted
  std::optional<Entry> theirs;
  // What happened, into the journals of aftermath.self and aftermath.other (their `events`), and
  // the aftermath itself beside the attempt.
  Aftermath aftermath;
};

// Pure and quick; no IO. It may be called on another thread and again (a serialisation retry), so
// it owns copies of all it needs.
using Decide = std::function<Decision(const PairView&)>;

struct ChangeRequest {
  AccountId owner;
  AttemptKey attempt;
  Serial shown;       // model::Attempt::shown
  std::string other;  // a handle in lower case, or empty: nobody else is concerned
};

struct ChangeResult {
  enum class Kind : std::uint8_t {
    kCommitted,
    kRepeated,  // this very attempt had been committed before: `aftermath` is what was stored then
    kRefused,   // `code`
    // An attempt with a greater key has been committed: nothing was done. Never of an attempt from
    // outside: they are in no order with those of sessions, nor among each other.
    kStale,
    kNoPrincipal,  // the owner has no principal, or he is being removed
  };
  Kind kind = Kind::kCommitted;
  std::uint16_t code = 0;
  Aftermath aftermath;
  // Journal rows of the owner between ChangeRequest::shown and aftermath.self.profile.serial, both
  // exclusive, in order. Empty when `shown` is 0 or not older, or when some have been trimmed.
  std::vector<model::RosterEvent> missed;
  // Row (owner, other) as it stands at the end of the transaction, also of a repeat.
  Entry mine;
};

struct JournalPage {
  bool principal = true;  // false: there is none
  Serial serial;          // current
  Revision revision = 0;
  // Consecutive, beginning with the serial that follows `after`, at most `limit`. Empty when
  // `after` is current, or when the journal does not reach back: then `trimmed` is set.
  std::vector<model::RosterEvent> events;
  bool trimmed = false;
};

struct Batch {
  std::vector<Affected> affected;
  // Where the next batch goes on; not set: all is done.
  std::optional<AccountId> next;
};
inline constexpr std::size_t kBatchMax = 500;

struct NewPrincipal {
  AccountId account;
  Handle handle;
  std::string friendly_name;
};

struct Head {
  AccountId account;
  Profile profile;
  Revision spread_owed = 0;
};

class RosterStore {
 public:
  virtual ~RosterStore() = default;
  template <class T>
  using Answer = Eventual<Result<T, StoreError>>;

  // One query. Not set: no principal, or he is being removed.
  virtual Answer<std::optional<RosterData>> load(AccountId owner) = 0;

  // One transaction: locks the principals of owner and other in ascending id, then reads the pair,
  // calls decide, stores. Repeats and stale attempts do not reach decide.
  virtual Answer<ChangeResult> change(const ChangeRequest& request, const Decide& decide) = 0;

  virtual Answer<JournalPage> read_journal(AccountId owner, Serial after, std::size_t limit) = 0;

  // ARCHITECTURE.md#rule-9. Takes the next at most `limit` accounts after `after` that `subject`
  // has in his AL and that have him in FL (his own rows tell), locks them and the subject in
  // ascending id, and for each whose numbers_cause is older than `cause`: one serial, one revision
  // and one journal row of kNumber per number that differs from the subject's, in dump order;
  // numbers and numbers_cause are set. One that is at `cause` already is returned with the journal
  // rows that this cause made (rows remember it; trimmed ones may be missing): their hints may
  // still be owed. Those with nothing to tell are left out. When the last batch is done and
  // spread_owed still equals `cause`, it becomes 0. A subject without a principal has no others.
  virtual Answer<Batch> spread(AccountId subject, Revision cause, AccountId after,
                               std::size_t limit) = 0;

  // Profiles of at most model::kCompareMax accounts, ascending; those without principal are left
  // out. One query.
  virtual Answer<std::vector<Head>> heads(const std::vector<AccountId>& accounts) = 0;

  // Creates those that do not exist (serial 1, group 0 "~", the rest empty). False when a handle
  // belongs to another account; then nothing was created.
  virtual Answer<bool> ensure_principals(const std::vector<NewPrincipal>& principals) = 0;

  // Whose handle this is; not set also while he is being removed.
  virtual Answer<std::optional<AccountId>> find(const Handle& handle) = 0;

  // From now on nobody finds the principal, though his rows are still there and load_removed()
  // reads them. Doing it again, or to nobody, is right.
  virtual Answer<Ok> mark_removed(AccountId account) = 0;
  // load() of a principal that is marked.
  virtual Answer<std::optional<RosterData>> load_removed(AccountId account) = 0;
  // Removes the rows of a marked account, (account, other) and (other, account), for the next at
  // most `limit` others, locked in ascending id. The other gets a serial with a journal row for
  // each of his lists that the account was in (kSilent, in the order FL, AL, BL), then, if the
  // account had him in FL, one of kReverseRemoved; his counts and revision follow. With the last
  // batch the principal itself and its journal are deleted.
  virtual Answer<Batch> remove_batch(AccountId account, std::size_t limit) = 0;

  // A generation greater than all before (ARCHITECTURE.md#rule-5), from a sequence.
  virtual Answer<std::uint64_t> next_generation() = 0;
};

// ---- OnlineIndex: who is online, where, how ----------------------------------------------------

enum class IndexError : std::uint8_t {
  kUnavailable,   // away or slow: any of the commands may have been executed
  kOverloaded,    // nothing was executed
  kNoGeneration,  // the index came back empty or older: begin_generation() first
};

// The online record of an account. It outlives the session for a while (ten minutes at least) as
// a tombstone without one; nobody may rely on it being there after that.
struct OnlineRecord {
  AccountId account;
  model::Version version;  // of what others see; strictly rising, also when the record had vanished
  SessionId session;       // 0: nobody is online
  model::Version token;
  NodeId node;
  std::uint8_t dialect = 0;
  std::optional<model::Status> status;  // not set before the first CHG
  Handle handle;
  Profile profile;

  [[nodiscard]] bool online() const { return session.value() != 0; }
  // What a user who may see the account sees.
  [[nodiscard]] model::Status shown() const {
    return online() && status && model::is_shown(*status) ? *status : model::Status::kOffline;
  }
};

// Makes `session` the account's session, with a new token (which is the raised version) and no
// status. The profile replaces the record's if its revision is greater.
//  - The session is open already (a repeat): kOk, same token, status kept, `displaced` once more.
//  - It was displaced by the session open now, or (resume) its token is less than that of the last
//    session opened, even if that one has been closed since: kFenced.
//  - It was the last one closed, and this is no resume: kMissing. (A doubled request must not wake
//    the dead; a node that was declared dead may resume.)
//  - resume: the token is kept, the status is the given one; versions go on above the token.
struct OpenCommand {
  AccountId account;
  SessionId session;
  NodeId node;
  std::uint8_t dialect = 0;
  Handle handle;
  Profile profile;
  std::optional<model::OpenSession::Resume> resume;
};

// Ends the session: kOk, version raised, a tombstone stays; `was_shown` says if others saw it. When
// it was the last one closed (another may be open since): kRepeated with the same `was_shown` and
// `was_at`. Otherwise kMissing, `was_at` set if it was displaced; it is remembered as the last one
// closed if no session is open. It stays on its node's list (ForgetCommand).
struct CloseCommand {
  AccountId account;
  SessionId session;
};

// kOk: stored, version raised. kFenced: another session is open whose token is greater. kMissing.
struct StatusCommand {
  AccountId account;
  SessionId session;
  model::Version token;
  model::Status status = model::Status::kOnline;
};

// After a change of the roster: the profile replaces the record's if its revision is greater, and
// the version rises if that changes the name or BLP, whoever stamps it: the one who changed it may
// have died before he did. `raise` raises it in any case. An account without a record gets a
// tombstone, so that a sign-in racing with the change finds the revision.
struct StampCommand {
  AccountId account;
  Profile profile;
  bool raise = false;
};

struct GetCommand {
  AccountId account;
};

// What it takes to tell somebody something, and no more: of the record only session and node are
// filled. A change of status asks it of every watcher.
struct WhereCommand {
  AccountId account;
};

// Takes a session off its node's list, after everybody has been told. kOk always.
struct ForgetCommand {
  NodeId node;
  AccountId account;
  SessionId session;
};

using IndexCommand = std::variant<OpenCommand, CloseCommand, StatusCommand, StampCommand,
                                  GetCommand, WhereCommand, ForgetCommand>;

struct IndexReply {
  enum class Kind : std::uint8_t { kOk, kRepeated, kFenced, kMissing };
  Kind kind = Kind::kOk;
  // There was a record with a profile (a revision) before the command, tombstones included.
  bool known = false;
  OnlineRecord record;  // after the command; only the account is set when there is none
  // OpenCommand: the session that this one has taken the account from, until the next open; of a
  // chain the last. `was_shown` is true if any of the chain was, until the first StatusCommand.
  struct Displaced {
    SessionId session;
    NodeId node;
  };
  std::optional<Displaced> displaced;
  bool was_shown = false;
  std::optional<NodeId> was_at;  // CloseCommand: the node of that session, when known
};

struct NodeSessionPage {
  // By ascending account; `token` is not filled. May list sessions that are no longer open.
  std::vector<model::SessionRef> sessions;
  bool more = false;
};

class OnlineIndex {
 public:
  virtual ~OnlineIndex() = default;
  template <class T>
  using Answer = Eventual<Result<T, IndexError>>;

  // One pipelined round trip; each command touches one account's slot and is atomic by itself.
  // They take effect in the given order: what a later one reads is not older than what an earlier
  // one has read or written (the race arguments of core/fanout.hpp rest on it). Empty: no round
  // trip. One reply per command.
  virtual Answer<std::vector<IndexReply>> run(const std::vector<IndexCommand>& commands) = 0;

  // The sessions that were opened at `node` and not forgotten. Complete: a session is on the list
  // before it is open. A page ends with an account's last session, so it may exceed `limit` a bit.
  virtual Answer<NodeSessionPage> node_sessions(const NodeId& node, AccountId after,
                                                std::size_t limit) = 0;

  // The commands hand out versions of this generation from now on; a lesser one than the index
  // has is ignored, and the index's own is taken.
  virtual Answer<Ok> begin_generation(std::uint64_t generation) = 0;

  // False in the first 10 s (a setting) after this instance has learned of a new generation:
  // sessions are being announced anew, absence proves nothing (ARCHITECTURE.md#rule-7).
  [[nodiscard]] virtual bool settled() const = 0;

  // False while it is known to be away. True promises nothing.
  [[nodiscard]] virtual bool reachable() const = 0;
};

// ---- Bus ---------------------------------------------------------------------------------------

enum class BusError : std::uint8_t { kUnavailable, kOverloaded };

class Bus {
 public:
  virtual ~Bus() = default;
  // One pipelined round trip, one publish per node; answered when Redis took them all. Nobody
  // listening is no error. Empty: no round trip.
  virtual Eventual<Result<Ok, BusError>> publish(const std::vector<model::NodeHints>& hints) = 0;
};

}  // namespace monarch::presence
