#include "runtime/signals.hpp"

#include <csignal>
#include <utility>

#include <boost/asio/signal_set.hpp>

#include "runtime/log.hpp"

namespace monarch::runtime {

struct Signals::Impl : std::enable_shared_from_this<Signals::Impl> {
  Impl(net::Loop& loop, std::function<void()> its_drain, std::function<void()> its_stop)
      : set(loop.io(), SIGTERM, SIGINT), drain(std::move(its_drain)), stop(std::move(its_stop)) {}

  void wait() {
    set.async_wait([self = shared_from_this()](const auto& error, int number) {
      if (error) return;
      const bool first = std::exchange(self->first, false);
      log::info("signal", {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"},
                           {"so", first ? "drain" : "stop at once"}});
      self->wait();
      // A copy: the callback may destroy us.
      const auto callback = first ? self->drain : self->stop;
      callback();
    });
  }

  boost::asio::signal_set set;
  std::function<void()> drain;
  std::function<void()> stop;
  bool first = true;
};

Signals::Signals(net::Loop& loop, std::function<void()> drain, std::function<void()> stop)
    : impl_(std::make_shared<Impl>(loop, std::move(drain), std::move(stop))) {
  std::signal(SIGPIPE, SIG_IGN);
  impl_->wait();
}

Signals::~Signals() {
  boost::system::error_code ignored;
  impl_->set.cancel(ignored);
}

}  // namespace monarch::runtime
