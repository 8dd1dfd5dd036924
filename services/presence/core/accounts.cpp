// What administration does: principals come and go, sessions are thrown out.
#include <utility>

#include "presence/core/fanout.hpp"
#include "presence/core/operations.hpp"

namespace monarch::presence {

using model::Fault;

Task<Result<bool, Fault>> ensure_principals(Context& context,
                                            std::vector<NewPrincipal> principals) {
  for (auto& principal : principals) {
    if (principal.friendly_name.empty()) principal.friendly_name = principal.handle.value();
  }
  auto ensuring = context.store.ensure_principals(principals);
  auto ensured = co_await ensuring;
  if (!ensured.ok()) co_return fail(fault_of(ensured.error()));
  co_return *ensured;
}

Task<Result<std::size_t, Fault>> kick(Context& context, AccountId account,
                                      model::KickReason reason) {
  std::vector<IndexCommand> get;
  get.emplace_back(GetCommand{account});
  auto running = run_index(context, std::move(get));
  auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());
  const OnlineRecord& record = replies->front().record;
  HintBatch hints;
  if (record.online()) hints.kick(record.node, record.session, reason);
  const std::size_t sessions = record.online() ? 1 : 0;
  auto publishing = publish(context, std::move(hints));
  auto published = co_await publishing;
  if (!published.ok()) co_return fail(published.error());
  co_return sessions;
}

// Nobody finds the principal any more; his session goes, those who saw it are told while his rows
// still say who they are; then the rows go.
Task<Told> remove_principal(Context& context, AccountId account) {
  auto marking = context.store.mark_removed(account);
  auto marked = co_await marking;
  if (!marked.ok()) co_return fail(fault_of(marked.error()));
  context.cache.drop(account);
  auto kicking = kick(context, account, model::KickReason::kAccountRemoved);
  auto kicked = co_await kicking;
  if (!kicked.ok()) co_return fail(kicked.error());

  auto loading = context.store.load_removed(account);
  auto loaded = co_await loading;
  if (!loaded.ok()) co_return fail(fault_of(loaded.error()));
  if (!loaded->has_value()) co_return Ok{};
  // The stamp makes every cached copy of the roster invalid.
  Profile profile = profile_of((*loaded)->principal);
  ++profile.revision;
  std::vector<IndexCommand> stamp;
  stamp.emplace_back(StampCommand{account, std::move(profile), false});
  auto running = run_index(context, std::move(stamp));
  auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());
  const OnlineRecord record = replies->front().record;
  // Told even when the session is closed already: this may be a repeat.
  Announcement announcement;
  announcement.subject = account;
  announcement.roster = std::make_shared<const RosterData>(std::move(**loaded));
  announcement.command = GetCommand{account};
  if (record.online()) announcement.command = CloseCommand{account, record.session};
  auto announcing = announce(context, std::move(announcement));
  auto announced = co_await announcing;
  if (!announced.ok()) co_return fail(announced.error());

  for (bool more = true; more;) {
    auto removing = context.store.remove_batch(account, kBatchMax);
    auto batch = co_await removing;
    if (!batch.ok()) co_return fail(fault_of(batch.error()));
    more = batch->next.has_value();
    auto telling = tell_affected(context, std::move(batch->affected));
    auto told = co_await telling;
    if (!told.ok()) co_return fail(told.error());
  }
  co_return Ok{};
}

}  // namespace monarch::presence
