// Client: the replies to its commands, and the dump.
#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include "client.hpp"

namespace monarch::simulation {
namespace {

bool is_code(const std::string& word) { return word[0] >= '0' && word[0] <= '9'; }

// The last word of an entry of FL in MSNP7: "0,1".
std::set<unsigned> groups_of(const Words& words) {
  std::set<unsigned> groups;
  if (words.size() < 9) return groups;
  std::istringstream in(words[8]);
  for (std::string one; std::getline(in, one, ',');) {
    groups.insert(static_cast<unsigned>(std::stoul(one)));
  }
  return groups;
}

}  // namespace

void Client::read_reply(const Words& words) {
  pass_over_pages(words);
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
  if (words[0] == "LSG") return read_group_line(words);
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
  if (read_door_reply(asked, words)) return;
  read_change(asked, words);
}

// ADD REM REA GTC BLP PRP ADG REG RMG: docs/protocol/notification.md
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
  own_.insert(serial);
  const auto& args = asked.args;
  if (listed) {
    read_list_change(asked, words, serial);
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
  } else {
    read_group_change(asked, words);
  }
}

// ADD <trid> <list> <ver> <handle> <name> [<group>], REM <trid> <list> <ver> <handle> [<group>]
void Client::read_list_change(const Command& asked, const Words& words, std::uint32_t serial) {
  const auto& args = asked.args;
  const bool add = asked.verb == "ADD";
  const bool groups = dialect_ == 7 && args[0] == "FL";
  const bool named = args.size() > (add ? 3U : 2U);
  const std::size_t length = (add ? 6U : 5U) + (groups && (add || named) ? 1U : 0U);
  if (words[2] != args[0] || words[4] != args[1] || words.size() != length) {
    return complain("another's " + asked.verb);
  }
  if (named && words.back() != args.back()) return complain("another group");
  auto& list = lists_.lists[args[0]];
  const auto place = list.find(args[1]);
  const bool there = place != list.end();
  const auto group = named ? static_cast<unsigned>(std::stoul(args.back())) : 0U;
  const bool in_group = there && named && place->second.groups.contains(group);
  const bool refusable = add ? there && (!named || in_group) : !there || (named && !in_group);
  if (refusable && sure_of(args[0], args[1])) complain(asked.verb + " was not refused");
  if (!add) {
    // Out of the last group is out of the list.
    if (there && named && place->second.groups.size() > 1) {
      place->second.groups.erase(group);
      return;
    }
    list.erase(args[1]);
    if (args[0] == "FL") shown_.erase(args[1]);
    return;
  }
  // Whatever he has not read of is told before the reply, but for what a group took with it.
  const bool grouped = there && named && (synchronised_ || !in_doubt(args[1]));
  if (grouped && !unsure_of_groups_) {
    place->second.groups.insert(group);
    return;
  }
  list[args[1]] = {args[2], {"", "", "", "N"}, {}};
  if (groups) list[args[1]].groups = {group};
  if (args[0] != "FL") return;
  if (grouped) unclear_.insert(args[1]);
  shown_.erase(args[1]);
  iln_trid_ = asked.trid;
  if (dialect_ >= 5 && synchronised_) numbers_ = Numbers{args[1], serial, 0, grouped};
}

// docs/protocol/notification.md#adg-reg-rmg-7
void Client::read_group_change(const Command& asked, const Words& words) {
  const auto& args = asked.args;
  const auto number = [this](const std::string& word) {
    if (!word.empty() && word.size() < 3 &&
        std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      return static_cast<unsigned>(std::stoul(word));
    }
    complain("no group: " + word);
    return 0U;
  };
  const bool sure_of_groups = sure() && !unsure_of_groups_;
  if (asked.verb == "ADG") {
    if (words.size() != 6 || words[3] != args[0] || words[5] != "0") return complain("bad ADG");
    const auto id = number(words[4]);
    unsigned lowest = 1;
    while (lists_.groups.contains(lowest)) ++lowest;
    if (sure_of_groups && id != lowest) complain("group " + words[4] + " is not the lowest free");
    lists_.groups[id] = args[0];
    return;
  }
  if (words.size() < 4 || words[3] != args[0]) return complain("another's " + asked.verb);
  const auto id = number(words[3]);
  if (sure_of_groups && !lists_.groups.contains(id)) complain(asked.verb + " was not refused");
  if (asked.verb == "REG") {
    if (words.size() != 6 || words[4] != args[1] || words[5] != "0") return complain("bad REG");
    lists_.groups[id] = args[1];
    return;
  }
  if (words.size() != 4) return complain("bad RMG");
  leave_group(id);
}

// The client does by itself what the server does without a line.
void Client::leave_group(unsigned group) {
  lists_.groups.erase(group);
  auto& forward = lists_.lists["FL"];
  for (auto contact = forward.begin(); contact != forward.end();) {
    auto& groups = contact->second.groups;
    if (groups.erase(group) == 0 || !groups.empty()) {
      ++contact;
      continue;
    }
    shown_.erase(contact->first);
    contact = forward.erase(contact);
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
    listing_[words[6]] = {words[7], {"", "", "", "N"}, groups_of(words)};
    if (words[2] == "FL" && dialect_ >= 5 && synchronised_) {
      last_contact_ = words[6];
      numbers_in_dump_ = 0;
    }
  }
  if (index != count) return;
  if (sure() && synchronised_ && !(words[2] == "FL" && unsure_of_groups_)) {
    for (const auto& [handle, contact] : lists_.lists[words[2]]) {
      if (!listing_.contains(handle)) {
        complain("LST lacks " + handle);
      } else if (dialect_ == 7 && listing_[handle].groups != contact.groups) {
        complain("LST has other groups of " + handle);
      }
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
  numbers_ = Numbers{last, serial, 0, false};
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
    if (words.size() != 8 || words[7] != "0") return complain("a bad LSG");
    if (dump_place_.back() != 's') {
      dump_place_ += 's';
      dump_->groups.clear();
    }
    dump_->groups[static_cast<unsigned>(std::stoul(words[5]))] = words[6];
    if (words[3] != std::to_string(dump_->groups.size())) complain("LSG counts wrong");
  } else if (words[0] == "LST" && words.size() >= 6) {
    auto& list = dump_->lists[words[2]];
    if (words[5] != "0") {
      if (words.size() < 8) return complain("a short LST");
      list[words[6]] = {words[7], {"", "", "", "N"}, groups_of(words)};
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
    unsure_ = unsure_of_groups_ = false;
    doubtful_.clear();
    std::erase_if(shown_,
                  [this](const auto& one) { return !lists_.lists["FL"].contains(one.first); });
    done();
  } else {
    complain(words[0] + " in the dump");
  }
}

}  // namespace monarch::simulation
