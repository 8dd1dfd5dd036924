// OpenSSL's objects as owners, and its PEM texts read and written. For libs/pki's own files.
#pragma once

#include <memory>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string>
#include <string_view>
#include <vector>

namespace monarch::pki {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using X509Owner = std::unique_ptr<X509, Freer<X509_free>>;

// The certificates of a PEM text in their order; empty: it holds none, or one that is damaged.
[[nodiscard]] std::vector<X509Owner> read_certificates(std::string_view pem);
// Null: the text holds no private key, or one that asks for a passphrase.
[[nodiscard]] Key read_key(std::string_view pem);

}  // namespace monarch::pki
