// Client: the replies to its commands, and the dump.
#include <algorithm>
#include <utility>

#include "client.hpp"

namespace monarch::simulation {
namespace {

bool is_code(const std::string& word) { return word[0] >= '0' && word[0] <= '9'; }

}  // namespace

void Client::read_reply(const Words& words) {
  if (pending_.empty()) return complain("nobody asked for " + words[0]);
  const Command asked = pending_.front();
  if (words[0] == "QNG") {
    if (asked.verb != "PNG") return complain("QNG instead of the answer to " + asked.verb);
    return done();
  }
  if (words.size() < 2 || words[1] != asked.trid) {
    return complain("out of order: " + words[0] + " instead of the answer to " + asked.verb + " " +
                    asked.trid);
  }
  if (is_code(words[0])) {
    done();
    return refused(asked, words[0]);
  }
  if (words[0] != asked.verb) return complain(words[0] + " as answer to " + asked.verb);
  if (words[0] == "LST") return read_list_line(words);
  if (words[0] == "SYN") return read_dump(words);
  done();
  if (words[0] == "CHG") {
    const bool first = status_.empty();
    status_ = words.at(2);
    if (first) iln_trid_ = asked.trid;
    return;
  }
  if (words[0] == "CHL") return read_challenge(words);
  if (words[0] == "IMS" || words[0] == "XFR" || words[0] == "QRY") {
    return read_session_reply(asked, words);
  }
  read_change(asked, words);
}

// ADD REM REA GTC BLP PRP: docs/protocol/notification.md
void Client::read_change(const Command& asked, const Words& words) {
  const bool listed = asked.verb == "ADD" || asked.verb == "REM";
  const std::size_t place = listed ? 3 : 2;
  if (words.size() <= place) return complain("short: " + words[0]);
  const auto serial = serial_of(words[place]);
  if (asked.verb == "PRP" && asked.args[0] == "MOB" && words.size() > 4 && words[4] == "N" &&
      serial == serial_) {
    return;  // without a mobile device nothing changes
  }
  rise(serial);
  const auto& args = asked.args;
  if (listed) {
    auto& list = lists_.lists[args[0]];
    const bool add = asked.verb == "ADD";
    if (words[2] != args[0] || words[4] != args[1]) return complain("another's " + asked.verb);
    if (sure() && list.contains(args[1]) == add) complain(asked.verb + " was not refused");
    if (!add) {
      list.erase(args[1]);
      if (args[0] == "FL") {
        shown_.erase(args[1]);
        doubtful_.erase(args[1]);
      }
      return;
    }
    list[args[1]] = {args[2], {"", "", "", "N"}};
    if (args[0] != "FL") return;
    shown_.erase(args[1]);
    doubtful_.erase(args[1]);
    iln_trid_ = asked.trid;
    if (dialect_ >= 5 && synchronised_) numbers_ = Numbers{args[1], serial, 0};
  } else if (asked.verb == "REA") {
    if (words[3] != args[0] || words[4] != args[1]) return complain("another's REA");
    for (const char* list : {"FL", "AL", "BL"}) {
      auto& entries = lists_.lists[list];
      if (const auto entry = entries.find(args[0]); entry != entries.end()) {
        entry->second.name = args[1];
      }
    }
  } else if (asked.verb == "GTC") {
    lists_.ask = args[0];
  } else if (asked.verb == "BLP") {
    lists_.blp = args[0];
  } else if (asked.verb == "PRP") {
    lists_.properties[args[0]] = words.size() > 4 ? words[4] : "";
  }
}

// LST <trid> <list> <ver> <index> <count> [<handle> <name> [<groups>]]
void Client::read_list_line(const Words& words) {
  if (words.size() < 6) return complain("a short LST");
  if (words[2] != pending_.front().args[0]) return complain("LST of another list");
  const auto serial = serial_of(words[3]);
  if (serial < serial_) return complain("LST with an old serial");
  serial_ = serial;
  if (synchronised_) lists_.serial = serial;
  const auto index = std::stoul(words[4]);
  const auto count = std::stoul(words[5]);
  if (index != (count == 0 ? 0 : listing_.size() + 1)) complain("LST counts wrong");
  if (count != 0) {
    if (words.size() < 8) return complain("a short LST");
    listing_[words[6]] = {words[7], {"", "", "", "N"}};
    if (words[2] == "FL" && dialect_ >= 5 && synchronised_) {
      last_contact_ = words[6];
      numbers_in_dump_ = 0;
    }
  }
  if (index != count) return;
  if (sure() && synchronised_) {
    for (const auto& [handle, contact] : lists_.lists[words[2]]) {
      if (!listing_.contains(handle)) complain("LST lacks " + handle);
    }
    if (listing_.size() != lists_.lists[words[2]].size()) complain("LST has too many");
  }
  if (last_contact_.empty()) {
    listing_.clear();
    return done();
  }
  // Four BPR of the last contact still follow; they are read as his numbers.
  const std::string last = std::exchange(last_contact_, {});
  listing_.clear();
  done();
  numbers_ = Numbers{last, serial, 0};
}

// docs/protocol/notification.md#syn-2
void Client::read_dump(const Words& words) {
  const Command& asked = pending_.front();
  if (!dump_) {
    const auto serial = serial_of(words.at(2));
    if (serial < serial_) return complain("SYN with an old serial");
    serial_ = base_ = serial;
    events_.clear();
    synchronised_ = true;
    if (std::to_string(serial) == asked.args[0]) {
      if (!have_lists_) lists_ = cache_;
      lists_.serial = serial;
      have_lists_ = true;
      return done();
    }
    dump_.emplace();
    dump_->serial = serial;
    dump_->dialect = dialect_;
    dump_place_.clear();
    return;
  }
  if (words[0] == "BPR") {
    if (numbers_in_dump_ >= 4 || words.size() < 4 || words[2] != last_contact_ || dialect_ < 5 ||
        serial_of(words[1]) != dump_->serial) {
      return complain("a strange BPR in the dump");
    }
    dump_->lists["FL"][last_contact_].numbers.at(numbers_in_dump_++) =
        words.size() > 4 ? words[4] : "";
    return;
  }
  if (words.size() < 3 || words[1] != asked.trid) return complain(words[0] + " in the dump");
  if (numbers_in_dump_ != 4 && !last_contact_.empty()) return complain("BPRs missing in the dump");
  last_contact_.clear();
  const std::size_t at = words[0] == "LST" ? 3 : 2;
  if (serial_of(words.at(at)) != dump_->serial) return complain("another serial in the dump");
  if (words[0] == "GTC") {
    dump_->ask = words.at(3);
    dump_place_ += 'g';
  } else if (words[0] == "BLP") {
    dump_->blp = words.at(3);
    dump_place_ += 'b';
  } else if (words[0] == "PRP") {
    dump_->properties[words.at(3)] = words.size() > 4 ? words[4] : "";
    dump_place_ += 'p';
  } else if (words[0] == "LSG") {
    if (dump_place_.back() != 's') dump_place_ += 's';
  } else if (words[0] == "LST" && words.size() >= 6) {
    auto& list = dump_->lists[words[2]];
    if (words[5] != "0") {
      if (words.size() < 8) return complain("a short LST");
      list[words[6]] = {words[7], {"", "", "", "N"}};
      if (words[2] == "FL" && dialect_ >= 5) {
        last_contact_ = words[6];
        numbers_in_dump_ = 0;
      }
    }
    if (words[4] != words[5]) return;
    dump_place_ += words[2][0];
    if (words[2] != "RL") return;
    const std::string order = dialect_ >= 7   ? "gbpppppsFABR"
                              : dialect_ >= 5 ? "gbpppppFABR"
                                              : "gbFABR";
    if (dump_place_ != order) complain("the dump's order is " + dump_place_);
    lists_ = std::move(*dump_);
    dump_.reset();
    have_lists_ = true;
    unsure_ = false;
    std::erase_if(shown_,
                  [this](const auto& one) { return !lists_.lists["FL"].contains(one.first); });
    done();
  } else {
    complain(words[0] + " in the dump");
  }
}

}  // namespace monarch::simulation
