#include "monarchctl/password.hpp"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string_view>
#include <termios.h>
#include <unistd.h>

namespace monarch::ctl {

namespace {

// docs/protocol/dispatch.md#4-usr: what official clients let people type.
constexpr std::size_t kOfficialClientBytes = 16;
// Auth refuses longer ones anyway; this bounds what is read of a wrong file.
constexpr std::size_t kReadBytesMax = 1024;

// Turns the terminal's echo off for as long as it lives.
class Quiet {
 public:
  Quiet() {
    active_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!active_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() {
    if (active_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool active_ = false;
};

std::string read_line(std::istream& stream) {
  std::string line;
  for (int c = stream.get(); c != std::istream::traits_type::eof() && c != '\n'; c = stream.get()) {
    if (line.size() < kReadBytesMax) line += static_cast<char>(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string ask(const char* prompt) {
  std::fputs(prompt, stderr);
  std::string line;
  {
    const Quiet quiet;
    line = read_line(std::cin);
  }
  std::fputc('\n', stderr);
  return line;
}

}  // namespace

Result<std::string, Problem> read_password(const PasswordSource& source) {
  if (source.given) return *source.given;
  if (source.file == "-") return read_line(std::cin);
  if (!source.file.empty()) {
    std::ifstream file(source.file, std::ios::binary);
    if (!file) {
      return fail(Problem{kFailed, "--password-file: cannot read \"" + source.file +
                                       "\": " + std::strerror(errno)});
    }
    return read_line(file);
  }
  if (::isatty(STDIN_FILENO) == 0) {
    return fail(Problem{kFailed,
                        "no password: give --password-file FILE (- for stdin) or --password, or "
                        "run this in a terminal to be asked"});
  }
  std::string once = ask("Password: ");
  if (ask("Once more: ") != once) return fail(Problem{kFailed, "the two passwords differ"});
  return once;
}

void hide_passwords(int argc, char** argv) {
  constexpr std::string_view kFlag = "--password";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == kFlag && i + 1 < argc) {
      std::memset(argv[i + 1], 'x', std::strlen(argv[i + 1]));
    } else if (argument.starts_with(kFlag) && argument.substr(kFlag.size()).starts_with('=')) {
      char* value = argv[i] + kFlag.size() + 1;
      std::memset(value, 'x', std::strlen(value));
    }
  }
}

std::string length_note(std::size_t bytes) {
  if (bytes <= kOfficialClientBytes) return {};
  return "note: official clients send at most " + std::to_string(kOfficialClientBytes) +
         " characters; with this password only others can sign in";
}

}  // namespace monarch::ctl
