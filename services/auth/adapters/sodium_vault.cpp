#include "auth/adapters/sodium_vault.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace monarch::auth {

namespace {

constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKeyIdBytesMax = 32;

using RawKey = std::array<unsigned char, kKeyBytes>;
// What a sealed password is bound to: its purpose, the form's version, the account's number.
constexpr std::string_view kPurpose = "monarch.auth.password.1";
using Bound = std::array<unsigned char, kPurpose.size() + 8>;

Bound bound_to(AccountId account) {
  Bound bound{};
  kPurpose.copy(reinterpret_cast<char*>(bound.data()), kPurpose.size());
  for (std::size_t i = 0; i < 8; ++i) {
    bound[kPurpose.size() + i] = static_cast<unsigned char>(account.value() >> (8 * i));
  }
  return bound;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_key_id(std::string_view id) {
  if (id.empty() || id.size() > kKeyIdBytesMax) return false;
  for (const char c : id) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
    if (!good) return false;
  }
  return true;
}

bool parse_hex(std::string_view hex, RawKey& key) {
  std::size_t size = 0;
  const char* end = nullptr;
  if (hex.size() != 2 * kKeyBytes) return false;
  if (sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, &size, &end) != 0) {
    return false;
  }
  return size == kKeyBytes && end == hex.data() + hex.size();
}

// A key without a name is called by a fingerprint, which says nothing about it.
std::string fingerprint(const RawKey& key) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), key.data(), key.size(), nullptr, 0);
  std::array<char, 9> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), 4);
  return hex.data();
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

struct SodiumVault::Keys {
  std::vector<std::string> ids;
  // In libsodium's guarded memory: not swapped, not in core dumps, zeroed when freed.
  RawKey* raw = static_cast<RawKey*>(sodium_allocarray(kKeysMax, sizeof(RawKey)));

  Keys() { MONARCH_ASSERT(raw != nullptr); }
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;
  ~Keys() { sodium_free(raw); }

  // Null when there is none.
  [[nodiscard]] const RawKey* find(std::string_view id) const {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (ids[i] == id) return &raw[i];
    }
    return nullptr;
  }
  // False: this is no key. There is room.
  [[nodiscard]] bool add(std::string_view line) {
    RawKey& key = raw[ids.size()];
    const auto colon = line.find(':');
    const bool bare = colon == std::string_view::npos;
    if (!parse_hex(bare ? line : line.substr(colon + 1), key)) return false;
    ids.push_back(bare ? fingerprint(key) : std::string(line.substr(0, colon)));
    return is_key_id(ids.back());
  }
};

Result<std::unique_ptr<SodiumVault>, std::string> SodiumVault::from_keys(std::string_view text) {
  if (sodium_init() < 0) return fail(std::string("libsodium does not start"));
  auto keys = std::make_unique<Keys>();
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::string place = "line " + std::to_string(number);
    if (keys->ids.size() == kKeysMax) {
      return fail("more than " + std::to_string(kKeysMax) + " keys");
    }
    if (!keys->add(line)) {
      return fail(place + " is no key: it must be ID:HEX with 64 hex digits (monarch-auth " +
                  "--generate-key FILE writes one)");
    }
    if (keys->find(keys->ids.back()) != &keys->raw[keys->ids.size() - 1]) {
      return fail(place + " names a key that an earlier line names too");
    }
  }
  if (keys->ids.empty()) return fail(std::string("it holds no key"));
  return std::unique_ptr<SodiumVault>(new SodiumVault(std::move(keys)));
}

Secret SodiumVault::generate_keys() {
  MONARCH_ASSERT(sodium_init() >= 0);
  RawKey key{};
  randombytes_buf(key.data(), key.size());
  const std::string id = fingerprint(key);
  Secret text(id.size() + 1 + 2 * kKeyBytes + 1);
  id.copy(text.data(), id.size());
  text.data()[id.size()] = ':';
  // bin2hex ends with a zero, where the newline goes.
  char* hex = text.data() + id.size() + 1;
  sodium_bin2hex(hex, 2 * kKeyBytes + 1, key.data(), key.size());
  hex[2 * kKeyBytes] = '\n';
  sodium_memzero(key.data(), key.size());
  return text;
}

SodiumVault::SodiumVault(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
SodiumVault::~SodiumVault() = default;

SealedPassword SodiumVault::seal(AccountId account, const Secret& password) {
  const Bound bound = bound_to(account);
  SealedPassword sealed{keys_->ids.front(),
                        std::string(kNonceBytes + password.size() + kTagBytes, '\0')};
  auto* bytes = reinterpret_cast<unsigned char*>(sealed.bytes.data());
  randombytes_buf(bytes, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes + kNonceBytes, nullptr, bytes_of(password.view()), password.size(), bound.data(),
      bound.size(), nullptr, bytes, keys_->raw[0].data());
  return sealed;
}

Result<Secret, VaultFault> SodiumVault::open(AccountId account, const SealedPassword& sealed) {
  const RawKey* key = keys_->find(sealed.key);
  if (key == nullptr) return fail(VaultFault::kUnknownKey);
  if (sealed.bytes.size() < kNonceBytes + kTagBytes) return fail(VaultFault::kForged);
  const Bound bound = bound_to(account);
  const unsigned char* bytes = bytes_of(sealed.bytes);
  Secret password(sealed.bytes.size() - kNonceBytes - kTagBytes);
  const int refused = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(password.data()), nullptr, nullptr, bytes + kNonceBytes,
      sealed.bytes.size() - kNonceBytes, bound.data(), bound.size(), bytes, key->data());
  if (refused != 0) return fail(VaultFault::kForged);
  return password;
}

Outcome<std::string> write_key_file(const std::string& path) {
  // O_EXCL: a key that is overwritten takes every password with it.
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return fail(path + ": " + std::strerror(errno));
  const Secret text = SodiumVault::generate_keys();
  const auto written = ::write(file, text.view().data(), text.size());
  const bool good = written == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const std::string error = good ? std::string() : std::strerror(errno);
  ::close(file);
  if (!good) {
    ::unlink(path.c_str());
    return fail(path + ": " + error);
  }
  return Ok{};
}

}  // namespace monarch::auth
