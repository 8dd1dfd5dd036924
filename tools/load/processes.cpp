#include "load/processes.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <optional>
#include <sstream>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace monarch::load {
namespace {

namespace fs = std::filesystem;

struct Stat {
  int parent = 0;
  double cpu = 0;  // seconds, ended and waited-for children included
};

// /proc/PID/stat after the last ')', for a name may hold anything.
std::optional<Stat> stat_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto place = text.rfind(')');
  if (place == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(place + 1));
  std::string skipped;
  Stat stat;
  fields >> skipped >> stat.parent;
  for (int i = 0; i < 9; ++i) fields >> skipped;
  double ticks = 0;
  for (int i = 0; i < 4; ++i) {
    double part = 0;
    fields >> part;
    ticks += part;
  }
  stat.cpu = ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  return stat;
}

// Everything that runs now, for the children of PostgreSQL.
std::map<int, Stat> all_stats() {
  std::map<int, Stat> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    if (const auto stat = stat_of(pid)) found[pid] = *stat;
  }
  return found;
}

double cpu_with_children(const std::map<int, Stat>& all, int pid) {
  const auto place = all.find(pid);
  double sum = place == all.end() ? 0 : place->second.cpu;
  for (const auto& [child, stat] : all) {
    if (stat.parent == pid) sum += cpu_with_children(all, child);
  }
  return sum;
}

int pid_in(const fs::path& file) {
  std::ifstream in(file);
  int pid = 0;
  in >> pid;
  return pid;
}

Endpoint endpoint_or_none(const std::string& text) {
  const auto parsed = Endpoint::parse(text);
  return parsed.ok() ? *parsed : Endpoint{};
}

// The body of GET /metrics; empty when there is none.
std::string metrics_of(const Endpoint& admin) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(admin.port);
  inet_pton(AF_INET, admin.host.c_str(), &address.sin_addr);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{2, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string text;
  const std::string request =
      "GET /metrics HTTP/1.1\r\nHost: " + admin.host + "\r\nConnection: close\r\n\r\n";
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
    char buffer[16 * 1024];
    for (ssize_t count = 0; (count = ::recv(socket, buffer, sizeof buffer, 0)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(count));
    }
  }
  ::close(socket);
  return text;
}

}  // namespace

CpuTimes operator-(const CpuTimes& later, const CpuTimes& earlier) {
  CpuTimes difference = later;
  for (const auto& [role, seconds] : earlier) difference[role] -= seconds;
  return difference;
}

double total(const CpuTimes& times) {
  double sum = 0;
  for (const auto& [role, seconds] : times) sum += seconds;
  return sum;
}

Result<Processes, std::string> Processes::find(const std::string& run) {
  Processes found;
  std::ifstream cluster(run + "/cluster");
  if (!cluster) return fail("no cluster is running: there is no " + run + "/cluster");
  std::map<std::string, Process> nodes;
  for (std::string line; std::getline(cluster, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string name;
    words >> kind >> name;
    if (kind != "node") continue;
    std::vector<std::string> addresses;
    for (std::string address; words >> address;) addresses.push_back(address);
    Process& node = nodes[name];
    if (addresses.size() == 3) node.clients = endpoint_or_none(addresses.front());
    if (!addresses.empty()) node.admin = endpoint_or_none(addresses.back());
  }
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(run, ignored)) {
    if (entry.path().extension() != ".pid") continue;
    const std::string name = entry.path().stem();
    Process process = nodes[name];
    process.name = name;
    process.role = name.substr(0, name.find('-'));
    process.pid = pid_in(entry.path());
    found.processes_.push_back(process);
  }
  if (found.processes_.empty()) return fail("no process is named in " + run);
  return found;
}

std::vector<Endpoint> Processes::doors(const std::string& role) const {
  std::vector<Endpoint> found;
  for (const auto& process : processes_) {
    if (process.role == role && !process.clients.host.empty()) found.push_back(process.clients);
  }
  return found;
}

CpuTimes Processes::cpu() const {
  const auto all = all_stats();
  CpuTimes times;
  for (const auto& process : processes_) times[process.role] += cpu_with_children(all, process.pid);
  return times;
}

std::uint64_t Processes::resident(const std::string& role) const {
  std::uint64_t bytes = 0;
  for (const auto& process : processes_) {
    if (process.role != role) continue;
    std::ifstream file("/proc/" + std::to_string(process.pid) + "/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    file >> size >> resident;
    bytes += resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  return bytes;
}

Counters Processes::counters() const {
  Counters sums;
  for (const auto& process : processes_) {
    if (process.admin.host.empty()) continue;
    std::istringstream lines(metrics_of(process.admin));
    for (std::string line; std::getline(lines, line);) {
      const auto space = line.rfind(' ');
      if (!line.starts_with("monarch_") || space == std::string::npos) continue;
      sums[line.substr(0, space)] += std::strtod(line.c_str() + space, nullptr);
    }
  }
  return sums;
}

}  // namespace monarch::load
