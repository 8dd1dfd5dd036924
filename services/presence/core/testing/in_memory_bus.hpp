// Bus to subscribers in the same process: each delivery is a step, so with a random source they
// overtake each other; a hook loses and doubles them.
#pragma once

#include <functional>
#include <vector>

#include "presence/core/ports.hpp"
#include "presence/core/testing/steps.hpp"

namespace monarch::presence::testing {

class InMemoryBus final : public Bus {
 public:
  explicit InMemoryBus(Steps& steps) : steps_(steps) {}

  Eventual<Result<Ok, BusError>> publish(const std::vector<model::NodeHints>& hints) override {
    if (!hints.empty()) ++round_trips;
    return defer<Ok, BusError>(steps_, fate_of(fates, "publish"), BusError::kUnavailable,
                               [this, hints] {
                                 for (const auto& one : hints) take(one);
                                 return Ok{};
                               });
  }

  // Whoever subscribes to all nodes' channels; may be empty.
  std::function<void(const model::NodeHints&)> deliver;
  // How many times a message arrives; not set: once.
  std::function<unsigned(const model::NodeHints&)> copies;
  Fates fates;
  std::vector<model::NodeHints> published;  // everything, in order
  std::size_t round_trips = 0;

 private:
  void take(const model::NodeHints& hints) {
    published.push_back(hints);
    const unsigned count = copies ? copies(hints) : 1;
    for (unsigned i = 0; i < count; ++i) {
      steps_.post([this, hints] {
        if (deliver) deliver(hints);
      });
    }
  }

  Steps& steps_;
};

}  // namespace monarch::presence::testing
