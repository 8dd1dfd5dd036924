// CertificateWatch: follows the files of a process's certificate: says in a metric until when it is
// valid, and in the log when it was replaced or can no longer be used. Owned by the process; loop
// thread only. (The gRPC library rereads the files by itself; see libs/rpc/security.hpp.)
#pragma once

#include <string>

#include "net/heart.hpp"
#include "net/loop.hpp"
#include "runtime/metrics.hpp"
#include "runtime/security_settings.hpp"

namespace monarch::runtime {

class CertificateWatch {
 public:
  // The files have been checked.
  CertificateWatch(net::Loop& loop, metrics::Registry& metrics, SecuritySettings settings,
                   Duration look_every = std::chrono::seconds(10));

 private:
  void look();

  SecuritySettings settings_;
  metrics::Gauge expiry_;
  std::string seen_;  // when which file was last changed
  net::Heart heart_;  // last: it beats at once
};

}  // namespace monarch::runtime
