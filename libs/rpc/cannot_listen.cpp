#include "rpc/cannot_listen.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

namespace monarch::rpc {

std::optional<std::string> cannot_listen(const Endpoint& bind) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(bind.port);
  if (inet_pton(AF_INET, bind.host.c_str(), &address.sin_addr) != 1) return std::nullopt;
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return std::strerror(errno);
  const int on = 1;
  static_cast<void>(::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  std::optional<std::string> why;
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(descriptor, 1) != 0) {
    why = std::strerror(errno);
  }
  ::close(descriptor);
  return why;
}

}  // namespace monarch::rpc
