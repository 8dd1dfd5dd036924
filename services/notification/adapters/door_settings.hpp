// What leads out of the server, as an operator sets it (docs/doors.md): the site that URL names,
// the member directory, mail and paging. Nothing of it is on unless something is said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "notification/core/settings.hpp"
#include "runtime/settings.hpp"

namespace monarch::notification {

struct DoorSettings {
  // ---- URL ----
  UrlServices::Options urls;
  UrlServices services;  // the same, checked
  // ---- FND ----
  bool directory = false;
  // ---- SND, SDC ----
  std::string mail_spool;
  std::int64_t mail_spool_files_max = 10'000;
  Endpoint smtp;
  std::string smtp_tls = "starttls";
  std::string smtp_ca_file;
  std::string smtp_user;
  std::string smtp_password;
  Duration smtp_timeout = std::chrono::seconds(4);
  std::int64_t smtp_connections = 2;
  std::int64_t smtp_tries = 2;
  std::int64_t mail_queue_max = 1'000;
  std::string mail_from;
  std::string mail_from_name = "Monarch";
  std::int64_t mails_per_account = 10;
  std::int64_t mails_in_all = 1'000;
  Duration mail_window = std::chrono::hours(1);
  // ---- PAG ----
  std::string page_url;
  bool page_url_plain_http = false;
  std::string page_ca_file;
  std::string page_token;
  Duration page_timeout = std::chrono::seconds(4);
  std::int64_t page_connections = 4;
  std::int64_t page_queue_max = 1'000;
  std::int64_t pages_per_account = 20;
  std::int64_t pages_in_all = 1'000;
  Duration page_window = std::chrono::hours(1);

  [[nodiscard]] bool has_smtp() const { return !smtp.host.empty(); }
  [[nodiscard]] bool has_mail() const { return has_smtp() || !mail_spool.empty(); }
};

void describe(DoorSettings& settings, runtime::Settings& to);
// Puts into the core's settings what the doors say.
void apply(const DoorSettings& settings, Settings& core);

}  // namespace monarch::notification
