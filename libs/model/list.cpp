#include "model/list.hpp"

#include "base/assert.hpp"

namespace monarch::model {
namespace {

constexpr std::array<std::string_view, kLists> kListWords = {"FL", "AL", "BL", "RL"};
constexpr std::array<std::string_view, 5> kPropertyWords = {"PHH", "PHW", "PHM", "MOB", "MBE"};

template <class E, std::size_t N>
std::optional<E> find(const std::array<std::string_view, N>& words, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i) {
    if (words[i] == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_wire(List list) { return kListWords.at(static_cast<std::size_t>(list)); }
std::optional<List> parse_list(std::string_view word) { return find<List>(kListWords, word); }

std::string_view to_wire(Property property) {
  return kPropertyWords.at(static_cast<std::size_t>(property));
}
std::optional<Property> parse_property(std::string_view word) {
  return find<Property>(kPropertyWords, word);
}

std::size_t count_set(const Numbers& numbers) {
  return (numbers.home.empty() ? 0U : 1U) + (numbers.work.empty() ? 0U : 1U) +
         (numbers.mobile.empty() ? 0U : 1U) + (numbers.pages ? 1U : 0U);
}

std::string value_of(const Numbers& numbers, Property property) {
  switch (property) {
    case Property::kHomePhone:
      return numbers.home;
    case Property::kWorkPhone:
      return numbers.work;
    case Property::kMobilePhone:
      return numbers.mobile;
    case Property::kMobile:
      return numbers.pages ? "Y" : "N";
    case Property::kMobileDevice:
      break;
  }
  MONARCH_ASSERT(!"MBE is told to nobody");
  return {};
}

void set_value(Numbers& numbers, Property property, std::string_view value) {
  switch (property) {
    case Property::kHomePhone:
      numbers.home = value;
      return;
    case Property::kWorkPhone:
      numbers.work = value;
      return;
    case Property::kMobilePhone:
      numbers.mobile = value;
      return;
    case Property::kMobile:
      numbers.pages = value == "Y";
      return;
    case Property::kMobileDevice:
      break;
  }
  MONARCH_ASSERT(!"MBE is told to nobody");
}

}  // namespace monarch::model
