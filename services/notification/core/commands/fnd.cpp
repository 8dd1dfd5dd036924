// FND: docs/protocol/notification.md#fnd-2-7.
#include <array>
#include <optional>

#include "msnp/limits.hpp"
#include "msnp/url_coding.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using msnp::ErrorCode;

namespace {

struct Field {
  std::string_view key;
  std::string model::Person::*value;
};
// In the order of the result lines.
constexpr std::array kFields = {
    Field{"fname=", &model::Person::first}, Field{"lname=", &model::Person::last},
    Field{"city=", &model::Person::city}, Field{"state=", &model::Person::state},
    Field{"country=", &model::Person::country}};

bool is_any(std::string_view value) { return value.empty() || value == "*"; }

bool is_united_states(std::string_view country) {
  return country.size() == 2 && (country[0] == 'U' || country[0] == 'u') &&
         (country[1] == 'S' || country[1] == 's');
}

// Each key at most once and in any order; nothing for what is no question.
std::optional<model::Person> parse(std::span<const std::string_view> words) {
  model::Person person;
  std::array<bool, kFields.size()> seen{};
  for (const auto word : words) {
    std::size_t i = 0;
    while (i < kFields.size() && !word.starts_with(kFields.at(i).key)) ++i;
    if (i == kFields.size() || seen.at(i)) return std::nullopt;
    seen.at(i) = true;
    const auto value = word.substr(kFields.at(i).key.size());
    if (value.size() > model::kPersonBytesMax) return std::nullopt;
    if (!value.empty() && !msnp::is_name_token(value)) return std::nullopt;
    person.*kFields.at(i).value = value;
  }
  // A last name with a wildcard anywhere in it is none.
  if (person.last.empty() || person.last.find('*') != std::string::npos) return std::nullopt;
  if (!is_united_states(person.country) && (!is_any(person.city) || !is_any(person.state))) {
    return std::nullopt;
  }
  return person;
}

void count(Counters& counters, SearchResult result) {
  ++counters.searches[static_cast<std::size_t>(result)];
}

}  // namespace

void Commands::fnd(Session& session, const Invocation& call, Effects& effects) {
  auto& counters = session.around_->counters;
  if (!session.around_->settings.directory) {
    count(counters, SearchResult::kDisabled);
    session.error(ErrorCode::kCommandDisabled, call.trid, effects);
    return;
  }
  auto wanted = parse(call.args);
  if (!wanted) {
    count(counters, SearchResult::kMalformed);
    session.error(ErrorCode::kInvalidParameter, call.trid, effects);
    return;
  }
  // From here on SND and SDC mean this search, or nobody.
  session.outside().found.clear();
  session.ask(model::SearchDirectory{session.ref_, std::move(*wanted)}, call.trid, &found, effects);
}

// All lines are in one write, for the client cannot take them in pieces.
void Commands::found(Session& session, Answer answer, Effects& effects) {
  auto& counters = session.around_->counters;
  const auto* found = std::get_if<model::Found>(&answer.reply);
  if (found == nullptr) {
    const bool refused = std::holds_alternative<model::Refused>(answer.reply);
    count(counters, refused ? SearchResult::kTooMany : SearchResult::kUnavailable);
    refuse(session, answer, effects);
    return;
  }
  count(counters, found->people.empty() ? SearchResult::kNobody : SearchResult::kFound);
  auto lines = session.lines(effects);
  if (found->people.empty()) {
    lines.line({"FND", answer.trid, "0", "0"});
    return;
  }
  const auto total = std::to_string(found->people.size());
  std::size_t index = 0;
  for (const auto& entry : found->people) {
    std::array<std::string, kFields.size()> words;
    for (std::size_t i = 0; i < words.size(); ++i) {
      words.at(i) = std::string(kFields.at(i).key) + entry.person.*kFields.at(i).value;
    }
    lines.line({"FND", answer.trid, std::to_string(++index), total, words[0], words[1], words[2],
                words[3], words[4]});
    session.outside().found.push_back(entry.handle);
  }
}

}  // namespace monarch::notification
