#include "presence/core/explain.hpp"

#include <array>
#include <utility>

namespace monarch::presence {
namespace {

using Kind = SightFinding::Kind;
using model::Fault;
using model::Status;

constexpr std::string_view kState =
    "docs/protocol/presence-and-privacy.md#1-server-stored-state-per-account";
constexpr std::string_view kEffective =
    "docs/protocol/presence-and-privacy.md#3-who-may-do-what-to-whom-effectivea-b";
constexpr std::string_view kSnapshot = "docs/protocol/presence-and-privacy.md#7-presence-snapshot";
constexpr std::string_view kChg = "docs/protocol/notification.md#chg-2";

constexpr std::array<SightRuleText, kSightRules> kTexts{{
    {"subject-exists", "A is an account", kState},
    {"viewer-exists", "B is an account", kState},
    {"in-forward-list", "B has A in FL, his contacts", kEffective},
    {"not-blocked", "A does not have B in BL", kEffective},
    {"allowed", "A has B in AL, or lets in who is in neither list (BLP)", kEffective},
    {"subject-online", "A is signed in", kEffective},
    {"status-chosen", "A has chosen a status since (the first CHG)", kEffective},
    {"not-hidden", "A's status is one that is shown, not HDN", kChg},
    {"viewer-online", "B is signed in", kEffective},
    {"viewer-shown", "B has chosen a status since: nothing is shown before", kSnapshot},
}};

// A contact whom nothing hinders from being seen; each rule is tried with one thing of the truth
// put into it.
Entry seen_contact() {
  Entry entry;
  entry.forward = true;
  entry.in_allow = true;
  return entry;
}
bool sees(const Entry& entry, bool allow_by_default = true,
          PresenceWithoutAllow without_allow = PresenceWithoutAllow::kFollowBlp) {
  return owner_sees_other(entry, allow_by_default, without_allow);
}

bool holds_in_forward(const Sight& sight) {
  Entry entry = seen_contact();
  entry.forward = sight.row.forward;
  return sees(entry);
}

bool holds_not_blocked(const Sight& sight) {
  Entry entry = seen_contact();
  entry.in_block = sight.row.in_block;
  return sees(entry);
}

bool holds_allowed(const Sight& sight) {
  Entry entry = seen_contact();
  entry.in_allow = sight.row.in_allow;
  return sees(entry, sight.subject->allow, sight.without_allow);
}

// The same for the online record: a session that is shown, but for what is asked about.
bool is_shown(bool online, std::optional<Status> status) {
  OnlineRecord record;
  if (online) record.session = SessionId(1);
  record.status = status;
  return record.shown() != Status::kOffline;
}

std::string place_of(const OnlineRecord& record) {
  return "at " + record.node.value() + " with MSNP" + std::to_string(record.dialect);
}

std::string allow_fact(const Sight& sight) {
  if (sight.row.in_allow) return "in AL";
  if (!sight.subject->allow) return "not in AL, and BLP is BL";
  return sight.without_allow == PresenceWithoutAllow::kDeny
             ? "not in AL; BLP is AL, but presence runs with --presence-without-al deny"
             : "not in AL, and BLP is AL";
}

class Findings {
 public:
  void add(SightRule rule, bool holds, std::string fact) {
    list_.push_back({rule, holds ? Kind::kHolds : Kind::kFails, std::move(fact)});
  }
  void unknown(SightRule rule) { list_.push_back({rule, Kind::kUnknown, "nothing to look at"}); }
  [[nodiscard]] std::vector<SightFinding> take() { return std::move(list_); }

 private:
  std::vector<SightFinding> list_;
};

void judge_lists(const Sight& sight, Findings& findings) {
  if (!sight.subject || !sight.viewer) {
    for (const auto rule : {SightRule::kInForward, SightRule::kNotBlocked, SightRule::kAllowed}) {
      findings.unknown(rule);
    }
    return;
  }
  findings.add(SightRule::kInForward, holds_in_forward(sight),
               sight.row.forward ? "in FL" : "not in FL");
  findings.add(SightRule::kNotBlocked, holds_not_blocked(sight),
               sight.row.in_block ? "blocked, in BL" : "not in BL");
  findings.add(SightRule::kAllowed, holds_allowed(sight), allow_fact(sight));
}

void judge_subject(const OnlineRecord& record, Findings& findings) {
  if (!record.online()) {
    findings.add(SightRule::kSubjectOnline, false, "not signed in");
    findings.unknown(SightRule::kStatusChosen);
    findings.unknown(SightRule::kNotHidden);
    return;
  }
  findings.add(SightRule::kSubjectOnline, is_shown(true, Status::kOnline), place_of(record));
  if (!record.status) {
    findings.add(SightRule::kStatusChosen, is_shown(true, std::nullopt), "none yet");
    findings.unknown(SightRule::kNotHidden);
    return;
  }
  const std::string status(model::to_wire(*record.status));
  findings.add(SightRule::kStatusChosen, true, status);
  findings.add(SightRule::kNotHidden, is_shown(true, record.status), status);
}

void judge_viewer(const OnlineRecord& record, Findings& findings) {
  findings.add(SightRule::kViewerOnline, record.online(),
               record.online() ? place_of(record) : "not signed in");
  if (!record.online()) {
    findings.unknown(SightRule::kViewerShown);
    return;
  }
  const auto& status = record.status;
  findings.add(SightRule::kViewerShown, status.has_value(),
               status ? std::string(model::to_wire(*status)) : "none yet");
}

// Rows (B, A) and (A, B) say the same twice (ARCHITECTURE.md#rule-10); hints go by the one,
// answers by the other.
bool rows_agree(const Sight& sight) {
  const Entry mirror = sight.mirror.value_or(Entry{});
  return sight.row.forward == mirror.in_forward && sight.row.in_allow == mirror.allow &&
         sight.row.in_block == mirror.block;
}

void note(const Sight& sight, Explanation& explanation) {
  auto& notes = explanation.notes;
  if (!sight.settled && !(sight.subject_record.online() && sight.viewer_record.online())) {
    notes.emplace_back(
        "Redis came back a moment ago and sessions are being announced anew: who seems not to be "
        "signed in may be");
  }
  if (!sight.subject || !sight.viewer) return;
  if (sight.subject->account == sight.viewer->account) {
    notes.emplace_back("A and B are the same account: nobody is in his own FL, or shown himself");
  }
  if (sight.row.unlink_owed) {
    notes.emplace_back("A has left FL of B together with a group, and A is about to be told");
  } else if (!rows_agree(sight)) {
    notes.emplace_back(
        "the lists of A and those of B do not say the same of each other: a change is under way, "
        "or, when it stays so, a fault of the server that should be reported");
  }
  const auto& record = sight.subject_record;
  if (record.online() && record.profile.revision < sight.subject->revision) {
    notes.emplace_back(
        "a change of A's lists has not reached his online record yet: until the next comparison, "
        "within about two minutes, B may be shown what was so before");
  }
}

}  // namespace

const SightRuleText& text_of(SightRule rule) { return kTexts.at(static_cast<std::size_t>(rule)); }

Explanation judge(const Sight& sight) {
  Findings findings;
  findings.add(SightRule::kSubjectExists, sight.subject.has_value(),
               sight.subject ? sight.subject->handle.value() : "there is no account of this email");
  findings.add(SightRule::kViewerExists, sight.viewer.has_value(),
               sight.viewer ? sight.viewer->handle.value() : "there is no account of this email");
  judge_lists(sight, findings);
  judge_subject(sight.subject_record, findings);
  judge_viewer(sight.viewer_record, findings);

  Explanation explanation;
  explanation.findings = findings.take();
  if (sight.subject && sight.viewer) {
    const bool may_see = owner_sees_other(sight.row, sight.subject->allow, sight.without_allow);
    explanation.status = state_of(sight.subject_record, sight.subject->handle, may_see).status;
  }
  explanation.visible = explanation.status != Status::kOffline;
  explanation.sees =
      explanation.visible && sight.viewer_record.online() && sight.viewer_record.status.has_value();
  if (sight.subject) explanation.subject = sight.subject->account;
  explanation.viewer_session = sight.viewer_record.session;
  explanation.viewer_node = sight.viewer_record.node;
  note(sight, explanation);
  return explanation;
}

namespace {

using Found = std::optional<AccountId>;

Task<Result<Found, Fault>> find(Context& context, Handle handle) {
  auto finding = context.store.find(handle);
  auto found = co_await finding;
  if (!found.ok()) co_return fail(fault_of(found.error()));
  co_return *found;
}

// Null for nobody.
Task<Result<RosterPtr, Fault>> load(Context& context, Found account) {
  if (!account) co_return RosterPtr();
  auto loading = load_roster(context, *account);
  co_return co_await loading;
}

Entry row_of(const RosterData& roster, AccountId other) {
  const Entry* entry = find_entry(roster, other);
  return entry != nullptr ? *entry : Entry{};
}

}  // namespace

Task<Result<Explanation, Fault>> explain(Context& context, Handle subject, Handle viewer) {
  std::array<Found, 2> accounts;
  const std::array<Handle, 2> handles{std::move(subject), std::move(viewer)};
  std::vector<IndexCommand> gets;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    auto finding = find(context, handles.at(i));
    const auto found = co_await finding;
    if (!found.ok()) co_return fail(found.error());
    accounts.at(i) = *found;
    if (*found) gets.emplace_back(GetCommand{**found});
  }
  auto running = run_index(context, std::move(gets));
  const auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());

  Sight sight;
  sight.without_allow = context.settings.rules.without_allow;
  sight.settled = context.index.settled();
  auto reply = replies->begin();
  if (accounts[0]) sight.subject_record = (reply++)->record;
  if (accounts[1]) sight.viewer_record = (reply++)->record;
  std::array<RosterPtr, 2> rosters;
  for (std::size_t i = 0; i < rosters.size(); ++i) {
    auto loading = load(context, accounts.at(i));
    auto loaded = co_await loading;
    if (!loaded.ok()) co_return fail(loaded.error());
    rosters.at(i) = *loaded;
  }
  if (rosters[0]) sight.subject = rosters[0]->principal;
  if (rosters[1]) sight.viewer = rosters[1]->principal;
  if (rosters[0] && rosters[1]) {
    sight.row = row_of(*rosters[1], *accounts[0]);
    sight.mirror = row_of(*rosters[0], *accounts[1]);
  }
  co_return judge(sight);
}

}  // namespace monarch::presence
