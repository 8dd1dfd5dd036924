#include "testing/servers/server_process.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <grp.h>
#include <pwd.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace monarch::testing::detail {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kPoll{5};

void remove_leftovers(const std::string& prefix) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/tmp", ignored)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(prefix + "-")) continue;
    const auto pid = std::strtol(name.c_str() + prefix.size() + 1, nullptr, 10);
    if (pid > 0 && ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) {
      fs::remove_all(entry.path(), ignored);
    }
  }
}

[[noreturn]] void become(const std::vector<std::string>& arguments, const std::string& log_file,
                         const passwd* user, pid_t parent) {
  const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(null, 0);
  ::dup2(log, 1);
  ::dup2(log, 2);
  if (user != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 ||
                          ::setuid(user->pw_uid) != 0)) {
    ::_exit(126);
  }
  // After setuid, which clears it. SIGQUIT: PostgreSQL's "at once", which ends its back ends too.
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (::getppid() != parent) ::_exit(125);
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

void give_up(const std::string& what) {
  std::fprintf(stderr, "private server for tests: %s\n", what.c_str());
  std::abort();
}

std::string make_directory(const std::string& prefix) {
  remove_leftovers(prefix);
  std::string path = "/tmp/" + prefix + "-" + std::to_string(::getpid()) + "-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) give_up("cannot make " + path);
  return path;
}

std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(probe, plain, length) != 0 || ::getsockname(probe, plain, &length) != 0) {
    give_up("no free loopback port");
  }
  ::close(probe);
  return ntohs(address.sin_port);
}

pid_t spawn(const std::vector<std::string>& arguments, const std::string& log_file,
            const std::string& user) {
  const passwd* entry = user.empty() ? nullptr : ::getpwnam(user.c_str());
  if (!user.empty() && entry == nullptr) give_up("there is no user " + user);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) give_up("cannot fork");
  if (pid == 0) become(arguments, log_file, entry, parent);
  return pid;
}

int wait_for_end(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool still_runs(pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) == 0; }

bool wait_until(pid_t pid, const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + kServerWait;
  while (std::chrono::steady_clock::now() < until) {
    if (holds()) return true;
    if (!still_runs(pid)) return false;
    std::this_thread::sleep_for(kPoll);
  }
  return false;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const auto name = entry.path().filename().string();
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      continue;
    }
    // "pid (name) state ppid …"; the name may hold anything, so count from its end.
    const auto stat = read_file(entry.path() / "stat");
    const auto end = stat.rfind(')');
    if (end == std::string::npos || end + 4 > stat.size()) continue;
    if (std::strtol(stat.c_str() + end + 4, nullptr, 10) == pid) {
      children.push_back(static_cast<pid_t>(std::strtol(name.c_str(), nullptr, 10)));
    }
  }
  return children;
}

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace monarch::testing::detail
