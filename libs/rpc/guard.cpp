#include "rpc/guard.hpp"

#include <sodium.h>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::rpc {

namespace {

constexpr std::string_view kBearer = "Bearer ";
// Whoever may not call could otherwise fill the disk.
constexpr unsigned kRefusalLinesPerSecond = 20;
// A caller may name methods that there are not.
constexpr std::size_t kShownMethodMax = 64;

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Roles roles_of(const Guard::Names& names) {
  Roles roles = 0;
  for (const auto name : names) roles |= role_of(name);
  return roles;
}

bool is_administrative(const Permission* permission) {
  return permission != nullptr && permission->administrative;
}

}  // namespace

std::string bearer(std::string_view token) { return std::string(kBearer) + std::string(token); }

Guard::Guard(By by, std::string token, metrics::Counter refused)
    : by_(by), token_(std::move(token)), refused_(refused) {}

Outcome<Error> Guard::judge(const Permission* permission, std::string_view path, const Names& names,
                            std::string_view authorization) const {
  switch (by_) {
    case By::kLoopback:
      return Ok{};
    case By::kToken:
      if (!is_administrative(permission)) return Ok{};
      if (authorization.starts_with(kBearer) &&
          equal_in_constant_time(authorization.substr(kBearer.size()), token_)) {
        return Ok{};
      }
      return fail(Error{Code::kUnauthenticated,
                        std::string(short_name(path)) + " needs the administrator's token"});
    case By::kCertificate:
      break;
  }
  if (permission != nullptr &&
      (permission->callers == kAnybody || (permission->callers & roles_of(names)) != 0)) {
    return Ok{};
  }
  return fail(Error{Code::kPermissionDenied,
                    caller(names) + " may not call " + std::string(short_name(path))});
}

Outcome<Error> Guard::decide(std::string_view path, const Names& names,
                             std::string_view authorization) {
  const Permission* permission = find_permission(path);
  auto verdict = judge(permission, path, names, authorization);
  if (verdict) return verdict;
  refused_.add();
  std::uint64_t held_back = 0;
  if (may_write_refusal(held_back)) {
    log::audit(is_administrative(permission) ? "admin_call" : "call_refused",
               {{"method", short_name(path).substr(0, kShownMethodMax)},
                {"caller", by_ == By::kCertificate ? caller(names) : "nobody"},
                {"result", to_string(verdict.error().code)},
                {"held_back", held_back}});
  }
  return verdict;
}

void Guard::ended(std::string_view path, const Names& names, std::string_view result) const {
  log::audit("admin_call",
             {{"method", short_name(path)}, {"caller", caller(names)}, {"result", result}});
}

bool Guard::may_write_refusal(std::uint64_t& held_back) {
  const TimePoint now = SystemClock().now();
  const std::lock_guard lock(mutex_);
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    lines_ = 0;
  }
  if (lines_ >= kRefusalLinesPerSecond) {
    ++held_back_;
    return false;
  }
  ++lines_;
  held_back = std::exchange(held_back_, 0);
  return true;
}

std::string Guard::caller(const Names& names) const {
  if (by_ == By::kLoopback) return "loopback";
  if (by_ == By::kToken) return "token";
  // A certificate of the authority may stand for no role of ours.
  if (roles_of(names) == 0 && !names.empty()) return std::string(names.front());
  return to_string(roles_of(names));
}

}  // namespace monarch::rpc
