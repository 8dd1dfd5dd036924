#include "notification/core/transcript.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace monarch::notification {
namespace {

using Params = std::span<const std::string_view>;

// Of each parameter in its turn whether it is shown: '+' yes, '-' no, '#' when it is a number, '='
// when the one before it is MOB or MBE, whose values are Y and N (the other properties are
// telephone numbers). A '*' ends a shape whose last letter goes for all that follow; without it
// what follows is hidden.
struct Row {
  std::string_view verb;
  std::string_view shape;
};

// docs/protocol/notification.md; of the opening docs/protocol/dispatch.md. In FND people are looked
// for by their names, SND and SDC tell whom one invites, PAG goes to a mobile phone.
// clang-format off
constexpr std::array kReceived{
    Row{"ADD", "#++++"},
    Row{"ADG", "#++"},
    Row{"BLP", "#+"},
    Row{"CHG", "#+"},
    Row{"CHL", "#"},
    Row{"CVQ", "#++++++"},
    Row{"CVR", "#++++++"},
    Row{"FND", "#"},
    Row{"GTC", "#+"},
    Row{"IMS", "#+"},
    Row{"INF", "#"},
    Row{"LSG", "#"},
    Row{"LST", "#+"},
    Row{"OUT", ""},
    Row{"PAG", "#-#"},
    Row{"PNG", ""},
    Row{"PRP", "#+="},
    Row{"QRY", "#+#"},
    Row{"REA", "#++"},
    Row{"REG", "#+++"},
    Row{"REM", "#+++"},
    Row{"RMG", "#+"},
    Row{"SDC", "#-------#"},
    Row{"SND", "#"},
    Row{"SYN", "#+"},
    Row{"URL", "#+"},
    Row{"USR", ""},  // received_shape()
    Row{"VER", "#+*"},
    Row{"XFR", "#+"},
};

// The challenge of CHL and of USR S are half of an answer that could be tried out; URL leads to a
// site of the operator's.
constexpr std::array kSent{
    Row{"ADD", "#+#+++"},
    Row{"ADG", "##+##"},
    Row{"BLP", "##+"},
    Row{"BPR", "#++="},
    Row{"CHG", "#+"},
    Row{"CHL", "#-"},
    Row{"CVQ", "#+++"},
    Row{"CVR", "#+++"},
    Row{"FLN", "+"},
    Row{"FND", "###"},
    Row{"GTC", "##+"},
    Row{"ILN", "#+++"},
    Row{"IMS", "##+"},
    Row{"INF", "#+"},
    Row{"IPG", "#"},
    Row{"LSG", "#####+#"},
    Row{"LST", "#+###+++"},
    Row{"MSG", "++#"},
    Row{"NLN", "+++"},
    Row{"NOT", "#"},
    Row{"OUT", "+"},
    Row{"PRP", "##+="},
    Row{"QNG", ""},
    Row{"QRY", "#"},
    Row{"REA", "##++"},
    Row{"REG", "###+#"},
    Row{"REM", "#+#+#"},
    Row{"RMG", "###"},
    Row{"RNG", "#++-++"},
    Row{"SDC", "#+"},
    Row{"SND", "#+"},
    Row{"SYN", "##"},
    Row{"URL", "#--#"},
    Row{"USR", ""},          // sent_shape()
    Row{"VER", "#+*"},
    Row{"XFR", ""},          // sent_shape()
};
// clang-format on

template <std::size_t N>
std::optional<std::string_view> find(const std::array<Row, N>& rows, std::string_view verb) {
  const auto place =
      std::find_if(rows.begin(), rows.end(), [verb](const Row& row) { return row.verb == verb; });
  if (place == rows.end()) return std::nullopt;
  return place->shape;
}

std::string_view at(Params params, std::size_t index) {
  return index < params.size() ? params[index] : std::string_view();
}

// The name is asked for by I, the digest comes with S. What is neither may hold anything.
std::optional<std::string_view> received_shape(std::string_view verb, Params params) {
  if (verb == "USR") {
    if (at(params, 1) != "MD5") return "#";
    if (at(params, 2) == "I") return "#+++";
    return at(params, 2) == "S" ? "#++-" : "#+";
  }
  return find(kReceived, verb);
}

std::optional<std::string_view> sent_shape(std::string_view verb, Params params) {
  if (verb == "USR") return at(params, 1) == "OK" ? "#++++" : "#++-";
  if (verb == "XFR") return at(params, 1) == "NS" ? "#++++" : "#+++-";
  if (verb.size() == 3 &&
      std::all_of(verb.begin(), verb.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return "#";  // an error
  }
  return find(kSent, verb);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 10 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_shown(std::string_view shape, Params params, std::size_t index) {
  char kind = '-';
  if (shape.ends_with('*')) {
    shape.remove_suffix(1);
    kind = shape.at(std::min(index, shape.size() - 1));
  } else if (index < shape.size()) {
    kind = shape[index];
  }
  switch (kind) {
    case '+':
      return true;
    case '#':
      return is_number(params[index]);
    case '=':
      return at(params, index - 1) == "MOB" || at(params, index - 1) == "MBE";
    default:
      return false;
  }
}

void append_escaped(std::string& line, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F) {
      line.push_back(c);
    } else {
      line.append("\\x");
      line.push_back(kDigits[byte >> 4U]);
      line.push_back(kDigits[byte & 0xFU]);
    }
  }
}

void append_hidden(std::string& line, std::size_t count) {
  if (count == 0) return;
  line.append(count == 1 ? " [hidden]" : " [" + std::to_string(count) + " hidden]");
}

std::string transcribe(std::string_view verb, Params params,
                       std::optional<std::string_view> shape) {
  std::string line;
  // What has the form of no verb may be a piece of anything.
  const bool is_verb = verb.size() == 3 && std::all_of(verb.begin(), verb.end(), [](char c) {
                         return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                       });
  line.append(is_verb ? verb : "[no verb]");
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (!is_verb || !shape || !is_shown(*shape, params, i)) {
      ++hidden;
      continue;
    }
    append_hidden(line, std::exchange(hidden, 0));
    line.push_back(' ');
    append_escaped(line, params[i]);
  }
  append_hidden(line, hidden);
  if (line.size() > kTranscriptLineBytesMax) {
    line.resize(kTranscriptLineBytesMax - 3);
    line.append("...");
  }
  return line;
}

// The media type of a MIME payload; empty when it says none, or none that looks like one.
std::string_view content_type(std::string_view payload) {
  constexpr std::string_view kName = "Content-Type:";
  constexpr std::size_t kTypeBytesMax = 64;
  while (!payload.empty()) {
    const auto end = payload.find("\r\n");
    std::string_view header = payload.substr(0, end);
    if (header.empty() || end == std::string_view::npos) return {};
    payload.remove_prefix(end + 2);
    if (!header.starts_with(kName)) continue;
    header.remove_prefix(kName.size());
    header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
    header = header.substr(0, header.find_first_of("; \t"));
    const bool good =
        header.size() <= kTypeBytesMax && std::all_of(header.begin(), header.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '/' || c == '-' || c == '.' || c == '+';
        });
    return good ? header : std::string_view();
  }
  return {};
}

void append_payload(std::string& line, std::string_view payload, std::string_view type) {
  line.append(" [" + std::to_string(payload.size()) + " bytes");
  if (!type.empty()) line.append(", ").append(type);
  line.push_back(']');
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const auto space = line.find(' ');
    words.push_back(line.substr(0, space));
    if (space == std::string_view::npos) return words;
    line.remove_prefix(space + 1);
  }
}

// The bytes that follow the line; what does not say how many has none.
std::size_t payload_size(const std::vector<std::string_view>& words) {
  const auto verb = words.front();
  if (words.size() < 2 || (verb != "MSG" && verb != "NOT" && verb != "IPG")) return 0;
  std::size_t size = 0;
  const auto last = words.back();
  std::from_chars(last.data(), last.data() + last.size(), size);
  return size;
}

}  // namespace

std::string received_line(const msnp::Command& command) {
  std::string line =
      transcribe(command.verb, command.params(), received_shape(command.verb, command.params()));
  if (!command.payload.empty()) append_payload(line, command.payload, {});
  return line;
}

std::vector<std::string> sent_lines(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const auto end = bytes.find("\r\n");
    const auto words = words_of(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 2);
    const Params params(words.data() + 1, words.size() - 1);
    lines.push_back(transcribe(words.front(), params, sent_shape(words.front(), params)));
    const auto payload = bytes.substr(0, payload_size(words));
    bytes.remove_prefix(payload.size());
    if (payload.empty()) continue;
    append_payload(lines.back(), payload,
                   words.front() == "MSG" ? content_type(payload) : std::string_view());
  }
  return lines;
}

bool transcribes_received(std::string_view verb) { return find(kReceived, verb).has_value(); }

}  // namespace monarch::notification
