// The form of a server's command table and its one reader. A server has one constexpr table; the
// reader checks verb, version, TrID, state and argument count, so that a handler is only the verb's
// own meaning. What a refusal leads to is the server's decision
// (docs/protocol/framing.md#9-what-closes-a-connection).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "msnp/command.hpp"

namespace monarch::msnp {

inline constexpr std::uint8_t kAnyArguments = 255;

// One verb in one range of versions. Handler is a function pointer or a pointer to a member
// function, as the server likes it.
template <class Handler>
struct CommandRow {
  std::string_view verb;
  Dialect::Version first;
  Dialect::Version last;
  StateMask states;
  bool has_trid;
  // Without the TrID; with the payload length.
  std::uint8_t args_min;
  std::uint8_t args_max;
  Handler handler;
  PayloadRule payload = {};
};

// What a handler is called with: views, valid while it runs.
struct Invocation {
  std::string_view verb = {};
  // As received; empty for a command without one.
  std::string_view trid = {};
  // The parameters after the TrID.
  std::span<const std::string_view> args = {};
  std::string_view payload = {};

  // The argument at `index`, empty when there are not so many.
  [[nodiscard]] std::string_view arg(std::size_t index) const {
    return index < args.size() ? args[index] : std::string_view();
  }
};

enum class Refusal : std::uint8_t {
  kNone,
  kUnknownCommand,    // nobody's, another server's, or one that only servers send
  kWrongDialect,      // the negotiated version does not have it
  kBadTransactionId,  // missing or no number
  kWrongState,        // the TrID is good and may be answered
  kArgumentCount,     // likewise
};

template <class Handler>
struct Match {
  Refusal refusal = Refusal::kNone;
  // The row that was found; null for kUnknownCommand and kWrongDialect.
  const CommandRow<Handler>* row = nullptr;
  // trid is set when it was valid, whatever the refusal.
  Invocation invocation;
};

template <class Handler, std::size_t N>
class CommandTable {
 public:
  using Row = CommandRow<Handler>;

  constexpr explicit CommandTable(std::array<Row, N> rows) : rows_(rows) {}

  // What every table is static_asserted to be: sorted by verb, then version, without overlap, and
  // each row sensible in itself.
  [[nodiscard]] constexpr bool well_formed() const {
    for (std::size_t i = 0; i < N; ++i) {
      const Row& row = rows_[i];
      if (row.verb.size() != 3 || row.first > row.last || row.first < Dialect::kMsnp2) return false;
      for (const char c : row.verb) {
        if (c < 'A' || c > 'Z') return false;
      }
      // COMPILER(g++ 12): with -fsanitize=undefined the address of a function compares to null in
      // no constant expression (GCC bug 71962), so nothing here asks whether there is a handler.
      if (row.states == 0 || row.args_min > row.args_max) return false;
      if (row.payload.present && row.args_min == 0) return false;
      if (i == 0) continue;
      const Row& before = rows_[i - 1];
      if (before.verb > row.verb) return false;
      if (before.verb == row.verb && before.last >= row.first) return false;
    }
    return true;
  }

  [[nodiscard]] constexpr std::span<const Row> rows() const { return rows_; }

  // The row of `verb` in `dialect`; before a dialect is negotiated, its first row. `known` tells
  // whether the verb has any.
  [[nodiscard]] constexpr const Row* find(std::string_view verb, Dialect dialect,
                                          bool& known) const {
    std::size_t i = first_of(verb);
    known = i < N && rows_[i].verb == verb;
    for (; i < N && rows_[i].verb == verb; ++i) {
      if (covers(rows_[i], dialect)) return &rows_[i];
    }
    return nullptr;
  }

  // For counting commands by verb: the place of its first row, and the verb of one; empty beyond.
  [[nodiscard]] constexpr std::optional<std::size_t> row_of(std::string_view verb) const {
    const std::size_t i = first_of(verb);
    if (i < N && rows_[i].verb == verb) return i;
    return std::nullopt;
  }
  [[nodiscard]] constexpr std::string_view verb_of(std::size_t row) const {
    return row < N ? rows_[row].verb : std::string_view();
  }

  // For the framer. A command that is not legal now has no payload: its connection closes before
  // any is read, but for one that every dialect reads.
  [[nodiscard]] constexpr PayloadRule payload(std::string_view verb, Scope scope) const {
    for (std::size_t i = first_of(verb); i < N && rows_[i].verb == verb; ++i) {
      const Row& row = rows_[i];
      if (!row.payload.present || (row.states & scope.state) == 0) continue;
      if (row.payload.in_every_dialect || covers(row, scope.dialect)) return row.payload;
    }
    return {};
  }

  [[nodiscard]] constexpr Match<Handler> match(const Command& command, Scope scope) const {
    Match<Handler> match;
    match.invocation.verb = command.verb;
    match.invocation.payload = command.payload;
    match.invocation.args = command.params();
    bool known = false;
    match.row = find(command.verb, scope.dialect, known);
    if (match.row == nullptr) {
      match.refusal = known ? Refusal::kWrongDialect : Refusal::kUnknownCommand;
      return match;
    }
    if (match.row->has_trid) {
      if (!is_transaction_id(command.param(0))) {
        match.refusal = Refusal::kBadTransactionId;
        return match;
      }
      match.invocation.trid = command.param(0);
      match.invocation.args = match.invocation.args.subspan(1);
    }
    const std::size_t count = match.invocation.args.size();
    if ((match.row->states & scope.state) == 0) {
      match.refusal = Refusal::kWrongState;
    } else if (count < match.row->args_min ||
               (match.row->args_max != kAnyArguments && count > match.row->args_max)) {
      match.refusal = Refusal::kArgumentCount;
    }
    return match;
  }

 private:
  [[nodiscard]] constexpr std::size_t first_of(std::string_view verb) const {
    std::size_t low = 0;
    std::size_t high = N;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (rows_[middle].verb < verb) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  [[nodiscard]] static constexpr bool covers(const Row& row, Dialect dialect) {
    return dialect == Dialect(Dialect::kNone) ||
           (row.first <= dialect.version() && dialect.version() <= row.last);
  }

  std::array<Row, N> rows_;
};

// make_command_table<Handler>({{"CHG", …}, {"SYN", …}}): counts the rows.
template <class Handler, std::size_t N>
[[nodiscard]] constexpr CommandTable<Handler, N> make_command_table(
    const CommandRow<Handler> (&rows)[N]) {
  std::array<CommandRow<Handler>, N> copy{};
  for (std::size_t i = 0; i < N; ++i) copy[i] = rows[i];
  return CommandTable<Handler, N>(copy);
}

}  // namespace monarch::msnp
