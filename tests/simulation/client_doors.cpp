// Client: URL, FND, SND, SDC, PAG, CVR and LSG, and what comes from outside the clients.
#include <algorithm>

#include "client.hpp"

namespace monarch::simulation {

bool Client::read_door_reply(const Command& asked, const Words& words) {
  const auto expect = [&](bool good) {
    if (!good) complain("a strange " + asked.verb);
    return true;
  };
  if (asked.verb == "URL") return expect(words.size() == (dialect_ == 2 ? 4U : 5U));
  // docs/protocol/notification.md#fnd-2-7: nobody is in the directory.
  if (asked.verb == "FND") return expect(words.size() == 4 && words[2] == "0" && words[3] == "0");
  if (asked.verb == "SND" || asked.verb == "SDC") {
    return expect(words.size() == 3 && words[2] == "OK");
  }
  if (asked.verb == "CVR") return expect(words.size() == 7);
  return false;
}

void Client::page(const std::string& handle) {
  const std::string payload = "<TEXT xml:space=\"preserve\">Call me</TEXT>";
  command("PAG", {handle, std::to_string(payload.size())}, payload);
}

// docs/protocol/notification.md#pag-5-8: no reply to one that is good. What comes instead is the
// reply to a later command.
void Client::pass_over_pages(const Words& words) {
  const std::string trid = words.size() > 1 ? words[1] : "";
  while (!pending_.empty() && pending_.front().verb == "PAG" && pending_.front().trid != trid) {
    done();
  }
}

bool Client::idle() const {
  return std::all_of(pending_.begin(), pending_.end(),
                     [](const Command& command) { return command.verb == "PAG"; });
}

// docs/protocol/notification.md#lsg-7
void Client::read_group_line(const Words& words) {
  if (words.size() != 8 || words[7] != "0") return complain("a strange LSG");
  const auto serial = serial_of(words[2]);
  if (serial < serial_) return complain("LSG with an old serial");
  serial_ = serial;
  if (synchronised_) lists_.serial = serial;
  const auto id = static_cast<unsigned>(std::stoul(words[5]));
  const auto known = lists_.groups.find(id);
  const bool right = known != lists_.groups.end() && known->second == words[6];
  if (synchronised_ && sure() && !unsure_of_groups_ && !right) complain("LSG has another group");
  if (words[3] == words[4]) done();
}

// docs/protocol/notification.md#chg-2: an administrator has set the status.
void Client::read_new_status(const Words& words) {
  if (words.size() != 3 || words[2] == "FLN") return complain("a strange CHG 0");
  if (status_.empty()) return complain("CHG 0 before the first CHG");
  status_ = words[2];
  // What was asked under the old one may have been decided under it.
  status_raced_ = std::any_of(pending_.begin(), pending_.end(),
                              [](const Command& command) { return command.verb == "XFR"; });
}

// docs/protocol/notification.md#not-5, #ipg-6
void Client::read_document(const Words& words) {
  const int least = words[0] == "NOT" ? 5 : 6;
  if (dialect_ < least) complain(words[0] + " in an old dialect");
}

}  // namespace monarch::simulation
