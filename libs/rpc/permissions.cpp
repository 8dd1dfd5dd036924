#include "rpc/permissions.hpp"

#include <array>
#include <utility>

#include "runtime/security_settings.hpp"

namespace monarch::rpc {

namespace {

constexpr std::array<Permission, 10> kPermissions{{
    {"grpc.health.v1.Health", kAnybody, false},
    {"monarch.auth.v1.Auth", kNotification, false},
    {"monarch.presence.v1.Presence", kNotification | kSwitchboard, false},
    {"monarch.switchboard.v1.Switchboard", kNotification, false},
    {"monarch.auth.v1.Accounts", kAdmin, true},
    // auth makes and removes the rosters of the accounts that it makes and removes.
    {"monarch.presence.v1.PresenceAdmin", kAuth | kAdmin, true},
    {"monarch.cluster.v1.NodeAdmin", kAdmin, true},
    {"monarch.notification.v1.NotificationAdmin", kAdmin, true},
    // The mail system's own; and what it tells us, which puts words on people's screens.
    {"monarch.mailbox.v1.Mailbox", kNotification, false},
    {"monarch.mailbox.v1.MailEvents", kMailbox | kAdmin, true},
}};

constexpr std::array<std::pair<Roles, std::string_view>, 7> kRoles{{
    {kAuth, "auth"},
    {kPresence, "presence"},
    {kNotification, "notification"},
    {kSwitchboard, "switchboard"},
    {kDispatch, "dispatch"},
    {kAdmin, "admin"},
    {kMailbox, "mailbox"},
}};

}  // namespace

const Permission* find_permission(std::string_view path) {
  if (!path.starts_with('/')) return nullptr;
  path.remove_prefix(1);
  const std::string_view service = path.substr(0, path.find('/'));
  for (const Permission& permission : kPermissions) {
    if (permission.service == service) return &permission;
  }
  return nullptr;
}

Roles role_of(std::string_view dns_name) {
  if (!dns_name.ends_with(runtime::kRoleDomain)) return 0;
  dns_name.remove_suffix(runtime::kRoleDomain.size());
  for (const auto& [role, name] : kRoles) {
    if (name == dns_name) return role;
  }
  return 0;
}

std::string to_string(Roles roles) {
  std::string text;
  for (const auto& [role, name] : kRoles) {
    if ((roles & role) != 0) text += (text.empty() ? "" : "+") + std::string(name);
  }
  return text.empty() ? "nobody" : text;
}

std::string_view short_name(std::string_view path) {
  const auto slash = path.rfind('/');
  const auto dot = slash == std::string_view::npos ? slash : path.rfind('.', slash);
  if (dot != std::string_view::npos) path.remove_prefix(dot + 1);
  return path;
}

}  // namespace monarch::rpc
