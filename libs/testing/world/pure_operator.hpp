// What monarchctl's commands do to a PureCluster, for `** operator …` in transcripts: the same
// words, the same checks at the door, the same core operations behind it. One thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "testing/world/pure_cluster.hpp"

namespace monarch::world {

// The error says why it was not done, or that there is no such command.
[[nodiscard]] Outcome<std::string> operate(PureCluster& cluster,
                                           const std::vector<std::string>& words);

}  // namespace monarch::world
