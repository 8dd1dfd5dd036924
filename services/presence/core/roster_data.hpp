// What is stored of a roster, as plain values: the principal, his rows, and what a change leaves
// behind so that a repeat of it can be answered. Values of presence; a store fills and keeps them.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/handle.hpp"
#include "base/ids.hpp"
#include "model/list.hpp"
#include "model/presence.hpp"
#include "model/version.hpp"

namespace monarch::presence {

// A counter beside the serial, raised by every change of any row that has this owner, mirrored bits
// included (which move no serial). Starts at 1, never wraps; 0 is older than everything.
using Revision = std::uint64_t;

// Which attempt of which session; in ascending order of time, since tokens of one account rise
// (ARCHITECTURE.md#rule-3, #rule-5). Those of an administrator have session 0, no order, and a
// memory of their own: they must not make a session's attempt forgotten (model::Attempt).
struct AttemptKey {
  model::Version token;
  std::uint64_t sequence = 0;
  SessionId session;

  [[nodiscard]] bool from_outside() const { return session.value() == 0; }

  friend auto operator<=>(const AttemptKey&, const AttemptKey&) = default;
};

// Row `principal`.
struct Principal {
  AccountId account;
  Handle handle;
  std::string friendly_name;  // encoded token, as received
  bool ask = true;            // GTC A
  bool allow = true;          // BLP AL
  model::Numbers numbers;
  bool mobile_device = false;  // MBE
  std::vector<model::Group> groups{{0, "~"}};
  std::array<std::uint32_t, 3> counts{};  // rows with forward, allow, block
  Serial serial{1};
  Revision revision = 1;
  // The revision at which the numbers last changed, while somebody may still have to be told
  // (ARCHITECTURE.md#rule-9); 0: nobody.
  Revision spread_owed = 0;

  friend bool operator==(const Principal&, const Principal&) = default;
};

// Row `entry` (owner, other). A row without any of the six bits does not exist.
struct Entry {
  AccountId other;
  Handle handle;  // the other's

  bool forward = false;  // other is in my FL, AL, BL
  bool allow = false;
  bool block = false;
  // Mirrored from row (other, owner): he has me in his FL, AL, BL. in_forward is also "he is in my
  // RL".
  bool in_forward = false;
  bool in_allow = false;
  bool in_block = false;

  std::string forward_name;
  std::string allow_name;
  std::string block_name;
  std::string reverse_name;  // last known
  model::GroupSet groups = 0;
  // His numbers as I may see them: filled while `forward` and `in_allow`, blank otherwise.
  model::Numbers numbers;
  // His revision that the numbers are from: a spread of this cause or an older one has been
  // applied.
  Revision numbers_cause = 0;
  // The owner's revision at which the row came onto the list: the order in which lists are shown.
  Revision forward_order = 0;
  Revision allow_order = 0;
  Revision block_order = 0;
  Revision reverse_order = 0;

  [[nodiscard]] bool empty() const {
    return !forward && !allow && !block && !in_forward && !in_allow && !in_block;
  }
  friend bool operator==(const Entry&, const Entry&) = default;
};

// Everything that one owner's rows say; entries in ascending order of `other`.
struct RosterData {
  Principal principal;
  std::vector<Entry> entries;
};

// What the online record of an account copies from its principal: written whole, the greater
// revision wins.
struct Profile {
  std::string name;
  bool allow = true;
  Serial serial;
  Revision revision = 0;

  friend bool operator==(const Profile&, const Profile&) = default;
};

// What a change has done to somebody: enough to stamp his online record and to tell his session.
struct Affected {
  AccountId account;
  Profile profile;
  std::vector<model::RosterEvent> events;  // with his serials, in order

  friend bool operator==(const Affected&, const Affected&) = default;
};

// What has to be told to whom, and answered, after a change. Stored with the principal beside the
// attempt's key, so that a repeat by another instance finishes what was begun
// (ARCHITECTURE.md#rule-3).
struct Aftermath {
  // Who may see the owner differently now (presence-and-privacy.md, section 4).
  enum class Audience : std::uint8_t {
    kNobody,
    kOther,      // AL, BL: `other`
    kUndecided,  // BLP: members of RL in neither AL nor BL
    kWatchers,   // the friendly name: all who may see him
  };
  Affected self;  // events: his own change, kSilent
  std::optional<Affected> other;
  Handle self_handle;
  Handle other_handle;
  Audience audience = Audience::kNobody;
  Revision spread =
      0;  // numbers changed: others follow in batches of this cause (ARCHITECTURE.md#rule-9)
  bool added = false;    // ADD FL of someone new
  bool removed = false;  // REM: has left FL altogether
  std::string value;     // PRP: what holds now

  friend bool operator==(const Aftermath&, const Aftermath&) = default;
};

// The bytes in which a store keeps an aftermath; nothing when they are of another, unknown format.
[[nodiscard]] std::string encode(const Aftermath& aftermath);
[[nodiscard]] std::optional<Aftermath> decode_aftermath(std::string_view bytes);

[[nodiscard]] Profile profile_of(const Principal& principal);

}  // namespace monarch::presence
