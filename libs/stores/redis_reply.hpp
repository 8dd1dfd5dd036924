// Reply and Command: what Redis says and what is said to it, as plain values. Binary-safe. They
// belong to whoever holds them and know no thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace monarch::stores {

struct Reply {
  enum class Kind : std::uint8_t { kNil, kInteger, kString, kArray, kError };

  Kind kind = Kind::kNil;
  std::int64_t integer = 0;     // kInteger
  std::string text;             // kString (bulk and status replies alike) and kError
  std::vector<Reply> elements;  // kArray

  [[nodiscard]] bool is_nil() const { return kind == Kind::kNil; }
  [[nodiscard]] bool is_integer() const { return kind == Kind::kInteger; }
  [[nodiscard]] bool is_string() const { return kind == Kind::kString; }
  [[nodiscard]] bool is_array() const { return kind == Kind::kArray; }
  [[nodiscard]] bool is_error() const { return kind == Kind::kError; }
};

// A Lua script with its digest. Copies share the source. Make each script once, as a static.
class Script {
 public:
  explicit Script(std::string source);
  [[nodiscard]] const std::string& source() const { return body_->source; }
  [[nodiscard]] const std::string& sha1() const { return body_->sha1; }

 private:
  friend class Command;
  struct Body {
    std::string source;
    std::string sha1;
  };
  std::shared_ptr<const Body> body_;
};

// One command, kept in the form in which it is written to the socket:
//   Command("HSET", key, "status", status)
//   Command::eval(kStatusScript, {key}, version, status)
class Command {
 public:
  template <class... Args>
  explicit Command(std::string_view verb, const Args&... args) {
    add(verb);
    (add(args), ...);
  }

  // Runs the script by digest; the client loads it into the server when it is not there.
  template <class... Args>
  static Command eval(const Script& script, const std::vector<std::string>& keys,
                      const Args&... args) {
    Command command("EVALSHA", script.sha1(), keys.size());
    for (const auto& key : keys) command.add(key);
    (command.add(args), ...);
    command.script_ = script.body_;
    return command;
  }

  Command& add(std::string_view argument);
  template <std::integral I>
  Command& add(I argument) {
    return add(std::string_view(std::to_string(argument)));
  }

  // Appends the command as it travels; a script in full (EVAL) instead of by digest if asked.
  void encode(std::string& out, bool script_in_full = false) const;
  [[nodiscard]] std::size_t bytes() const { return encoded_.size(); }
  [[nodiscard]] bool is_script() const { return script_ != nullptr; }
  [[nodiscard]] const std::string& script_source() const { return script_->source; }
  [[nodiscard]] const std::string& script_sha1() const { return script_->sha1; }

 private:
  std::string encoded_;  // the arguments, each "$length\r\nbytes\r\n"
  std::size_t count_ = 0;
  std::shared_ptr<const Script::Body> script_;
};

}  // namespace monarch::stores
