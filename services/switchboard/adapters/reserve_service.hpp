// ReserveService: switchboard.v1.Switchboard, by which notification nodes take tickets. Owned by
// the composition root; its work is done on the loop.
#pragma once

#include <memory>
#include <string>

#include "net/loop.hpp"
#include "switchboard/adapters/driver.hpp"

namespace grpc {
class Service;
}

namespace monarch::switchboard {

class ReserveService {
 public:
  // `address` is where clients reach this switchboard.
  ReserveService(net::Loop& loop, Driver& driver, std::string address);
  ~ReserveService();
  ReserveService(const ReserveService&) = delete;
  ReserveService& operator=(const ReserveService&) = delete;

  // For rpc::Server.
  [[nodiscard]] grpc::Service* service();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::switchboard
