// What notification asks of presence and what it gets back, as plain values. Both cores speak these
// structs; on the wire between the services they are proto/monarch/presence/v1 (rpc/codec maps the
// one to the other). Owned by whoever holds them; no thread, no lifetime of their own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/handle.hpp"
#include "base/ids.hpp"
#include "model/list.hpp"
#include "model/status.hpp"
#include "model/trace.hpp"
#include "model/version.hpp"

namespace monarch::model {

// ---- names of things -------------------------------------------------------------------------

// A session as presence knows it. The token came with Opened; an older one is fenced off.
struct SessionRef {
  AccountId account;
  SessionId session;
  Version token;

  friend bool operator==(const SessionRef&, const SessionRef&) = default;
};

// What a user sees of a contact just now: offline when he may not see him. `name` is the contact's
// own friendly name, empty when offline.
struct ContactState {
  AccountId account;
  Handle handle;
  Version version;
  Status status = Status::kOffline;
  std::string name;

  friend bool operator==(const ContactState&, const ContactState&) = default;
};

// One row of a roster's journal as its owner's session shows it (ARCHITECTURE.md#rule-2). Every
// serial has exactly one; those that no line announces are kSilent.
struct RosterEvent {
  enum class Kind : std::uint8_t {
    kSilent,
    kReverseAdded,    // ADD 0 RL <serial> <other> <value = friendly name>
    kReverseRemoved,  // REM 0 RL <serial> <other>
    kNumber,          // BPR <serial> <other> <property> [<value>]
    // His own lists changed, by himself or by an administrator. A session that has had the reply to
    // such a change never sees its row; one that has not reads the change here.
    kListAdded,    // ADD 0 <list> <serial> <other> <value = nickname> [<group>]
    kListRemoved,  // REM 0 <list> <serial> <other>
    // A contact has come into another group, or left one and is in others: lines only for who has
    // groups (docs/protocol/notification.md#add-2-9, #rem-2).
    kGrouped,    // ADD 0 FL <serial> <other> <value = nickname> <group>
    kUngrouped,  // REM 0 FL <serial> <other> <group>
  };
  Serial serial;
  Kind kind = Kind::kSilent;
  Handle other;
  Property property = Property::kHomePhone;
  std::string value;
  List list = List::kForward;                   // of the last four kinds
  std::optional<GroupId> group = std::nullopt;  // the same, forward list only
  AccountId account{};                          // the same: whose handle `other` is

  friend bool operator==(const RosterEvent&, const RosterEvent&) = default;
};

// ---- requests --------------------------------------------------------------------------------

// A change that must not happen twice carries who asked and his how manieth it is
// (ARCHITECTURE.md#rule-3), and the serial last shown to the client (0: not synchronised), so that
// the answer can bring what lies between. `sequence` counts from 1 in each session.
//
// Session 0 (only `session.account` is set): an administrator changes the account. He is not fenced
// by whoever is signed in, who is told the change as his own journal has it. His attempts have no
// order; one with a `sequence` that is not 0 (any number drawn for it) is known again as long as it
// was the last such one, one with 0 never is.
struct Attempt {
  SessionRef session;
  std::uint64_t sequence = 0;
  Serial shown;
};

// Opens the session of an account that has just been authenticated; an older one is kicked.
struct OpenSession {
  AccountId account;
  SessionId session;
  NodeId node;
  std::uint8_t dialect = 0;  // 2 … 7
  // Set when a session that was open before is announced anew (Redis returned empty, or the node
  // was declared dead): it yields to whoever has a greater token.
  struct Resume {
    Version token;
    std::optional<Status> status;  // nullopt: no CHG yet
    bool ims_off = false;
    std::uint64_t sequence = 0;  // of the last ChangeStatus
  };
  std::optional<Resume> resume;
};

// Ends a session; repeated until acknowledged. Closing what is not open is acknowledged too. With
// an open whose outcome is unknown the token is {0,0}: the session id alone decides.
struct CloseSession {
  SessionRef session;
};

// SYN: the dump, or only the serial when the client's is current.
struct Synchronize {
  SessionRef session;
  std::optional<Serial> cached;  // nullopt: dump whatever the serial is (LST, LSG)
};

// CHG, and IMS of a session that has a status.
struct ChangeStatus {
  SessionRef session;
  Status status = Status::kOnline;
  bool first = false;          // answer with every contact of the forward list
  bool ims_off = false;        // IMS OFF: whoever calls him is told 217
  std::uint64_t sequence = 0;  // counts the changes of this session from 1; an older one is void
  // Of a CHG; a status that is announced later, or anew, has none.
  std::optional<Trace> trace = std::nullopt;
};

struct AddContact {
  Attempt attempt;
  List list = List::kForward;  // never kReverse
  std::string handle;          // as parsed from the line, in lower case, form already checked
  std::string name;
  std::optional<GroupId> group;  // MSNP7 and kForward only
};

struct RemoveContact {
  Attempt attempt;
  List list = List::kForward;
  std::string handle;
  std::optional<GroupId> group;
};

// REA: the own handle changes the friendly name, another one the stored nickname.
struct Rename {
  Attempt attempt;
  std::string handle;
  std::string name;
};

struct SetProperty {
  Attempt attempt;
  Property property = Property::kHomePhone;
  std::string value;  // "" clears a phone; "Y"/"N" for MOB and MBE
};

// GTC: true is A (ask), false is N.
struct SetPrompting {
  Attempt attempt;
  bool ask = true;
};

// BLP: true is AL (everybody not blocked), false is BL.
struct SetDefaultPrivacy {
  Attempt attempt;
  bool allow = true;
};

// ADG, REG, RMG (docs/protocol/notification.md#adg-reg-rmg-7).
struct AddGroup {
  Attempt attempt;
  std::string name;
};
struct RenameGroup {
  Attempt attempt;
  GroupId group = 0;
  std::string name;
};
struct RemoveGroup {
  Attempt attempt;
  GroupId group = 0;
};

// The journal after a serial, to fill a gap.
struct ReadJournal {
  SessionRef session;
  Serial after;
};

// Slow truth (ARCHITECTURE.md#rule-4): what a node believes of at most kCompareMax of its sessions.
struct SessionReport {
  SessionRef session;
  Serial shown;                  // 0: not synchronised
  std::optional<Status> status;  // nullopt: no CHG yet
  bool ims_off = false;
  struct Seen {
    AccountId contact;
    Version version;
    Status status = Status::kOffline;
  };
  std::vector<Seen> contacts;  // empty before the first CHG
};
inline constexpr std::size_t kCompareMax = 500;
struct Compare {
  NodeId node;
  std::vector<SessionReport> sessions;
};

// The other way round: which sessions the index has for a node, a page at a time.
struct ListNodeSessions {
  NodeId node;
  AccountId after;  // in ascending order, 0 first
};

// CAL: may the caller talk to the callee, and where is he? If so he is sent the RNG at once
// (docs/protocol/switchboard.md#2-inviting). Asked by a switchboard, which has made the ticket.
struct Invite {
  AccountId caller;
  Handle caller_handle;
  std::string caller_name;
  std::string callee;              // a handle in lower case, as parsed from the line
  std::uint32_t conversation = 0;  // what clients know as the session id
  std::string address;             // of the switchboard, host:port
  std::string ticket;              // the callee's, valid already (ARCHITECTURE.md#rule-6)
};

// An entry of the member directory, in which everybody is who asked to be: encoded tokens, as FND
// shows them (docs/protocol/notification.md#fnd-2-7).
struct Person {
  std::string first;
  std::string last;
  std::string city;
  std::string state;
  std::string country;

  friend bool operator==(const Person&, const Person&) = default;
};

// FND: whoever fits all that is given; `*` or nothing fits everybody. More than kFoundMax people
// are Refused{301}.
struct SearchDirectory {
  SessionRef session;
  Person wanted;
};
inline constexpr std::size_t kFoundMax = 50;
// Of each value of a Person: five of them and a trid fit into a line of 1200 bytes.
inline constexpr std::size_t kPersonBytesMax = 200;

// PAG: the mobile phone of somebody who lets this user page him, else Refused{800}
// (docs/protocol/notification.md#pag-5-8).
struct FindPager {
  SessionRef session;
  std::string handle;
};

using Request = std::variant<OpenSession, CloseSession, Synchronize, ChangeStatus, AddContact,
                             RemoveContact, Rename, SetProperty, SetPrompting, SetDefaultPrivacy,
                             ReadJournal, Compare, ListNodeSessions, Invite, AddGroup, RenameGroup,
                             RemoveGroup, SearchDirectory, FindPager>;

// What each alternative of Request is called in metrics and logs.
inline constexpr std::array<std::string_view, std::variant_size_v<Request>> kOperations = {
    "open_session",   "close_session", "synchronize",        "change_status", "add_contact",
    "remove_contact", "rename",        "set_property",       "set_prompting", "set_default_privacy",
    "read_journal",   "compare",       "list_node_sessions", "invite",        "add_group",
    "rename_group",   "remove_group",  "search_directory",   "find_pager"};
static_assert(!kOperations.back().empty());

// ---- replies ---------------------------------------------------------------------------------

// The user asked for what the rules forbid; the numbers are docs/protocol/errors.md's.
struct Refused {
  std::uint16_t code = 0;
};

enum class Fault : std::uint8_t {
  kRosterUnavailable,  // PostgreSQL is away or slow
  kIndexUnavailable,   // Redis is away or slow
  kOverloaded,         // a queue of presence is full
  kFenced,             // a newer session of the account exists: OUT OTH
  kNoSession,          // the index does not know the session: open it anew (resume)
  kNoPrincipal,        // the account has no roster: it is being created or deleted
  kUnreachable,        // made by the asking side: no presence instance answered in time
};
struct Failed {
  Fault fault = Fault::kUnreachable;
};

struct Opened {
  Version token;
  std::string friendly_name;
};

struct Closed {};

// The roster as SYN and LST show it.
struct Roster {
  struct Contact {
    Handle handle;
    std::string name;
    GroupSet groups = 0;  // forward list only
    Numbers numbers;      // forward list only: as this user may see them
    AccountId account{};  // forward list only
  };
  Serial serial;
  bool current = false;  // the client's serial is the current one: nothing below is filled
  bool ask = true;       // GTC A
  bool allow = true;     // BLP AL
  Numbers numbers;
  bool mobile_device = false;  // MBE
  std::vector<Group> groups;
  std::vector<Contact> lists[kLists];  // by List
};

struct StatusChanged {
  std::vector<ContactState> contacts;  // when `first` was asked: the whole forward list
};

// A change has been committed and its hints handed to the bus.
struct Changed {
  Serial serial;
  // What happened to this roster between Attempt::shown and `serial` (both exclusive), in order;
  // empty when not synchronised. They are to be shown before the reply. Where the change itself
  // moved no serial, what happened at `serial` is among them, and perhaps later events are.
  std::vector<RosterEvent> missed;
  // AddContact to FL of someone new: who he is, and the numbers that this user may see.
  struct NewContact {
    ContactState state;
    Numbers numbers;
  };
  std::optional<NewContact> added;
  // RemoveContact, RemoveGroup: who has left FL altogether.
  std::vector<AccountId> removed;
  // AddGroup: the new group's id.
  std::optional<GroupId> group;
  // SetProperty: the value that holds now (MOB stays N without a mobile device).
  std::string value;
};

struct Journal {
  std::vector<RosterEvent> events;  // consecutive, the first one follows ReadJournal::after
  // The journal does not reach back so far (it is trimmed after an hour): `serial` is current and
  // the client will learn the rest with its next SYN.
  bool trimmed = false;
  Serial serial;
};

struct SessionVerdict {
  enum class Kind : std::uint8_t { kHolds, kSuperseded, kUnknown };
  SessionId session;
  Kind kind = Kind::kHolds;
  Serial serial;                       // current
  bool status_differs = false;         // the index has another status: announce it anew
  std::vector<ContactState> contacts;  // only those that differ from what was reported
};
struct Compared {
  std::vector<SessionVerdict> sessions;
};

struct NodeSessions {
  std::vector<SessionRef> sessions;
  bool more = false;
};

// The RNG is on its way to this session; whoever may not be invited is Refused{217}.
struct Invited {
  AccountId account;
  SessionId session;
  std::uint8_t dialect = 0;
  std::string name;  // the callee's friendly name
};

// SearchDirectory: who was found, in the order in which FND numbers them.
struct Found {
  struct Entry {
    std::string handle;
    Person person;
  };
  std::vector<Entry> people;
};

// FindPager: where a page to him goes.
struct Pager {
  AccountId account;
  std::string number;  // his PHM, an encoded token; empty when he has set none
};

using Reply = std::variant<Refused, Failed, Opened, Closed, Roster, StatusChanged, Changed, Journal,
                           Compared, NodeSessions, Invited, Found, Pager>;

}  // namespace monarch::model
