// The world that a transcript starts in: accounts, their rosters, and the state of the nodes. Plain
// values, filled by the parser and handed to Target::prepare(). The namespace is
// monarch::transcript, not monarch::testing, so that `testing::` inside monarch still names
// GoogleTest.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace monarch::transcript {

enum class List { kForward, kAllow, kBlock };
enum class Role { kDispatch, kNotification, kSwitchboard };
enum class Store { kPostgres, kRedis };

// A node by its role and number, from 1: `ns:1`.
struct Node {
  Role role = Role::kNotification;
  unsigned instance = 1;
  friend bool operator==(const Node&, const Node&) = default;
};

// `ds`, `ns` or `sb`.
[[nodiscard]] std::string_view short_name(Role role);
[[nodiscard]] std::string to_string(const Node& node);

struct ListEntry {
  List list = List::kForward;
  std::string handle;
  std::string name;              // as stored by the owner, encoded
  std::vector<unsigned> groups;  // forward list only; empty is group 0
};

struct Account {
  std::string key;  // what the transcript calls it: "alice"
  std::string handle;
  std::string password;
  std::string name;  // own friendly name, encoded
  bool verified = true;
  std::uint32_t serial = 1;                       // after all of the roster below is in place
  bool asks_for_new_contacts = true;              // GTC A
  bool allows_unknown = true;                     // BLP AL
  std::vector<ListEntry> entries;                 // in the order in which they were added
  std::map<std::string, std::string> properties;  // PHH PHW PHM MOB MBE, those that are set
  std::map<unsigned, std::string> groups;         // empty: group 0 is `~`
};

struct Fixture {
  std::vector<Account> accounts;
  std::vector<Node> draining;
  std::vector<Node> full;
  bool notification_nodes_alive = true;
  bool notification_nodes_full = false;  // all of them; there may be no accounts then
  bool switchboards_alive = true;
  std::map<std::string, std::string> settings;  // @setting, "presence.forward_max" to "3"

  [[nodiscard]] const Account* by_key(std::string_view key) const;
  [[nodiscard]] const Account* by_handle(std::string_view handle) const;
};

[[nodiscard]] bool has(const Account& owner, List list, std::string_view handle);

// Whether `viewer` may see the presence of `owner` while both are signed in:
// docs/protocol/presence-and-privacy.md#3-who-may-do-what-to-whom-effectivea-b, including that the
// owner is in the viewer's forward list.
[[nodiscard]] bool may_see(const Fixture& fixture, const Account& owner, const Account& viewer);

}  // namespace monarch::transcript
