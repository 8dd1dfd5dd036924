#include "load/poller.hpp"

#include <algorithm>
#include <array>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/assert.hpp"

namespace monarch::load {
namespace {

constexpr std::size_t kEventsPerPoll = 256;

epoll_event interest(Watched& watched, bool writable) {
  epoll_event event{};
  event.events = EPOLLIN | (writable ? static_cast<unsigned>(EPOLLOUT) : 0U);
  event.data.ptr = &watched;
  return event;
}

}  // namespace

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) { MONARCH_ASSERT(epoll_ >= 0); }

Poller::~Poller() { ::close(epoll_); }

void Poller::watch(int descriptor, Watched& watched, bool writable) {
  auto event = interest(watched, writable);
  MONARCH_ASSERT(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0);
}

void Poller::change(int descriptor, Watched& watched, bool writable) {
  auto event = interest(watched, writable);
  MONARCH_ASSERT(epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event) == 0);
}

int Poller::poll(Duration at_most) {
  std::array<epoll_event, kEventsPerPoll> events{};
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                               static_cast<int>(std::clamp<std::int64_t>(wait, 0, 1'000)));
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    static_cast<Watched*>(event.data.ptr)
        ->on_event((event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0,
                   (event.events & EPOLLOUT) != 0);
  }
  return count;
}

}  // namespace monarch::load
