// Outside: the doors that lead out of the cluster, opened as the settings say. Made by the
// composition root; loop thread only.
#pragma once

#include <memory>
#include <string>

#include "base/random.hpp"
#include "net/loop.hpp"
#include "notification/adapters/door_settings.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/core/doors.hpp"

namespace monarch::notification {

class Outside {
 public:
  // `info_url` is what invitation mails name.
  Outside(net::Loop& loop, Random& random, const DoorSettings& settings,
          const std::string& info_url);
  ~Outside();
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

  [[nodiscard]] Doors doors();
  void attach(Driver& driver);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::notification
