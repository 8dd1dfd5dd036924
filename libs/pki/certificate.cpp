#include "pki/certificate.hpp"

#include <array>
#include <ctime>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <utility>

#include "pki/openssl.hpp"

namespace monarch::pki {

namespace {

using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;
using Store = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;
using Verification = std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>>;

std::int64_t unix_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<std::int64_t>(::timegm(&parts));
}

std::string text_of(const ASN1_STRING* string) {
  const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(string));
  return {data, static_cast<std::size_t>(ASN1_STRING_length(string))};
}

void read_names(const X509& x509, Certificate& certificate) {
  const Names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&x509, NID_subject_alt_name, nullptr, nullptr)));
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  for (int i = 0; i < count; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) certificate.dns_names.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_IPADD && ASN1_STRING_length(name->d.iPAddress) == 4) {
      const unsigned char* bytes = ASN1_STRING_get0_data(name->d.iPAddress);
      std::string text;
      for (int part = 0; part < 4; ++part) {
        text += (text.empty() ? "" : ".") + std::to_string(bytes[part]);
      }
      certificate.addresses.push_back(std::move(text));
    }
  }
}

Certificate certificate_of(X509& x509) {
  Certificate certificate;
  std::array<char, 256> subject{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(&x509), NID_commonName, subject.data(),
                            static_cast<int>(subject.size()));
  certificate.subject = subject.data();
  read_names(x509, certificate);
  certificate.authority = X509_check_ca(&x509) == 1;
  certificate.not_before = unix_time(X509_get0_notBefore(&x509));
  certificate.not_after = unix_time(X509_get0_notAfter(&x509));
  return certificate;
}

Outcome<Fault> check_times(const Certificate& certificate, Fault::Part part, std::int64_t now) {
  if (now < certificate.not_before) {
    return fail(Fault{part, "is not valid before " + utc(certificate.not_before) +
                                "; is this machine's clock right?"});
  }
  if (now >= certificate.not_after) {
    return fail(Fault{part, "has expired on " + utc(certificate.not_after)});
  }
  return Ok{};
}

// Whether a chain leads from the first of `chain` to one of `authorities`.
Outcome<Fault> check_signature(const std::vector<X509Owner>& authorities,
                               const std::vector<X509Owner>& chain, std::int64_t now) {
  const Store store(X509_STORE_new());
  for (const auto& authority : authorities) X509_STORE_add_cert(store.get(), authority.get());
  STACK_OF(X509)* between = sk_X509_new_null();
  for (std::size_t i = 1; i < chain.size(); ++i) sk_X509_push(between, chain[i].get());
  const Verification verification(X509_STORE_CTX_new());
  X509_STORE_CTX_init(verification.get(), store.get(), chain.front().get(), between);
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(verification.get()), now);
  const bool good = X509_verify_cert(verification.get()) == 1;
  const int why = X509_STORE_CTX_get_error(verification.get());
  sk_X509_free(between);
  ERR_clear_error();
  if (good) return Ok{};
  return fail(Fault{Fault::Part::kCertificate, std::string("is not signed by the authority: ") +
                                                   X509_verify_cert_error_string(why)});
}

}  // namespace

std::string utc(std::int64_t unix_seconds) {
  const auto time = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

Result<Certificate, std::string> read_certificate(std::string_view pem) {
  const auto found = read_certificates(pem);
  if (found.empty()) return fail(std::string("holds no certificate that can be read (PEM)"));
  return certificate_of(*found.front());
}

Result<Certificate, Fault> check_identity(const Identity& identity, std::int64_t now) {
  using Part = Fault::Part;
  const std::string unreadable = "holds no certificate that can be read (PEM)";
  const auto authorities = read_certificates(identity.authority);
  if (authorities.empty()) return fail(Fault{Part::kAuthority, unreadable});
  for (const auto& one : authorities) {
    if (X509_check_ca(one.get()) == 0) {
      return fail(Fault{Part::kAuthority, "holds a certificate that may not sign others"});
    }
  }
  if (authorities.size() == 1) {
    const auto good = check_times(certificate_of(*authorities.front()), Part::kAuthority, now);
    if (!good) return fail(good.error());
  }
  const auto chain = read_certificates(identity.certificate);
  if (chain.empty()) return fail(Fault{Part::kCertificate, unreadable});
  const Certificate certificate = certificate_of(*chain.front());
  if (const auto good = check_times(certificate, Part::kCertificate, now); !good) {
    return fail(good.error());
  }
  const Key key = read_key(identity.key);
  if (!key) {
    return fail(Fault{Part::kKey, "holds no private key that can be read (PEM, no passphrase)"});
  }
  if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
    ERR_clear_error();
    return fail(Fault{Part::kKey, "is the key of another certificate"});
  }
  if (auto good = check_signature(authorities, chain, now); !good) return fail(good.error());
  return certificate;
}

}  // namespace monarch::pki
