#include "testing/servers/http_listener.hpp"

#include <cctype>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace monarch::testing {
namespace {
constexpr std::chrono::seconds kPatience{10};
}  // namespace

HttpListener::HttpListener() : listener_([this](Peer& peer) { serve(peer); }) {}

void HttpListener::answer(std::string status) {
  const std::lock_guard lock(mutex_);
  status_ = std::move(status);
}

std::vector<HttpListener::Request> HttpListener::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
  return requests_;
}

void HttpListener::serve(Peer& peer) {
  Request request;
  const auto first = peer.line();
  if (!first) return;
  request.line = *first;
  for (auto line = peer.line(); line && !line->empty(); line = peer.line()) {
    const auto colon = line->find(": ");
    if (colon == std::string::npos) continue;
    std::string name = line->substr(0, colon);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.headers[name] = line->substr(colon + 2);
  }
  const auto length = std::strtoul(request.headers["content-length"].c_str(), nullptr, 10);
  const auto body = peer.bytes(length);
  if (!body) return;
  request.body = *body;
  std::string status;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
    status = status_;
    changed_.notify_all();
  }
  if (status.empty()) {
    (void)peer.line();
    return;
  }
  peer.write("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
}

}  // namespace monarch::testing
