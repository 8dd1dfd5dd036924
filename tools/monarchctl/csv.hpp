// CsvReader: reads rows of comma-separated values line by line, RFC 4180's quoting within a line, a
// UTF-8 byte order mark and CR LF tolerated. A value wrapped around somebody's stream; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace monarch::ctl {

struct CsvRow {
  std::uint64_t line = 0;  // counted from 1
  // The fields, or what is wrong with the line, without repeating what stands in it.
  Result<std::vector<std::string>, std::string> fields;
};

class CsvReader {
 public:
  static constexpr std::size_t kLineBytesMax = 8 * 1024;

  explicit CsvReader(std::istream& stream) : stream_(stream) {}

  // The next row that is not empty; nothing at the end. A line break ends a row even within quotes:
  // no field of ours may hold one, and a forgotten quote then costs its own line only.
  [[nodiscard]] std::optional<CsvRow> next();

 private:
  // False at the end of the stream. `line` holds at most kLineBytesMax + 1 bytes of it.
  [[nodiscard]] bool read_line(std::string& line);

  std::istream& stream_;
  std::uint64_t line_ = 0;
};

// The fields of one line, without its line break.
[[nodiscard]] Result<std::vector<std::string>, std::string> split_csv(std::string_view line);

}  // namespace monarch::ctl
