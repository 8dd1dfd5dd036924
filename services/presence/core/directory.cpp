// The member directory (docs/protocol/notification.md#fnd-2-7), and who may page whom
// (docs/protocol/notification.md#pag-5-8).
#include <utility>

#include "presence/core/directory_rules.hpp"
#include "presence/core/operations.hpp"

namespace monarch::presence {

using model::Failed;
using model::Reply;

namespace {
constexpr std::uint16_t kTooManyMatches = 301;
constexpr std::uint16_t kNotPaged = 800;
}  // namespace

Task<Reply> search_directory(Context& context, model::SearchDirectory request) {
  const auto keys = directory_keys(request.wanted);
  // Without a last name this would be a list of everybody; the session has seen to it.
  if (keys.last.empty()) co_return model::Found{};
  auto searching = context.directory.search(keys, model::kFoundMax + 1);
  auto found = co_await searching;
  if (!found.ok()) co_return Failed{fault_of(found.error())};
  if (found->size() > model::kFoundMax) co_return model::Refused{kTooManyMatches};
  co_return model::Found{std::move(*found)};
}

// Pages are rare and each costs somebody something, so the truth is asked and no cache.
Task<Reply> find_pager(Context& context, model::FindPager request) {
  const auto handle = Handle::trusted(std::move(request.handle));
  auto finding = context.store.find(handle);
  const auto found = co_await finding;
  if (!found.ok()) co_return Failed{fault_of(found.error())};
  if (!found->has_value()) co_return model::Refused{kNotPaged};
  auto loading = load_roster(context, **found);
  auto roster = co_await loading;
  if (!roster.ok()) co_return Failed{roster.error()};
  if (*roster == nullptr) co_return model::Refused{kNotPaged};
  const auto& numbers = (*roster)->principal.numbers;
  const Entry* entry = find_entry(**roster, request.session.account);
  const bool may = entry != nullptr && entry->allow && !entry->block;
  if (!numbers.pages || !may) co_return model::Refused{kNotPaged};
  co_return model::Pager{(*roster)->principal.account, numbers.mobile};
}

}  // namespace monarch::presence
