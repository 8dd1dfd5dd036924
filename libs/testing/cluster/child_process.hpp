// ChildProcess: a process of a test's own, known by its pid, with its output in a file. Whatever
// happens it ends with its owner: the destructor kills it, and so does the kernel when the test
// program dies. Made and used on one thread, which must live as long as the process should.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/result.hpp"

namespace monarch::testing {

class ChildProcess {
 public:
  // argv[0] is the path of the program. Standard output and error are appended to `log_path`.
  [[nodiscard]] static Result<ChildProcess, std::string> start(const std::vector<std::string>& argv,
                                                               const std::string& log_path);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Nothing once it has ended and been waited for.
  void signal(int number) const;
  // Readable when the process has ended: for poll().
  [[nodiscard]] int ended_descriptor() const { return pidfd_; }

  // Waits so long for its end. Exit status, or 128 + signal as a shell has it; nothing if it lives.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds bound);
  [[nodiscard]] bool running() { return !wait(std::chrono::milliseconds(0)).has_value(); }
  // SIGKILL, also to a stopped process, and wait.
  void kill();

 private:
  ChildProcess(pid_t pid, int pidfd) : pid_(pid), pidfd_(pidfd) {}

  pid_t pid_ = -1;
  int pidfd_ = -1;
  std::optional<int> status_;
};

// The last lines of a file, each behind `prefix`; for failure reports.
[[nodiscard]] std::string tail_of(const std::string& path, std::size_t lines,
                                  const std::string& prefix);

}  // namespace monarch::testing
