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
      {"ADD", "201 205 210 215 219 501"},
      {"REM", "216 501"},
      {"REA", "209 216 800 501"},
      {"GTC", "218 501"},
      {"BLP", "218 501"},
      {"PRP", "715 800 501"},
      {"SYN", "501"},
      {"LST", "501"},
      {"CHG", "201"},
      {"XFR", "913 601"},
      {"QRY", "540"},
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
  if (!pending_.empty() && cluster_.clock().now() - waiting_since_ > kPatience) {
    complain("no answer within 5 s to " + pending_.front().verb + " " + pending_.front().trid);
  }
}

bool Client::take_line() {
  const auto end = inbox_.find("\r\n");
  if (end == std::string::npos || over_) return false;
  const std::string line = inbox_.substr(0, end);
  std::size_t taken = end + 2;
  if (line.starts_with("MSG ")) {
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
  if (numbers_ && verb != "BPR") return complain("four BPR must follow the ADD, not " + line);
  if (verb != "ILN" && verb != "BPR") iln_trid_.clear();
  if (dump_) return read_dump(words);
  if (verb == "OUT" || verb == "MSG") return;
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
  if (asked.verb == "SYN" || asked.verb == "LST" || asked.verb == "USR") return;
  if (asked.verb == "XFR" || asked.verb == "QRY") return refused_session(asked, code);
  if (code == "501") {
    unsure_ = true;
    if (asked.verb == "REM" && asked.args[0] == "FL") doubtful_.insert(asked.args[1]);
  }
  if (asked.verb == "REM" && code == "216") {
    if (sure() && lists_.lists[asked.args[0]].contains(asked.args[1])) {
      complain("216, but he is in " + asked.args[0] + ": " + asked.args[1]);
    }
    lists_.lists[asked.args[0]].erase(asked.args[1]);
  }
  if (!sure() || code == "501" || code == "800") return;
  const auto is_on = [this](const std::string& list, const std::string& handle) {
    return lists_.lists[list].contains(handle);
  };
  if (asked.verb == "ADD" && code == "215" && !is_on(asked.args[0], asked.args[1])) {
    complain("215, but he is not in " + asked.args[0] + ": " + asked.args[1]);
  }
  if (asked.verb == "ADD" && code == "219" &&
      !is_on(asked.args[0] == "AL" ? "BL" : "AL", asked.args[1])) {
    complain("219, but he is not in the opposite list: " + asked.args[1]);
  }
  if (asked.verb == "GTC" && asked.args[0] != lists_.ask) complain("218, but GTC differs");
  if (asked.verb == "BLP" && asked.args[0] != lists_.blp) complain("218, but BLP differs");
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
  const bool doubtful = unsure_ || in_doubt(handle);
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
}

// ---- what others do to the lists ----------------------------------------------------------------

void Client::read_notice(const Words& words, const std::string& line) {
  const bool add = words[0] == "ADD";
  if (words.size() != (add ? 6U : 5U) || words[2] != "RL") return complain("bad: " + line);
  if (!synchronised_) return complain("before the SYN: " + line);
  const auto serial = serial_of(words[3]);
  rise(serial);
  events_.push_back({serial, line});
  auto& reverse = lists_.lists["RL"];
  if (have_lists_ && !unsure_ && reverse.contains(words[4]) == add) {
    complain("RL says otherwise: " + line);
  }
  if (add) {
    reverse[words[4]].name = words[5];
  } else {
    reverse.erase(words[4]);
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
    if (serial != numbers_->serial || words[2] != numbers_->handle || place != numbers_->next) {
      return complain("not of the four BPR after ADD: " + line);
    }
    if (++numbers_->next == kNumbers.size()) numbers_.reset();
    return;
  }
  iln_trid_.clear();
  rise(serial);
  events_.push_back({serial, line});
}

}  // namespace monarch::simulation
