#include "stores/redis_reply.hpp"

#include <array>
#include <openssl/evp.h>
#include <utility>

#include "base/assert.hpp"

namespace monarch::stores {

namespace {

// What Redis calls a script by. SHA-1 is its choice; nothing is protected by it.
std::string sha1_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  MONARCH_ASSERT(
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha1(), nullptr) == 1);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += kHex[digest[i] >> 4U];
    hex += kHex[digest[i] & 15U];
  }
  return hex;
}

void append_bulk(std::string& out, std::string_view bytes) {
  out += '$';
  out += std::to_string(bytes.size());
  out += "\r\n";
  out += bytes;
  out += "\r\n";
}

}  // namespace

Script::Script(std::string source) {
  auto digest = sha1_hex(source);
  body_ = std::make_shared<const Body>(Body{std::move(source), std::move(digest)});
}

Command& Command::add(std::string_view argument) {
  append_bulk(encoded_, argument);
  ++count_;
  return *this;
}

void Command::encode(std::string& out, bool script_in_full) const {
  out += '*';
  out += std::to_string(count_);
  out += "\r\n";
  if (!script_in_full || !script_) {
    out += encoded_;
    return;
  }
  // EVALSHA and the digest are the first two arguments and of known length; the rest stays.
  constexpr std::size_t kPrefix = sizeof("$7\r\nEVALSHA\r\n$40\r\n") - 1 + 40 + 2;
  append_bulk(out, "EVAL");
  append_bulk(out, script_->source);
  out.append(encoded_, kPrefix);
}

}  // namespace monarch::stores
