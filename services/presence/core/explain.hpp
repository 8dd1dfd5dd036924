// Why one account does or does not see another, rule by rule, for an administrator. Each rule is
// put to the very functions that decide (core/privacy.hpp), with everything else as favourable as
// it can be, so that what is explained cannot drift from what is done. Pure, but for explain(),
// which reads the stores themselves and no cache; on the loop of presence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "presence/core/context.hpp"
#include "presence/core/privacy.hpp"

namespace monarch::presence {

// In the order in which they are told. "A" is the subject, who is looked at; "B" the viewer.
enum class SightRule : std::uint8_t {
  kSubjectExists,
  kViewerExists,
  kInForward,
  kNotBlocked,
  kAllowed,
  kSubjectOnline,
  kStatusChosen,
  kNotHidden,
  // These say whether there is anybody who could be shown something.
  kViewerOnline,
  kViewerShown,
};
inline constexpr std::size_t kSightRules = 10;

// What stays the same of a rule: a name for scripts, the rule in words, and where it is written.
struct SightRuleText {
  std::string_view id;
  std::string_view words;
  std::string_view citation;
};
[[nodiscard]] const SightRuleText& text_of(SightRule rule);

struct SightFinding {
  enum class Kind : std::uint8_t {
    kHolds,
    kFails,
    kUnknown,  // there is nothing to look at
  };
  SightRule rule{};
  Kind kind = Kind::kUnknown;
  std::string fact;  // what was found, in words
};

// What is so of two accounts.
struct Sight {
  // Not set: there is no such account, or it is being removed.
  std::optional<Principal> subject;
  std::optional<Principal> viewer;
  Entry row;                    // (viewer, subject), which decides; without bits when there is none
  std::optional<Entry> mirror;  // (subject, viewer)
  OnlineRecord subject_record;
  OnlineRecord viewer_record;
  PresenceWithoutAllow without_allow = PresenceWithoutAllow::kFollowBlp;
  // The index is not new: who is not in it is offline (ARCHITECTURE.md#rule-7).
  bool settled = true;
};

struct Explanation {
  std::vector<SightFinding> findings;  // one of each rule
  // visible(A -> B) of docs/protocol/presence-and-privacy.md#3-who-may-do-what-to-whom-effectivea-b
  bool visible = false;
  // And B is there and is shown others.
  bool sees = false;
  // As which A is visible; offline when he is not.
  model::Status status = model::Status::kOffline;
  // What is not as it should be, or not for long.
  std::vector<std::string> notes;
  // With which B's node can be asked what it has shown.
  AccountId subject;
  SessionId viewer_session;
  NodeId viewer_node;
};

[[nodiscard]] Explanation judge(const Sight& sight);

// Reads the online records first and the rosters then, so that a roster is at least as new as the
// record says.
Task<Result<Explanation, model::Fault>> explain(Context& context, Handle subject, Handle viewer);

}  // namespace monarch::presence
