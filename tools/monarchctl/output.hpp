// What a command has to say: a text for people and one JSON document for scripts, of which main()
// prints one, and the exit status. Values; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace monarch::ctl {

// The exit statuses are a contract with scripts.
inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;  // or not found
inline constexpr int kFailed = 2;   // wrong usage, or a service that cannot be reached

struct Output {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  std::string text;  // for stdout, with its newlines
  int status = kDone;
  bool one_line = false;  // the JSON document is the last of several, one a line
};

// {"error": …} for scripts, and for people one line on stderr.
struct Problem {
  int status = kFailed;
  std::string text;
};

// Columns as wide as their widest cell, two spaces between; the first row is the heading.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

// "2026-01-31T12:00:00Z".
[[nodiscard]] std::string utc(std::int64_t unix_seconds);

}  // namespace monarch::ctl
