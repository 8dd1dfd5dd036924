// AdminServer: the small HTTP endpoint for machines that watch a process: /metrics, /healthz and
// /readyz. Owned by the process, lives on its loop, so that an answer also says that the loop
// turns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "net/loop.hpp"
#include "runtime/health.hpp"
#include "runtime/metrics.hpp"

namespace monarch::runtime {

struct AdminLimits {
  std::size_t connections_max = 32;
  std::size_t request_bytes_max = 8 * 1024;
  Duration exchange_at_most = std::chrono::seconds(5);
};

class AdminServer {
 public:
  [[nodiscard]] static Result<std::unique_ptr<AdminServer>, std::string> open(
      net::Loop& loop, const Endpoint& bind, metrics::Registry& metrics, const Health& health,
      const AdminLimits& limits = {});
  ~AdminServer();

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Impl;
  explicit AdminServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::runtime
