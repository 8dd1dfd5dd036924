// TcpListener: a listening loopback socket and one thread that serves its connections one after the
// other, for the small servers that doors are tried against. The destructor breaks off whatever is
// waited for.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace monarch::testing {

// One accepted connection, on the listener's thread. Every wait ends when the peer or the listener
// goes, or after ten seconds.
class Peer {
 public:
  Peer(int socket, int stop) : socket_(socket), stop_(stop) {}

  // One line without its CR LF; nothing at the end.
  std::optional<std::string> line();
  // Exactly so many bytes.
  std::optional<std::string> bytes(std::size_t count);
  void write(std::string_view text) const;

 private:
  bool fill();

  int socket_;
  int stop_;  // becomes readable when the listener goes
  std::string buffer_;
};

class TcpListener {
 public:
  using Serve = std::function<void(Peer&)>;
  explicit TcpListener(Serve serve);
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;
  ~TcpListener();

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void run(const Serve& serve) const;

  int socket_ = -1;
  int stop_read_ = -1;
  int stop_write_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace monarch::testing
