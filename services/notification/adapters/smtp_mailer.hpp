// SmtpMailer: hands each mail to an SMTP server, the operator's relay (docs/doors.md#smtp). A mail
// is taken when the relay has taken it; until then it is only in memory, and its sender waits. Loop
// thread only; the talking is done on threads of its own.
#pragma once

#include <cstddef>
#include <string>

#include "base/random.hpp"
#include "notification/adapters/curl.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/adapters/mail_message.hpp"
#include "notification/adapters/worker.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {

class SmtpMailer final : public Mailer {
 public:
  struct Settings {
    curl::Smtp relay;
    std::size_t connections = 2;
    std::size_t queue_max = 1'000;
    std::size_t tries = 2;  // in all, as far as time allows
    MailLetterhead letterhead;
  };

  SmtpMailer(net::Loop& loop, Random& random, Settings settings);

  void attach(Driver& driver) { driver_ = &driver; }
  void mail(RequestId id, const Mail& mail, Duration within) override;

 private:
  Random& random_;
  Settings settings_;
  Driver* driver_ = nullptr;
  log::RateLimit often_;
  Worker worker_;
};

}  // namespace monarch::notification
