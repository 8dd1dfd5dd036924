#include "presence/adapters/directory_admin.hpp"

#include <optional>
#include <string>
#include <utility>

#include "presence/adapters/unavailable.hpp"
#include "presence/core/directory_rules.hpp"

namespace monarch::presence {

namespace {

using rpc::Code;

// Whose handle that is, or the call is finished and nothing is returned.
Task<std::optional<AccountId>> find(RosterStore& store, std::string text, rpc::Finish call) {
  const auto handle = Handle::trusted(std::move(text));
  auto finding = store.find(handle);
  const auto found = co_await finding;
  if (!found.ok()) {
    call.error(unavailable(model::Fault::kRosterUnavailable));
    co_return std::nullopt;
  }
  if (!found->has_value()) call.error({Code::kNotFound, "no such account"});
  co_return *found;
}

void fill(const model::Person& person, v1::DirectoryEntry* entry) {
  auto details = directory_details(person);
  entry->set_first(std::move(details.first));
  entry->set_last(std::move(details.last));
  entry->set_city(std::move(details.city));
  entry->set_state(std::move(details.state));
  entry->set_country(std::move(details.country));
}

}  // namespace

Task<void> get_entry(DirectoryDoors doors, const v1::GetDirectoryEntryRequest& request,
                     v1::GetDirectoryEntryReply* reply, rpc::Finish call) {
  auto finding = find(doors.store, request.handle(), call);
  const auto account = co_await finding;
  if (!account) co_return;
  auto getting = doors.directory.get(*account);
  const auto person = co_await getting;
  if (!person.ok()) {
    call.error(unavailable(model::Fault::kRosterUnavailable));
    co_return;
  }
  if (!person->last.empty()) fill(*person, reply->mutable_entry());
  call.ok();
}

Task<void> set_entry(DirectoryDoors doors, const v1::SetDirectoryEntryRequest& request,
                     v1::SetDirectoryEntryReply* reply, rpc::Finish call) {
  const auto& wanted = request.entry();
  const DirectoryDetails details{wanted.first(), wanted.last(), wanted.city(), wanted.state(),
                                 wanted.country()};
  const auto person = directory_person(details);
  if (!person.ok()) {
    call.error({Code::kInvalidArgument, person.error()});
    co_return;
  }
  auto finding = find(doors.store, request.handle(), call);
  const auto account = co_await finding;
  if (!account) co_return;
  const DirectoryEntry entry{*person, directory_keys(*person)};
  auto putting = doors.directory.put(*account, entry);
  const auto put = co_await putting;
  if (!put.ok()) {
    call.error(unavailable(model::Fault::kRosterUnavailable));
  } else if (!*put) {
    call.error({Code::kNotFound, "no such account"});
  } else {
    fill(*person, reply->mutable_entry());
    call.ok();
  }
}

Task<void> remove_entry(DirectoryDoors doors, const v1::RemoveDirectoryEntryRequest& request,
                        v1::RemoveDirectoryEntryReply* reply, rpc::Finish call) {
  auto finding = find(doors.store, request.handle(), call);
  const auto account = co_await finding;
  if (!account) co_return;
  auto removing = doors.directory.remove(*account);
  const auto removed = co_await removing;
  if (!removed.ok()) {
    call.error(unavailable(model::Fault::kRosterUnavailable));
    co_return;
  }
  reply->set_was_in(*removed);
  call.ok();
}

}  // namespace monarch::presence
