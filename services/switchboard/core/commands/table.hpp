// The command table of a switchboard (docs/protocol/switchboard.md): which commands there are, when
// they are legal and who answers them. Constants; the handlers run on the hall's loop.
#pragma once

#include <cstddef>

#include "msnp/command_table.hpp"
#include "switchboard/core/session.hpp"

namespace monarch::switchboard {

class Hall;

using Handler = void (*)(Hall&, Session&, const msnp::Invocation&);

[[nodiscard]] msnp::PayloadRule payload_rule(std::string_view verb, msnp::Scope scope);
[[nodiscard]] msnp::Match<Handler> match_command(const msnp::Command& command, msnp::Scope scope);
// Its place in the table, for Counters::commands.
[[nodiscard]] std::size_t row_number(const msnp::CommandRow<Handler>& row);

// The verbs, one file per family.
namespace commands {
void usr(Hall& hall, Session& session, const msnp::Invocation& invocation);
void ans(Hall& hall, Session& session, const msnp::Invocation& invocation);
void cal(Hall& hall, Session& session, const msnp::Invocation& invocation);
void msg(Hall& hall, Session& session, const msnp::Invocation& invocation);
void png(Hall& hall, Session& session, const msnp::Invocation& invocation);
void out(Hall& hall, Session& session, const msnp::Invocation& invocation);
}  // namespace commands

}  // namespace monarch::switchboard
