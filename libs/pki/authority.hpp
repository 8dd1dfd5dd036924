// Authority: a private certificate authority: makes itself, and certificates with fresh keys for
// those who show that they belong to the cluster (ECDSA P-256). For monarchctl and tests; any
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace monarch::pki {

// As PEM.
struct Issued {
  std::string certificate;
  std::string key;
};

struct Request {
  std::string subject;                 // at most 64 characters
  std::vector<std::string> dns_names;  // at least one
  std::vector<std::string> addresses;  // IPv4
  // Whether it may answer as a server too, or only call others.
  bool serves = true;
  std::int64_t not_before = 0;  // Unix time
  std::int64_t not_after = 0;   // no later than the authority's own end
};

class Authority {
 public:
  [[nodiscard]] static Authority create(const std::string& subject, std::int64_t not_before,
                                        std::int64_t not_after);
  // The error is the end of a sentence about these files.
  [[nodiscard]] static Result<Authority, std::string> load(std::string_view certificate,
                                                           std::string_view key);
  Authority(Authority&&) noexcept;
  ~Authority();

  [[nodiscard]] const Issued& pem() const;
  [[nodiscard]] std::int64_t not_after() const;
  // The error names what of the request cannot stand in a certificate.
  [[nodiscard]] Result<Issued, std::string> issue(const Request& request) const;

 private:
  struct Impl;
  explicit Authority(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::pki
