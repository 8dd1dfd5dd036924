// Client: IMS, XFR SB and challenges.
#include <utility>

#include "client.hpp"
#include "testing/transcript/pattern.hpp"

namespace monarch::simulation {
namespace {

constexpr const char* kClientId = "msmsgs@msnmsgr.com";
constexpr const char* kClientKey = "Q1P7W2E4J9R8U3S5";

}  // namespace

// docs/protocol/notification.md#xfr-sb-2: one who is not seen, or not to be called, calls nobody.
bool Client::may_call() const { return !status_.empty() && status_ != "HDN" && !ims_off_; }

std::pair<std::string, std::string> Client::take_switchboard() {
  return std::exchange(switchboard_, {});
}

void Client::read_ring(const Words& words) {
  if (words.size() != 7) return complain("a strange RNG");
  if (!may_call()) complain("called while he may not be");
  ++rings_;
}

bool Client::may_ask_challenge() const {
  if (dialect_ < 6 || question_ != answered_) return false;
  for (const auto& asked : pending_) {
    if (asked.verb == "CHL" || asked.verb == "QRY") return false;
  }
  return true;
}

// docs/protocol/notification.md#chl-qry-6. Most clients answer, some wrongly, and some do not.
void Client::read_challenge(const Words& words) {
  if (dialect_ < 6) return complain("a challenge in an old dialect");
  if (words.size() != 3 || words[2].size() != 20) return complain("a strange CHL");
  if (words[1] == "0") {
    if (status_.empty()) return complain("a challenge before the first CHG");
    if (question_ != answered_) return complain("a challenge while one is outstanding");
  }
  question_ = words[2];
  if (question_ == answered_ || over_ || leaving_) return;
  const auto dice = cluster_.random().below(200);
  if (dice == 0) return;
  const auto right = transcript::md5_hex(question_ + kClientKey);
  answered_ = question_;
  command("QRY", {kClientId, "32"}, dice == 1 ? std::string(32, '0') : right);
}

void Client::read_session_reply(const Command& asked, const Words& words) {
  if (words[0] == "IMS") {
    if (words.size() != 4 || words[2] != "0" || words[3] != asked.args[0]) {
      return complain("another's IMS");
    }
    ims_off_ = words[3] == "OFF";
  } else if (words[0] == "XFR") {
    if (words.size() != 6 || words[2] != "SB") return complain("a strange XFR");
    if (!may_call() && !status_raced_) complain("a switchboard for one who may not call");
    switchboard_ = {words[3], words[5]};
  } else if (words[0] == "QRY") {
    if (asked.payload.front() == '0' && asked.payload == std::string(32, '0')) {
      complain("a wrong answer was taken");
    }
  }
}

void Client::refused_session(const Command& asked, const std::string& code) {
  if (asked.verb == "XFR" && !status_raced_ && (code == "913") == may_call()) {
    complain("XFR SB, and " + code + " as " + (status_.empty() ? "nobody" : status_) +
             (ims_off_ ? " with IMS OFF" : ""));
  }
  if (asked.verb == "QRY" && asked.payload != std::string(32, '0')) {
    complain("a right answer was refused with " + code);
  }
}

}  // namespace monarch::simulation
