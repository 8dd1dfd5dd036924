#include "pki/authority.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <utility>

#include "base/assert.hpp"
#include "pki/certificate.hpp"
#include "pki/openssl.hpp"

namespace monarch::pki {

namespace {

constexpr std::size_t kSubjectLengthMax = 64;  // X.520's bound of a common name
constexpr std::size_t kSerialBytes = 16;

Key fresh_key() {
  Key key(EVP_EC_gen("P-256"));
  MONARCH_ASSERT(key != nullptr);
  return key;
}

std::string written(const auto& write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  MONARCH_ASSERT(write(bio.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Issued pem_of(X509& certificate, EVP_PKEY& key) {
  return {written([&](BIO* bio) { return PEM_write_bio_X509(bio, &certificate); }),
          written([&](BIO* bio) {
            return PEM_write_bio_PKCS8PrivateKey(bio, &key, nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

// Random, so that two authorities of one name, or one whose files were restored, never use a number
// twice.
void set_serial(X509& certificate) {
  std::array<unsigned char, kSerialBytes> bytes{};
  MONARCH_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  bytes[0] = (bytes[0] & 0x7FU) | 0x40U;  // positive, and of this length
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  MONARCH_ASSERT(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(&certificate)) != nullptr);
  BN_free(number);
}

X509Owner blank(const std::string& subject, std::int64_t not_before, std::int64_t not_after,
                EVP_PKEY& key) {
  X509Owner certificate(X509_new());
  MONARCH_ASSERT(certificate != nullptr);
  X509_set_version(certificate.get(), X509_VERSION_3);
  set_serial(*certificate);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), static_cast<std::time_t>(not_before));
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), static_cast<std::time_t>(not_after));
  X509_set_pubkey(certificate.get(), &key);
  const auto* text = reinterpret_cast<const unsigned char*>(subject.data());
  X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate.get()), NID_commonName,
                             MBSTRING_UTF8, text, static_cast<int>(subject.size()), -1, 0);
  return certificate;
}

// False: OpenSSL does not understand the value.
bool extend(X509& certificate, X509& issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  ERR_clear_error();
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(&certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

// Letters, digits, dots and hyphens: nothing that OpenSSL's own notation would take for its own.
bool is_dns_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}
bool is_address(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

struct Authority::Impl {
  X509Owner certificate;
  Key key;
  Issued pem;
};

Authority::Authority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Authority::Authority(Authority&&) noexcept = default;
Authority::~Authority() = default;

Authority Authority::create(const std::string& subject, std::int64_t not_before,
                            std::int64_t not_after) {
  MONARCH_ASSERT(subject.size() <= kSubjectLengthMax);
  auto impl = std::make_unique<Impl>();
  impl->key = fresh_key();
  impl->certificate = blank(subject, not_before, not_after, *impl->key);
  X509& own = *impl->certificate;
  X509_set_issuer_name(&own, X509_get_subject_name(&own));
  MONARCH_ASSERT(extend(own, own, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                 extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                 extend(own, own, NID_subject_key_identifier, "hash"));
  MONARCH_ASSERT(X509_sign(&own, impl->key.get(), EVP_sha256()) > 0);
  impl->pem = pem_of(own, *impl->key);
  return Authority(std::move(impl));
}

Result<Authority, std::string> Authority::load(std::string_view certificate, std::string_view key) {
  auto found = read_certificates(certificate);
  if (found.size() != 1) return fail(std::string("hold no single certificate that can be read"));
  auto impl = std::make_unique<Impl>();
  impl->certificate = std::move(found.front());
  if (X509_check_ca(impl->certificate.get()) == 0) {
    return fail(std::string("hold a certificate that may not sign others"));
  }
  impl->key = read_key(key);
  if (!impl->key) return fail(std::string("hold no private key that can be read"));
  if (X509_check_private_key(impl->certificate.get(), impl->key.get()) != 1) {
    ERR_clear_error();
    return fail(std::string("do not belong together"));
  }
  impl->pem = {std::string(certificate), std::string(key)};
  return Authority(std::move(impl));
}

const Issued& Authority::pem() const { return impl_->pem; }

std::int64_t Authority::not_after() const {
  return read_certificate(impl_->pem.certificate).value().not_after;
}

Result<Issued, std::string> Authority::issue(const Request& request) const {
  if (request.subject.empty() || request.subject.size() > kSubjectLengthMax) {
    return fail("\"" + request.subject + "\" is no subject of 1 to 64 characters");
  }
  std::string names;
  for (const auto& name : request.dns_names) {
    if (!is_dns_name(name)) return fail("\"" + name + "\" is no DNS name in lower case");
    names += (names.empty() ? "DNS:" : ",DNS:") + name;
  }
  MONARCH_ASSERT(!names.empty());
  for (const auto& address : request.addresses) {
    if (!is_address(address)) return fail("\"" + address + "\" is no IPv4 address");
    names += ",IP:" + address;
  }
  const Key key = fresh_key();
  const X509Owner certificate =
      blank(request.subject, request.not_before, std::min(request.not_after, not_after()), *key);
  X509& own = *certificate;
  X509& issuer = *impl_->certificate;
  X509_set_issuer_name(&own, X509_get_subject_name(&issuer));
  const bool good = extend(own, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                    extend(own, issuer, NID_key_usage, "critical,digitalSignature") &&
                    extend(own, issuer, NID_ext_key_usage,
                           request.serves ? "serverAuth,clientAuth" : "clientAuth") &&
                    extend(own, issuer, NID_subject_key_identifier, "hash") &&
                    extend(own, issuer, NID_authority_key_identifier, "keyid");
  MONARCH_ASSERT(good);
  if (!extend(own, issuer, NID_subject_alt_name, names)) {
    return fail("\"" + names + "\" cannot stand in a certificate");
  }
  MONARCH_ASSERT(X509_sign(&own, impl_->key.get(), EVP_sha256()) > 0);
  return pem_of(own, *key);
}

}  // namespace monarch::pki
