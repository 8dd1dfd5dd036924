// What may stand in the member directory, and how its values are compared. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/presence.hpp"

namespace monarch::presence {

// What an administrator types: plain text.
struct DirectoryDetails {
  std::string first;
  std::string last;
  std::string city;
  std::string state;
  std::string country;
};

// The entry as FND shows it, or what is wrong with it in words: a last name is needed, a country
// has two letters, nothing is a wildcard or too long for a line.
[[nodiscard]] Result<model::Person, std::string> directory_person(const DirectoryDetails& details);
[[nodiscard]] DirectoryDetails directory_details(const model::Person& person);

// What two values have in common that are the same but for escapes and case. Letters of the Latin
// (ASCII and Latin-1), Greek and Cyrillic alphabets have case here; no locale is asked, so that
// what was stored once is found for ever.
[[nodiscard]] std::string directory_key(std::string_view token);
// All five; empty for what fits everybody: nothing, and `*`.
[[nodiscard]] model::Person directory_keys(const model::Person& person);

}  // namespace monarch::presence
