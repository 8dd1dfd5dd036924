#include "notification/core/closings.hpp"

#include <algorithm>

namespace monarch::notification {

void Closings::add(const model::SessionRef& session, TimePoint now) {
  if (const auto place = items_.find(session.session); place != items_.end()) {
    // A token that became known late is worth more than none.
    place->second.session.token = std::max(place->second.session.token, session.token);
    return;
  }
  if (items_.size() >= settings_.closes_max) {
    // Slow truth finds it among the sessions of this node and closes it then.
    ++counters_.closes_dropped;
    return;
  }
  items_.emplace(session.session, Item{session, settings_.close_retry_min});
  due_.emplace(now, session.session);
}

std::vector<model::SessionRef> Closings::take_due(TimePoint now) {
  std::vector<model::SessionRef> sessions;
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto place = items_.find(due_.begin()->second);
    due_.erase(due_.begin());
    if (place != items_.end()) sessions.push_back(place->second.session);
  }
  return sessions;
}

void Closings::acknowledged(SessionId session) {
  items_.erase(session);
  // Only remembered while a listing may still name it; bounded as the closings themselves are.
  if (acknowledged_.size() < settings_.closes_max) acknowledged_.insert(session);
}

void Closings::failed(SessionId session, TimePoint now) {
  const auto place = items_.find(session);
  if (place == items_.end()) return;
  due_.emplace(now + place->second.backoff, session);
  place->second.backoff = std::min<Duration>(place->second.backoff * 2, settings_.close_retry_max);
}

bool Closings::knows(SessionId session) const {
  return items_.contains(session) || acknowledged_.contains(session);
}

std::optional<TimePoint> Closings::due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

}  // namespace monarch::notification
