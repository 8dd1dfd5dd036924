// SmtpListener: a small real SMTP server on loopback that keeps what it takes. Any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "testing/servers/tcp_listener.hpp"

namespace monarch::testing {

class SmtpListener {
 public:
  struct Received {
    std::string from;
    std::string to;
    std::string message;  // with CR LF, its dots no longer doubled
  };

  SmtpListener();

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  // The next mails are refused at their end with these replies, in this order: "451 later".
  void refuse(std::vector<std::string> replies);
  // From now on it greets nobody.
  void fall_silent();
  // What was taken, once there are so many or ten seconds have passed.
  [[nodiscard]] std::vector<Received> wait_for(std::size_t count);
  // How many mails came to their end, refused ones included.
  [[nodiscard]] std::size_t attempts();

 private:
  void serve(Peer& peer);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Received> received_;
  std::deque<std::string> refusals_;
  std::size_t attempts_ = 0;
  bool silent_ = false;
  TcpListener listener_;  // last: it serves by what stands above
};

}  // namespace monarch::testing
