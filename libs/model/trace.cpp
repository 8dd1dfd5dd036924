#include "model/trace.hpp"

namespace monarch::model {

std::string to_string(TraceId id) {
  std::string text(16, '0');
  auto rest = id.value();
  for (auto digit = text.rbegin(); rest != 0; ++digit, rest >>= 4U) {
    *digit = "0123456789abcdef"[rest & 0xFU];
  }
  return text;
}

}  // namespace monarch::model
