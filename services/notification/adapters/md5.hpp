// MD5 by OpenSSL, as the core's Md5Hex.
#pragma once

#include <string>
#include <string_view>

namespace monarch::notification {

[[nodiscard]] std::string md5_hex(std::string_view bytes);

}  // namespace monarch::notification
