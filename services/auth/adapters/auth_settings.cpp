#include "auth/adapters/auth_settings.hpp"

namespace monarch::auth {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

void describe_throttle(AuthSettings& settings, runtime::Settings& registry) {
  registry.add("failures-free", settings.account_failures_free,
               "Failed sign-ins of an account within --failure-window that change nothing", 0,
               1000);
  registry.add("failure-window", settings.throttle.window,
               "How long a failed sign-in counts, of an account and of an address", seconds(1),
               hours(24));
  registry.add("backoff-first", settings.throttle.backoff_first,
               "How long the next failure shuts an account; each further one twice as long",
               milliseconds(1), hours(1));
  registry.add("backoff-max", settings.throttle.backoff_max, "Bound of that doubling",
               milliseconds(1), hours(24));
  registry.add("address-failures-max", settings.address_failures_max,
               "Failed sign-ins from one address within --failure-window before it is shut", 1,
               100'000);
  registry.add_list("throttle-exempt", settings.throttle_exempt,
                    "Addresses and networks (127.0.0.0/8) whose failures are not counted per "
                    "address, such as a LAN behind one");
}

Outcome<std::string> check(AuthSettings& settings) {
  settings.presence_endpoints.clear();
  for (const std::string& text : settings.presence) {
    const auto endpoint = Endpoint::parse(text);
    if (!endpoint) return fail("--presence: " + endpoint.error());
    settings.presence_endpoints.push_back(*endpoint);
  }
  if (settings.presence_endpoints.empty()) return fail(std::string("--presence: must be given"));
  const auto exempt = Networks::parse(settings.throttle_exempt);
  if (!exempt) {
    return fail("--throttle-exempt: \"" + exempt.error() +
                "\" is no IPv4 address or network such as 10.0.0.0/8");
  }
  settings.throttle.exempt = *exempt;
  settings.throttle.account_failures_free =
      static_cast<std::size_t>(settings.account_failures_free);
  settings.throttle.address_failures_max = static_cast<std::size_t>(settings.address_failures_max);
  if (settings.throttle.backoff_max < settings.throttle.backoff_first) {
    return fail(std::string("--backoff-max: must not be less than --backoff-first"));
  }
  return Ok{};
}

}  // namespace

void describe(AuthSettings& settings, runtime::Settings& registry) {
  stores::add_postgres(registry, settings.postgres);
  registry.add_secret_file("password-key-file", settings.password_keys,
                           "File with the keys that encrypt passwords, ID:HEX lines, the first for "
                           "new ones; monarch-auth --generate-key FILE writes one");
  registry.require("password-key-file");
  registry.add_list("presence", settings.presence, "Presence instances");
  registry.add("presence-deadline", settings.presence_deadline,
               "Bound of a call to presence while accounts are made or deleted", milliseconds(100),
               minutes(5));
  describe_throttle(settings, registry);
  registry.add(
      "require-verified", settings.rules.require_verified,
      "Refuse accounts whose e-mail address is not verified (924); otherwise they sign in, "
      "marked as unverified");
  registry.add("maintenance", settings.rules.maintenance,
               "Let nobody sign in (500); those who are signed in stay");
  registry.add("import-rows-max", settings.import_rows_max, "Rows of one atomic import", 1,
               100'000'000);
  registry.check([&settings] { return check(settings); });
}

}  // namespace monarch::auth
