// SND, SDC: docs/protocol/notification.md#snd-2, #sdc-5.
#include <algorithm>
#include <charconv>

#include "msnp/limits.hpp"
#include "msnp/url_coding.hpp"
#include "notification/core/commands/commands.hpp"
#include "notification/core/plain_text.hpp"

namespace monarch::notification {

using msnp::ErrorCode;

namespace {

// SDC <address> <lcid> <lib> <client-id> X X <my-friendly> <len>
constexpr std::size_t kSdcArguments = 8;

void count(Counters& counters, MailResult result) {
  ++counters.mails[static_cast<std::size_t>(result)];
}

// An address, or the index of somebody whom the last FND has found.
std::optional<Handle> recipient(std::string_view text, const std::vector<std::string>* found) {
  const bool is_index = !text.empty() && std::all_of(text.begin(), text.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
  if (!is_index) return Handle::parse(text);
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || found == nullptr || index == 0 || index > found->size()) {
    return std::nullopt;
  }
  // The handle of an account is an address by the same rules.
  return Handle::parse((*found)[index - 1]);
}

}  // namespace

void Commands::snd(Session& session, const Invocation& call, Effects& effects) {
  std::size_t wanted = 1;
  if (session.dialect_.has(msnp::Feature::kSndLibrary)) wanted += 2;
  if (session.dialect_.has(msnp::Feature::kSndClient)) ++wanted;
  const bool good = call.args.size() == wanted;
  invite(session, call, good ? std::string_view(session.friendly_name_) : std::string_view(),
         effects);
}

void Commands::sdc(Session& session, const Invocation& call, Effects& effects) {
  const auto name = call.arg(kSdcArguments - 2);
  const bool good = call.args.size() == kSdcArguments && call.arg(4) == "X" && call.arg(5) == "X" &&
                    name.size() <= msnp::kNameBytesMax && msnp::is_name_token(name);
  invite(session, call, good ? name : std::string_view(), effects);
}

// `name` is the sender's, an encoded token; empty: the parameters are bad.
void Commands::invite(Session& session, const Invocation& call, std::string_view name,
                      Effects& effects) {
  auto& around = *session.around_;
  const auto* found = session.outside_ ? &session.outside_->found : nullptr;
  const auto to = name.empty() ? std::nullopt : recipient(call.arg(0), found);
  if (!to) {
    count(around.counters, MailResult::kMalformed);
    session.error(ErrorCode::kBadInvitation, call.trid, effects);
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  if (!around.settings.invitations) {
    count(around.counters, MailResult::kDisabled);
    session.error(ErrorCode::kCommandDisabled, call.trid, effects);
    return;
  }
  if (!around.mails.take(session.ref_.account, around.clock.now(), around.settings.mails)) {
    count(around.counters, MailResult::kLimited);
    session.error(ErrorCode::kTooActive, call.trid, effects);
    return;
  }
  session.mailing_ = true;
  session.pending_.trid = call.trid;
  session.pending_.detail = call.verb == "SDC" ? 1 : 0;
  effects.asked_for_since = session.command_since_;
  effects.mail = Mail{.to = to->value(),
                      .from = session.handle_,
                      .name = plain_line(msnp::decode_name(name)),
                      .text = plain_text(call.payload)};
}

void Commands::mail_carried(Session& session, Delivery outcome, Effects& effects) {
  auto& counters = session.around_->counters;
  const auto pending = std::exchange(session.pending_, {});
  if (outcome == Delivery::kTaken) {
    count(counters, MailResult::kTaken);
    session.lines(effects).line({pending.detail == 1 ? "SDC" : "SND", pending.trid, "OK"});
    return;
  }
  count(counters, outcome == Delivery::kTimedOut ? MailResult::kTimedOut : MailResult::kFailed);
  session.error(ErrorCode::kInternalError, pending.trid, effects);
}

}  // namespace monarch::notification
