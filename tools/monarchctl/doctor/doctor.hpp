// The doctor: walks a client's whole path through a cluster, hop by hop, and says of each how long
// it took, or what to check. Blocking, one thread, every wait bounded.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "monarchctl/doctor/office.hpp"
#include "monarchctl/doctor/visit.hpp"
#include "monarchctl/output.hpp"

namespace monarch::ctl::doctor {

struct Hop {
  enum class State : std::uint8_t { kGood, kFailed, kSkipped };
  std::string name;
  State state = State::kSkipped;
  double milliseconds = 0;
  std::string detail = {};
  std::string problem = {};
  std::vector<std::string> check = {};
};

struct Plan {
  struct Account {
    std::string handle;
    std::string password;
  };
  std::chrono::milliseconds timeout{5'000};  // per hop
  int interrupt = -1;                        // readable when everything is to end
  // Called when a hop is over.
  std::function<void(const Hop&)> tell = [](const Hop&) {};
};

// With accounts of its own, which it removes whatever happens.
[[nodiscard]] Output examine(Office& office, Random& random, const Plan& plan);

// As a client elsewhere: no administration, accounts that exist; the second one may be missing.
[[nodiscard]] Output examine_from_outside(const Endpoint& dispatch, const Plan::Account& first,
                                          const std::optional<Plan::Account>& second,
                                          Random& random, const Plan& plan);

// A hop as lines for a person.
[[nodiscard]] std::string to_text(const Hop& hop);

}  // namespace monarch::ctl::doctor
