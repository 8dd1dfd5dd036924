// TcpConnection: the one implementation of Connection, made by listeners and connect(). Its size is
// what an idle client costs, so everything rare lives behind a pointer.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/connection.hpp"

namespace monarch::net {

// Room for the one pending wait for readability, inside the connection itself. Anything that does
// not fit, or comes while it is taken, goes to the heap.
struct WaitSlot {
  static constexpr std::size_t kBytes = 128;
  alignas(std::max_align_t) std::array<std::byte, kBytes> room;
  bool taken = false;
};

template <class T>
class SlotAllocator {
 public:
  using value_type = T;
  explicit SlotAllocator(WaitSlot& slot) : slot_(&slot) {}
  template <class U>
  // NOLINTNEXTLINE(google-explicit-constructor): allocators convert.
  SlotAllocator(const SlotAllocator<U>& other) : slot_(other.slot_) {}

  T* allocate(std::size_t count) {
    if (!slot_->taken && sizeof(T) * count <= WaitSlot::kBytes) {
      slot_->taken = true;
      return reinterpret_cast<T*>(slot_->room.data());
    }
    return static_cast<T*>(::operator new(sizeof(T) * count));
  }
  void deallocate(T* place, std::size_t /*count*/) {
    if (reinterpret_cast<std::byte*>(place) == slot_->room.data()) {
      slot_->taken = false;
    } else {
      ::operator delete(place);
    }
  }
  friend bool operator==(const SlotAllocator&, const SlotAllocator&) = default;

 private:
  template <class U>
  friend class SlotAllocator;
  WaitSlot* slot_;
};

class TcpConnection final : public Connection, public std::enable_shared_from_this<TcpConnection> {
 public:
  // Takes the descriptor, which is non-blocking already. Null when the loop cannot take it.
  static std::shared_ptr<TcpConnection> adopt(Loop& loop, int descriptor, const sockaddr* peer,
                                              std::shared_ptr<const ConnectionOptions> options);
  // What every descriptor needs; a listening one passes it on to those it accepts.
  static void prepare(int descriptor, const ConnectionOptions& options);

  TcpConnection(Loop& loop, std::shared_ptr<const ConnectionOptions> options, const sockaddr* peer);

  void start(ConnectionHandler& handler) override;
  void detach() override { handler_ = nullptr; }
  void send(std::string_view bytes) override;
  void send(const std::shared_ptr<const std::string>& bytes) override;
  [[nodiscard]] std::size_t queued_bytes() const override { return queue_ ? queue_->bytes : 0; }
  void pause_reading() override { reading_ = false; }
  void resume_reading() override;
  void close() override;
  void abort() override { end_later(CloseReason::kLocal); }
  [[nodiscard]] bool open() const override { return state_ == State::kOpen; }
  [[nodiscard]] std::string peer_address() const override;
  [[nodiscard]] std::uint16_t peer_port() const override { return peer_port_; }

 private:
  enum class State : std::uint8_t { kOpen, kFlushing, kLingering, kClosed };
  // Either shared with other connections or our own, to which small sends are appended.
  struct Chunk {
    std::shared_ptr<const std::string> shared;
    std::string own;
    [[nodiscard]] const std::string& bytes() const { return shared ? *shared : own; }
  };
  struct Queue {
    std::deque<Chunk> chunks;
    std::size_t written = 0;  // of the first chunk
    std::size_t bytes = 0;    // of all, not yet written
  };
  struct ReadWait {
    std::shared_ptr<TcpConnection> self;
    using allocator_type = SlotAllocator<void*>;
    [[nodiscard]] allocator_type get_allocator() const noexcept {
      return allocator_type(self->slot_);
    }
    void operator()(const boost::system::error_code& error) const { self->on_readable(error); }
  };
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                  boost::asio::io_context::executor_type>;

  // Bytes that the kernel took; nothing when the connection ended over it.
  std::size_t try_send(std::string_view bytes);
  Queue& queue();
  // What the queue has gained and lost; who gains too much is a slow reader.
  void queued(std::size_t more);
  void unqueued(std::size_t less);
  void drop_queue();
  void flush();
  void wait_readable();
  void wait_writable();
  void on_readable(const boost::system::error_code& error);
  void on_end_of_input();
  void on_flushed();
  void linger();
  void end(CloseReason reason);
  void end_later(CloseReason reason);

  Loop& loop_;
  ConnectionHandler* handler_ = nullptr;
  Socket socket_;
  std::shared_ptr<const ConnectionOptions> options_;
  std::unique_ptr<Queue> queue_;    // only while output is pending
  std::unique_ptr<Timer> closing_;  // only while closing
  in6_addr peer_;                   // IPv4 in its mapped form
  std::uint16_t peer_port_ = 0;
  State state_ = State::kOpen;
  bool reading_ = false;  // the user wants bytes
  bool waiting_ = false;  // a wait for readability is pending
  bool peer_ended_ = false;
  WaitSlot slot_;
};

}  // namespace monarch::net
