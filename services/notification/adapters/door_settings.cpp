#include "notification/adapters/door_settings.hpp"

#include <algorithm>
#include <utility>

#include "base/handle.hpp"
#include "notification/adapters/spool_mailer.hpp"
#include "notification/core/plain_text.hpp"

namespace monarch::notification {

namespace {

using Checked = Outcome<std::string>;
using std::chrono::milliseconds;

constexpr std::size_t kFromNameBytesMax = 100;

bool is_loopback(std::string_view host) {
  const bool numeric = std::all_of(host.begin(), host.end(),
                                   [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return host == "localhost" || host == "[::1]" || host == "::1" ||
         (numeric && host.starts_with("127."));
}

void describe_mail(DoorSettings& settings, runtime::Settings& to) {
  to.add("mail-spool", settings.mail_spool,
         "Directory that invitation mails are written to, a file each; nothing sends them");
  to.add("mail-spool-files-max", settings.mail_spool_files_max,
         "Mails that may wait there; more are refused", 1, 1'000'000);
  to.add("smtp", settings.smtp, "The SMTP server that takes invitation mails, instead of a spool");
  to.add_choice("smtp-tls", settings.smtp_tls, "How it is spoken with",
                {"starttls", "tls", "none"});
  to.add("smtp-ca-file", settings.smtp_ca_file,
         "Certificates that its own is checked by [default: the system's]");
  to.add("smtp-user", settings.smtp_user, "Name to sign in there with");
  to.add_secret_file("smtp-password-file", settings.smtp_password, "File with the password for it");
  to.add("smtp-timeout", settings.smtp_timeout, "How long one try may take", milliseconds(100),
         std::chrono::minutes(1));
  to.add("smtp-connections", settings.smtp_connections, "Mails that are sent at the same time", 1,
         64);
  to.add("smtp-tries", settings.smtp_tries, "Tries for a mail, as far as its time allows", 1, 10);
  to.add("mail-queue-max", settings.mail_queue_max, "Mails that wait in memory; more are refused",
         1, 100'000);
  to.add("mail-from", settings.mail_from, "The address that invitation mails come from");
  to.add("mail-from-name", settings.mail_from_name, "The name beside it");
  to.add("mails-per-account", settings.mails_per_account,
         "Invitation mails of one account within --mail-window; the next one is 713", 0, 10'000);
  to.add("mails-in-all", settings.mails_in_all, "The same for all accounts of this node", 0,
         1'000'000);
  to.add("mail-window", settings.mail_window, "See --mails-per-account", std::chrono::seconds(1),
         std::chrono::hours(24));
}

void describe_paging(DoorSettings& settings, runtime::Settings& to) {
  to.add("page-url", settings.page_url, "Where pages to mobile phones are posted to");
  to.add("page-url-plain-http", settings.page_url_plain_http,
         "Allow http for --page-url on another machine");
  to.add("page-ca-file", settings.page_ca_file,
         "Certificates that its own is checked by [default: the system's]");
  to.add_secret_file("page-token-file", settings.page_token,
                     "File with the bearer token that goes with each page");
  to.add("page-timeout", settings.page_timeout, "How long one may take", milliseconds(100),
         std::chrono::minutes(1));
  to.add("page-connections", settings.page_connections, "Pages that are posted at the same time", 1,
         64);
  to.add("page-queue-max", settings.page_queue_max, "Pages that wait in memory; more are refused",
         1, 100'000);
  to.add("pages-per-account", settings.pages_per_account,
         "Pages of one account within --page-window; the next one is 800", 0, 10'000);
  to.add("pages-in-all", settings.pages_in_all, "The same for all accounts of this node", 0,
         1'000'000);
  to.add("page-window", settings.page_window, "See --pages-per-account", std::chrono::seconds(1),
         std::chrono::hours(24));
}

Checked check_mail(const DoorSettings& settings) {
  if (settings.has_smtp() && !settings.mail_spool.empty()) {
    return fail(std::string("--smtp: must not be given together with --mail-spool"));
  }
  if (!settings.has_mail()) return Ok{};
  if (!Handle::parse(settings.mail_from)) {
    return fail(std::string(
        "--mail-from: must be an address like invitations@im.example.com when --mail-spool or "
        "--smtp is given"));
  }
  const auto& name = settings.mail_from_name;
  if (name.empty() || name.size() > kFromNameBytesMax || plain_line(name) != name) {
    return fail("--mail-from-name: must be 1 to " + std::to_string(kFromNameBytesMax) +
                " bytes of UTF-8 in one line");
  }
  if (settings.smtp_user.empty() != settings.smtp_password.empty()) {
    return fail(std::string("--smtp-user: needs --smtp-password-file, and the other way round"));
  }
  if (!settings.smtp_user.empty() && settings.smtp_tls == "none" &&
      !is_loopback(settings.smtp.host)) {
    return fail(std::string(
        "--smtp-tls: must not be none: the password would cross the network unencrypted"));
  }
  if (settings.mail_spool.empty()) return Ok{};
  if (const auto usable = SpoolMailer::check(settings.mail_spool); !usable) {
    return fail("--mail-spool: " + usable.error());
  }
  return Ok{};
}

// https, but on this machine or when it is allowed; never a user or password within.
Checked check_page_url(const DoorSettings& settings) {
  const std::string_view url = settings.page_url;
  if (url.empty()) return Ok{};
  const auto refuse = [](const char* why) { return fail(std::string("--page-url: ") + why); };
  const bool secure = url.starts_with("https://");
  if (!secure && !url.starts_with("http://")) return refuse("must begin with https://");
  const bool printable =
      std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; });
  auto authority = url.substr(url.find("//") + 2);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (!printable || authority.empty() || authority.find('@') != std::string_view::npos) {
    return refuse("must name a host, and no user: a token goes into --page-token-file");
  }
  const auto port = authority.rfind(':');
  const bool bare = port == std::string_view::npos || authority.ends_with(']');
  const auto host = bare ? authority : authority.substr(0, port);
  if (!secure && !settings.page_url_plain_http && !is_loopback(host)) {
    return refuse("must be https, for pages are private (--page-url-plain-http allows it)");
  }
  return Ok{};
}

bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

QuotaLimits quota(std::int64_t per_account, std::int64_t in_all, Duration window) {
  return {.per_account = static_cast<std::size_t>(per_account),
          .in_all = static_cast<std::size_t>(in_all),
          .window = window};
}

}  // namespace

void describe(DoorSettings& settings, runtime::Settings& to) {
  to.add("site-url", settings.urls.site,
         "Your web site, which clients open and post what is derived from passwords to; https");
  to.add("site-url-plain-http", settings.urls.plain_http,
         "Allow http for --site-url on another machine");
  to.add("url-login", settings.urls.login, "Path of the page there that signs users in");
  to.add_list("url", settings.urls.services,
              "SERVICE=PATH of a service there; no PATH: there is none [default: /service]");
  to.add("directory", settings.directory, "Whether FND searches the member directory");
  describe_mail(settings, to);
  describe_paging(settings, to);
  to.check([&settings]() -> Checked {
    auto services = UrlServices::make(settings.urls);
    if (!services.ok()) return fail(services.error());
    settings.services = std::move(*services);
    if (const auto good = check_page_url(settings); !good) return good;
    if (!is_header_value(settings.page_token)) {
      return fail(std::string("--page-token-file: must hold one word of printable ASCII"));
    }
    return check_mail(settings);
  });
}

void apply(const DoorSettings& settings, Settings& core) {
  core.services = settings.services;
  core.directory = settings.directory;
  core.invitations = settings.has_mail();
  core.paging = !settings.page_url.empty();
  core.mails = quota(settings.mails_per_account, settings.mails_in_all, settings.mail_window);
  core.pages = quota(settings.pages_per_account, settings.pages_in_all, settings.page_window);
}

}  // namespace monarch::notification
