#include "testing/transcript/player.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "testing/transcript/wire.hpp"

namespace monarch::transcript {
namespace {

struct Connection {
  Wire wire;
  bool open = false;           // as the transcript sees it
  bool closed = false;         // the server has closed
  bool authenticated = false;  // it answers PNG
};

// After USR OK and ANS OK a server answers PNG: docs/protocol/notification.md#png-qng-2.
bool authenticates(std::string_view line) {
  if (!line.starts_with("USR ") && !line.starts_with("ANS ")) return false;
  const auto space = line.find(' ', 4);
  if (space == std::string_view::npos) return false;
  const std::string_view rest = line.substr(space + 1);
  return rest == "OK" || rest.starts_with("OK ");
}

std::string shown(const Unit& unit) {
  std::string text = visible(unit.line);
  if (unit.payload) text += "\n      | " + visible(*unit.payload);
  return text;
}

std::string shown(const Expected& expected) {
  std::string text = visible(describe(expected.line));
  if (expected.payload) text += "\n      | " + visible(describe(*expected.payload));
  return text;
}

class Play {
 public:
  using Done = Outcome<std::string>;

  Play(const Transcript& transcript, Target& target, const PlayOptions& options)
      : transcript_(transcript), target_(target), options_(options) {
    addresses_.of = [this](const Node& node) { return target_.resolve(node); };
    addresses_.ready = [this](Role role) { return target_.ready(role); };
  }

  Done run() {
    if (auto done = target_.prepare(transcript_.fixture); !done) {
      return fail(transcript_.file + ": the fixture could not be made: " + done.error());
    }
    auto done = play_all();
    if (done) leave();
    for (auto& [name, connection] : connections_) {
      if (connection.open) target_.close(name);
    }
    return done;
  }

 private:
  Done play_all() {
    for (const Step& step : transcript_.steps) {
      line_ = step.line;
      if (auto done = play(step); !done) return done;
    }
    line_ = 0;
    for (int round = 0; round < options_.quiet_rounds; ++round) {
      for (auto& [name, connection] : connections_) {
        if (!connection.open) continue;
        if (auto done = expect_quiet(name, connection); !done) return done;
      }
    }
    return Ok{};
  }

  Done play(const Step& step) {
    Connection& connection = connections_[step.conn];
    switch (step.kind) {
      case Step::Kind::kConnect:
        return connect(step);
      case Step::Kind::kSend:
        return send(step, connection);
      case Step::Kind::kExpect:
        return expect(step, connection);
      case Step::Kind::kServerCloses:
        return expect_close(step.conn, connection);
      case Step::Kind::kClientCloses:
        target_.close(step.conn);
        connection.wire.note('*', "client closes", options_.tail_lines);
        connection.open = false;
        return Ok{};
      case Step::Kind::kQuiet:
        return expect_quiet(step.conn, connection);
      case Step::Kind::kTimePasses:
        return or_report(target_.advance(step.duration), "");
      case Step::Kind::kOperator:
        return or_report(target_.operate(step.words), "");
      case Step::Kind::kStoreAway:
        return or_report(target_.take_away(step.store), "");
      case Step::Kind::kStoreBack:
        return or_report(target_.bring_back(step.store), "");
    }
    return Ok{};
  }

  Done or_report(const Done& done, const std::string& conn) const {
    if (done) return Ok{};
    return report(conn, done.error());
  }

  Done connect(const Step& step) {
    const auto address = render(step.pattern, step.conn, 0, addresses_, bindings_);
    if (!address) return report(step.conn, address.error());
    Connection fresh;
    fresh.open = true;
    fresh.wire.note('*', "connect " + *address, options_.tail_lines);
    connections_[step.conn] = std::move(fresh);
    return or_report(target_.connect(step.conn, *address), step.conn);
  }

  Done send(const Step& step, Connection& connection) {
    const auto payload = render(step.payload, step.conn, 0, addresses_, bindings_);
    if (!payload) return report(step.conn, payload.error());
    const auto line = render(step.pattern, step.conn, payload->size(), addresses_, bindings_);
    if (!line) return report(step.conn, line.error());
    return send_bytes(step.conn, connection, *line + *payload);
  }

  Done send_bytes(const std::string& conn, Connection& connection, const std::string& bytes) {
    connection.wire.note('C', bytes, options_.tail_lines);
    return or_report(target_.send(conn, bytes), conn);
  }

  enum class Ending { kUnit, kClosed, kSilence };
  struct Next {
    Ending ending = Ending::kUnit;
    Unit unit;
  };

  Result<Next, std::string> next(const std::string& conn, Connection& connection,
                                 TimePoint deadline) {
    while (true) {
      auto unit = connection.wire.next();
      if (!unit) return fail(unit.error());
      if (*unit) {
        connection.wire.note(
            'S', (*unit)->line + ((*unit)->payload ? " | " : "") + (*unit)->payload.value_or(""),
            options_.tail_lines);
        return Next{Ending::kUnit, std::move(**unit)};
      }
      if (connection.closed) {
        if (connection.wire.rest().empty()) return Next{Ending::kClosed, {}};
        return fail("the server closed in the middle of: " + visible(connection.wire.rest()));
      }
      const Received received = target_.receive(conn, deadline);
      connection.wire.feed(received.bytes);
      connection.closed = received.closed;
      if (received.closed) connection.wire.note('*', "server closes", options_.tail_lines);
      if (received.bytes.empty() && !received.closed) return Next{Ending::kSilence, {}};
    }
  }

  [[nodiscard]] TimePoint deadline() const {
    return SystemClock().now() + std::chrono::duration_cast<Duration>(options_.patience);
  }

  Done expect(const Step& step, Connection& connection) {
    std::vector<const Expected*> left;
    for (const Expected& expected : step.expected) left.push_back(&expected);
    while (!left.empty()) {
      line_ = left.front()->at;
      auto got = next(step.conn, connection, deadline());
      if (!got) return mismatch(step.conn, left, got.error());
      if (got->ending == Ending::kClosed) return mismatch(step.conn, left, "the server closed");
      if (got->ending == Ending::kSilence) {
        const std::string part = connection.wire.rest();
        return mismatch(step.conn, left,
                        part.empty() ? "nothing" : "only this part: " + visible(part));
      }
      const auto found = std::find_if(left.begin(), left.end(), [&](const Expected* expected) {
        return fits(*expected, got->unit, step.conn);
      });
      if (found == left.end()) return mismatch(step.conn, left, shown(got->unit));
      if (authenticates(got->unit.line)) connection.authenticated = true;
      left.erase(found);
    }
    return Ok{};
  }

  bool fits(const Expected& expected, const Unit& unit, const std::string& conn) {
    if (expected.payload.has_value() != unit.payload.has_value()) return false;
    const std::size_t length = unit.payload ? unit.payload->size() : 0;
    Bindings tried = bindings_;
    if (!matches(expected.line, unit.line, conn, length, addresses_, tried)) return false;
    if (expected.payload &&
        !matches(*expected.payload, *unit.payload, conn, length, addresses_, tried)) {
      return false;
    }
    bindings_ = std::move(tried);
    return true;
  }

  Done expect_close(const std::string& conn, Connection& connection) {
    auto got = next(conn, connection, deadline());
    if (!got) return report(conn, "expected: the server closes\n  got: " + got.error());
    if (got->ending != Ending::kClosed) {
      return report(conn, "expected: the server closes\n  got:      " +
                              (got->ending == Ending::kUnit ? shown(got->unit) : "nothing"));
    }
    target_.close(conn);
    connection.open = false;
    return Ok{};
  }

  // A signed-in connection proves its quiet by the QNG that follows everything sent before it;
  // elsewhere no command is without effect, so what has come by now must do.
  Done expect_quiet(const std::string& conn, Connection& connection) {
    if (connection.authenticated) {
      if (auto done = send_bytes(conn, connection, "PNG\r\n"); !done) return done;
      auto got = next(conn, connection, deadline());
      if (!got) return report(conn, "expected quiet\n  got: " + got.error());
      if (got->ending == Ending::kUnit && got->unit.line == "QNG") return Ok{};
      return report(conn, "expected quiet (QNG to our PNG)\n  got:      " + ended(*got));
    }
    auto got = next(conn, connection, SystemClock().now());
    if (!got) return report(conn, "expected quiet\n  got: " + got.error());
    if (got->ending == Ending::kSilence && connection.wire.rest().empty()) return Ok{};
    return report(conn, "expected quiet\n  got:      " + ended(*got));
  }

  static std::string ended(const Next& got) {
    if (got.ending == Ending::kUnit) return shown(got.unit);
    return got.ending == Ending::kClosed ? "the server closed" : "nothing, or part of a line";
  }

  // Signs out what is signed in, so that the next transcript finds nobody there. Not judged.
  void leave() {
    for (auto& [name, connection] : connections_) {
      if (!connection.open || !connection.authenticated) continue;
      if (!target_.send(name, "OUT\r\n")) continue;
      const TimePoint until = deadline();
      while (!connection.closed) {
        const Received received = target_.receive(name, until);
        connection.closed = received.closed || received.bytes.empty();
      }
    }
  }

  Done mismatch(const std::string& conn, const std::vector<const Expected*>& left,
                const std::string& got) const {
    std::string text = left.size() == 1 ? "expected: " : "expected one of:\n            ";
    for (const Expected* expected : left) {
      if (expected != left.front()) text += "\n            ";
      text += shown(*expected);
    }
    return report(conn, text + "\n  got:      " + got);
  }

  Done report(const std::string& conn, const std::string& what) const {
    std::string text = transcript_.file + ":";
    text += line_ == 0 ? " at the end" : std::to_string(line_);
    text += (conn.empty() ? ": " : ": " + conn + ":\n  ") + what;
    for (const auto& [name, connection] : connections_) {
      if (connection.wire.log().empty()) continue;
      text += "\n  last lines of " + name + ":";
      for (const std::string& line : connection.wire.log()) text += "\n    " + line;
    }
    return fail(text + "\n");
  }

  const Transcript& transcript_;
  Target& target_;
  PlayOptions options_;
  Addresses addresses_;
  Bindings bindings_;
  std::map<std::string, Connection> connections_;
  int line_ = 0;
};

}  // namespace

Outcome<std::string> play(const Transcript& transcript, Target& target,
                          const PlayOptions& options) {
  return Play(transcript, target, options).run();
}

}  // namespace monarch::transcript
