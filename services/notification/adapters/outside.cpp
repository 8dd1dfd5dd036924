#include "notification/adapters/outside.hpp"

#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "notification/adapters/http_pager.hpp"
#include "notification/adapters/smtp_mailer.hpp"
#include "notification/adapters/spool_mailer.hpp"

namespace monarch::notification {

namespace {

// A door that is not set up; the core knows that and does not knock.
class Shut final : public Mailer, public Pager {
 public:
  void mail(RequestId, const Mail&, Duration) override { MONARCH_ASSERT(false); }
  void page(RequestId, const Page&, Duration) override { MONARCH_ASSERT(false); }
};

MailLetterhead letterhead(const DoorSettings& settings, const std::string& info_url) {
  return {.from = settings.mail_from, .from_name = settings.mail_from_name, .info_url = info_url};
}

SmtpMailer::Settings smtp(const DoorSettings& settings, const std::string& info_url) {
  SmtpMailer::Settings smtp;
  smtp.relay.url =
      (settings.smtp_tls == "tls" ? "smtps://" : "smtp://") + settings.smtp.to_string();
  smtp.relay.starttls = settings.smtp_tls == "starttls";
  smtp.relay.ca_file = settings.smtp_ca_file;
  smtp.relay.user = settings.smtp_user;
  smtp.relay.password = settings.smtp_password;
  smtp.relay.within = settings.smtp_timeout;
  smtp.connections = static_cast<std::size_t>(settings.smtp_connections);
  smtp.tries = static_cast<std::size_t>(settings.smtp_tries);
  smtp.queue_max = static_cast<std::size_t>(settings.mail_queue_max);
  smtp.letterhead = letterhead(settings, info_url);
  return smtp;
}

SpoolMailer::Settings spool(const DoorSettings& settings, const std::string& info_url) {
  SpoolMailer::Settings spool;
  spool.directory = settings.mail_spool;
  spool.files_max = static_cast<std::size_t>(settings.mail_spool_files_max);
  spool.queue_max = static_cast<std::size_t>(settings.mail_queue_max);
  spool.letterhead = letterhead(settings, info_url);
  return spool;
}

HttpPager::Settings gateway(const DoorSettings& settings) {
  HttpPager::Settings gateway;
  gateway.gateway.url = settings.page_url;
  gateway.gateway.ca_file = settings.page_ca_file;
  gateway.gateway.within = settings.page_timeout;
  if (!settings.page_token.empty()) {
    gateway.gateway.headers.push_back("Authorization: Bearer " + settings.page_token);
  }
  gateway.connections = static_cast<std::size_t>(settings.page_connections);
  gateway.queue_max = static_cast<std::size_t>(settings.page_queue_max);
  return gateway;
}

}  // namespace

struct Outside::Impl {
  Shut shut;
  std::optional<SpoolMailer> spool;
  std::optional<SmtpMailer> smtp;
  std::optional<HttpPager> pager;
};

Outside::Outside(net::Loop& loop, Random& random, const DoorSettings& settings,
                 const std::string& info_url)
    : impl_(std::make_unique<Impl>()) {
  if (settings.has_smtp()) {
    impl_->smtp.emplace(loop, random, smtp(settings, info_url));
  } else if (settings.has_mail()) {
    impl_->spool.emplace(loop, random, spool(settings, info_url));
  }
  if (!settings.page_url.empty()) impl_->pager.emplace(loop, random, gateway(settings));
}

Outside::~Outside() = default;

Doors Outside::doors() {
  Mailer* mailer = &impl_->shut;
  if (impl_->spool) mailer = &*impl_->spool;
  if (impl_->smtp) mailer = &*impl_->smtp;
  Pager* pager = &impl_->shut;
  if (impl_->pager) pager = &*impl_->pager;
  return {*mailer, *pager};
}

void Outside::attach(Driver& driver) {
  if (impl_->spool) impl_->spool->attach(driver);
  if (impl_->smtp) impl_->smtp->attach(driver);
  if (impl_->pager) impl_->pager->attach(driver);
}

}  // namespace monarch::notification
