#include "monarchctl/interrupts.hpp"

#include <csignal>
#include <initializer_list>
#include <sys/signalfd.h>
#include <unistd.h>

namespace monarch::ctl {

Interrupts::Interrupts() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
  // `monarchctl doctor | head` is no reason to leave things behind either.
  (void)std::signal(SIGPIPE, SIG_IGN);
  descriptor_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

Interrupts::~Interrupts() {
  signalfd_siginfo info{};
  while (descriptor_ >= 0 && ::read(descriptor_, &info, sizeof(info)) > 0) {
  }
  if (descriptor_ >= 0) ::close(descriptor_);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace monarch::ctl
