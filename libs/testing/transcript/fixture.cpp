#include "testing/transcript/fixture.hpp"

#include <algorithm>

namespace monarch::transcript {

std::string_view short_name(Role role) {
  switch (role) {
    case Role::kDispatch:
      return "ds";
    case Role::kNotification:
      return "ns";
    case Role::kSwitchboard:
      return "sb";
  }
  return "?";
}

std::string to_string(const Node& node) {
  return std::string(short_name(node.role)) + ":" + std::to_string(node.instance);
}

const Account* Fixture::by_key(std::string_view key) const {
  const auto it = std::find_if(accounts.begin(), accounts.end(),
                               [&](const Account& account) { return account.key == key; });
  return it == accounts.end() ? nullptr : &*it;
}

const Account* Fixture::by_handle(std::string_view handle) const {
  const auto it = std::find_if(accounts.begin(), accounts.end(),
                               [&](const Account& account) { return account.handle == handle; });
  return it == accounts.end() ? nullptr : &*it;
}

bool has(const Account& owner, List list, std::string_view handle) {
  return std::any_of(owner.entries.begin(), owner.entries.end(), [&](const ListEntry& entry) {
    return entry.list == list && entry.handle == handle;
  });
}

bool may_see(const Fixture& fixture, const Account& owner, const Account& viewer) {
  if (owner.key == viewer.key || !has(viewer, List::kForward, owner.handle)) return false;
  if (has(owner, List::kBlock, viewer.handle)) return false;
  if (has(owner, List::kAllow, viewer.handle)) return true;
  const auto setting = fixture.settings.find("presence.presence_without_al");
  const bool denied = setting != fixture.settings.end() && setting->second == "deny";
  return owner.allows_unknown && !denied;
}

}  // namespace monarch::transcript
