#include "auth/adapters/md5_hasher.hpp"

#include <openssl/evp.h>

#include "base/assert.hpp"

namespace monarch::auth {

// Looked up and allocated once: both cost more than the hash itself.
struct Md5Hasher::Context {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "MD5", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  Context() { MONARCH_ASSERT(algorithm != nullptr && context != nullptr); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(algorithm);
  }
};

Md5Hasher::Md5Hasher() : context_(std::make_unique<Context>()) {}
Md5Hasher::~Md5Hasher() = default;

Md5Digest Md5Hasher::md5(std::string_view challenge, std::string_view password) {
  Md5Digest digest{};
  unsigned size = 0;
  EVP_MD_CTX* context = context_->context;
  const bool good = EVP_DigestInit_ex2(context, context_->algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(context, challenge.data(), challenge.size()) == 1 &&
                    EVP_DigestUpdate(context, password.data(), password.size()) == 1 &&
                    EVP_DigestFinal_ex(context, digest.data(), &size) == 1;
  MONARCH_ASSERT(good && size == digest.size());
  return digest;
}

}  // namespace monarch::auth
