// What the private servers share: a child process in a directory of its own, a free port, and
// bounded waiting. Private to libs/testing/servers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace monarch::testing::detail {

inline constexpr std::chrono::seconds kServerWait{20};

// Ends the test program: without its server no test means anything.
[[noreturn]] void give_up(const std::string& what);

// /tmp/<prefix>-<our pid>-XXXXXX; directories left by test programs that were killed are removed.
[[nodiscard]] std::string make_directory(const std::string& prefix);

[[nodiscard]] std::uint16_t free_port();

// Starts the program with its output in log_file. If user is not empty, as that user. It ends with
// this process.
[[nodiscard]] pid_t spawn(const std::vector<std::string>& arguments, const std::string& log_file,
                          const std::string& user);
// Waits for its end; the exit status.
int wait_for_end(pid_t pid);
// False: it has ended (and is reaped).
[[nodiscard]] bool still_runs(pid_t pid);
// Polls until it holds; false when the bound is reached or the process has ended.
[[nodiscard]] bool wait_until(pid_t pid, const std::function<bool()>& holds);

[[nodiscard]] std::vector<pid_t> children_of(pid_t pid);
[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace monarch::testing::detail
