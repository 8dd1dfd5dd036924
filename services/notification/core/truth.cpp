#include "notification/core/truth.hpp"

#include <algorithm>
#include <utility>

namespace monarch::notification {

void Truth::hurry(TimePoint now) {
  round_ = false;
  hurried_ = true;
  todo_.clear();
  next_round_ = now;
}

void Truth::soon(ConnectionId connection, TimePoint when) {
  if (!soon_set_.insert(connection).second) return;
  const auto place =
      std::upper_bound(soon_.begin(), soon_.end(), when,
                       [](TimePoint time, const auto& entry) { return time < entry.first; });
  soon_.emplace(place, when, connection);
}

std::vector<ConnectionId> Truth::take_soon(TimePoint now) {
  std::vector<ConnectionId> chunk;
  while (!soon_.empty() && soon_.front().first <= now && chunk.size() < model::kCompareMax) {
    chunk.push_back(soon_.front().second);
    soon_set_.erase(soon_.front().second);
    soon_.pop_front();
  }
  return chunk;
}

void Truth::begin_round(TimePoint now, std::vector<ConnectionId> all) {
  round_ = true;
  todo_ = std::move(all);
  // In peace the chunks of a round are spread over half of the interval.
  const auto chunks = static_cast<int>(todo_.size() / model::kCompareMax + 1);
  spacing_ = hurried_ ? Duration(settings_.compare_spread)
                      : Duration(settings_.compare_every) / 2 / chunks;
  hurried_ = false;
  next_chunk_ = now;
}

std::vector<ConnectionId> Truth::take_of_round(TimePoint now) {
  const auto count = std::min(todo_.size(), model::kCompareMax);
  std::vector<ConnectionId> chunk(todo_.end() - static_cast<std::ptrdiff_t>(count), todo_.end());
  todo_.resize(todo_.size() - count);
  next_chunk_ = now + spacing_;
  if (todo_.empty()) {
    round_ = false;
    listing_ = now;
    const auto every = std::chrono::duration_cast<Duration>(settings_.compare_every);
    const auto quarter = static_cast<std::uint64_t>(every.count() / 4);
    next_round_ =
        now + every - every / 8 + Duration(static_cast<Duration::rep>(random_.below(quarter + 1)));
  }
  return chunk;
}

bool Truth::take_listing(TimePoint now) {
  if (!listing_ || *listing_ > now) return false;
  listing_.reset();
  return true;
}

std::vector<Truth::Finding> Truth::take_findings(TimePoint now) {
  std::vector<Finding> due;
  while (!findings_.empty() && findings_.front().when <= now) {
    due.push_back(std::move(findings_.front()));
    findings_.pop_front();
  }
  return due;
}

TimePoint Truth::due() const {
  TimePoint earliest = round_ ? next_chunk_ : next_round_;
  if (listing_) earliest = std::min(earliest, *listing_);
  if (!soon_.empty()) earliest = std::min(earliest, soon_.front().first);
  if (!findings_.empty()) earliest = std::min(earliest, findings_.front().when);
  return earliest;
}

}  // namespace monarch::notification
