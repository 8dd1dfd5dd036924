#include "notification/adapters/node_settings.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace monarch::notification {

using std::chrono::milliseconds;

namespace {

constexpr std::int64_t kMany = 1'000'000;

void describe_admission(NodeSettings& settings, runtime::Settings& to) {
  to.add("capacity", settings.capacity,
         "Connections from which on newcomers are referred to other nodes", 1, kMany);
  to.add("sessions-max", settings.sessions_max,
         "Connections from which on newcomers are told 600 when no other node takes them; at least "
         "--capacity, which it follows when it is not given",
         1, 2'000'000);
  to.add("connections-max", settings.connections_max,
         "Connections from which on newcomers are closed at once", 1, 2'000'000);
  to.add("referrals-max", settings.referrals_max,
         "How often one handle is referred elsewhere within ten seconds before it is let in", 0,
         10);
  to.add("sign-in-within", settings.sign_in_within, "How long a client may take to sign in",
         milliseconds(100), std::chrono::hours(1));
  to.add("drain-per-second", settings.drain_per_second,
         "Users sent away per second in a drain, unless its order says otherwise; faster when the "
         "grace time is too short for it",
         1, 100'000);
  runtime::add_strangers(to, settings.strangers);
}

void describe_clients(NodeSettings& settings, runtime::Settings& to) {
  to.add("commands-per-second", settings.commands_per_second,
         "commands of one client that are acted on; more wait", 1, kMany);
  to.add("commands-burst", settings.commands_burst, "how many may come at once", 1, kMany);
  to.add("changes-in-burst", settings.changes_in_burst,
         "REA of the own name, and PRP, of one client within --burst-window; the next one is 800",
         1, kMany);
  to.add("switchboards-in-burst", settings.switchboards_in_burst,
         "XFR SB of one client within --burst-window; the next one is 713", 1, kMany);
  to.add("burst-window", settings.burst_window, "The time that these two look back",
         milliseconds(100), std::chrono::hours(1));
  to.add("reverse-shown-max", settings.reverse_shown_max,
         "Entries of the reverse list that SYN and LST show", 0, 10'000);
  to.add("challenge-every", settings.challenge_every,
         "Challenge clients of MSNP6 and later after sign-in, then after one to two times this "
         "each; 0s: never",
         milliseconds(0), std::chrono::hours(24));
  to.add("challenge-within", settings.challenge_within,
         "How long a client may take to answer a challenge", milliseconds(100),
         std::chrono::minutes(10));
  to.add("forbidden-words-file", settings.forbidden_words_file,
         "File of words, one a line, that no user may have in his name (209), in either case");
}

void describe_truth(NodeSettings& settings, runtime::Settings& to) {
  to.add("held-events-max", settings.held_events_max,
         "Changes of a roster kept for a client behind one that is missing; then the journal is "
         "read",
         1, 10'000);
  to.add("held-hints-max", settings.held_hints_max,
         "States of contacts kept for a client whose first CHG or ADD FL is under way; then it is "
         "compared",
         1, 100'000);
  to.add("requests-max", settings.requests_max,
         "Requests to presence under way and waiting; more fail at once", 1, kMany);
  to.add("closes-max", settings.closes_max,
         "Sessions that have ended and of which presence has not yet taken note", 1, 10'000'000);
  to.add("compare-every", settings.compare_every,
         "How often all sessions are compared with what presence knows", milliseconds(200),
         std::chrono::hours(24));
}

constexpr std::uintmax_t kWordsFileBytesMax = std::uintmax_t{2} << 20U;

Outcome<std::string> read_forbidden_words(NodeSettings& settings) {
  if (settings.forbidden_words_file.empty()) return Ok{};
  const std::string& path = settings.forbidden_words_file;
  const auto refuse = [&path](const std::string& why) {
    return fail("--forbidden-words-file: " + path + ": " + why);
  };
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return refuse("is no file");
  if (std::filesystem::file_size(path, error) > kWordsFileBytesMax || error) {
    return refuse("is larger than 2 MiB");
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) return refuse("cannot read it");
  auto words = ForbiddenWords::parse(text);
  if (!words.ok()) return refuse(words.error());
  settings.forbidden_words = *std::move(words);
  return Ok{};
}

Outcome<std::string> check_admission(NodeSettings& settings, bool sessions_given) {
  if (settings.connections_max < settings.capacity) {
    return fail(std::string("--connections-max: must not be less than --capacity"));
  }
  if (!sessions_given) {
    settings.sessions_max =
        std::clamp(settings.sessions_max, settings.capacity, settings.connections_max);
  }
  if (settings.sessions_max < settings.capacity ||
      settings.sessions_max > settings.connections_max) {
    return fail(std::string("--sessions-max: must be from --capacity to --connections-max"));
  }
  return Ok{};
}

}  // namespace

void describe(NodeSettings& settings, runtime::Settings& to) {
  to.add("bind", settings.bind, "Where clients connect to");
  to.add_advertised("advertise", settings.advertise,
                    "The address that clients are referred to [default: --bind]");
  to.add_list("auth", settings.auth,
              "RPC addresses of the auth instances, written the same on every node: which of them "
              "checks an account follows from them");
  describe_admission(settings, to);
  describe_clients(settings, to);
  describe_truth(settings, to);
  runtime::add_client_door(to, settings.door);
  to.add("download-url", settings.urls.download, "The download address that CVR answers with");
  to.add("info-url", settings.urls.info, "The information address that CVR answers with");
  to.add(
      "mailbox", settings.mailbox,
      "Where a mail system answers mailbox.v1.Mailbox, HOST:PORT, to count unread mail at sign-in; "
      "empty: there is no mail");
  to.add("mailbox-deadline", settings.mailbox_deadline, "How long to wait for its answer",
         milliseconds(100), std::chrono::seconds(30));
  describe(settings.doors, to);
  to.check([&settings]() -> Outcome<std::string> {
    if (!settings.mailbox.empty()) {
      auto endpoint = Endpoint::parse(settings.mailbox);
      if (!endpoint.ok()) return fail("--mailbox: " + endpoint.error());
      settings.mailbox_endpoint = std::move(*endpoint);
    }
    settings.auth_endpoints.clear();
    for (const auto& address : settings.auth) {
      auto endpoint = Endpoint::parse(address);
      if (!endpoint.ok()) return fail("--auth: " + endpoint.error());
      settings.auth_endpoints.push_back(std::move(*endpoint));
    }
    if (settings.advertise.host.empty()) {
      settings.advertise = settings.bind;
      const auto usable = check_advertisable(settings.advertise);
      if (!usable.ok()) return fail("--advertise: must be given: " + usable.error());
    }
    if (settings.challenge_every > Duration() &&
        settings.challenge_every < settings.challenge_within) {
      return fail(std::string("--challenge-every: must be 0s or not less than --challenge-within"));
    }
    return Ok{};
  });
  to.check([&settings, &to] { return check_admission(settings, to.given("sessions-max")); });
  to.check([&settings] { return read_forbidden_words(settings); });
}

Settings core_settings(const NodeSettings& settings, const NodeId& node) {
  const auto size = [](std::int64_t value) { return static_cast<std::size_t>(value); };
  const auto number = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  const auto time = [](Duration value) { return std::chrono::duration_cast<milliseconds>(value); };
  Settings core;
  core.node = node;
  core.advertised = settings.advertise.to_string();
  core.capacity = size(settings.capacity);
  core.sessions_max = size(settings.sessions_max);
  core.connections_max = size(settings.connections_max);
  core.referrals_max = size(settings.referrals_max);
  core.strangers_per_address_max = size(settings.strangers.per_address_max);
  core.strangers_exempt = settings.strangers.networks;
  core.commands_per_second = number(settings.commands_per_second);
  core.commands_burst = number(settings.commands_burst);
  core.changes_in_burst = number(settings.changes_in_burst);
  core.switchboards_in_burst = number(settings.switchboards_in_burst);
  core.burst_window = time(settings.burst_window);
  core.reverse_shown_max = size(settings.reverse_shown_max);
  core.forbidden_words = settings.forbidden_words;
  core.held_events_max = size(settings.held_events_max);
  core.held_hints_max = size(settings.held_hints_max);
  core.requests_max = size(settings.requests_max);
  core.closes_max = size(settings.closes_max);
  core.sign_in_within = time(settings.sign_in_within);
  core.challenge_every = time(settings.challenge_every);
  core.challenge_within = time(settings.challenge_within);
  core.compare_every = time(settings.compare_every);
  core.urls = settings.urls;
  core.mailbox = settings.mailbox_endpoint.has_value();
  apply(settings.doors, core);
  return core;
}

}  // namespace monarch::notification
