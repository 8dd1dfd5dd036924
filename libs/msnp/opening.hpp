// Opening: the login stage that dispatch and notification share, from the first byte to `USR I`
// (and, for a notification server, to `USR S`): VER, INF, the version checks, and what is out of
// order (docs/protocol/dispatch.md#8-login-state-machine-ds-and-ns-msnp27). A pure state machine,
// owned by a session; what `USR I` and `USR S` mean is left to that session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/handle.hpp"
#include "msnp/close_reason.hpp"
#include "msnp/command.hpp"
#include "msnp/encoder.hpp"

namespace monarch::msnp {

class Opening {
 public:
  enum class State : std::uint8_t {
    kConnected,
    kVersionCheck,  // after VER … CVR0: only CVQ
    kNegotiated,
    kInformed,
    kChallenged,  // USR I was passed on
  };

  struct Settings {
    // A notification server takes USR I as the first line: MSNP2 without VER, as gaim of 2000 does.
    bool implicit_msnp2 = false;
    VersionCheckUrls urls = {};
  };

  enum class Verdict : std::uint8_t {
    kContinue,  // answered, go on
    kIdentify,  // a valid USR I: the session answers it
    kRespond,   // a valid USR S: the session checks the digest
    kClose,     // after what was appended to the output, if anything
  };

  struct Outcome {
    Verdict verdict = Verdict::kContinue;
    // Of kClose.
    CloseReason reason = CloseReason::kClientLeft;
    // The numeric error among what was appended, for who counts them.
    ErrorCode error = ErrorCode::kNone;
    // Of kIdentify and kRespond; views are valid as long as the command's.
    std::string_view trid = {};
    // Of kIdentify.
    Handle handle = {};
    // Of kRespond: 32 hexadecimal digits.
    std::string_view digest = {};
  };

  // `settings` must outlive it.
  explicit Opening(const Settings& settings) : settings_(&settings) {}

  // One command of the login stage; answers are appended to `out`.
  [[nodiscard]] Outcome handle(const Command& command, std::string& out);

  // For the framer: nothing in the login stage carries a payload.
  [[nodiscard]] static PayloadRule payload(std::string_view, Scope) { return {}; }

  // For counting commands: the row of a verb that the login stage knows, and back; empty beyond.
  static constexpr std::size_t kVerbsMax = 8;
  [[nodiscard]] static std::optional<std::size_t> row_of(std::string_view verb);
  [[nodiscard]] static std::string_view verb_of(std::size_t row);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] Dialect dialect() const { return dialect_; }

 private:
  friend struct OpeningCommands;

  const Settings* settings_;
  State state_ = State::kConnected;
  Dialect dialect_;
};

enum class VersionCheck : std::uint8_t {
  kAnswered,
  kBadLocale,  // 710 was sent; the connection stays
  kMalformed,  // 731 was sent; close
};

// The numeric error that this is; kNone of kAnswered.
[[nodiscard]] ErrorCode error_of(VersionCheck result);

// CVR and CVQ (docs/protocol/dispatch.md#6-cvr), for the logged-in CVR as well.
[[nodiscard]] VersionCheck answer_version_check(const Invocation& invocation,
                                                const VersionCheckUrls& urls, std::string& out);

}  // namespace monarch::msnp
