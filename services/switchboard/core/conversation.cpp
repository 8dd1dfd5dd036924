#include "switchboard/core/conversation.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace monarch::switchboard {

bool Conversation::present(const Handle& handle) const {
  return std::any_of(participants_.begin(), participants_.end(),
                     [&](const Session* session) { return session->identity.handle == handle; });
}

bool Conversation::join(Session& session, TimePoint now) {
  if (present(session.identity.handle)) return false;
  participants_.push_back(&session);
  had_company_ |= participants_.size() > 1;
  last_message_ = now;
  note(now);
  return true;
}

void Conversation::leave(const Session& session, TimePoint now) {
  const auto place = std::find(participants_.begin(), participants_.end(), &session);
  if (place != participants_.end()) participants_.erase(place);
  note(now);
}

std::vector<Session*> Conversation::dismiss(TimePoint now) {
  auto all = std::exchange(participants_, {});
  note(now);
  return all;
}

bool Conversation::rings(const Handle& handle) const {
  return std::any_of(invitations_.begin(), invitations_.end(),
                     [&](const Invitation& one) { return one.callee.handle == handle; });
}

void Conversation::invite(Invitation invitation, TimePoint now) {
  invitations_.push_back(std::move(invitation));
  note(now);
}

template <class Match>
Invitation* Conversation::first(Match match) {
  const auto place = std::find_if(invitations_.begin(), invitations_.end(), match);
  return place == invitations_.end() ? nullptr : &*place;
}

Invitation* Conversation::invitation(RequestId request) {
  return first([&](const Invitation& one) { return one.request == request; });
}

Invitation* Conversation::invitation(std::string_view ticket) {
  return first([&](const Invitation& one) { return one.ticket == ticket; });
}

Invitation* Conversation::invitation(ConnectionId answering) {
  return first([&](const Invitation& one) { return one.answering == answering; });
}

Invitation* Conversation::overdue(const Settings& settings, TimePoint now) {
  return first([&](const Invitation& one) { return over(one, settings) <= now; });
}

Invitation Conversation::take(const Invitation& invitation, TimePoint now) {
  const auto place = invitations_.begin() + (&invitation - invitations_.data());
  MONARCH_ASSERT(place < invitations_.end());
  Invitation taken = std::move(*place);
  invitations_.erase(place);
  note(now);
  return taken;
}

TimePoint Conversation::over(const Invitation& invitation, const Settings& settings) {
  return invitation.since + (invitation.ringing ? settings.ringing_time : settings.invite_timeout);
}

// docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules. A conversation without participants
// ends with its last invitation.
std::optional<TimePoint> Conversation::end_at(const Settings& settings) const {
  if (participants_.size() > 1) return last_message_ + settings.idle_timeout;
  if (!alone_since_) return std::nullopt;
  return *alone_since_ + (had_company_ ? settings.deserted_timeout : settings.alone_timeout);
}

Conversation::End Conversation::end(const Settings& settings, TimePoint now) const {
  const auto at = end_at(settings);
  if (!at || *at > now) return End::kNone;
  return participants_.size() > 1 ? End::kIdle : End::kAlone;
}

std::optional<TimePoint> Conversation::deadline(const Settings& settings) const {
  auto first = end_at(settings);
  for (const Invitation& one : invitations_) {
    const TimePoint at = over(one, settings);
    if (!first || at < *first) first = at;
  }
  return first;
}

void Conversation::note(TimePoint now) {
  if (participants_.size() != 1 || !invitations_.empty()) {
    alone_since_.reset();
  } else if (!alone_since_) {
    alone_since_ = now;
  }
}

}  // namespace monarch::switchboard
