// SYN and LST, and the journal.
#include <algorithm>
#include <utility>

#include "presence/core/operations.hpp"

namespace monarch::presence {
namespace {

using model::Failed;
using model::Fault;
using model::List;
using model::Reply;
using Contacts = std::vector<model::Roster::Contact>;

// The entries that are on a list, in the order in which they came onto it.
template <class On, class Order, class Make>
Contacts list_of(const RosterData& roster, On on, Order order, Make make) {
  std::vector<const Entry*> entries;
  for (const auto& entry : roster.entries) {
    if (entry.*on) entries.push_back(&entry);
  }
  std::sort(entries.begin(), entries.end(), [order](const Entry* left, const Entry* right) {
    return left->*order < right->*order;
  });
  Contacts contacts;
  contacts.reserve(entries.size());
  for (const auto* entry : entries) contacts.push_back(make(*entry));
  return contacts;
}

auto named(std::string Entry::*name) {
  return [name](const Entry& entry) {
    model::Roster::Contact contact;
    contact.handle = entry.handle;
    contact.name = entry.*name;
    return contact;
  };
}

model::Roster dump(const RosterData& data, std::size_t reverse_max) {
  const auto& principal = data.principal;
  model::Roster roster;
  roster.serial = principal.serial;
  roster.ask = principal.ask;
  roster.allow = principal.allow;
  roster.numbers = principal.numbers;
  roster.mobile_device = principal.mobile_device;
  roster.groups = principal.groups;
  const auto list = [&roster](List which) -> Contacts& {
    return roster.lists[static_cast<std::size_t>(which)];
  };
  list(List::kForward) =
      list_of(data, &Entry::forward, &Entry::forward_order, [](const Entry& entry) {
        return model::Roster::Contact{entry.handle, entry.forward_name, entry.groups, entry.numbers,
                                      entry.other};
      });
  list(List::kAllow) = list_of(data, &Entry::allow, &Entry::allow_order, named(&Entry::allow_name));
  list(List::kBlock) = list_of(data, &Entry::block, &Entry::block_order, named(&Entry::block_name));
  list(List::kReverse) =
      list_of(data, &Entry::in_forward, &Entry::reverse_order, named(&Entry::reverse_name));
  if (auto& reverse = list(List::kReverse); reverse.size() > reverse_max) {
    reverse.resize(reverse_max);
  }
  return roster;
}

}  // namespace

Task<Reply> synchronize(Context& context, model::Synchronize request) {
  const AccountId account = request.session.account;
  std::vector<IndexCommand> commands;
  commands.emplace_back(GetCommand{account});
  auto running = run_index(context, std::move(commands));
  auto replies = co_await running;
  if (!replies.ok()) co_return Failed{replies.error()};
  const OnlineRecord record = replies->front().record;
  if (const auto fault = fault_of(record, request.session)) co_return Failed{*fault};

  // A client keeps this on its disk, so the record's word is not enough: a change may have been
  // stored and its presence have died before it stamped the record. One row of the truth decides.
  const std::vector<AccountId> accounts{account};
  auto asking = context.store.heads(accounts);
  auto heads = co_await asking;
  if (!heads.ok()) co_return Failed{fault_of(heads.error())};
  if (heads->empty()) co_return Failed{Fault::kNoPrincipal};
  const Revision at_least = std::max(heads->front().profile.revision, record.profile.revision);
  auto reading = roster_of(context, account, at_least);
  auto roster = co_await reading;
  if (!roster.ok()) co_return Failed{roster.error()};
  if (*roster == nullptr) co_return Failed{Fault::kNoPrincipal};
  if (request.cached == (*roster)->principal.serial) {
    model::Roster current;
    current.serial = (*roster)->principal.serial;
    current.current = true;
    co_return std::move(current);
  }
  co_return dump(**roster, context.settings.reverse_shown_max);
}

namespace {

// A change whose presence died before it stamped the record: whoever reads of it in the journal
// must find it in the roster too when he asks for his contacts next. The version rises as in
// compare(), for what others see may have changed.
Task<Told> stamp_if_behind(Context& context, AccountId account, Revision revision) {
  std::vector<IndexCommand> get;
  get.emplace_back(GetCommand{account});
  auto running = run_index(context, std::move(get));
  auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());
  if (replies->front().record.profile.revision >= revision) co_return Ok{};
  const std::vector<AccountId> accounts{account};
  auto asking = context.store.heads(accounts);
  auto heads = co_await asking;
  if (!heads.ok()) co_return fail(fault_of(heads.error()));
  if (heads->empty()) co_return fail(Fault::kNoPrincipal);
  std::vector<IndexCommand> stamp;
  stamp.emplace_back(StampCommand{account, heads->front().profile, true});
  auto stamping = run_index(context, std::move(stamp));
  auto stamped = co_await stamping;
  if (!stamped.ok()) co_return fail(stamped.error());
  co_return Ok{};
}

}  // namespace

Task<Reply> read_journal(Context& context, model::ReadJournal request) {
  auto reading = context.store.read_journal(request.session.account, request.after,
                                            context.settings.journal_page);
  auto page = co_await reading;
  if (!page.ok()) co_return Failed{fault_of(page.error())};
  if (!page->principal) co_return Failed{Fault::kNoPrincipal};
  auto stamping = stamp_if_behind(context, request.session.account, page->revision);
  auto stamped = co_await stamping;
  if (!stamped.ok()) co_return Failed{stamped.error()};
  co_return model::Journal{std::move(page->events), page->trimmed, page->serial};
}

}  // namespace monarch::presence
