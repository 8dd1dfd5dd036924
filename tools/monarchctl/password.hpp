// How monarchctl gets a password without anybody else seeing it. Blocking; one thread.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "monarchctl/output.hpp"

namespace monarch::ctl {

struct PasswordSource {
  std::optional<std::string> given;  // --password
  std::string file;                  // --password-file; "-" is stdin
};

// From --password, from the first line of the file, or else asked for twice without echo; without a
// terminal to ask at, that is a problem.
[[nodiscard]] Result<std::string, Problem> read_password(const PasswordSource& source);

// Overwrites the passwords among the arguments, so that ps does not show them for longer than need
// be.
void hide_passwords(int argc, char** argv);

// A line for people who set a password that an official client cannot send; empty when it can.
[[nodiscard]] std::string length_note(std::size_t bytes);

}  // namespace monarch::ctl
