// The half of a Target that is the same for every running cluster: POSIX sockets, poll() and
// deadlines. Who owns the cluster derives from it and adds prepare(), resolve() and ready().
// Single-threaded.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "testing/transcript/target.hpp"

namespace monarch::transcript {

struct SocketOptions {
  // Every byte is a send() of its own, to show that segmenting does not matter.
  bool every_byte = false;
  std::chrono::milliseconds patience{5000};  // for connect() and for a full send buffer
};

class SocketTarget : public Target {
 public:
  explicit SocketTarget(SocketOptions options = {}) : options_(options) {}
  SocketTarget(const SocketTarget&) = delete;
  SocketTarget& operator=(const SocketTarget&) = delete;
  ~SocketTarget() override;

  [[nodiscard]] Done connect(const std::string& conn, const std::string& address) override;
  [[nodiscard]] Done send(const std::string& conn, std::string_view bytes) override;
  [[nodiscard]] Received receive(const std::string& conn, TimePoint deadline) override;
  void close(const std::string& conn) override;

 private:
  [[nodiscard]] Done send_segment(int socket, std::string_view bytes) const;

  SocketOptions options_;
  std::map<std::string, int> sockets_;
};

}  // namespace monarch::transcript
