#include "presence/core/directory_rules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "msnp/url_coding.hpp"

namespace monarch::presence {

namespace {

struct Field {
  const char* name;
  std::string DirectoryDetails::*text;
  std::string model::Person::*token;
};
constexpr std::array kFields = {
    Field{"first name", &DirectoryDetails::first, &model::Person::first},
    Field{"last name", &DirectoryDetails::last, &model::Person::last},
    Field{"city", &DirectoryDetails::city, &model::Person::city},
    Field{"state", &DirectoryDetails::state, &model::Person::state},
    Field{"country", &DirectoryDetails::country, &model::Person::country}};

bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }

// The lower case of a two-byte UTF-8 sequence, as its code point; itself when it has none.
unsigned lower(unsigned point) {
  if (point >= 0xC0 && point <= 0xDE && point != 0xD7) return point + 0x20;     // Latin-1
  if (point >= 0x391 && point <= 0x3AB && point != 0x3A2) return point + 0x20;  // Greek
  if (point >= 0x410 && point <= 0x42F) return point + 0x20;                    // Cyrillic
  if (point >= 0x400 && point <= 0x40F) return point + 0x50;
  return point;
}

}  // namespace

Result<model::Person, std::string> directory_person(const DirectoryDetails& details) {
  model::Person person;
  for (const auto& field : kFields) {
    std::string text = details.*field.text;
    const std::string name = field.name;
    if (text.empty()) continue;
    if (text.find('*') != std::string::npos) return fail("the " + name + " may have no * in it");
    if (field.text == &DirectoryDetails::country) {
      for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      if (text.size() != 2 || !std::all_of(text.begin(), text.end(), is_ascii_upper)) {
        return fail(std::string("the country must be two letters, like US"));
      }
    }
    auto token = msnp::encode_name(text);
    if (!msnp::is_name_token(token)) {
      return fail("the " + name + " must be UTF-8 without control characters");
    }
    if (token.size() > model::kPersonBytesMax) {
      return fail("the " + name + " is longer than " + std::to_string(model::kPersonBytesMax) +
                  " bytes, escapes included");
    }
    person.*field.token = std::move(token);
  }
  if (person.last.empty()) return fail(std::string("a last name is needed, for FND asks for one"));
  return person;
}

DirectoryDetails directory_details(const model::Person& person) {
  DirectoryDetails details;
  for (const auto& field : kFields) details.*field.text = msnp::decode_name(person.*field.token);
  return details;
}

std::string directory_key(std::string_view token) {
  std::string key = msnp::decode_name(token);
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto byte = static_cast<unsigned char>(key[i]);
    if (is_ascii_upper(key[i])) {
      key[i] = static_cast<char>(key[i] - 'A' + 'a');
    } else if (byte >= 0xC2 && byte <= 0xDF && i + 1 < key.size()) {
      const unsigned point =
          (byte & 0x1FU) << 6U | (static_cast<unsigned char>(key[i + 1]) & 0x3FU);
      const unsigned small = lower(point);
      key[i] = static_cast<char>(0xC0U | small >> 6U);
      key[++i] = static_cast<char>(0x80U | (small & 0x3FU));
    }
  }
  return key;
}

model::Person directory_keys(const model::Person& person) {
  model::Person keys;
  for (const auto& field : kFields) {
    const auto& token = person.*field.token;
    if (token != "*") keys.*field.token = directory_key(token);
  }
  return keys;
}

}  // namespace monarch::presence
