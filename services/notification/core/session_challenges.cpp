// Session: the challenges that it poses, and when
// (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules).
#include "notification/core/session.hpp"

namespace monarch::notification {

namespace {

constexpr std::size_t kDigits = 20;
constexpr std::string_view kUnasked = "0";

std::string make_question(Random& random) {
  // No leading zero: some client may take it for a number.
  std::string digits(1, static_cast<char>('1' + random.below(9)));
  while (digits.size() < kDigits) digits += static_cast<char>('0' + random.below(10));
  return digits;
}

}  // namespace

void Session::challenge(std::string_view trid, Effects& effects) {
  if (!challenges_) challenges_ = std::make_unique<Challenges>();
  if (challenges_->question.empty()) {
    challenges_->question = make_question(around_->random);
    challenges_->answer_by = around_->clock.now() + around_->settings.challenge_within;
    ++around_->counters.challenges_sent;
  }
  lines(effects).chl(trid, challenges_->question);
}

void Session::begin_challenges(Effects& effects) {
  const bool wanted = around_->settings.challenge_every > std::chrono::milliseconds(0);
  if (!wanted || !dialect_.has(msnp::Feature::kChallenges)) return;
  if (!challenges_) challenges_ = std::make_unique<Challenges>();
  challenges_->next = around_->clock.now();
  static_cast<void>(advance_challenges(effects));
}

bool Session::advance_challenges(Effects& effects) {
  const auto due = challenges_due();
  const auto now = around_->clock.now();
  if (!due || *due > now) return true;
  if (!challenges_->question.empty()) {
    lines(effects).out();
    close(CloseReason::kChallengeUnanswered, effects);
    return false;
  }
  challenge(kUnasked, effects);
  // Irregular: after one to two times the setting.
  const auto every = std::chrono::duration_cast<Duration>(around_->settings.challenge_every);
  const auto more = around_->random.below(static_cast<std::uint64_t>(every.count()) + 1);
  challenges_->next = now + every + Duration(static_cast<Duration::rep>(more));
  return true;
}

// The answer's time does not run out while the client's commands wait for us; a new challenge waits
// for the answer to the one before.
std::optional<TimePoint> Session::challenges_due() const {
  if (!signed_in() || !challenges_) return std::nullopt;
  if (!challenges_->question.empty()) {
    return waiting() ? std::nullopt : std::optional(challenges_->answer_by);
  }
  if (challenges_->next == TimePoint::max()) return std::nullopt;
  return challenges_->next;
}

}  // namespace monarch::notification
