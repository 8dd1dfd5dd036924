// HttpListener: a small real HTTP server on loopback that keeps what is posted to it. Any thread.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "testing/servers/tcp_listener.hpp"

namespace monarch::testing {

class HttpListener {
 public:
  struct Request {
    std::string line;                            // "POST /pages HTTP/1.1"
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
  };

  HttpListener();

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  // From now on: "202 Accepted" until then. Empty: nothing at all is answered.
  void answer(std::string status);
  // What was posted, once there are so many or ten seconds have passed.
  [[nodiscard]] std::vector<Request> wait_for(std::size_t count);

 private:
  void serve(Peer& peer);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Request> requests_;
  std::string status_ = "202 Accepted";
  TcpListener listener_;  // last: it serves by what stands above
};

}  // namespace monarch::testing
