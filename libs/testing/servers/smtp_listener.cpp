#include "testing/servers/smtp_listener.hpp"

#include <chrono>
#include <utility>

namespace monarch::testing {
namespace {

constexpr std::chrono::seconds kPatience{10};

// What stands between < and >.
std::string path_in(const std::string& line) {
  const auto begin = line.find('<');
  const auto end = line.find('>');
  return begin == std::string::npos || end < begin ? "" : line.substr(begin + 1, end - begin - 1);
}

}  // namespace

SmtpListener::SmtpListener() : listener_([this](Peer& peer) { serve(peer); }) {}

void SmtpListener::refuse(std::vector<std::string> replies) {
  const std::lock_guard lock(mutex_);
  refusals_.assign(replies.begin(), replies.end());
}

void SmtpListener::fall_silent() {
  const std::lock_guard lock(mutex_);
  silent_ = true;
}

std::vector<SmtpListener::Received> SmtpListener::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [&] { return received_.size() >= count; });
  return received_;
}

std::size_t SmtpListener::attempts() {
  const std::lock_guard lock(mutex_);
  return attempts_;
}

void SmtpListener::serve(Peer& peer) {
  bool silent = false;
  {
    const std::lock_guard lock(mutex_);
    silent = silent_;
  }
  if (silent) {
    (void)peer.line();
    return;
  }
  peer.write("220 relay.example.net ready\r\n");
  Received mail;
  while (const auto line = peer.line()) {
    if (line->starts_with("EHLO") || line->starts_with("HELO")) {
      peer.write("250 relay.example.net\r\n");
    } else if (line->starts_with("MAIL FROM:")) {
      mail = {path_in(*line), "", ""};
      peer.write("250 ok\r\n");
    } else if (line->starts_with("RCPT TO:")) {
      mail.to = path_in(*line);
      peer.write("250 ok\r\n");
    } else if (*line == "DATA") {
      peer.write("354 go on\r\n");
      for (auto text = peer.line(); text && *text != "."; text = peer.line()) {
        mail.message += (text->starts_with(".") ? text->substr(1) : *text) + "\r\n";
      }
      const std::lock_guard lock(mutex_);
      ++attempts_;
      if (refusals_.empty()) {
        received_.push_back(std::exchange(mail, {}));
        peer.write("250 taken\r\n");
      } else {
        peer.write(refusals_.front() + "\r\n");
        refusals_.pop_front();
      }
      changed_.notify_all();
    } else if (*line == "QUIT") {
      peer.write("221 bye\r\n");
      return;
    } else {
      peer.write("502 no\r\n");
    }
  }
}

}  // namespace monarch::testing
