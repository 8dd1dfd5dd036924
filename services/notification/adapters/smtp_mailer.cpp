#include "notification/adapters/smtp_mailer.hpp"

#include <chrono>
#include <utility>

#include "notification/adapters/unique_id.hpp"

namespace monarch::notification {

namespace {

using Done = Worker::Done;

// A mail that the relay may have is not sent again: better one that its sender believes lost than
// two.
Done carry(const curl::Smtp& relay, const std::string& from, const std::string& to,
           const std::string& message, std::size_t tries, const Worker::Terms& terms) {
  const SystemClock clock;
  const auto until = clock.now() + terms.left;
  for (std::size_t i = 1;; ++i) {
    const auto sent =
        curl::send_mail(relay, from, to, message, {until - clock.now(), terms.stopping});
    if (sent) return Ok{};
    const auto& failure = sent.error();
    const bool again = failure.temporary && !failure.perhaps_taken && i < tries &&
                       clock.now() < until && !terms.stopping;
    if (!again) return fail(failure.text);
  }
}

}  // namespace

SmtpMailer::SmtpMailer(net::Loop& loop, Random& random, Settings settings)
    : random_(random),
      settings_(std::move(settings)),
      worker_(loop, settings_.connections, settings_.queue_max) {}

void SmtpMailer::mail(RequestId id, const Mail& mail, Duration within) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const auto unique = unique_id(random_);
  worker_.submit(
      within,
      // The settings outlive the worker, which is a member after them.
      [&settings = settings_, to = mail.to,
       message = render(mail, settings_.letterhead, now, unique)](const Worker::Terms& terms) {
        return carry(settings.relay, settings.letterhead.from, to, message, settings.tries, terms);
      },
      [this, id](const Done& done) {
        if (!done) {
          if (const auto held_back = often_.due(std::chrono::steady_clock::now())) {
            log::warn("mail_not_sent", {{"error", done.error()}, {"held_back", *held_back}});
          }
        }
        const auto outcome = done ? Delivery::kTaken : Delivery::kFailed;
        driver_->enter([&](Node& node) { node.mailed(id, outcome); });
      });
}

}  // namespace monarch::notification
