#include "runtime/log.hpp"

#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <memory>
#include <mutex>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <utility>

namespace monarch::log {

namespace {

constexpr std::size_t kTextMax = 512;  // of one value; a line stays a line that people can read

// Where tests read what was logged.
class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(std::function<void(std::string_view)> function)
      : function_(std::move(function)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::string_view text(line.data(), line.size());
    if (text.ends_with('\n')) text.remove_suffix(1);
    function_(text);
  }
  void flush_() override {}

  std::function<void(std::string_view)> function_;
};

struct Log {
  std::mutex mutex;  // of what follows; the logger itself may be used by all threads
  std::shared_ptr<spdlog::sinks::sink> sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  std::shared_ptr<spdlog::logger> logger;
  std::string node;
  std::atomic<Format> format{Format::kKeyValue};
};

std::atomic<Level> current_level{Level::kInfo};

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7F) return true;
  }
  return false;
}

// As in a JSON string; both formats use it, and it leaves no control character standing. Bytes that
// are not ASCII pass as they are when they may be UTF-8, which names are.
void append_escaped(std::string& line, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const bool cut = text.size() > kTextMax;
  for (const char c : text.substr(0, kTextMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      line += "\\u00";
      line += kHex[byte >> 4U];
      line += kHex[byte & 0xFU];
    } else {
      line += c;
    }
  }
  if (cut) line += "...";
}

void append_text(std::string& line, std::string_view text, Format format) {
  if (format == Format::kKeyValue && text.size() <= kTextMax && !needs_quotes(text)) {
    line += text;
    return;
  }
  line += '"';
  append_escaped(line, text);
  line += '"';
}

struct AppendValue {
  std::string& line;
  Format format;

  void operator()(std::string_view text) const { append_text(line, text, format); }
  void operator()(bool truth) const { line += truth ? "true" : "false"; }
  template <class N>
  void operator()(N number) const {
    if constexpr (std::is_floating_point_v<N>) {
      if (!std::isfinite(number)) return append_text(line, "nan", format);
    }
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    line.append(text.data(), end);
  }
};

void append_field(std::string& line, const Field& field, Format format) {
  if (format == Format::kJson) {
    if (!line.empty()) line += ',';
    append_text(line, field.key, format);
    line += ':';
  } else {
    if (!line.empty()) line += ' ';
    line += field.key;
    line += '=';
  }
  std::visit(AppendValue{line, format}, field.value.any());
}

// With mutex held.
void rebuild(Log& log) {
  auto logger = std::make_shared<spdlog::logger>("monarch", log.sink);
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      log.format == Format::kJson ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ",%v})"
                                  : "ts=%Y-%m-%dT%H:%M:%S.%eZ %v",
      spdlog::pattern_time_type::utc));
  // Which lines are written is decided before they are formatted.
  logger->set_level(spdlog::level::trace);
  log.logger = std::move(logger);
}

// Never destroyed: threads of libraries may still log when main() has ended.
Log& instance() {
  static Log& log = *[] {
    auto* made = new Log();
    rebuild(*made);
    return made;
  }();
  return log;
}

}  // namespace

std::optional<Level> parse_level(std::string_view name) {
  for (const Level level :
       {Level::kDebug, Level::kInfo, Level::kWarn, Level::kError, Level::kOff}) {
    if (to_string(level) == name) return level;
  }
  return std::nullopt;
}

std::string_view to_string(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
    case Level::kOff:
      return "off";
  }
  return "off";
}

void set_up(Level level, Format format, std::string_view node) {
  Log& log = instance();
  const std::lock_guard lock(log.mutex);
  current_level = level;
  log.format = format;
  log.node = node;
  rebuild(log);
}

void set_level(Level level) { current_level = level; }

Level level() { return current_level.load(std::memory_order_relaxed); }

namespace {

void write_line(std::string_view level, std::string_view event, Fields fields) {
  Log& log = instance();
  std::shared_ptr<spdlog::logger> logger;
  std::string line;
  const Format format = log.format;
  append_field(line, {"level", level}, format);
  append_field(line, {"event", event}, format);
  {
    const std::lock_guard lock(log.mutex);
    logger = log.logger;
    if (!log.node.empty()) append_field(line, {"node", log.node}, format);
  }
  for (const Field& field : fields) append_field(line, field, format);
  logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void write(Level at, std::string_view event, Fields fields) {
  if (enabled(at) && at != Level::kOff) write_line(to_string(at), event, fields);
}

void audit(std::string_view event, Fields fields) { write_line("audit", event, fields); }

std::optional<std::uint64_t> RateLimit::due(TimePoint now) {
  if (last_ && now - *last_ < interval_) {
    ++held_back_;
    return std::nullopt;
  }
  last_ = now;
  return std::exchange(held_back_, 0);
}

void redirect(std::function<void(std::string_view line)> sink) {
  Log& log = instance();
  const std::lock_guard lock(log.mutex);
  if (sink) {
    log.sink = std::make_shared<FunctionSink>(std::move(sink));
  } else {
    log.sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  rebuild(log);
}

}  // namespace monarch::log
