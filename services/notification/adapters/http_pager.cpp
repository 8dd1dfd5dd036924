#include "notification/adapters/http_pager.hpp"

#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "notification/adapters/unique_id.hpp"

namespace monarch::notification {

std::string to_json(const Page& page, std::string_view unique_id) {
  nlohmann::ordered_json document = {{"version", 1},
                                     {"id", unique_id},
                                     {"from", {{"email", page.from.value()}, {"name", page.name}}},
                                     {"to", {{"email", page.to.value()}, {"number", page.number}}},
                                     {"text", page.content.text}};
  if (const auto& callback = page.content.callback) {
    document["callback"] = {{"location", callback->location}, {"number", callback->number}};
  }
  // All of it is UTF-8 already (plain_text.hpp).
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

HttpPager::HttpPager(net::Loop& loop, Random& random, Settings settings)
    : random_(random),
      settings_(std::move(settings)),
      worker_(loop, settings_.connections, settings_.queue_max) {
  settings_.gateway.headers.emplace_back("Content-Type: application/json");
}

void HttpPager::page(RequestId id, const Page& page, Duration within) {
  worker_.submit(
      within,
      // The settings outlive the worker, which is a member after them.
      [&settings = settings_,
       body = to_json(page, unique_id(random_))](const Worker::Terms& terms) -> Worker::Done {
        const auto posted = curl::post(settings.gateway, body, terms);
        if (!posted) return fail(posted.error().text);
        return Ok{};
      },
      [this, id](const Worker::Done& done) {
        if (!done) {
          if (const auto held_back = often_.due(std::chrono::steady_clock::now())) {
            log::warn("page_not_sent", {{"error", done.error()}, {"held_back", *held_back}});
          }
        }
        const auto outcome = done ? Delivery::kTaken : Delivery::kFailed;
        driver_->enter([&](Node& node) { node.paged(id, outcome); });
      });
}

}  // namespace monarch::notification
