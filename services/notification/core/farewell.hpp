// Farewell: the pace at which a node that drains sends its users away. Whoever asked for it chose
// so many a second; when that is too slow for the time there is, it is faster, so that nobody is
// cut off without a word. Owned by Node; pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace monarch::notification {

class Farewell {
 public:
  // `people` are there now; all of them are to be told by `until`.
  Farewell(TimePoint now, TimePoint until, std::uint32_t per_second, std::size_t people);

  // How many of those `left` are to be told now; they count as told.
  [[nodiscard]] std::size_t take(TimePoint now, std::size_t left);
  // When take() is to be called next, as long as anybody is left.
  [[nodiscard]] TimePoint due() const { return due_; }
  // When the last of `people` will be told.
  [[nodiscard]] TimePoint last() const { return last_; }

 private:
  TimePoint until_;
  Duration interval_;  // from one person to the next
  TimePoint next_;     // when the next one is to be told
  TimePoint due_;
  TimePoint last_;
};

}  // namespace monarch::notification
