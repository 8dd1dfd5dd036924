#include "codec/requests.hpp"

#include "codec/values.hpp"

namespace monarch::codec {
namespace {

void put(const model::Attempt& from, pb::Attempt* to) {
  encode(from.session, to->mutable_session());
  to->set_sequence(from.sequence);
  to->set_shown(from.shown.value());
}

model::Attempt take(const pb::Attempt& from) {
  return {decode(from.session()), from.sequence(), Serial(from.shown())};
}

void put(const model::OpenSession& from, pb::Request* to) {
  auto* op = to->mutable_open_session();
  op->set_account(from.account.value());
  op->set_session(from.session.value());
  op->set_node(from.node.value());
  op->set_dialect(from.dialect);
  if (!from.resume) return;
  encode(from.resume->token, op->mutable_resume()->mutable_token());
  if (from.resume->status) {
    op->mutable_resume()->set_status(static_cast<pb::Status>(*from.resume->status));
  }
  op->mutable_resume()->set_ims_off(from.resume->ims_off);
  op->mutable_resume()->set_sequence(from.resume->sequence);
}

model::OpenSession take(const pb::OpenSession& from) {
  model::OpenSession op{AccountId(from.account()), SessionId(from.session()), NodeId(from.node()),
                        static_cast<std::uint8_t>(from.dialect()), std::nullopt};
  if (from.has_resume()) {
    op.resume.emplace();
    op.resume->token = decode(from.resume().token());
    if (from.resume().has_status()) op.resume->status = decode(from.resume().status());
    op.resume->ims_off = from.resume().ims_off();
    op.resume->sequence = from.resume().sequence();
  }
  return op;
}

void put(const model::CloseSession& from, pb::Request* to) {
  encode(from.session, to->mutable_close_session()->mutable_session());
}

void put(const model::Synchronize& from, pb::Request* to) {
  auto* op = to->mutable_synchronize();
  encode(from.session, op->mutable_session());
  if (from.cached) op->set_cached(from.cached->value());
}

model::Synchronize take(const pb::Synchronize& from) {
  model::Synchronize op{decode(from.session()), std::nullopt};
  if (from.has_cached()) op.cached = Serial(from.cached());
  return op;
}

void put(const model::ChangeStatus& from, const Moment& now, pb::Request* to) {
  auto* op = to->mutable_change_status();
  encode(from.session, op->mutable_session());
  op->set_status(static_cast<pb::Status>(from.status));
  op->set_first(from.first);
  op->set_ims_off(from.ims_off);
  op->set_sequence(from.sequence);
  if (from.trace) encode(*from.trace, now, op->mutable_trace());
}

model::ChangeStatus take(const pb::ChangeStatus& from, const Moment& now) {
  model::ChangeStatus op{decode(from.session()), decode(from.status()), from.first(),
                         from.ims_off(), from.sequence()};
  if (from.has_trace()) op.trace = decode(from.trace(), now);
  return op;
}

void put(const model::AddContact& from, pb::Request* to) {
  auto* op = to->mutable_add_contact();
  put(from.attempt, op->mutable_attempt());
  op->set_list(static_cast<pb::List>(from.list));
  op->set_handle(from.handle);
  op->set_name(from.name);
  if (from.group) op->set_group(*from.group);
}

model::AddContact take(const pb::AddContact& from) {
  model::AddContact op{take(from.attempt()), decode(from.list()), from.handle(), from.name(),
                       std::nullopt};
  if (from.has_group()) op.group = static_cast<model::GroupId>(from.group());
  return op;
}

void put(const model::RemoveContact& from, pb::Request* to) {
  auto* op = to->mutable_remove_contact();
  put(from.attempt, op->mutable_attempt());
  op->set_list(static_cast<pb::List>(from.list));
  op->set_handle(from.handle);
  if (from.group) op->set_group(*from.group);
}

model::RemoveContact take(const pb::RemoveContact& from) {
  model::RemoveContact op{take(from.attempt()), decode(from.list()), from.handle(), std::nullopt};
  if (from.has_group()) op.group = static_cast<model::GroupId>(from.group());
  return op;
}

void put(const model::Rename& from, pb::Request* to) {
  auto* op = to->mutable_rename();
  put(from.attempt, op->mutable_attempt());
  op->set_handle(from.handle);
  op->set_name(from.name);
}

void put(const model::SetProperty& from, pb::Request* to) {
  auto* op = to->mutable_set_property();
  put(from.attempt, op->mutable_attempt());
  op->set_property(static_cast<pb::Property>(from.property));
  op->set_value(from.value);
}

void put(const model::SetPrompting& from, pb::Request* to) {
  put(from.attempt, to->mutable_set_prompting()->mutable_attempt());
  to->mutable_set_prompting()->set_ask(from.ask);
}

void put(const model::SetDefaultPrivacy& from, pb::Request* to) {
  put(from.attempt, to->mutable_set_default_privacy()->mutable_attempt());
  to->mutable_set_default_privacy()->set_allow(from.allow);
}

void put(const model::ReadJournal& from, pb::Request* to) {
  encode(from.session, to->mutable_read_journal()->mutable_session());
  to->mutable_read_journal()->set_after(from.after.value());
}

void put(const model::SessionReport& from, pb::SessionReport* to) {
  encode(from.session, to->mutable_session());
  to->set_shown(from.shown.value());
  if (from.status) to->set_status(static_cast<pb::Status>(*from.status));
  to->set_ims_off(from.ims_off);
  for (const auto& seen : from.contacts) {
    auto* contact = to->add_contacts();
    contact->set_contact(seen.contact.value());
    encode(seen.version, contact->mutable_version());
    contact->set_status(static_cast<pb::Status>(seen.status));
  }
}

model::SessionReport take(const pb::SessionReport& from) {
  model::SessionReport report{
      decode(from.session()), Serial(from.shown()), std::nullopt, from.ims_off(), {}};
  if (from.has_status()) report.status = decode(from.status());
  report.contacts.reserve(static_cast<std::size_t>(from.contacts_size()));
  for (const auto& seen : from.contacts()) {
    report.contacts.push_back(
        {AccountId(seen.contact()), decode(seen.version()), decode(seen.status())});
  }
  return report;
}

void put(const model::Compare& from, pb::Request* to) {
  auto* op = to->mutable_compare();
  op->set_node(from.node.value());
  for (const auto& report : from.sessions) put(report, op->add_sessions());
}

model::Compare take(const pb::Compare& from) {
  model::Compare op{NodeId(from.node()), {}};
  op.sessions.reserve(static_cast<std::size_t>(from.sessions_size()));
  for (const auto& report : from.sessions()) op.sessions.push_back(take(report));
  return op;
}

void put(const model::ListNodeSessions& from, pb::Request* to) {
  to->mutable_list_node_sessions()->set_node(from.node.value());
  to->mutable_list_node_sessions()->set_after(from.after.value());
}

void put(const model::Invite& from, pb::Request* to) {
  auto* op = to->mutable_invite();
  op->set_caller(from.caller.value());
  op->set_caller_handle(from.caller_handle.value());
  op->set_caller_name(from.caller_name);
  op->set_callee(from.callee);
  op->set_conversation(from.conversation);
  op->set_address(from.address);
  op->set_ticket(from.ticket);
}

model::Invite take(const pb::Invite& from) {
  return {AccountId(from.caller()),
          Handle::trusted(from.caller_handle()),
          from.caller_name(),
          from.callee(),
          from.conversation(),
          from.address(),
          from.ticket()};
}

void put(const model::AddGroup& from, pb::Request* to) {
  put(from.attempt, to->mutable_add_group()->mutable_attempt());
  to->mutable_add_group()->set_name(from.name);
}

void put(const model::RenameGroup& from, pb::Request* to) {
  auto* op = to->mutable_rename_group();
  put(from.attempt, op->mutable_attempt());
  op->set_group(from.group);
  op->set_name(from.name);
}

void put(const model::RemoveGroup& from, pb::Request* to) {
  put(from.attempt, to->mutable_remove_group()->mutable_attempt());
  to->mutable_remove_group()->set_group(from.group);
}

void put(const model::SearchDirectory& from, pb::Request* to) {
  encode(from.session, to->mutable_search_directory()->mutable_session());
  encode(from.wanted, to->mutable_search_directory()->mutable_wanted());
}

void put(const model::FindPager& from, pb::Request* to) {
  encode(from.session, to->mutable_find_pager()->mutable_session());
  to->mutable_find_pager()->set_handle(from.handle);
}

}  // namespace

void encode(const model::Request& from, const Moment& now, pb::Request* to) {
  std::visit(
      [&](const auto& operation) {
        if constexpr (requires { operation.trace; }) {
          put(operation, now, to);
        } else {
          put(operation, to);
        }
      },
      from);
}

std::optional<model::Request> decode(const pb::Request& from, const Moment& now) {
  switch (from.operation_case()) {
    case pb::Request::kOpenSession:
      return take(from.open_session());
    case pb::Request::kCloseSession:
      return model::CloseSession{decode(from.close_session().session())};
    case pb::Request::kSynchronize:
      return take(from.synchronize());
    case pb::Request::kChangeStatus:
      return take(from.change_status(), now);
    case pb::Request::kAddContact:
      return take(from.add_contact());
    case pb::Request::kRemoveContact:
      return take(from.remove_contact());
    case pb::Request::kRename: {
      const auto& op = from.rename();
      return model::Rename{take(op.attempt()), op.handle(), op.name()};
    }
    case pb::Request::kSetProperty: {
      const auto& op = from.set_property();
      return model::SetProperty{take(op.attempt()), decode(op.property()), op.value()};
    }
    case pb::Request::kSetPrompting:
      return model::SetPrompting{take(from.set_prompting().attempt()), from.set_prompting().ask()};
    case pb::Request::kSetDefaultPrivacy: {
      const auto& op = from.set_default_privacy();
      return model::SetDefaultPrivacy{take(op.attempt()), op.allow()};
    }
    case pb::Request::kReadJournal:
      return model::ReadJournal{decode(from.read_journal().session()),
                                Serial(from.read_journal().after())};
    case pb::Request::kCompare:
      return take(from.compare());
    case pb::Request::kListNodeSessions:
      return model::ListNodeSessions{NodeId(from.list_node_sessions().node()),
                                     AccountId(from.list_node_sessions().after())};
    case pb::Request::kInvite:
      return take(from.invite());
    case pb::Request::kAddGroup:
      return model::AddGroup{take(from.add_group().attempt()), from.add_group().name()};
    case pb::Request::kRenameGroup: {
      const auto& op = from.rename_group();
      return model::RenameGroup{take(op.attempt()), static_cast<model::GroupId>(op.group()),
                                op.name()};
    }
    case pb::Request::kRemoveGroup:
      return model::RemoveGroup{take(from.remove_group().attempt()),
                                static_cast<model::GroupId>(from.remove_group().group())};
    case pb::Request::kSearchDirectory:
      return model::SearchDirectory{decode(from.search_directory().session()),
                                    decode(from.search_directory().wanted())};
    case pb::Request::kFindPager:
      return model::FindPager{decode(from.find_pager().session()), from.find_pager().handle()};
    case pb::Request::OPERATION_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace monarch::codec
