// ADG, REG and RMG: docs/protocol/notification.md#adg-reg-rmg-7. What closes is decided here; the
// codes depend on which groups there are, and are presence's.
#include <algorithm>
#include <charconv>

#include "msnp/limits.hpp"
#include "msnp/url_coding.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

namespace {

// A name so long that the connection closes (docs/protocol/framing.md#7-limits).
bool closes(std::string_view raw, const std::optional<std::string>& token, std::size_t limit) {
  return raw.size() >= limit || (token && token->size() >= limit);
}

}  // namespace

std::optional<model::GroupId> Commands::group_id(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool digits =
      !text.empty() && end == text.data() + text.size() &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  constexpr model::GroupId kNone = 255;
  return error != std::errc() || value > kNone ? kNone : static_cast<model::GroupId>(value);
}

void Commands::adg(Session& session, const Invocation& call, Effects& effects) {
  auto name = msnp::canonical_name_token(call.arg(0));
  if (closes(call.arg(0), name, msnp::kAddGroupNameBytesClose)) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  if (!name) {
    session.error(msnp::ErrorCode::kInvalidParameter, call.trid, effects);
    return;
  }
  session.ask(model::AddGroup{.attempt = session.attempt(), .name = std::move(*name)}, call.trid,
              &groups_changed, effects);
}

void Commands::reg(Session& session, const Invocation& call, Effects& effects) {
  const auto group = group_id(call.arg(0));
  auto name = msnp::canonical_name_token(call.arg(1));
  if (!group || *group >= msnp::kGroupsMax ||
      closes(call.arg(1), name, msnp::kRenameGroupNameBytesClose)) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  if (!name) {
    session.error(msnp::ErrorCode::kInvalidParameter, call.trid, effects);
    return;
  }
  session.ask(
      model::RenameGroup{.attempt = session.attempt(), .group = *group, .name = std::move(*name)},
      call.trid, &groups_changed, effects);
}

void Commands::rmg(Session& session, const Invocation& call, Effects& effects) {
  const auto group = group_id(call.arg(0));
  if (!group || *group >= msnp::kGroupsMax) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  session.ask(model::RemoveGroup{.attempt = session.attempt(), .group = *group}, call.trid,
              &groups_changed, effects);
}

// Who has left FL with his group does so without a line: the client does the same by itself.
void Commands::groups_changed(Session& session, Answer answer, Effects& effects) {
  const auto* changed = change(session, answer, effects);
  if (changed == nullptr) return;
  auto lines = session.lines(effects);
  if (const auto* add = std::get_if<model::AddGroup>(&answer.asked)) {
    lines.adg(answer.trid, changed->serial, add->name, changed->group.value_or(0));
  } else if (const auto* rename = std::get_if<model::RenameGroup>(&answer.asked)) {
    lines.reg(answer.trid, changed->serial, rename->group, rename->name);
  } else {
    lines.rmg(answer.trid, changed->serial, std::get<model::RemoveGroup>(answer.asked).group);
  }
  if (session.watch_) {
    for (const auto account : changed->removed) session.watch_->removed(account);
  }
  conclude(session, *changed, effects);
}

}  // namespace monarch::notification
