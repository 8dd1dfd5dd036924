#include "presence/adapters/presence_settings.hpp"

namespace monarch::presence {

using std::chrono::milliseconds;

void describe(PresenceSettings& settings, runtime::Settings& to) {
  stores::add_postgres(to, settings.postgres);
  to.add("requests-max", settings.requests_max,
         "Requests of notification nodes under way; more are refused as overload", 1, 1'000'000);
  to.add("cache-megabytes", settings.cache_megabytes, "Memory for rosters that were read", 1,
         65'536);
  to.add("forward-max", settings.forward_max, "Contacts in a forward list (210 beyond)", 1, 600);
  to.add("allow-max", settings.allow_max, "Entries in an allow list (210 beyond)", 1, 10'000);
  to.add("block-max", settings.block_max, "Entries in a block list (210 beyond)", 1, 10'000);
  to.add_choice("presence-without-al", settings.presence_without_al,
                "What those see who are in neither AL nor BL: what BLP says, or nothing",
                {"follow_blp", "deny"});
  to.add("mail-events", settings.mail_events,
         "Serve mailbox.v1.MailEvents, by which a mail system tells of new mail");
  to.add("settle-time", settings.settle_time,
         "After Redis came back empty, how long sessions have to announce themselves anew",
         milliseconds(0), std::chrono::minutes(10));
}

Settings core_settings(const PresenceSettings& settings) {
  Settings core;
  core.rules.forward_max = static_cast<std::size_t>(settings.forward_max);
  core.rules.allow_max = static_cast<std::size_t>(settings.allow_max);
  core.rules.block_max = static_cast<std::size_t>(settings.block_max);
  core.rules.without_allow = settings.presence_without_al == "deny"
                                 ? PresenceWithoutAllow::kDeny
                                 : PresenceWithoutAllow::kFollowBlp;
  core.cache_bytes_max = static_cast<std::size_t>(settings.cache_megabytes) << 20U;
  return core;
}

RedisOnlineIndex::Settings index_settings(const PresenceSettings& settings) {
  RedisOnlineIndex::Settings index;
  index.settle_time = std::chrono::duration_cast<milliseconds>(settings.settle_time);
  return index;
}

}  // namespace monarch::presence
