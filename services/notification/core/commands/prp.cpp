// PRP: docs/protocol/notification.md#prp-5.
#include "msnp/limits.hpp"
#include "msnp/url_coding.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using model::Property;
using msnp::ErrorCode;

namespace {

bool is_switch(Property property) {
  return property == Property::kMobile || property == Property::kMobileDevice;
}

}  // namespace

void Commands::prp(Session& session, const Invocation& call, Effects& effects) {
  const auto key = call.arg(0);
  const auto text = call.arg(1);
  if (key.size() > msnp::kPropertyKeyBytes || text.size() > msnp::kPhoneBytesMax) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  const auto property = model::parse_property(key);
  if (!property) {
    session.error(ErrorCode::kNotExpected, call.trid, effects);
    return;
  }
  std::string value;
  if (is_switch(*property)) {
    if (text != "Y" && text != "N") {
      session.close(CloseReason::kBadParameter, effects);
      return;
    }
    value = text;
  } else if (!text.empty()) {
    auto token = msnp::canonical_name_token(text);
    if (!token) {
      session.error(ErrorCode::kInvalidParameter, call.trid, effects);
      return;
    }
    if (token->size() > msnp::kPhoneBytesMax) {
      session.close(CloseReason::kBadParameter, effects);
      return;
    }
    value = std::move(*token);
  }
  if (session.is_burst(session.bursts().properties, session.around_->settings.changes_in_burst)) {
    session.error(ErrorCode::kChangingTooRapidly, call.trid, effects);
    return;
  }
  session.ask(
      model::SetProperty{
          .attempt = session.attempt(), .property = *property, .value = std::move(value)},
      call.trid, &property_set, effects);
}

// The reply has the value that holds now: MOB stays N without a mobile device.
void Commands::property_set(Session& session, Answer answer, Effects& effects) {
  const auto& asked = std::get<model::SetProperty>(answer.asked);
  const auto* changed = change(session, answer, effects);
  if (changed == nullptr) return;
  session.bursts().properties.push_back(session.around_->clock.now());
  // MOB without a mobile device moves no serial, but something else may have since.
  const auto shown = session.ledger_.shown();
  const auto serial = is_newer(shown, changed->serial) ? shown : changed->serial;
  session.lines(effects).prp(answer.trid, serial, to_wire(asked.property), changed->value);
  conclude(session, *changed, effects);
}

}  // namespace monarch::notification
