// SpoolMailer: mails as files in a directory, for something else to carry on: one RFC 5322 message
// per file NAME.eml, which appears whole or not at all (docs/doors.md#the-spool). Loop thread only;
// the files are written on a thread of its own.
#pragma once

#include <cstdint>
#include <string>

#include "base/random.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/adapters/mail_message.hpp"
#include "notification/adapters/worker.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {

class SpoolMailer final : public Mailer {
 public:
  struct Settings {
    std::string directory;
    std::size_t files_max = 10'000;
    std::size_t queue_max = 1'000;
    MailLetterhead letterhead;
  };
  // Makes the directory when it is missing and tries whether it can be written to.
  [[nodiscard]] static Outcome<std::string> check(const std::string& directory);

  SpoolMailer(net::Loop& loop, Random& random, Settings settings);

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
