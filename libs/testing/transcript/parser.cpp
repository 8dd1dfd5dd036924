#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "testing/transcript/header.hpp"
#include "testing/transcript/sign_in.hpp"
#include "testing/transcript/transcript.hpp"

namespace monarch::transcript {
namespace {

// Commands of a server that carry a payload: docs/protocol/framing.md#4-payload-commands.
bool has_payload(std::string_view line) {
  return line.starts_with("MSG ") || line.starts_with("NOT ") || line.starts_with("IPG ");
}

class Parser {
 public:
  explicit Parser(std::string file) : header_(transcript_) { transcript_.file = std::move(file); }

  Result<Transcript, std::string> run(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      const auto end = std::min(text.find('\n'), text.size());
      const auto done = read(text.substr(0, end));
      if (!done) return fail(at(line_, done.error()));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto done = finish();
    if (!done) return fail(at(line_, done.error()));
    return std::move(transcript_);
  }

 private:
  using Done = Outcome<std::string>;

  [[nodiscard]] std::string at(int line, const std::string& what) const {
    return transcript_.file + ":" + std::to_string(line) + ": " + what;
  }

  Done finish() {
    if (auto done = end_payload(); !done) return done;
    if (auto done = end_header(); !done) return done;
    if (transcript_.steps.empty()) return fail(std::string("nothing happens in this transcript"));
    return Ok{};
  }

  Done read(std::string_view line) {
    if (!line.empty() && line.back() == '\r') return fail(std::string("CR at the end of the line"));
    if (line.empty() || line.front() == '#') return Ok{};
    if (line.back() == ' ') return fail(std::string("a space at the end; C! can write one"));
    if (line.front() == '@') {
      if (line.starts_with("@signed-in ")) return signed_in(line.substr(11));
      if (in_script_) return fail(std::string("this directive belongs before the first step"));
      return header_.directive(line.substr(1));
    }
    if (auto done = end_header(); !done) return done;
    return step(line);
  }

  Done end_header() {
    if (std::exchange(in_script_, true)) return Ok{};
    return header_.check();
  }

  Done signed_in(std::string_view text) {
    if (auto done = end_payload(); !done) return done;
    if (auto done = end_header(); !done) return done;
    auto sign_in = header_.signed_in(text);
    if (!sign_in) return fail(sign_in.error());
    sign_in->line = line_;
    if (auto done = open(sign_in->conn); !done) return done;
    burst_ = false;
    for (Step& step : sign_ins_.steps(transcript_.fixture, *sign_in)) add(std::move(step));
    challenged_.insert(sign_in->conn);
    return Ok{};
  }

  Done step(std::string_view line) {
    const auto space = line.find(' ');
    const std::string conn(line.substr(0, space));
    const std::string_view rest =
        space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    if (conn == "**") return world(rest);
    const std::string_view mark = rest.substr(0, 2);
    if (rest.size() < 4 || rest[2] != ' ') {
      return fail(std::string("a step is: CONN C:|S:|S~|C!|C||S||** and text"));
    }
    const std::string_view text = rest.substr(3);
    if (mark == "C|" || mark == "S|") return payload(conn, mark[0] == 'C', text);
    if (auto done = end_payload(); !done) return done;
    if (mark == "**") return event(conn, text);
    if (!open_.contains(conn)) return fail(conn + " is not connected here");
    if (mark == "C:") return client(conn, text, Form::kLine);
    if (mark == "C!") return client(conn, text, Form::kBytes);
    if (mark == "S:") return server(conn, text, false);
    if (mark == "S~") return server(conn, text, true);
    return fail("unknown mark " + std::string(mark));
  }

  Step& add(Step step) {
    if (step.line == 0) step.line = line_;
    for (const Expected& expected : step.expected) {
      remember(expected.line);
      if (expected.payload) remember(*expected.payload);
    }
    transcript_.steps.push_back(std::move(step));
    return transcript_.steps.back();
  }

  void remember(const Pattern& pattern) {
    for (const Piece& piece : pattern) {
      using Kind = Piece::Kind;
      if (piece.kind == Kind::kDigits || piece.kind == Kind::kNumber || piece.kind == Kind::kWord ||
          piece.kind == Kind::kAddress) {
        bound_.insert(piece.text);
      }
    }
  }

  Done open(const std::string& conn) {
    if (!open_.insert(conn).second) return fail(conn + " is connected already");
    challenged_.erase(conn);
    return Ok{};
  }

  Done world(std::string_view text) {
    if (auto done = end_payload(); !done) return done;
    Step step;
    if (text.starts_with("time passes ") && text.ends_with("s")) {
      const std::string_view number = text.substr(12, text.size() - 13);
      long seconds = 0;
      const auto [end, error] =
          std::from_chars(number.data(), number.data() + number.size(), seconds);
      if (error != std::errc() || end != number.data() + number.size() || seconds <= 0) {
        return fail(std::string("** time passes 60s"));
      }
      step.kind = Step::Kind::kTimePasses;
      step.duration = std::chrono::seconds(seconds);
    } else if (text.starts_with("operator ")) {
      step.kind = Step::Kind::kOperator;
      step.words = text.substr(9);
    } else if (text == "postgres away" || text == "redis away") {
      step.kind = Step::Kind::kStoreAway;
    } else if (text == "postgres back" || text == "redis back") {
      step.kind = Step::Kind::kStoreBack;
    } else {
      return fail(
          std::string("unknown event; known are \"time passes Ns\", \"operator …\" and "
                      "\"postgres|redis away|back\""));
    }
    step.store = text.starts_with("redis") ? Store::kRedis : Store::kPostgres;
    burst_ = false;
    add(std::move(step));
    return Ok{};
  }

  Done event(const std::string& conn, std::string_view text) {
    burst_ = false;
    Step step;
    step.conn = conn;
    if (text.starts_with("connect ")) return connect(std::move(step), text.substr(8));
    if (!open_.contains(conn)) return fail(conn + " is not connected here");
    if (text == "quiet") {
      step.kind = Step::Kind::kQuiet;
    } else if (text == "server closes" || text == "client closes") {
      step.kind = text == "server closes" ? Step::Kind::kServerCloses : Step::Kind::kClientCloses;
      open_.erase(conn);
      sign_ins_.ended(conn);
    } else {
      return fail("unknown event \"" + std::string(text) + "\"");
    }
    add(std::move(step));
    return Ok{};
  }

  Done connect(Step step, std::string_view address) {
    auto pattern = parse_pattern(address, Form::kLine, transcript_.fixture);
    if (!pattern) return fail(pattern.error());
    if (pattern->size() != 1 || (pattern->front().kind != Piece::Kind::kNode &&
                                 pattern->front().kind != Piece::Kind::kAddress)) {
      return fail(std::string("connect wants one address token: <ns:1> or one bound by XFR"));
    }
    if (auto done = known(step.conn, *pattern); !done) return done;
    if (auto done = open(step.conn); !done) return done;
    step.kind = Step::Kind::kConnect;
    step.pattern = std::move(*pattern);
    add(std::move(step));
    return Ok{};
  }

  // What a client says must be known when it says it.
  Done known(const std::string& conn, const Pattern& pattern) const {
    using Kind = Piece::Kind;
    for (const Piece& piece : pattern) {
      if (piece.kind == Kind::kChallenge) return fail(std::string("a client sends no <challenge>"));
      if (is_digest(piece) && !challenged_.contains(conn)) {
        return fail("no <challenge> on " + conn + " before its <digest:…>");
      }
      const bool told = piece.kind == Kind::kText || piece.kind == Kind::kNode ||
                        is_digest(piece) || piece.kind == Kind::kLength;
      if (!told && (piece.text.empty() || !bound_.contains(piece.text))) {
        return fail(describe({piece}) + " is used before a server said it");
      }
    }
    return Ok{};
  }

  Done client(const std::string& conn, std::string_view text, Form form) {
    auto pattern = parse_pattern(text, form, transcript_.fixture);
    if (!pattern) return fail(pattern.error());
    if (auto done = known(conn, *pattern); !done) return done;
    burst_ = false;
    Step step;
    step.kind = Step::Kind::kSend;
    step.conn = conn;
    step.pattern = std::move(*pattern);
    if (form == Form::kLine) {
      payload_of_ = &add(std::move(step));
      payload_from_client_ = true;
      pieces_.reset();
    } else {
      add(std::move(step));
    }
    return Ok{};
  }

  Done server(const std::string& conn, std::string_view text, bool any_order) {
    auto pattern = parse_pattern(text, Form::kLine, transcript_.fixture);
    if (!pattern) return fail(pattern.error());
    for (const Piece& piece : *pattern) {
      if (is_digest(piece)) return fail(std::string("a server sends no digest"));
      if (piece.kind == Piece::Kind::kChallenge) challenged_.insert(conn);
    }
    Expected expected{std::move(*pattern), std::nullopt, line_};
    if (any_order && burst_ && transcript_.steps.back().conn == conn) {
      remember(expected.line);
      transcript_.steps.back().expected.push_back(std::move(expected));
      return Ok{};
    }
    burst_ = any_order;
    Step step;
    step.kind = Step::Kind::kExpect;
    step.conn = conn;
    step.expected.push_back(std::move(expected));
    Step& added = add(std::move(step));
    if (!any_order) {
      payload_of_ = &added;
      payload_from_client_ = false;
      pieces_.reset();
    }
    return Ok{};
  }

  Done payload(const std::string& conn, bool from_client, std::string_view text) {
    if (payload_of_ == nullptr || payload_of_->conn != conn ||
        payload_from_client_ != from_client) {
      return fail(std::string("a payload follows the line that announces it"));
    }
    auto pattern = parse_pattern(text, Form::kBytes, transcript_.fixture);
    if (!pattern) return fail(pattern.error());
    if (from_client) {
      if (auto done = known(conn, *pattern); !done) return done;
    }
    if (!pieces_) pieces_.emplace();
    pieces_->insert(pieces_->end(), pattern->begin(), pattern->end());
    return Ok{};
  }

  // The line and its payload are complete: do they agree?
  Done end_payload() {
    if (payload_of_ == nullptr) return Ok{};
    Step& step = *std::exchange(payload_of_, nullptr);
    const std::optional<Pattern> pieces = std::exchange(pieces_, std::nullopt);
    Pattern& line = payload_from_client_ ? step.pattern : step.expected.front().line;
    if (auto done = check_length(line, pieces, step.line); !done) return done;
    if (payload_from_client_) {
      line.push_back({Piece::Kind::kText, "\r\n", {}});
      if (pieces) step.payload = *pieces;
    } else if (pieces) {
      remember(*pieces);
      step.expected.front().payload = *pieces;
    } else if (has_payload(describe(line))) {
      step.expected.front().payload = Pattern{};
    }
    return Ok{};
  }

  Done check_length(const Pattern& line, const std::optional<Pattern>& pieces, int where) const {
    const std::string text = describe(line);
    const std::string announced = text.substr(text.rfind(' ') + 1);
    const bool counts = !line.empty() && line.back().kind == Piece::Kind::kLength;
    if (!pieces) {
      if (counts) return fail(std::string("<length> without payload lines"));
      if (!payload_from_client_ && has_payload(text) && announced != "0") {
        return fail("line " + std::to_string(where) + " announces a payload that is missing");
      }
      return Ok{};
    }
    if (counts) return Ok{};
    const auto bytes = constant(*pieces);
    if (!bytes) return fail(std::string("a payload with tokens in it needs <length> on its line"));
    if (std::to_string(bytes->size()) != announced) {
      return fail("line " + std::to_string(where) + " announces " + announced +
                  " bytes, the payload has " + std::to_string(bytes->size()));
    }
    return Ok{};
  }

  Transcript transcript_;
  Header header_;
  SignIns sign_ins_;
  int line_ = 0;
  bool in_script_ = false;
  bool burst_ = false;  // the last step is a run of S~
  std::set<std::string> open_;
  std::set<std::string> challenged_;
  std::set<std::string> bound_;
  Step* payload_of_ = nullptr;  // the last step while C| or S| may follow
  bool payload_from_client_ = false;
  std::optional<Pattern> pieces_;
};

}  // namespace

Result<Transcript, std::string> parse(std::string_view text, std::string file) {
  return Parser(std::move(file)).run(text);
}

Result<Transcript, std::string> load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(path + ": cannot be read");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse(text, path);
}

std::string reason_to_skip(const Transcript& transcript, std::string_view kind,
                           const std::set<std::string>& features) {
  if (!transcript.only.empty() && transcript.only != kind) return "@only " + transcript.only;
  for (const std::string& need : transcript.needs) {
    if (!features.contains(need)) return "@needs " + need + ", which is not there yet";
  }
  return "";
}

}  // namespace monarch::transcript
