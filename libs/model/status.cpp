#include "model/status.hpp"

#include <array>
#include <cstddef>

namespace monarch::model {
namespace {

constexpr std::array<std::string_view, 9> kWords = {"FLN", "NLN", "BSY", "IDL", "BRB",
                                                    "AWY", "PHN", "LUN", "HDN"};

}  // namespace

std::string_view to_wire(Status status) { return kWords.at(static_cast<std::size_t>(status)); }

std::optional<Status> parse_status(std::string_view word) {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (kWords.at(i) == word) return static_cast<Status>(i);
  }
  return std::nullopt;
}

}  // namespace monarch::model
