// What comes from outside the clients, on its way to their sessions: to one, or to all that some
// nodes hold. It is published once and not kept: who is not signed in does not get it later.
#include <algorithm>
#include <utility>
#include <variant>

#include "msnp/dialect.hpp"
#include "presence/core/operations.hpp"

namespace monarch::presence {
namespace {

using model::Fault;

constexpr std::size_t kCountPage = 500;

// Whether the session has a line for it; the session itself decides in the end.
bool has_line(const OnlineRecord& record, const model::Notice& notice) {
  const msnp::Dialect dialect(static_cast<msnp::Dialect::Version>(record.dialect));
  if (std::holds_alternative<model::Toast>(notice)) {
    return dialect.has(msnp::Feature::kNotifications);
  }
  if (std::holds_alternative<model::IncomingPage>(notice)) {
    return dialect.has(msnp::Feature::kPages);
  }
  // Nobody is made visible before his own first CHG.
  return !std::holds_alternative<model::NewStatus>(notice) || record.status.has_value();
}

// The sessions that the index has for a node, a page at a time: its list may name some that have
// ended, or moved.
Task<Told> count(Context& context, NodeId node, model::Notice notice, Reached* reached) {
  AccountId after;
  for (bool more = true; more;) {
    if (reached->sessions + reached->unable >= context.settings.counted_max) {
      reached->more = true;
      break;
    }
    auto listing = context.index.node_sessions(node, after, kCountPage);
    auto page = co_await listing;
    if (!page.ok()) co_return fail(Fault::kIndexUnavailable);
    more = page->more && !page->sessions.empty();
    std::vector<IndexCommand> commands;
    for (const auto& session : page->sessions) {
      // One account can have several there, of which one is open.
      if (!commands.empty() && session.account == after) continue;
      after = session.account;
      commands.emplace_back(GetCommand{session.account});
    }
    auto running = run_index(context, std::move(commands));
    auto replies = co_await running;
    if (!replies.ok()) co_return fail(replies.error());
    for (const auto& reply : *replies) {
      if (!reply.record.online() || reply.record.node != node) continue;
      ++(has_line(reply.record, notice) ? reached->sessions : reached->unable);
    }
  }
  co_return Ok{};
}

}  // namespace

Task<Result<Reached, Fault>> notify(Context& context, AccountId account, model::Notice notice) {
  std::vector<IndexCommand> get;
  get.emplace_back(GetCommand{account});
  auto running = run_index(context, std::move(get));
  auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());
  const OnlineRecord& record = replies->front().record;
  Reached reached;
  if (!record.online()) co_return reached;
  if (!has_line(record, notice)) {
    reached.unable = 1;
    co_return reached;
  }
  reached.sessions = 1;
  HintBatch hints;
  hints.notice(record.node, {{record.session}, false, std::move(notice)});
  auto publishing = publish(context, std::move(hints));
  auto published = co_await publishing;
  if (!published.ok()) co_return fail(published.error());
  co_return reached;
}

Task<Result<Reached, Fault>> notify_nodes(Context& context, std::vector<NodeId> nodes,
                                          model::Notice notice) {
  HintBatch hints;
  for (const auto& node : nodes) hints.notice(node, {{}, true, notice});
  auto publishing = publish(context, std::move(hints));
  auto published = co_await publishing;
  if (!published.ok()) co_return fail(published.error());
  Reached reached;
  for (const auto& node : nodes) {
    auto counting = count(context, node, notice, &reached);
    auto counted = co_await counting;
    // It is out: whoever is told that it failed would send it again.
    if (!counted.ok()) reached.more = true;
    if (reached.more) break;
  }
  co_return reached;
}

}  // namespace monarch::presence
