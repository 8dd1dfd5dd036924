// HttpPager: posts each page to the operator's gateway as a JSON document of our own form
// (docs/doors.md#paging). Loop thread only; the talking is done on threads of its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "notification/adapters/curl.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/adapters/worker.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {

class HttpPager final : public Pager {
 public:
  struct Settings {
    curl::Http gateway;
    std::size_t connections = 4;
    std::size_t queue_max = 1'000;
  };

  HttpPager(net::Loop& loop, Random& random, Settings settings);

  void attach(Driver& driver) { driver_ = &driver; }
  void page(RequestId id, const Page& page, Duration within) override;

 private:
  Random& random_;
  Settings settings_;
  Driver* driver_ = nullptr;
  log::RateLimit often_;
  Worker worker_;
};

// The document.
[[nodiscard]] std::string to_json(const Page& page, std::string_view unique_id);

}  // namespace monarch::notification
