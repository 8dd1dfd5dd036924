#include "client.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>

#include "testing/transcript/pattern.hpp"

namespace monarch::simulation {
namespace {

// docs/protocol/errors.md: an answer within 5 s.
constexpr std::chrono::seconds kPatience{5};
constexpr std::array<const char*, 4> kNumbers = {"PHH", "PHW", "PHM", "MOB"};

Words split(const std::string& line) {
  Words words;
  std::istringstream in(line);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

bool is_code(const std::string& word) {
  return word.size() == 3 &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

const std::map<std::string, std::string>& legal_refusals() {
  static const std::map<std::string, std::string> kCodes = {
      {"ADD", "201 205 210 215 219 224 501"},
      {"REM", "216 224 225 501"},
      {"ADG", "223 229 501"},
      {"REG", "224 229 501"},
      {"RMG", "224 230 501"},
      {"REA", "209 216 800 501"},
      {"GTC", "218 501"},
      {"BLP", "218 501"},
      {"PRP", "715 800 501"},
      {"SYN", "501"},
      {"LST", "501"},
      {"CHG", "201"},
      {"XFR", "913 601"},
      {"QRY", "540"},
      {"FND", "501"},
      {"SND", "713 500"},
      {"SDC", "713 500"},
      {"LSG", "501"},
      {"PAG", "800"},
      {"USR", "600 601 603"},
  };
  return kCodes;
}

}  // namespace

Client::Client(world::PureCluster& cluster, const Identity& who, int dialect, std::string label,
               const std::string& address, const Lists& cache)
    : cluster_(cluster),
      who_(who),
      dialect_(dialect),
      label_(std::move(label)),
      id_(cluster.connect(address)),
      cache_(cache) {
  if (id_ == world::ClientId()) {
    over_ = true;
    return;
  }
  command("VER", {"MSNP" + std::to_string(dialect_), "CVR0"});
}

// ---- talking ------------------------------------------------------------------------------------

void Client::complain(const std::string& what) {
  if (complaint_.empty()) complaint_ = label_ + ": " + what;
}

void Client::send(const std::string& line, const std::string& payload) {
  if (cluster_.trace) cluster_.trace(label_ + " C: " + line);
  cluster_.send(id_, line + "\r\n" + payload);
}

void Client::command(const std::string& verb, const Words& args, const std::string& payload) {
  if (over_ || leaving_) return;
  Command asked{"", verb, args, payload};
  std::string line = verb;
  if (verb != "PNG" && verb != "OUT") {
    asked.trid = std::to_string(++last_trid_);
    line += " " + asked.trid;
  }
  for (const auto& arg : args) {
    if (!arg.empty()) line += " " + arg;
  }
  if (verb == "OUT") {
    leaving_ = true;
  } else {
    if (pending_.empty()) waiting_since_ = cluster_.clock().now();
    pending_.push_back(std::move(asked));
  }
  send(line, payload);
}

void Client::synchronise(bool from_cache) {
  const bool usable = from_cache && cache_.serial != 0 && cache_.dialect == dialect_;
  command("SYN", {usable ? std::to_string(cache_.serial) : "0"});
}

void Client::drop() {
  if (over_) return;
  if (cluster_.trace) cluster_.trace(label_ + " drops");
  cluster_.disconnect(id_);
  over_ = true;
}

// ---- reading ------------------------------------------------------------------------------------

void Client::poll() {
  if (over_) return;
  inbox_ += cluster_.receive(id_);
  while (take_line()) {
  }
  if (cluster_.closed(id_)) {
    if (cluster_.trace) cluster_.trace(label_ + " is closed by the server");
    cluster_.disconnect(id_);
    over_ = true;
    return;
  }
  const auto awaited = std::find_if(pending_.begin(), pending_.end(),
                                    [](const Command& command) { return command.verb != "PAG"; });
  // What follows a PAG waits until that is decided, of which no line tells.
  const auto patience = kPatience * (awaited - pending_.begin() + 1);
  if (awaited != pending_.end() && cluster_.clock().now() - waiting_since_ > patience) {
    complain("no answer within 5 s to " + awaited->verb + " " + awaited->trid);
  }
}

bool Client::take_line() {
  const auto end = inbox_.find("\r\n");
  if (end == std::string::npos || over_) return false;
  const std::string line = inbox_.substr(0, end);
  std::size_t taken = end + 2;
  if (line.starts_with("MSG ") || line.starts_with("NOT ") || line.starts_with("IPG ")) {
    const auto length = std::stoul(line.substr(line.rfind(' ') + 1));
    if (inbox_.size() < taken + length) return false;
    taken += length;
  }
  inbox_.erase(0, taken);
  if (cluster_.trace) cluster_.trace(label_ + " S: " + line);
  read(line);
  return true;
}

void Client::read(const std::string& line) {
  const Words words = split(line);
  if (words.empty()) return complain("an empty line");
  const std::string& verb = words.front();
  if (!signed_in_) return read_opening(words);
  if (numbers_ && verb != "BPR") {
    if (!numbers_->may_be_missing()) return complain("four BPR must follow the ADD, not " + line);
    numbers_.reset();
  }
  if (verb != "ILN" && verb != "BPR") iln_trid_.clear();
  if (dump_) return read_dump(words);
  if (verb == "OUT" || verb == "MSG") return;
  if (verb == "NOT" || verb == "IPG") return read_document(words);
  if (verb == "CHG" && words.size() > 1 && words[1] == "0") return read_new_status(words);
  if (verb == "NLN" || verb == "FLN" || verb == "ILN") return read_presence(words);
  if (verb == "BPR") return read_number(words, line);
  if (verb == "RNG") return read_ring(words);
  if (verb == "CHL" && words.size() > 1 && words[1] == "0") return read_challenge(words);
  if ((verb == "ADD" || verb == "REM") && words.size() > 1 && words[1] == "0") {
    return read_notice(words, line);
  }
  read_reply(words);
}

// docs/protocol/dispatch.md
void Client::read_opening(const Words& words) {
  if (words[0] == "OUT") return;
  if (words[0] == "MSG") return complain("a message before USR OK");
  if (pending_.empty() || words.size() < 2 || words[1] != pending_.front().trid) {
    return complain("in the opening nobody asked for " + words[0]);
  }
  const Command asked = pending_.front();
  done();
  if (is_code(words[0])) return refused(asked, words[0]);
  if (words[0] == "VER") {
    if (cluster_.random().below(4) == 0) return command("USR", {"MD5", "I", who_.handle});
    return command("INF", {});
  }
  if (words[0] == "INF") return command("USR", {"MD5", "I", who_.handle});
  if (words[0] == "XFR") {
    referred_ = words.size() > 3 ? words[3] : "";
    return;
  }
  if (words[0] != "USR" || words.size() < 5) return complain("unexpected " + words[0]);
  if (words[2] == "MD5") {
    return command("USR", {"MD5", "S", transcript::md5_hex(words[4] + who_.password)});
  }
  const std::size_t length = dialect_ >= 6 ? 6 : 5;
  if (words[2] != "OK" || words[3] != who_.handle || words.size() != length) {
    return complain("a strange USR OK");
  }
  signed_in_ = true;
}

void Client::done() {
  pending_.pop_front();
  ++replies_;
  waiting_since_ = cluster_.clock().now();
}

void Client::refused(const Command& asked, const std::string& code) {
  const auto legal = legal_refusals().find(asked.verb);
  if (legal == legal_refusals().end() || legal->second.find(code) == std::string::npos) {
    return complain(code + " is no answer to " + asked.verb);
  }
  static const std::set<std::string> kWithoutEffect = {"SYN", "LST", "LSG", "USR",
                                                       "FND", "SND", "SDC", "PAG"};
  if (kWithoutEffect.contains(asked.verb)) return;
  if (asked.verb == "XFR" || asked.verb == "QRY") return refused_session(asked, code);
  const bool listed = asked.verb == "ADD" || asked.verb == "REM";
  const bool groups = asked.verb == "ADG" || asked.verb == "REG" || asked.verb == "RMG";
  if (code == "501") {
    if (listed) {
      // Whoever has had no SYN will never read what became of it.
      doubtful_.insert(asked.args[1]);
      if (!synchronised_) unsure_ = true;
    } else {
      unsure_ = unsure_ || !groups;
      unsure_of_groups_ = unsure_of_groups_ || groups;
    }
  }
  if (code == "501" || code == "800") return;
  if (listed) return judge_refusal(asked, code);
  if (groups) return judge_group_refusal(asked, code);
  if (!sure()) return;
  if (asked.verb == "GTC" && asked.args[0] != lists_.ask) complain("218, but GTC differs");
  if (asked.verb == "BLP" && asked.args[0] != lists_.blp) complain("218, but BLP differs");
}

// docs/protocol/notification.md#add-2-9, #rem-2
void Client::judge_refusal(const Command& asked, const std::string& code) {
  const std::string& list = asked.args[0];
  const std::string& handle = asked.args[1];
  const std::string group =
      asked.args.size() > (asked.verb == "ADD" ? 3U : 2U) ? asked.args.back() : std::string();
  const auto contact = lists_.lists[list].find(handle);
  const bool there = contact != lists_.lists[list].end();
  const bool in_group =
      there &&
      (group.empty() || contact->second.groups.contains(static_cast<unsigned>(std::stoul(group))));
  if (sure_of(list, handle)) {
    const std::string what = code + " to " + asked.verb + " " + list + " " + handle + " " + group;
    if (code == "215" && !in_group) complain(what + ", but he is not there");
    if (code == "216" && there) complain(what + ", but he is there");
    if (code == "225" && in_group) complain(what + ", but he is in it");
    if (code == "219" && !lists_.lists[list == "AL" ? "BL" : "AL"].contains(handle)) {
      complain(what + ", but he is not in the opposite list");
    }
  }
  if (code != "224") return;
  if (group.empty()) return complain("224, but no group was named");
  const bool known = lists_.groups.contains(static_cast<unsigned>(std::stoul(group)));
  if (known && sure() && !unsure_of_groups_) complain("224, but there is a group " + group);
}

void Client::judge_group_refusal(const Command& asked, const std::string& code) {
  if (!sure() || unsure_of_groups_) return;
  const auto& groups = lists_.groups;
  if (code == "223" && groups.size() < 30) complain("223, but there is room for groups");
  if (code == "230" && asked.args[0] != "0") complain("230, but it is not group 0");
  if (code == "229" && asked.args[asked.verb == "ADG" ? 0 : 1].size() <= 61) {
    complain("229, but the name is short");
  }
  if (code == "224" && groups.contains(static_cast<unsigned>(std::stoul(asked.args[0])))) {
    complain("224, but there is a group " + asked.args[0]);
  }
}

bool Client::changes_groups() const {
  return std::any_of(pending_.begin(), pending_.end(), [](const Command& command) {
    return command.verb == "ADG" || command.verb == "REG" || command.verb == "RMG";
  });
}

// ---- serials ------------------------------------------------------------------------------------

std::uint32_t Client::serial_of(const std::string& word) {
  if (word.empty() || word.size() > 10 || !std::isdigit(static_cast<unsigned char>(word[0]))) {
    complain("no serial: " + word);
    return 0;
  }
  return static_cast<std::uint32_t>(std::stoul(word));
}

void Client::rise(std::uint32_t serial) {
  if (serial <= serial_) {
    complain("serial " + std::to_string(serial) + " after " + std::to_string(serial_));
  }
  serial_ = lists_.serial = serial;
}

// ---- presence -----------------------------------------------------------------------------------

// docs/protocol/presence-and-privacy.md#7-presence-snapshot
void Client::read_presence(const Words& words) {
  if (status_.empty()) return complain(words[0] + " before the first CHG");
  const bool iln = words[0] == "ILN";
  if (words.size() != (words[0] == "FLN" ? 2U : iln ? 5U : 4U))
    return complain("a bad " + words[0]);
  if (words[0] == "FLN") return show(words[1], {}, false);
  if (iln && words[1] != iln_trid_) return complain("ILN without a CHG or ADD before it");
  const std::size_t at = iln ? 2 : 1;
  show(words[at + 1], {words[at], words[at + 2]}, iln);
}

void Client::show(const std::string& handle, Shown state, bool iln) {
  if (handle == who_.handle) return complain("presence about oneself");
  if (state.status == "HDN" || state.status == "FLN") return complain("shown as " + state.status);
  const bool doubtful = unsure_ || unsure_of_groups_ || in_doubt(handle);
  if (sure() && !doubtful && !lists_.lists["FL"].contains(handle)) {
    return complain("presence of a stranger, " + handle);
  }
  const auto before = shown_[handle];
  if (state == before && !doubtful) {
    return complain("the state of " + handle +
                    " twice: " + (state.status.empty() ? "FLN" : state.status));
  }
  if (iln && !before.status.empty() && !doubtful) return complain("ILN of one who is shown online");
  shown_[handle] = std::move(state);
  unclear_.erase(handle);
}

// ---- what no reply of ours has told
// --------------------------------------------------------------

void Client::read_notice(const Words& words, const std::string& line) {
  const bool add = words[0] == "ADD";
  const std::string list = words.size() > 2 ? words[2] : "";
  const bool groups = dialect_ == 7 && list == "FL";
  const std::size_t least = add ? (groups ? 7U : 6U) : 5U;
  const bool grouped = groups && words.size() > (add ? 6U : 5U);
  if (words.size() != least + (grouped && !add ? 1U : 0U)) return complain("bad: " + line);
  if (!synchronised_) return complain("before the SYN: " + line);
  const auto serial = serial_of(words[3]);
  rise(serial);
  events_.push_back({serial, line});
  const std::string& handle = words[4];
  auto& entries = lists_.lists[list];
  const auto place = entries.find(handle);
  const bool there = place != entries.end();
  const auto group = grouped ? static_cast<unsigned>(std::stoul(words.back())) : 0U;
  const bool wrong = add ? there && (!groups || place->second.groups.contains(group)) : !there;
  if (wrong && sure_of(list, handle)) complain("the list says otherwise: " + line);
  if (add && there && groups) {
    place->second.groups.insert(group);
  } else if (add) {
    entries[handle] = {words[5], {"", "", "", "N"}, {}};
    if (groups) entries[handle].groups = {group};
    if (list == "FL") shown_.erase(handle);
  } else if (grouped && there) {
    place->second.groups.erase(group);
  } else {
    entries.erase(handle);
    if (list == "FL") shown_.erase(handle);
  }
}

// docs/protocol/notification.md#bpr-5
void Client::read_number(const Words& words, const std::string& line) {
  if (dialect_ < 5) return complain("BPR in an old dialect");
  if (words.size() < 4) return complain("bad: " + line);
  const auto kind = std::find(kNumbers.begin(), kNumbers.end(), words[3]);
  if (kind == kNumbers.end()) return complain("bad: " + line);
  const auto place = static_cast<std::size_t>(kind - kNumbers.begin());
  const std::string value = words.size() > 4 ? words[4] : "";
  const auto serial = serial_of(words[1]);
  const bool listing =
      !pending_.empty() && pending_.front().verb == "LST" && !last_contact_.empty();
  if (listing && words[2] == last_contact_ && numbers_in_dump_ < 4) {
    if (place != numbers_in_dump_++ || serial != serial_) complain("in LST: " + line);
    listing_[last_contact_].numbers.at(place) = value;
    if (numbers_in_dump_ == 4) last_contact_.clear();
    return;
  }
  if (!synchronised_) return complain("before the SYN: " + line);
  auto& contact = lists_.lists["FL"][words[2]];
  contact.numbers.at(place) = value;
  if (numbers_) {
    const bool fits =
        serial == numbers_->serial && words[2] == numbers_->handle && place == numbers_->next;
    if (!fits && !numbers_->may_be_missing()) {
      return complain("not of the four BPR after ADD: " + line);
    }
    if (!fits || ++numbers_->next == kNumbers.size()) numbers_.reset();
    if (fits) return;
  }
  iln_trid_.clear();
  rise(serial);
  events_.push_back({serial, line});
}

}  // namespace monarch::simulation
