// Framer: bytes in, commands out (docs/protocol/framing.md#2-command-lines). One per connection,
// owned by its session, on the session's loop. It parses out of the caller's bytes and keeps only
// what is incomplete, so that an idle one owns no memory besides itself.
//
//   framer.feed(bytes);
//   while (!waiting && framer.next(lookup, scope, command) == Framer::Step::kCommand)
//   handle(command); if (!framer.keep()) …  // always, before `bytes` go away
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "msnp/command.hpp"

namespace monarch::msnp {

enum class Violation : std::uint8_t {
  kNone,
  kControlByte,        // a byte that no line may hold
  kLineTooLong,        // kLineBytesMax without a line end
  kTooManyParameters,  // kParametersMax exceeded
  kBadPayloadLength,   // missing, negative or not a number
  kPayloadTooLong,     // above the rule's limit; nothing of it is read
  kBacklog,            // a paused session has kBacklogBytesMax unread
};

class Framer {
 public:
  enum class Step : std::uint8_t { kNeedMore, kCommand, kViolation };

  // More bytes; they must stay where they are until keep() is called.
  void feed(std::string_view bytes);

  // The next command. After kViolation the framer yields nothing else. On kBadPayloadLength
  // `command` holds the line, so that its TrID can be answered.
  [[nodiscard]] Step next(PayloadLookup lookup, Scope scope, Command& command);

  // Makes what is left of the fed bytes its own. False: that would exceed the backlog's limit,
  // which is a violation. Views of the last command end here.
  [[nodiscard]] bool keep();

  [[nodiscard]] Violation violation() const { return violation_; }
  // For kBadPayloadLength: what to send, with the command's TrID, before closing.
  [[nodiscard]] ErrorCode violation_answer() const { return answer_; }

  // Bytes held by the framer itself (not those in the caller's buffer).
  [[nodiscard]] std::size_t buffered() const { return buffer_.size() - consumed_; }

 private:
  struct Parsed {
    Step step = Step::kNeedMore;
    std::size_t used = 0;     // bytes that are done with
    std::size_t missing = 0;  // of kNeedMore: bytes of payload still to come; 0: a line
  };

  [[nodiscard]] Parsed parse(std::string_view bytes, PayloadLookup lookup, Scope scope,
                             Command& command);
  [[nodiscard]] Parsed fail(Violation violation, std::size_t used);
  void take_fed(std::size_t missing);
  void drop_consumed();
  void drop_consumed_when_done();

  std::string buffer_;    // kept bytes; those before consumed_ are done with
  std::string_view fed_;  // the caller's bytes that were not looked at yet
  std::uint32_t consumed_ = 0;
  Violation violation_ = Violation::kNone;
  ErrorCode answer_ = ErrorCode::kNone;
};

}  // namespace monarch::msnp
