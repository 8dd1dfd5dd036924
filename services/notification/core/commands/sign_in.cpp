// USR, with what stands before and after it (docs/protocol/dispatch.md#4-usr). The opening of
// libs/msnp has checked form and order.
#include <chrono>
#include <utility>

#include "msnp/mime.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

namespace {

using msnp::ErrorCode;

// `<unixtime>.<random digits>`: fresh, unguessable, digits and one dot only, for one client passes
// it on inside a URL (docs/protocol/open-questions.md#c-quirks-of-real-clients-to-test-against).
std::string make_challenge(std::chrono::seconds unix_time, Random& random) {
  return std::to_string(unix_time.count()) + "." + std::to_string(random.next());
}

void count(Surroundings& around, SignIn result) {
  ++around.counters.sign_ins[static_cast<std::size_t>(result)];
}

// COMPAT(official 3.6 and later): an unverified account bears this name
// (docs/protocol/dispatch.md#4-usr).
std::string unverified_name(const Handle& handle) {
  return handle.value() + "%20(E-Mail%20Address%20Not%20Verified)";
}

// ARCHITECTURE.md#rule-11: 603 when it is PostgreSQL, else 600.
ErrorCode sign_in_code(const model::Reply& reply) {
  const auto* failed = std::get_if<model::Failed>(&reply);
  return failed != nullptr && failed->fault == model::Fault::kRosterUnavailable
             ? ErrorCode::kDatabaseConnectionFailed
             : ErrorCode::kServerBusy;
}

}  // namespace

bool Commands::let_in(Session& session, const Handle& handle, std::string_view trid,
                      Effects& effects) {
  auto& around = *session.around_;
  const auto admission = around.door.admit(handle);
  if (admission.kind == Admission::Kind::kWelcome) return true;
  around.counters.referrals.count(admission.target, admission.reason);
  switch (admission.kind) {
    case Admission::Kind::kWelcome:
    case Admission::Kind::kReferred:
      count(around, SignIn::kReferred);
      session.lines(effects).xfr_ns(trid, admission.address, around.settings.advertised);
      session.close(CloseReason::kReferred, effects);
      return false;
    case Admission::Kind::kFull:
    case Admission::Kind::kNowhere:
      count(around, SignIn::kNoRoom);
      session.error(admission.kind == Admission::Kind::kFull ? ErrorCode::kServerBusy
                                                             : ErrorCode::kServerUnavailable,
                    trid, effects);
      session.close(CloseReason::kUnavailable, effects);
      return false;
  }
  return false;
}

// USR I: a challenge, or a referral by a node that is draining or full.
void Commands::challenge(Session& session, const msnp::Opening::Outcome& identified,
                         Effects& effects) {
  if (!let_in(session, identified.handle, identified.trid, effects)) return;
  const auto& around = *session.around_;
  session.handle_ = identified.handle;
  session.login_->challenge = make_challenge(around.clock.unix_time(), around.random);
  session.lines(effects).usr_challenge(identified.trid, session.login_->challenge);
}

// USR S: auth compares the digest. Of a node that has begun to drain since the challenge the client
// learns here that it is to go elsewhere: clients take an XFR at any stage of the sign-in.
void Commands::check(Session& session, const msnp::Opening::Outcome& response, Effects& effects) {
  const bool drains = session.around_->door.draining();
  if (drains && !let_in(session, session.handle_, response.trid, effects)) return;
  session.state_ = Session::State::kVerifying;
  session.pending_.trid = response.trid;
  effects.verify = Verify{.handle = session.handle_.value(),
                          .challenge = session.login_->challenge,
                          .digest = std::string(response.digest),
                          .peer = session.login_->peer};
}

void Commands::join(Session& session, const Verified& answer, Effects& effects) {
  auto& around = *session.around_;
  const std::string trid = session.pending_.trid;
  const auto refuse = [&](ErrorCode code, SignIn result, CloseReason reason) {
    count(around, result);
    session.error(code, trid, effects);
    session.close(reason, effects);
  };
  switch (answer.result) {
    case Verified::Result::kOk:
      break;
    case Verified::Result::kRefused:
      refuse(ErrorCode::kAuthenticationFailed, SignIn::kRefused, CloseReason::kSignInRefused);
      return;
    case Verified::Result::kStoreUnavailable:
      refuse(ErrorCode::kDatabaseConnectionFailed, SignIn::kUnavailable, CloseReason::kUnavailable);
      return;
    case Verified::Result::kUnreachable:
      refuse(ErrorCode::kServerBusy, SignIn::kUnavailable, CloseReason::kUnavailable);
      return;
    case Verified::Result::kNoConsent:
      refuse(ErrorCode::kChildAccountWithoutConsent, SignIn::kNotAllowed,
             CloseReason::kSignInRefused);
      return;
    case Verified::Result::kUnverified:
      refuse(ErrorCode::kAccountNotVerified, SignIn::kNotAllowed, CloseReason::kSignInRefused);
      return;
    case Verified::Result::kMaintenance:
      refuse(ErrorCode::kInternalError, SignIn::kMaintenance, CloseReason::kUnavailable);
      return;
  }
  session.address_verified_ = answer.address_verified;
  session.state_ = Session::State::kJoining;
  session.ref_.account = answer.account;
  session.renew();
  session.ask(model::OpenSession{.account = answer.account,
                                 .session = session.ref_.session,
                                 .node = around.settings.node,
                                 .dialect = session.dialect_.version(),
                                 .resume = std::nullopt},
              trid, &joined, effects);
}

// USR OK, and the profile in the same write.
void Commands::joined(Session& session, Answer answer, Effects& effects) {
  auto& around = *session.around_;
  const auto* opened = std::get_if<model::Opened>(&answer.reply);
  if (opened == nullptr) {
    count(around, SignIn::kUnavailable);
    session.error(sign_in_code(answer.reply), answer.trid, effects);
    session.close(CloseReason::kUnavailable, effects);
    return;
  }
  session.ref_.token = opened->token;
  session.friendly_name_ = opened->friendly_name;
  session.state_ = Session::State::kSignedIn;
  session.login_.reset();
  count(around, SignIn::kOk);

  const bool forced =
      !session.address_verified_ && session.dialect_.has(msnp::Feature::kUsrOkVerified);
  session.lines(effects).usr_ok(answer.trid, session.handle_,
                                forced ? unverified_name(session.handle_) : opened->friendly_name,
                                session.address_verified_);

  const auto account = session.ref_.account.value();
  msnp::ProfileFields fields;
  fields.login_time = around.clock.unix_time();
  fields.member_id_high = static_cast<std::uint32_t>(account >> 32U);
  fields.member_id_low = static_cast<std::int32_t>(account);
  fields.preferred_email = session.handle_.value();
  fields.email_enabled = around.settings.mailbox;
  std::string profile;
  msnp::append_profile(profile, session.dialect_, fields);
  session.lines(effects).server_msg(profile);
}

// A second USR: the connection stays.
void Commands::usr(Session& session, const Invocation& call, Effects& effects) {
  session.error(ErrorCode::kAlreadyLoggedIn, call.trid, effects);
}

// VER and INF after sign-in: docs/protocol/dispatch.md#8-login-state-machine-ds-and-ns-msnp27.
void Commands::not_expected(Session& session, const Invocation& call, Effects& effects) {
  session.error(ErrorCode::kNotExpected, call.trid, effects);
}

}  // namespace monarch::notification
