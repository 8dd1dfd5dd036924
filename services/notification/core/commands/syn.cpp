// SYN: docs/protocol/notification.md#syn-2.
#include <charconv>

#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using model::List;
using model::Property;
using msnp::Feature;

namespace {

std::optional<Serial> parse_serial(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Serial(value);
}

}  // namespace

void Commands::syn(Session& session, const Invocation& call, Effects& effects) {
  const auto cached = parse_serial(call.arg(0));
  if (!cached) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  session.ledger_.begin_dump();
  session.ask(model::Synchronize{.session = session.ref_, .cached = *cached}, call.trid,
              &synchronised, effects);
}

// One line when the client is up to date, else everything, RL last: clients take its last line for
// the end.
void Commands::synchronised(Session& session, Answer answer, Effects& effects) {
  const auto* roster = std::get_if<model::Roster>(&answer.reply);
  if (roster == nullptr) {
    session.ledger_.cancel_dump(session.serial_lines(effects));
    refuse(session, answer, effects);
    return;
  }
  auto lines = session.lines(effects);
  lines.syn(answer.trid, roster->serial);
  if (!roster->current) {
    const bool properties = session.dialect_.has(Feature::kProperties);
    lines.gtc(answer.trid, roster->serial, roster->ask ? "A" : "N");
    lines.blp(answer.trid, roster->serial, roster->allow ? "AL" : "BL");
    if (properties) {
      for (const auto property : model::kNumberProperties) {
        lines.prp(answer.trid, roster->serial, to_wire(property),
                  value_of(roster->numbers, property));
      }
      lines.prp(answer.trid, roster->serial, to_wire(Property::kMobileDevice),
                roster->mobile_device ? "Y" : "N");
    }
    if (session.dialect_.has(Feature::kGroups))
      write_groups(session, answer.trid, *roster, effects);
    write_list(session, answer.trid, *roster, List::kForward, properties, effects);
    write_list(session, answer.trid, *roster, List::kAllow, false, effects);
    write_list(session, answer.trid, *roster, List::kBlock, false, effects);
    write_list(session, answer.trid, *roster, List::kReverse, false, effects);
  }
  reach(session, roster->serial, effects);
}

}  // namespace monarch::notification
