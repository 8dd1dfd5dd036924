// Who is online: open, close, CHG, and the list of a node's sessions.
#include <utility>

#include "presence/core/fanout.hpp"
#include "presence/core/operations.hpp"

namespace monarch::presence {
namespace {

using model::Failed;
using model::Fault;
using model::Reply;
using Kind = IndexReply::Kind;

// A roster that was in the cache before the open proves nothing about an account without a record:
// changes leave their revision in records only. Says whether the record's name and BLP are older
// than the truth.
Task<Result<RosterPtr, Fault>> check_roster(Context& context, RosterPtr used, bool was_cached,
                                            IndexReply opened) {
  const Revision seen = opened.record.profile.revision;
  if (used->principal.revision >= seen && (opened.known || !was_cached)) co_return used;
  auto loading = load_roster(context, used->principal.account);
  auto loaded = co_await loading;
  if (!loaded.ok()) co_return fail(loaded.error());
  if (*loaded == nullptr) co_return fail(Fault::kNoPrincipal);
  if ((*loaded)->principal.revision > seen) {
    std::vector<IndexCommand> stamp;
    stamp.emplace_back(
        StampCommand{used->principal.account, profile_of((*loaded)->principal), false});
    auto running = run_index(context, std::move(stamp));
    auto replies = co_await running;
    if (!replies.ok()) co_return fail(replies.error());
  }
  co_return *loaded;
}

// The session that had the account is told to go, and those who saw it that it went
// (docs/protocol/presence-and-privacy.md#8-the-same-account-signs-in-twice).
Task<Told> displace(Context& context, AccountId account, IndexReply opened, bool announce_anew) {
  if (opened.displaced) {
    HintBatch hints;
    hints.kick(opened.displaced->node, opened.displaced->session,
               model::KickReason::kSignedInElsewhere);
    auto publishing = publish(context, std::move(hints));
    auto published = co_await publishing;
    if (!published.ok()) co_return fail(published.error());
  }
  if (!announce_anew && !(opened.displaced && opened.was_shown)) co_return Ok{};
  Announcement announcement;
  announcement.subject = account;
  announcement.command = GetCommand{account};
  auto announcing = announce(context, std::move(announcement));
  auto announced = co_await announcing;
  if (!announced.ok()) co_return fail(announced.error());
  co_return Ok{};
}

OpenCommand command_of(const model::OpenSession& request, const Principal& principal) {
  OpenCommand open;
  open.account = request.account;
  open.session = request.session;
  open.node = request.node;
  open.dialect = request.dialect;
  open.handle = principal.handle;
  open.profile = profile_of(principal);
  open.resume = request.resume;
  return open;
}

}  // namespace

Task<Reply> open_session(Context& context, model::OpenSession request) {
  const bool was_cached = context.cache.get(request.account) != nullptr;
  auto reading = roster_of(context, request.account, 0);
  auto read = co_await reading;
  if (!read.ok()) co_return Failed{read.error()};
  if (*read == nullptr) co_return Failed{Fault::kNoPrincipal};

  std::vector<IndexCommand> commands;
  commands.emplace_back(command_of(request, (*read)->principal));
  auto running = run_index(context, std::move(commands));
  auto replies = co_await running;
  if (!replies.ok()) co_return Failed{replies.error()};
  const IndexReply opened = replies->front();
  if (opened.kind == Kind::kFenced) co_return Failed{Fault::kFenced};
  if (opened.kind != Kind::kOk) co_return Failed{Fault::kNoSession};

  auto checking = check_roster(context, *read, was_cached, opened);
  auto roster = co_await checking;
  if (!roster.ok()) co_return Failed{roster.error()};
  auto displacing = displace(context, request.account, opened, request.resume.has_value());
  auto displaced = co_await displacing;
  if (!displaced.ok()) co_return Failed{displaced.error()};
  // Left over by a session that died with its presence; not worth failing a sign-in for.
  const Principal& principal = (*roster)->principal;
  auto paying = pay_debts(context, request.account, principal.revision,
                          {principal.spread_owed, principal.unlink_owed});
  auto paid = co_await paying;
  static_cast<void>(paid);
  co_return model::Opened{opened.record.token, (*roster)->principal.friendly_name};
}

Task<Reply> close_session(Context& context, model::CloseSession request) {
  const AccountId account = request.session.account;
  Announcement announcement;
  announcement.subject = account;
  announcement.command = CloseCommand{account, request.session.session};
  auto announcing = announce(context, std::move(announcement));
  auto announced = co_await announcing;
  // Without principal there is no one left to tell; its removal has closed the session.
  if (!announced.ok()) {
    if (announced.error() == Fault::kNoPrincipal) co_return model::Closed{};
    co_return Failed{announced.error()};
  }
  if (announced->reply.was_at) {
    std::vector<EndedSession> ended;
    ended.push_back({*announced->reply.was_at, account, request.session.session});
    auto forgetting = forget(context, std::move(ended));
    auto forgotten = co_await forgetting;
    if (!forgotten.ok()) co_return Failed{forgotten.error()};
  }
  co_return model::Closed{};
}

Task<Told> announce_end(Context& context, AccountId account) {
  Announcement announcement;
  announcement.subject = account;
  announcement.command = GetCommand{account};
  auto announcing = announce(context, std::move(announcement));
  auto announced = co_await announcing;
  if (!announced.ok() && announced.error() != Fault::kNoPrincipal) {
    co_return fail(announced.error());
  }
  co_return Ok{};
}

Task<Told> forget(Context& context, std::vector<EndedSession> ended) {
  std::vector<IndexCommand> commands;
  commands.reserve(2 * ended.size());
  for (const auto& one : ended) {
    commands.emplace_back(ForgetCommand{one.node, one.account, one.session});
    commands.emplace_back(CloseCommand{one.account, one.session});
  }
  auto running = run_index(context, std::move(commands));
  auto replies = co_await running;
  if (!replies.ok()) co_return fail(replies.error());
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const IndexReply& closed = (*replies)[2 * i + 1];
    if (closed.kind != Kind::kOk || !closed.was_shown) continue;
    auto announcing = announce_end(context, ended[i].account);
    auto announced = co_await announcing;
    if (!announced.ok()) co_return fail(announced.error());
  }
  co_return Ok{};
}

Task<Reply> change_status(Context& context, model::ChangeStatus request) {
  Announcement announcement;
  announcement.subject = request.session.account;
  announcement.command =
      StatusCommand{request.session.account, request.session.session, request.session.token,
                    request.status,          request.ims_off,         request.sequence};
  announcement.contacts = request.first;
  announcement.trace = request.trace;
  auto announcing = announce(context, std::move(announcement));
  auto announced = co_await announcing;
  if (!announced.ok()) co_return Failed{announced.error()};
  if (announced->reply.kind == Kind::kFenced) co_return Failed{Fault::kFenced};
  if (announced->reply.kind != Kind::kOk) co_return Failed{Fault::kNoSession};
  co_return model::StatusChanged{std::move(announced->contacts)};
}

Task<Reply> list_node_sessions(Context& context, model::ListNodeSessions request) {
  auto listing = context.index.node_sessions(request.node, request.after, model::kCompareMax);
  auto page = co_await listing;
  if (!page.ok()) co_return Failed{Fault::kIndexUnavailable};
  co_return model::NodeSessions{std::move(page->sessions), page->more};
}

}  // namespace monarch::presence
