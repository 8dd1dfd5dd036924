// ProxyArrival: a connection that a proxy has opened and on which it has not yet said whom it
// carries. Reads the PROXY header and no byte more, within a time, then hands the socket on. Owned
// by its listener, on the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/loop.hpp"
#include "net/proxy_header.hpp"
#include "net/proxy_options.hpp"

namespace monarch::net {

class ProxyArrival : public std::enable_shared_from_this<ProxyArrival> {
 public:
  // The socket, no longer ours, and the address of whom the proxy carries.
  using Done =
      std::function<void(ProxyArrival& self, int descriptor, const sockaddr_storage& peer)>;
  using Refused = std::function<void(ProxyArrival& self, ProxyRefusal why)>;

  // Takes the descriptor. Null when the loop cannot take it.
  static std::shared_ptr<ProxyArrival> adopt(Loop& loop, int descriptor,
                                             const sockaddr_storage& from);
  ProxyArrival(Loop& loop, const sockaddr_storage& from);

  // One of the callbacks comes, later and once, unless abandon() is called before.
  void start(Duration within, Done done, Refused refused);
  // Closes the socket.
  void abandon();

 private:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                  boost::asio::io_context::executor_type>;

  void wait();
  void read();
  void refuse(ProxyRefusal why);
  void finish(const ProxyHeader& header);

  Loop& loop_;
  Socket socket_;
  Timer timer_;
  sockaddr_storage from_;
  std::string header_;  // what has come of it
  Done done_;
  Refused refused_;
};

}  // namespace monarch::net
