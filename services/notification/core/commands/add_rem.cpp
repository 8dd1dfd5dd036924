// ADD and REM: docs/protocol/notification.md#add-2-9 and #rem-2. The checks that need no roster are
// made here, in the order of the specification; the rest is presence's.
#include "msnp/handle.hpp"
#include "msnp/limits.hpp"
#include "msnp/url_coding.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using model::List;
using msnp::ErrorCode;
using msnp::Feature;

namespace {

// FL, AL or BL: nobody edits his RL (docs/protocol/framing.md#9-what-closes-a-connection).
std::optional<List> editable_list(std::string_view word) {
  const auto list = model::parse_list(word);
  return list == List::kReverse ? std::nullopt : list;
}

std::optional<std::uint32_t> to_line(std::optional<model::GroupId> group) {
  return group ? std::optional<std::uint32_t>(*group) : std::nullopt;
}

}  // namespace

// A change of the forward list that failed may have been stored all the same. Who has had his SYN
// reads it in his journal then, and his contacts are asked for after that; who has not reads
// nothing, so they are asked for now.
void Commands::left_open(Session& session, List list, const Answer& answer) {
  const bool failed = std::holds_alternative<model::Failed>(answer.reply);
  if (failed && list == List::kForward && !session.ledger_.synchronised()) {
    session.doubt_contacts();
  }
}

void Commands::add(Session& session, const Invocation& call, Effects& effects) {
  const auto list = editable_list(call.arg(0));
  const bool has_group = call.args.size() > 3;
  if (!list || (has_group && *list != List::kForward)) {
    session.close(list ? CloseReason::kArgumentCount : CloseReason::kBadParameter, effects);
    return;
  }
  const auto name = msnp::canonical_name_token(call.arg(2));
  if (call.arg(2).size() > msnp::kNameBytesMax || (name && name->size() > msnp::kNameBytesMax)) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  const auto handle = msnp::contact_handle(call.arg(1));
  if (!handle || !name) {
    session.error(ErrorCode::kInvalidParameter, call.trid, effects);
    return;
  }
  std::optional<model::GroupId> group;
  if (has_group) {
    group = group_id(call.arg(3));
    if (!group) {
      session.close(CloseReason::kBadParameter, effects);
      return;
    }
  }
  session.adding_ = *list == List::kForward;
  session.ask(model::AddContact{.attempt = session.attempt(),
                                .list = *list,
                                .handle = handle->value(),
                                .name = *name,
                                .group = group},
              call.trid, &added, effects);
}

// The lines to the adder, in this order: ADD, four BPR, ILN.
void Commands::added(Session& session, Answer answer, Effects& effects) {
  const auto& asked = std::get<model::AddContact>(answer.asked);
  session.adding_ = false;
  auto lines = session.lines(effects);
  if (const auto* changed = change(session, answer, effects)) {
    lines.add(answer.trid, to_wire(asked.list), changed->serial, asked.handle, asked.name,
              to_line(asked.group));
    if (changed->added) {
      if (session.dialect_.has(Feature::kProperties) && session.ledger_.synchronised()) {
        write_numbers(session, changed->serial, asked.handle, changed->added->numbers, effects);
      }
      if (session.watch_) session.watch_->added(changed->added->state, answer.trid, lines);
    }
    conclude(session, *changed, effects);
  } else {
    left_open(session, asked.list, answer);
  }
  if (session.watch_) session.watch_->release(lines);
}

void Commands::rem(Session& session, const Invocation& call, Effects& effects) {
  const auto list = editable_list(call.arg(0));
  if (!list) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  std::optional<model::GroupId> group;
  if (*list == List::kForward && session.dialect_.has(Feature::kGroups)) {
    group = group_id(call.arg(2));
  }
  const auto handle = msnp::contact_handle(call.arg(1));
  if (!handle) {
    // What is no handle is on no list.
    session.error(ErrorCode::kNotOnList, call.trid, effects);
    return;
  }
  session.ask(
      model::RemoveContact{
          .attempt = session.attempt(), .list = *list, .handle = handle->value(), .group = group},
      call.trid, &removed, effects);
}

void Commands::removed(Session& session, Answer answer, Effects& effects) {
  const auto& asked = std::get<model::RemoveContact>(answer.asked);
  const auto* changed = change(session, answer, effects);
  if (changed == nullptr) {
    left_open(session, asked.list, answer);
    return;
  }
  session.lines(effects).rem(answer.trid, to_wire(asked.list), changed->serial, asked.handle,
                             to_line(asked.group));
  if (session.watch_) {
    for (const auto account : changed->removed) session.watch_->removed(account);
  }
  conclude(session, *changed, effects);
}

}  // namespace monarch::notification
