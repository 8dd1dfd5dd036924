// What the sessions of a dead node leave behind (ARCHITECTURE.md#rule-7).
#include <utility>

#include "presence/core/fanout.hpp"
#include "presence/core/operations.hpp"

namespace monarch::presence {

using model::Fault;

// Each session is closed (the index remembers that it was, and whether it was seen), then its
// watchers are told, then it comes off the node's list: whoever dies between finds it there again.
Task<Result<bool, Fault>> reap(Context& context, NodeId node) {
  auto listing = context.index.node_sessions(node, AccountId(0), context.settings.reap_page);
  auto page = co_await listing;
  if (!page.ok()) co_return fail(Fault::kIndexUnavailable);
  std::vector<IndexCommand> closes;
  for (const auto& session : page->sessions) {
    closes.emplace_back(CloseCommand{session.account, session.session});
  }
  auto closing = run_index(context, std::move(closes));
  auto closed = co_await closing;
  if (!closed.ok()) co_return fail(closed.error());

  std::vector<EndedSession> ended;
  for (std::size_t i = 0; i < page->sessions.size(); ++i) {
    const auto& session = page->sessions[i];
    ended.push_back({node, session.account, session.session});
    const auto& reply = (*closed)[i];
    if (reply.kind == IndexReply::Kind::kMissing || !reply.was_shown) continue;
    auto announcing = announce_end(context, session.account);
    auto announced = co_await announcing;
    if (!announced.ok()) co_return fail(announced.error());
  }
  auto forgetting = forget(context, std::move(ended));
  auto forgotten = co_await forgetting;
  if (!forgotten.ok()) co_return fail(forgotten.error());
  co_return page->more;
}

}  // namespace monarch::presence
