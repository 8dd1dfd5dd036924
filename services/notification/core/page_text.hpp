// The payload of PAG: docs/protocol/notification.md#pag-5-8. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace monarch::notification {

struct PageText {
  std::string text;  // plain text (plain_text.hpp), not empty
  // Where the sender can be reached, when he says it.
  struct Callback {
    std::string location;  // HOME, WORK or MOBILE
    std::string number;    // digits and what people write between them
  };
  std::optional<Callback> callback = std::nullopt;
};

// Nothing for anything else than the form of the specification.
[[nodiscard]] std::optional<PageText> parse_page(std::string_view payload);

}  // namespace monarch::notification
