#include "monarchctl/csv.hpp"

namespace monarch::ctl {

namespace {

// Cuts a quoted field, whose opening quote is the first character, from the front of `rest`.
Result<std::string, std::string> take_quoted(std::string_view& rest) {
  std::string field;
  rest.remove_prefix(1);
  while (true) {
    const auto quote = rest.find('"');
    if (quote == std::string_view::npos) {
      return fail(std::string("a quote is opened and not closed on the line"));
    }
    field += rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) break;
    field += '"';
    rest.remove_prefix(1);
  }
  if (!rest.empty() && rest.front() != ',') {
    return fail(
        std::string("text follows a closing quote; a quote inside quotes is written twice"));
  }
  return field;
}

}  // namespace

Result<std::vector<std::string>, std::string> split_csv(std::string_view line) {
  std::vector<std::string> fields;
  while (true) {
    if (line.starts_with('"')) {
      auto field = take_quoted(line);
      if (!field) return fail(field.error());
      fields.push_back(std::move(field).value());
    } else {
      const std::string_view field = line.substr(0, line.find(','));
      if (field.find('"') != std::string_view::npos) {
        return fail(std::string("a quote inside a field that does not begin with one"));
      }
      fields.emplace_back(field);
      line.remove_prefix(field.size());
    }
    if (line.empty()) return fields;
    line.remove_prefix(1);  // the comma
  }
}

std::optional<CsvRow> CsvReader::next() {
  std::string line;
  while (read_line(line)) {
    ++line_;
    std::string_view text = line;
    if (line_ == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (line.size() > kLineBytesMax) {
      return CsvRow{line_,
                    fail("the line is longer than " + std::to_string(kLineBytesMax) + " bytes")};
    }
    if (text.empty()) continue;
    return CsvRow{line_, split_csv(text)};
  }
  return std::nullopt;
}

bool CsvReader::read_line(std::string& line) {
  line.clear();
  bool any = false;
  for (int c = stream_.get(); c != std::istream::traits_type::eof(); c = stream_.get()) {
    any = true;
    if (c == '\n') return true;
    // What is too long is read to its end and not kept.
    if (line.size() <= kLineBytesMax) line += static_cast<char>(c);
  }
  return any;
}

}  // namespace monarch::ctl
