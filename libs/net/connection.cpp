#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/post.hpp>

#include "net/tcp_connection.hpp"

namespace monarch::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t kOwnChunkBytesMax = 16 * 1024;
// Half of what a session may leave unread (msnp::kBacklogBytesMax): one that has done all it had
// and is then read again does not exceed that by a single read.
constexpr std::size_t kReadBytesMax = 32 * 1024;
constexpr std::size_t kChunksPerWrite = 32;
constexpr int kKeepaliveProbes = 3;
constexpr int kKeepaliveProbeSeconds = 10;

void set_option(int descriptor, int level, int name, int value) {
  // An option that cannot be set costs comfort, not correctness.
  static_cast<void>(::setsockopt(descriptor, level, name, &value, sizeof value));
}

in6_addr mapped(in_addr address) {
  in6_addr result{};
  result.s6_addr[10] = result.s6_addr[11] = 0xFF;
  std::memcpy(&result.s6_addr[12], &address, sizeof address);
  return result;
}

}  // namespace

std::string_view to_string(CloseReason reason) {
  switch (reason) {
    case CloseReason::kLocal:
      return "local";
    case CloseReason::kPeer:
      return "peer";
    case CloseReason::kReset:
      return "reset";
    case CloseReason::kSlowReader:
      return "slow_reader";
  }
  return "unknown";
}

void TcpConnection::prepare(int descriptor, const ConnectionOptions& options) {
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE,
             static_cast<int>(options.keepalive_idle.count()));
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveProbeSeconds);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveProbes);
  if (options.send_buffer_bytes > 0) {
    set_option(descriptor, SOL_SOCKET, SO_SNDBUF, options.send_buffer_bytes);
  }
  if (options.receive_buffer_bytes > 0) {
    set_option(descriptor, SOL_SOCKET, SO_RCVBUF, options.receive_buffer_bytes);
  }
}

std::shared_ptr<TcpConnection> TcpConnection::adopt(
    Loop& loop, int descriptor, const sockaddr* peer,
    std::shared_ptr<const ConnectionOptions> options) {
  auto connection = std::make_shared<TcpConnection>(loop, std::move(options), peer);
  const auto protocol = peer->sa_family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
  error_code error;
  connection->socket_.assign(protocol, descriptor, error);
  if (error) {
    ::close(descriptor);
    return nullptr;
  }
  return connection;
}

TcpConnection::TcpConnection(Loop& loop, std::shared_ptr<const ConnectionOptions> options,
                             const sockaddr* peer)
    : loop_(loop), socket_(loop.io().get_executor()), options_(std::move(options)), peer_{} {
  if (peer->sa_family == AF_INET) {
    sockaddr_in address{};
    std::memcpy(&address, peer, sizeof address);
    peer_ = mapped(address.sin_addr);
    peer_port_ = ntohs(address.sin_port);
  } else if (peer->sa_family == AF_INET6) {
    sockaddr_in6 address{};
    std::memcpy(&address, peer, sizeof address);
    peer_ = address.sin6_addr;
    peer_port_ = ntohs(address.sin6_port);
  }
}

std::string TcpConnection::peer_address() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (IN6_IS_ADDR_V4MAPPED(&peer_)) {
    inet_ntop(AF_INET, &peer_.s6_addr[12], text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, &peer_, text.data(), text.size());
  }
  return text.data();
}

void TcpConnection::start(ConnectionHandler& handler) {
  handler_ = &handler;
  resume_reading();
}

void TcpConnection::resume_reading() {
  reading_ = true;
  if (state_ == State::kOpen && !waiting_) wait_readable();
}

void TcpConnection::wait_readable() {
  waiting_ = true;
  socket_.async_wait(Socket::wait_read, ReadWait{shared_from_this()});
}

void TcpConnection::on_readable(const error_code& error) {
  waiting_ = false;
  if (error || state_ == State::kClosed) return;
  // A paused connection waits again when it is resumed.
  if (state_ == State::kOpen && !reading_) return;
  const std::span<char> buffer = loop_.read_buffer().first(kReadBytesMax);
  const ssize_t count = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
  if (count == 0) {
    on_end_of_input();
    return;
  }
  if (count < 0 && errno != EAGAIN && errno != EINTR) {
    end(state_ == State::kOpen ? CloseReason::kReset : CloseReason::kLocal);
    return;
  }
  // While closing, input is read only to be thrown away.
  if (count > 0 && state_ == State::kOpen && handler_ != nullptr) {
    handler_->on_bytes(*this, std::string_view(buffer.data(), static_cast<std::size_t>(count)));
  }
  if (state_ == State::kClosed || waiting_) return;
  if (state_ != State::kOpen || reading_) wait_readable();
}

void TcpConnection::on_end_of_input() {
  if (state_ == State::kFlushing) {
    // The peer may still read what we owe it; the flush is bounded.
    peer_ended_ = true;
    return;
  }
  end(state_ == State::kOpen ? CloseReason::kPeer : CloseReason::kLocal);
}

std::size_t TcpConnection::try_send(std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = ::send(socket_.native_handle(), bytes.data() + sent, bytes.size() - sent,
                                 MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      end_later(CloseReason::kReset);
      break;
    }
  }
  return sent;
}

TcpConnection::Queue& TcpConnection::queue() {
  if (!queue_) {
    queue_ = std::make_unique<Queue>();
    if (options_->output) ++options_->output->connections;
    wait_writable();
  }
  return *queue_;
}

void TcpConnection::queued(std::size_t more) {
  queue_->bytes += more;
  if (options_->output) options_->output->bytes += more;
  const std::size_t cost = queue_->bytes + queue_->chunks.size() * sizeof(Chunk);
  if (cost > options_->write_queue_bytes_max) end_later(CloseReason::kSlowReader);
}

void TcpConnection::unqueued(std::size_t less) {
  queue_->bytes -= less;
  if (options_->output) options_->output->bytes -= less;
}

void TcpConnection::drop_queue() {
  if (!queue_) return;
  unqueued(queue_->bytes);
  if (options_->output) --options_->output->connections;
  queue_.reset();
}

void TcpConnection::send(std::string_view bytes) {
  if (state_ != State::kOpen) return;
  if (!queue_) bytes.remove_prefix(try_send(bytes));
  if (bytes.empty() || state_ != State::kOpen) return;
  Queue& queue = this->queue();
  if (queue.chunks.empty() || queue.chunks.back().shared ||
      queue.chunks.back().own.size() + bytes.size() > kOwnChunkBytesMax) {
    queue.chunks.emplace_back();
  }
  queue.chunks.back().own.append(bytes);
  queued(bytes.size());
}

void TcpConnection::send(const std::shared_ptr<const std::string>& bytes) {
  if (state_ != State::kOpen) return;
  const std::size_t sent = queue_ ? 0 : try_send(*bytes);
  if (sent == bytes->size() || state_ != State::kOpen) return;
  Queue& queue = this->queue();
  // Only a queue just made can begin in the middle of a chunk.
  if (sent > 0) queue.written = sent;
  queue.chunks.push_back({bytes, {}});
  queued(bytes->size() - sent);
}

void TcpConnection::wait_writable() {
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& error) {
    if (!error && self->state_ != State::kClosed) self->flush();
  });
}

void TcpConnection::flush() {
  std::array<iovec, kChunksPerWrite> vectors{};
  std::size_t used = 0;
  std::size_t skip = queue_->written;
  for (const Chunk& chunk : queue_->chunks) {
    if (used == vectors.size()) break;
    const std::string& bytes = chunk.bytes();
    vectors[used++] = {const_cast<char*>(bytes.data()) + skip, bytes.size() - skip};
    skip = 0;
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = used;
  const ssize_t count = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && errno != EAGAIN && errno != EINTR) {
    end(state_ == State::kOpen ? CloseReason::kReset : CloseReason::kLocal);
    return;
  }
  std::size_t sent = count > 0 ? static_cast<std::size_t>(count) : 0;
  unqueued(sent);
  sent += queue_->written;
  while (!queue_->chunks.empty() && sent >= queue_->chunks.front().bytes().size()) {
    sent -= queue_->chunks.front().bytes().size();
    queue_->chunks.pop_front();
  }
  queue_->written = sent;
  if (!queue_->chunks.empty()) {
    wait_writable();
    return;
  }
  drop_queue();
  on_flushed();
}

void TcpConnection::on_flushed() {
  if (state_ == State::kFlushing) {
    linger();
  } else if (handler_ != nullptr) {
    handler_->on_drained(*this);
  }
}

void TcpConnection::close() {
  if (state_ != State::kOpen) return;
  state_ = State::kFlushing;
  closing_ = std::make_unique<Timer>(loop_);
  if (!queue_) {
    linger();
    return;
  }
  // The pending wait keeps the connection alive; the timer only looks after it.
  closing_->start(options_->flush_at_most, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->end(CloseReason::kLocal);
  });
  if (!waiting_) wait_readable();
}

void TcpConnection::linger() {
  state_ = State::kLingering;
  if (peer_ended_ || ::shutdown(socket_.native_handle(), SHUT_WR) != 0) {
    end_later(CloseReason::kLocal);
    return;
  }
  closing_->start(options_->linger_at_most, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->end(CloseReason::kLocal);
  });
  if (!waiting_) wait_readable();
}

void TcpConnection::end_later(CloseReason reason) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  asio::post(socket_.get_executor(), [self = shared_from_this(), reason] { self->end(reason); });
}

void TcpConnection::end(CloseReason reason) {
  if (!socket_.is_open()) return;
  state_ = State::kClosed;
  drop_queue();
  closing_.reset();
  error_code ignored;
  socket_.close(ignored);
  if (auto* handler = std::exchange(handler_, nullptr)) handler->on_closed(*this, reason);
}

}  // namespace monarch::net
