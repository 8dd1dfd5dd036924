// PAG: docs/protocol/notification.md#pag-5-8. It has no positive reply, and every failure is 800.
#include "msnp/handle.hpp"
#include "msnp/url_coding.hpp"
#include "notification/core/commands/commands.hpp"
#include "notification/core/plain_text.hpp"

namespace monarch::notification {

using msnp::ErrorCode;

namespace {

void count(Counters& counters, PageResult result) {
  ++counters.pages[static_cast<std::size_t>(result)];
}

}  // namespace

void Commands::pag(Session& session, const Invocation& call, Effects& effects) {
  auto& around = *session.around_;
  const auto refuse = [&](PageResult result) {
    count(around.counters, result);
    session.error(ErrorCode::kChangingTooRapidly, call.trid, effects);
  };
  if (!around.settings.paging) return refuse(PageResult::kDisabled);
  const auto handle = msnp::contact_handle(call.arg(0));
  auto content = parse_page(call.payload);
  if (!handle || !content) return refuse(PageResult::kMalformed);
  if (!around.pages.take(session.ref_.account, around.clock.now(), around.settings.pages)) {
    return refuse(PageResult::kLimited);
  }
  session.outside().page = std::move(content);
  session.ask(model::FindPager{session.ref_, handle->value()}, call.trid, &pager_found, effects);
}

void Commands::pager_found(Session& session, Answer answer, Effects& effects) {
  auto content = std::exchange(session.outside().page, std::nullopt);
  const auto* pager = std::get_if<model::Pager>(&answer.reply);
  if (pager == nullptr || !content) {
    const bool refused = std::holds_alternative<model::Refused>(answer.reply);
    count(session.around_->counters, refused ? PageResult::kRefused : PageResult::kUnavailable);
    session.error(ErrorCode::kChangingTooRapidly, answer.trid, effects);
    return;
  }
  session.paging_ = true;
  session.pending_.trid = answer.trid;
  effects.asked_for_since = session.command_since_;
  effects.page = Page{.from = session.handle_,
                      .name = plain_line(msnp::decode_name(session.friendly_name_)),
                      .to = Handle::trusted(std::get<model::FindPager>(answer.asked).handle),
                      .number = plain_line(msnp::decode_name(pager->number)),
                      .content = std::move(*content)};
}

void Commands::page_carried(Session& session, Delivery outcome, Effects& effects) {
  const auto pending = std::exchange(session.pending_, {});
  auto& counters = session.around_->counters;
  switch (outcome) {
    case Delivery::kTaken:
      count(counters, PageResult::kTaken);
      return;
    case Delivery::kFailed:
      count(counters, PageResult::kFailed);
      break;
    case Delivery::kTimedOut:
      count(counters, PageResult::kTimedOut);
      break;
  }
  session.error(ErrorCode::kChangingTooRapidly, pending.trid, effects);
}

}  // namespace monarch::notification
