#include "switchboard/core/commands/table.hpp"

#include "msnp/limits.hpp"
#include "switchboard/core/counters.hpp"

namespace monarch::switchboard {

namespace {

using msnp::PayloadRule;

constexpr auto kMsnp2 = msnp::Dialect::kMsnp2;
constexpr auto kMsnp7 = msnp::Dialect::kMsnp7;
constexpr auto kAny = msnp::kAnyArguments;
constexpr auto kConnected = Session::bit(Session::State::kConnected);
constexpr auto kIn = Session::bit(Session::State::kIn);
constexpr PayloadRule kMessage{.present = true, .bytes_max = msnp::kMessageBytesMax};

// clang-format off
constexpr auto kTable = msnp::make_command_table<Handler>({
    //verb   first   last    states             trid   args     handler         payload
    {"ANS", kMsnp2, kMsnp7, kConnected,        true,  3, 3,    &commands::ans},
    // COMPAT(gaim 0.5x): it says BYE <own handle> to leave; whatever follows, it is an OUT.
    {"BYE", kMsnp2, kMsnp7, kConnected | kIn,  false, 0, kAny, &commands::out},
    {"CAL", kMsnp2, kMsnp7, kIn,               true,  1, 1,    &commands::cal},
    {"MSG", kMsnp2, kMsnp7, kIn,               true,  2, 2,    &commands::msg, kMessage},
    {"OUT", kMsnp2, kMsnp7, kConnected | kIn,  false, 0, kAny, &commands::out},
    {"PNG", kMsnp2, kMsnp7, kIn,               false, 0, kAny, &commands::png},
    {"USR", kMsnp2, kMsnp7, kConnected,        true,  2, 2,    &commands::usr},
});
// clang-format on
static_assert(kTable.well_formed());
static_assert(kTable.rows().size() <= kVerbsMax);

}  // namespace

PayloadRule payload_rule(std::string_view verb, msnp::Scope scope) {
  return kTable.payload(verb, scope);
}

msnp::Match<Handler> match_command(const msnp::Command& command, msnp::Scope scope) {
  return kTable.match(command, scope);
}

std::size_t row_number(const msnp::CommandRow<Handler>& row) {
  return static_cast<std::size_t>(&row - kTable.rows().data());
}

std::string_view verb_name(std::size_t row) { return kTable.verb_of(row); }

}  // namespace monarch::switchboard
