// Makes the rosters of a fixture the way clients do: each account signs in and sends the changes.
// The serials are what they are then.
#pragma once

#include <string>

#include "base/result.hpp"
#include "testing/transcript/fixture.hpp"
#include "testing/transcript/target.hpp"

namespace monarch::testing {

// The accounts exist; nobody is signed in. `address` is that of a notification node.
[[nodiscard]] Outcome<std::string> write_rosters(const transcript::Fixture& fixture,
                                                 transcript::Target& target,
                                                 const std::string& address);

// The text that an encoded token stands for.
[[nodiscard]] std::string decoded(const std::string& token);

}  // namespace monarch::testing
