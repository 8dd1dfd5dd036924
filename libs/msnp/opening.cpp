#include "msnp/opening.hpp"

#include "msnp/command_table.hpp"
#include "msnp/handle.hpp"

namespace monarch::msnp {

namespace {

using State = Opening::State;
using Verdict = Opening::Verdict;
using Outcome = Opening::Outcome;
using Handler = Outcome (*)(Opening&, const Invocation&, std::string&);

constexpr StateMask bit(State state) { return 1U << static_cast<unsigned>(state); }

constexpr StateMask kAllStates = bit(State::kConnected) | bit(State::kVersionCheck) |
                                 bit(State::kNegotiated) | bit(State::kInformed) |
                                 bit(State::kChallenged);
// Where a command out of order is answered at all: after `VER … CVR0` it only closes.
constexpr StateMask kAnswering = kAllStates & ~bit(State::kVersionCheck);

Outcome close(CloseReason reason) { return {.verdict = Verdict::kClose, .reason = reason}; }

Outcome refuse(ErrorCode code, CloseReason reason, const Invocation& invocation, std::string& out) {
  Encoder(out).error(code, invocation.trid);
  return {.verdict = Verdict::kClose, .reason = reason, .error = code};
}

bool is_digest(std::string_view text) {
  constexpr std::size_t kDigits = 32;
  return text.size() == kDigits &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// A locale: hexadecimal, `0x0409`.
bool is_locale(std::string_view text) {
  constexpr std::size_t kDigitsMax = 8;
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  return !text.empty() && text.size() <= kDigitsMax &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

// The verbs of the login stage. A row of the table below lists every state in which the verb is
// answered, be it with an error; in all others it closes the connection.
struct OpeningCommands {
  // docs/protocol/dispatch.md#2-ver
  static Outcome ver(Opening& opening, const Invocation& invocation, std::string& out) {
    if (opening.state_ != State::kConnected) return out_of_order(opening, invocation, out);
    const Negotiation negotiation = negotiate(invocation.args);
    Encoder(out).ver(invocation.trid, negotiation.answer());
    if (negotiation.failed()) return close(CloseReason::kNoCommonDialect);
    opening.dialect_ = negotiation.dialect;
    opening.state_ = negotiation.version_check_only ? State::kVersionCheck : State::kNegotiated;
    return {};
  }

  // docs/protocol/dispatch.md#3-inf-2-7
  static Outcome inf(Opening& opening, const Invocation& invocation, std::string& out) {
    if (opening.state_ != State::kNegotiated) return out_of_order(opening, invocation, out);
    Encoder(out).inf(invocation.trid);
    opening.state_ = State::kInformed;
    return {};
  }

  // docs/protocol/dispatch.md#4-usr
  static Outcome usr(Opening& opening, const Invocation& invocation, std::string& out) {
    const std::string_view stage = invocation.arg(1);
    const bool challenged = opening.state_ == State::kChallenged;
    if ((stage == "S" && !challenged) || (stage == "I" && challenged)) {
      return out_of_order(opening, invocation, out);
    }
    if (opening.state_ == State::kConnected && !opening.settings_->implicit_msnp2) {
      return close(CloseReason::kWrongState);
    }
    if (!invocation.args.empty() && invocation.arg(0) != "MD5") {
      return close(CloseReason::kUnknownPackage);
    }
    if (invocation.args.size() == 3 && stage == "I") return identify(opening, invocation, out);
    if (invocation.args.size() == 3 && stage == "S" && is_digest(invocation.arg(2))) {
      return {.verdict = Verdict::kRespond, .trid = invocation.trid, .digest = invocation.arg(2)};
    }
    return refuse(ErrorCode::kAuthenticationFailed, CloseReason::kBadSignIn, invocation, out);
  }

  // docs/protocol/dispatch.md#6-cvr: in MSNP2–7 it belongs after login.
  static Outcome cvr(Opening& opening, const Invocation& invocation, std::string& out) {
    if (opening.state_ == State::kChallenged) return out_of_order(opening, invocation, out);
    return refuse(ErrorCode::kVersionCheckNotExpected, CloseReason::kOutOfOrder, invocation, out);
  }

  // docs/protocol/dispatch.md#7-cvr0-and-cvq: whatever the answer, it is the last line.
  static Outcome cvq(Opening& opening, const Invocation& invocation, std::string& out) {
    const auto result = answer_version_check(invocation, opening.settings_->urls, out);
    return {.verdict = Verdict::kClose,
            .reason = result == VersionCheck::kAnswered ? CloseReason::kVersionChecked
                                                        : CloseReason::kBadParameter,
            .error = error_of(result)};
  }

  static Outcome out(Opening&, const Invocation&, std::string&) {
    return close(CloseReason::kClientLeft);
  }

 private:
  static Outcome out_of_order(Opening&, const Invocation& invocation, std::string& out) {
    return refuse(ErrorCode::kNotExpected, CloseReason::kOutOfOrder, invocation, out);
  }

  static Outcome identify(Opening& opening, const Invocation& invocation, std::string& out) {
    auto handle = sign_in_handle(invocation.arg(2));
    if (!handle) return refuse(handle.error(), CloseReason::kBadSignIn, invocation, out);
    // COMPAT(gaim of 2000): after a referral it neither says VER nor INF.
    if (opening.state_ == State::kConnected) opening.dialect_ = Dialect::kMsnp2;
    opening.state_ = State::kChallenged;
    return {.verdict = Verdict::kIdentify, .trid = invocation.trid, .handle = std::move(*handle)};
  }
};

namespace {

constexpr auto kMsnp2 = Dialect::kMsnp2;
constexpr auto kMsnp7 = Dialect::kMsnp7;
constexpr auto kAny = kAnyArguments;

// clang-format off
constexpr auto kTable = make_command_table<Handler>({
    //verb   first   last    states                     trid   args      handler
    {"CVQ", kMsnp2, kMsnp7, bit(State::kVersionCheck),  true,  0, kAny, &OpeningCommands::cvq},
    {"CVR", kMsnp2, kMsnp7, kAnswering,                 true,  0, kAny, &OpeningCommands::cvr},
    {"INF", kMsnp2, kMsnp7, kAnswering & ~bit(State::kConnected),
                                                        true,  0, kAny, &OpeningCommands::inf},
    {"OUT", kMsnp2, kMsnp7, kAllStates,                 false, 0, kAny, &OpeningCommands::out},
    {"USR", kMsnp2, kMsnp7, kAnswering,                 true,  0, kAny, &OpeningCommands::usr},
    {"VER", kMsnp2, kMsnp7, kAnswering,                 true,  0, kAny, &OpeningCommands::ver},
});
// clang-format on
static_assert(kTable.well_formed());
static_assert(kTable.rows().size() <= Opening::kVerbsMax);

}  // namespace

Opening::Outcome Opening::handle(const Command& command, std::string& out) {
  const auto match = kTable.match(command, {.dialect = dialect_, .state = bit(state_)});
  if (match.refusal != Refusal::kNone) return close(close_reason(match.refusal));
  return match.row->handler(*this, match.invocation, out);
}

std::optional<std::size_t> Opening::row_of(std::string_view verb) { return kTable.row_of(verb); }
std::string_view Opening::verb_of(std::size_t row) { return kTable.verb_of(row); }

ErrorCode error_of(VersionCheck result) {
  switch (result) {
    case VersionCheck::kAnswered:
      break;
    case VersionCheck::kBadLocale:
      return ErrorCode::kBadVersionCheckParameter;
    case VersionCheck::kMalformed:
      return ErrorCode::kVersionCheckNotExpected;
  }
  return ErrorCode::kNone;
}

VersionCheck answer_version_check(const Invocation& invocation, const VersionCheckUrls& urls,
                                  std::string& out) {
  // <lcid> <os> <osver> <arch> <lib> <clientver>, from MSNP4 on also <client-id>.
  constexpr std::size_t kLocale = 0;
  constexpr std::size_t kClientVersion = 5;
  Encoder encoder(out);
  if (invocation.args.size() <= kClientVersion) {
    encoder.error(ErrorCode::kVersionCheckNotExpected, invocation.trid);
    return VersionCheck::kMalformed;
  }
  if (!is_locale(invocation.arg(kLocale))) {
    encoder.error(ErrorCode::kBadVersionCheckParameter, invocation.trid);
    return VersionCheck::kBadLocale;
  }
  encoder.version_check(invocation.verb, invocation.trid, invocation.arg(kClientVersion), urls);
  return VersionCheck::kAnswered;
}

}  // namespace monarch::msnp
