// Md5Hasher: MD5 by OpenSSL. Lives on the service's loop.
#pragma once

#include <memory>

#include "auth/core/ports.hpp"

namespace monarch::auth {

class Md5Hasher final : public Hasher {
 public:
  Md5Hasher();
  ~Md5Hasher() override;
  Md5Digest md5(std::string_view challenge, std::string_view password) override;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace monarch::auth
