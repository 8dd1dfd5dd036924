#include "switchboard/adapters/switchboard_settings.hpp"

#include <chrono>

namespace monarch::switchboard {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

milliseconds in_ms(Duration duration) { return std::chrono::duration_cast<milliseconds>(duration); }

void describe_times(SwitchboardSettings& settings, runtime::Settings& to) {
  const milliseconds least(100);
  to.add("ticket-lifetime", settings.ticket_lifetime, "how long a ticket of XFR SB is good", least,
         hours(1));
  to.add("ringing-time", settings.ringing_time,
         "how long an invitation rings; its ticket is good as long", least, hours(1));
  to.add("authenticate-within", settings.authenticate_within,
         "how long a client may take to show its ticket", least, hours(1));
  to.add("idle-timeout", settings.idle_timeout, "without a message, until everybody is sent away",
         least, hours(24));
  to.add("alone-timeout", settings.alone_timeout,
         "for one to whom nobody ever came, when nothing rings", least, hours(24));
  to.add("failed-calls-window", settings.failed_calls_window,
         "how long a call that reached nobody counts", least, hours(1));
  to.add("invite-timeout", settings.invite_timeout,
         "how long presence may take to answer a call; then it is 217", least,
         std::chrono::seconds(5));
  to.add("deserted-timeout", settings.deserted_timeout, "for the one who is left", least,
         hours(24));
}

}  // namespace

void describe(SwitchboardSettings& settings, runtime::Settings& to) {
  to.add("bind", settings.bind, "where clients connect to");
  to.add_advertised("advertise", settings.advertise,
                    "the address that clients are sent to; default: --bind");
  to.add("connections-max", settings.connections_max,
         "connections from which on newcomers are closed and no ticket is given", 1, 2'000'000);
  to.add("tickets-max", settings.tickets_max, "tickets outstanding", 1, 10'000'000);
  to.add("tickets-per-account-max", settings.tickets_per_account_max,
         "tickets outstanding that one account has asked for", 1, 100'000);
  to.add("messages-per-second", settings.messages_per_second,
         "commands of one client that are acted on; more wait (0: no limit)", 0, 1'000'000);
  to.add("messages-burst", settings.messages_burst, "how many may come at once", 1, 1'000'000);
  to.add("message-bytes-max", settings.message_bytes_max, "bytes in a message; more close", 0,
         1664);
  to.add("participants-max", settings.participants_max,
         "people in a conversation, those who ring included (920 beyond)", 2, 1000);
  to.add("failed-calls-max", settings.failed_calls_max,
         "calls in a row that reach nobody; the next one is 713", 1, 1000);
  describe_times(settings, to);
  runtime::add_client_door(to, settings.door);
  to.check([&settings]() -> Outcome<std::string> {
    if (!settings.advertise.host.empty()) return Ok{};
    settings.advertise = settings.bind;
    const auto usable = check_advertisable(settings.advertise);
    if (!usable.ok()) return fail("--advertise: must be given: " + usable.error());
    return Ok{};
  });
}

Settings core_settings(const SwitchboardSettings& settings) {
  Settings core;
  core.advertised = settings.advertise.to_string();
  core.connections_max = static_cast<std::size_t>(settings.connections_max);
  core.tickets_max = static_cast<std::size_t>(settings.tickets_max);
  core.tickets_per_account_max = static_cast<std::size_t>(settings.tickets_per_account_max);
  core.messages_per_second = static_cast<std::uint32_t>(settings.messages_per_second);
  core.messages_burst = static_cast<std::uint32_t>(settings.messages_burst);
  core.message_bytes_max = static_cast<std::size_t>(settings.message_bytes_max);
  core.participants_max = static_cast<std::size_t>(settings.participants_max);
  core.failed_calls_max = static_cast<std::uint32_t>(settings.failed_calls_max);
  core.ticket_lifetime = in_ms(settings.ticket_lifetime);
  core.ringing_time = in_ms(settings.ringing_time);
  core.authenticate_within = in_ms(settings.authenticate_within);
  core.idle_timeout = in_ms(settings.idle_timeout);
  core.alone_timeout = in_ms(settings.alone_timeout);
  core.deserted_timeout = in_ms(settings.deserted_timeout);
  core.failed_calls_window = in_ms(settings.failed_calls_window);
  core.invite_timeout = in_ms(settings.invite_timeout);
  return core;
}

}  // namespace monarch::switchboard
