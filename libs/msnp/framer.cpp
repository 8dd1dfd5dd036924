#include "msnp/framer.hpp"

#include <algorithm>
#include <optional>

#include "base/assert.hpp"

namespace monarch::msnp {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool has_control_byte(std::string_view text) {
  bool found = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    found |= (byte < 0x20 && byte != '\t') || byte == 0x7F;
  }
  return found;
}

// A line at the front of some bytes. Judged byte by byte from the front, so that the verdict does
// not depend on where the bytes were cut on their way.
struct Line {
  std::string_view text;   // without its end
  std::size_t length = 0;  // with its end; 0 when the end has not come yet
  Violation violation = Violation::kNone;
};

Line find_line(std::string_view bytes) {
  const std::string_view window = bytes.substr(0, kLineBytesMax);
  const std::size_t end = window.find('\n');
  Line line{.text = window.substr(0, end)};
  // The CR of CR LF; the last byte so far may become one.
  if (!line.text.empty() && line.text.back() == '\r') line.text.remove_suffix(1);
  if (has_control_byte(line.text)) {
    line.violation = Violation::kControlByte;
  } else if (end != std::string_view::npos) {
    line.length = end + 1;
  } else if (bytes.size() >= kLineBytesMax) {
    line.violation = Violation::kLineTooLong;
  }
  return line;
}

// False when there are too many words.
bool split(std::string_view text, Command& command) {
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && is_blank(text[at])) ++at;
    if (at == text.size()) return true;
    const std::size_t begin = at;
    while (at < text.size() && !is_blank(text[at])) ++at;
    const std::string_view word = text.substr(begin, at - begin);
    if (command.verb.empty()) {
      command.verb = word;
    } else if (!command.add_param(word)) {
      return false;
    }
  }
}

// The last parameter as a length; a number too great to be one is a very great length. The first
// is the TrID and never the length.
std::optional<std::uint32_t> payload_length(const Command& command) {
  const auto params = command.params();
  if (params.size() < 2) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : params.back()) {
    if (c < '0' || c > '9') return std::nullopt;
    value = std::min<std::uint64_t>(value * 10 + static_cast<std::uint64_t>(c - '0'), UINT32_MAX);
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace

void Framer::feed(std::string_view bytes) {
  MONARCH_ASSERT(fed_.empty());
  fed_ = bytes;
}

Framer::Step Framer::next(PayloadLookup lookup, Scope scope, Command& command) {
  if (violation_ != Violation::kNone) return Step::kViolation;
  while (true) {
    drop_consumed_when_done();
    const bool own = !buffer_.empty();
    const Parsed parsed =
        parse(own ? std::string_view(buffer_).substr(consumed_) : fed_, lookup, scope, command);
    if (own) {
      consumed_ += static_cast<std::uint32_t>(parsed.used);
    } else {
      fed_.remove_prefix(parsed.used);
    }
    if (parsed.step != Step::kNeedMore) return parsed.step;
    if (!own) {
      // Everything left is the beginning of one command.
      buffer_.assign(fed_);
      fed_ = {};
      return Step::kNeedMore;
    }
    drop_consumed();
    if (fed_.empty()) return Step::kNeedMore;
    if (!buffer_.empty()) take_fed(parsed.missing);
  }
}

bool Framer::keep() {
  if (violation_ == Violation::kNone) {
    drop_consumed();
    if (buffer_.size() + fed_.size() > kBacklogBytesMax) {
      violation_ = Violation::kBacklog;
    } else {
      buffer_.append(fed_);
    }
  }
  fed_ = {};
  return violation_ != Violation::kBacklog;
}

// What stands at the front of `bytes`: a command, or why there is none yet.
Framer::Parsed Framer::parse(std::string_view bytes, PayloadLookup lookup, Scope scope,
                             Command& command) {
  std::size_t used = 0;
  while (true) {
    command.clear();
    const Line line = find_line(bytes.substr(used));
    if (line.violation != Violation::kNone) return fail(line.violation, used);
    if (line.length == 0) return {.step = Step::kNeedMore, .used = used};
    if (!split(line.text, command)) return fail(Violation::kTooManyParameters, used);
    if (command.verb.empty()) {
      used += line.length;  // an empty line
      continue;
    }
    const PayloadRule rule = lookup(command.verb, scope);
    if (!rule.present) return {.step = Step::kCommand, .used = used + line.length};
    const auto length = payload_length(command);
    if (!length) {
      answer_ = rule.bad_length_answer;
      return fail(Violation::kBadPayloadLength, used);
    }
    if (*length > rule.bytes_max) return fail(Violation::kPayloadTooLong, used);
    const std::string_view rest = bytes.substr(used + line.length);
    if (rest.size() < *length) {
      return {.step = Step::kNeedMore, .used = used, .missing = *length - rest.size()};
    }
    command.payload = rest.substr(0, *length);
    return {.step = Step::kCommand, .used = used + line.length + *length};
  }
}

Framer::Parsed Framer::fail(Violation violation, std::size_t used) {
  violation_ = violation;
  return {.step = Step::kViolation, .used = used};
}

// Moves from the fed bytes what the command begun in buffer_ still lacks, and no more: `missing`
// bytes of payload, or else the rest of its line as far as a line may go.
void Framer::take_fed(std::size_t missing) {
  std::size_t count = missing;
  if (missing == 0) {
    count = kLineBytesMax - buffer_.size();
    const std::size_t end = fed_.substr(0, count).find('\n');
    if (end != std::string_view::npos) count = end + 1;
  }
  const std::string_view taken = fed_.substr(0, count);
  buffer_.append(taken);
  fed_.remove_prefix(taken.size());
}

void Framer::drop_consumed() {
  if (consumed_ == 0) return;
  // A copy of the rest rather than an erase: the memory of a long backlog goes with it.
  buffer_ = buffer_.substr(consumed_);
  buffer_.shrink_to_fit();
  consumed_ = 0;
}

void Framer::drop_consumed_when_done() {
  if (consumed_ == buffer_.size()) drop_consumed();
}

}  // namespace monarch::msnp
