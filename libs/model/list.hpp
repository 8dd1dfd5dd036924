// The four lists (docs/protocol/README.md#vocabulary) and what a user stores beside them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace monarch::model {

enum class List : std::uint8_t { kForward, kAllow, kBlock, kReverse };
inline constexpr std::size_t kLists = 4;

[[nodiscard]] std::string_view to_wire(List list);
// "FL" "AL" "BL" "RL"; nullopt for any other word.
[[nodiscard]] std::optional<List> parse_list(std::string_view word);

// The properties of docs/protocol/notification.md#prp-5, in the order of the SYN dump.
enum class Property : std::uint8_t { kHomePhone, kWorkPhone, kMobilePhone, kMobile, kMobileDevice };

[[nodiscard]] std::string_view to_wire(Property property);
// "PHH" "PHW" "PHM" "MOB" "MBE"; nullopt for any other word.
[[nodiscard]] std::optional<Property> parse_property(std::string_view word);

// What contacts may see of a user's numbers: the four that BPR carries. Tokens are kept encoded, as
// received (docs/protocol/framing.md#6-character-set-and-url-encoding); empty is unset.
struct Numbers {
  std::string home;
  std::string work;
  std::string mobile;
  bool pages = false;  // MOB: contacts may page the mobile

  friend bool operator==(const Numbers&, const Numbers&) = default;
};

// How many of the numbers are set: each is a BPR line and a serial when someone is let in to see
// them (docs/protocol/presence-and-privacy.md#4-effects-of-each-list-operation).
[[nodiscard]] std::size_t count_set(const Numbers& numbers);

inline constexpr std::array kNumberProperties = {Property::kHomePhone, Property::kWorkPhone,
                                                 Property::kMobilePhone, Property::kMobile};
// The value as PRP and BPR write it: a token, "" for an unset phone, "Y" or "N" for MOB.
[[nodiscard]] std::string value_of(const Numbers& numbers, Property property);
// Sets one of kNumberProperties from such a value.
void set_value(Numbers& numbers, Property property, std::string_view value);

// Contact groups, MSNP7: ids 0…29, a set of them is a bit mask.
using GroupId = std::uint8_t;
using GroupSet = std::uint32_t;
inline constexpr std::size_t kGroupsMax = 30;
struct Group {
  GroupId id = 0;
  std::string name;

  friend bool operator==(const Group&, const Group&) = default;
};

}  // namespace monarch::model
