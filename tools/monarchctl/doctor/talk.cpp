#include "monarchctl/doctor/talk.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "msnp/command.hpp"

namespace monarch::ctl::doctor {

namespace {

using Kind = Trouble::Kind;

// What came by while something else was waited for; the oldest go first.
constexpr std::size_t kNoticesMax = 256;

msnp::PayloadRule payload_of(std::string_view verb, msnp::Scope /*scope*/) {
  if (verb == "MSG") return {.present = true, .bytes_max = msnp::kMessageBytesMax};
  return {};
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Heard copy(const msnp::Command& command) {
  Heard heard{std::string(command.verb), {}, std::string(command.payload)};
  for (const auto param : command.params()) heard.params.emplace_back(param);
  return heard;
}

Trouble connect_trouble(const std::string& place, int error) {
  const std::string why = std::strerror(error);
  if (error == ECONNREFUSED) return {Kind::kRefused, place + " refused the connection"};
  return {Kind::kUnreachable, "cannot connect to " + place + ": " + why};
}

}  // namespace

Done Talk::connect(const Endpoint& place, Until until) {
  hang_up();
  place_ = place;
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(place.port);
  if (const int error = ::getaddrinfo(place.host.c_str(), port.c_str(), &hints, &found)) {
    return fail(Trouble{Kind::kNoName, "the name " + place.host +
                                           " leads to no IPv4 address: " + ::gai_strerror(error)});
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return fail(connect_trouble(place.to_string(), errno));
  const int on = 1;  // what is timed here is the server, not Nagle's patience
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::connect(socket_, addresses->ai_addr, addresses->ai_addrlen) == 0) return Ok{};
  if (errno != EINPROGRESS) return fail(connect_trouble(place.to_string(), errno));
  auto ready = await(POLLOUT, "the connection", until);
  if (!ready) {
    if (ready.error().kind != Kind::kSilence) return ready;
    return fail(Trouble{Kind::kUnreachable,
                        "no answer from " + place.to_string() + " to the attempt to connect"});
  }
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(connect_trouble(place.to_string(), error));
  return Ok{};
}

void Talk::hang_up() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  buffer_.clear();
  framer_ = {};
  notices_.clear();
}

Talk::Answer Talk::ask(std::string_view verb, std::string_view rest, Until until,
                       std::string_view payload) {
  asked_ = verb;
  std::string line = asked_ + " " + std::to_string(++trid_);
  if (!rest.empty()) line.append(" ").append(rest);
  line.append("\r\n").append(payload);
  const auto sent = send(line, until);
  if (!sent) return fail(sent.error());
  return more(until);
}

Talk::Answer Talk::more(Until until) {
  const std::string trid = std::to_string(trid_);
  while (true) {
    auto heard = next("the answer to " + asked_, until);
    if (!heard) return heard;
    if (heard->param(0) != trid || heard->verb == "MSG" || heard->verb == "RNG") {
      if (notices_.size() == kNoticesMax) notices_.pop_front();
      notices_.push_back(std::move(*heard));
      continue;
    }
    if (!is_number(heard->verb)) return heard;
    return fail(Trouble{Kind::kError,
                        place_.to_string() + " answers " + asked_ + " with error " + heard->verb,
                        std::atoi(heard->verb.c_str())});
  }
}

Talk::Answer Talk::notice(const std::string& what, const std::function<bool(const Heard&)>& is_it,
                          Until until) {
  while (true) {
    const auto found = std::find_if(notices_.begin(), notices_.end(), is_it);
    if (found != notices_.end()) {
      Heard heard = std::move(*found);
      notices_.erase(notices_.begin(), found + 1);
      return heard;
    }
    notices_.clear();
    auto heard = next(what, until);
    if (!heard) return heard;
    notices_.push_back(std::move(*heard));
  }
}

Done Talk::leave(Until until) {
  const auto sent = send("OUT\r\n", until);
  if (!sent) return sent;
  while (true) {
    const auto heard = next("the end of the connection", until);
    if (heard) continue;
    if (heard.error().kind != Kind::kClosed) return fail(heard.error());
    hang_up();
    return Ok{};
  }
}

Done Talk::await(short events, const std::string& what, Until until) const {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    std::array<pollfd, 2> fds{{{socket_, events, 0}, {interrupt_, POLLIN, 0}}};
    const int ready =
        ::poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready < 0 && errno != EINTR) return fail(silence(what));
    if (fds[1].revents != 0) return fail(Trouble{Kind::kInterrupted, "interrupted"});
    if (ready > 0 && fds[0].revents != 0) return Ok{};
    if (std::chrono::steady_clock::now() >= until) return fail(silence(what));
  }
}

Done Talk::send(std::string_view bytes, Until until) {
  const Trouble closed{Kind::kClosed, place_.to_string() + " has closed the connection"};
  while (!bytes.empty()) {
    const auto ready = await(POLLOUT, "its reading", until);
    if (!ready) return ready;
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return fail(closed);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return Ok{};
}

Talk::Answer Talk::next(const std::string& what, Until until) {
  msnp::Command command;
  while (true) {
    framer_.feed(buffer_);
    const auto step = framer_.next(&payload_of, {}, command);
    if (step == msnp::Framer::Step::kCommand) {
      Heard heard = copy(command);
      if (!framer_.keep()) framer_ = {};
      buffer_.clear();
      return heard;
    }
    const bool kept = framer_.keep();
    buffer_.clear();
    if (step == msnp::Framer::Step::kViolation || !kept) {
      return fail(
          Trouble{Kind::kUnexpected, place_.to_string() + " sends what no Messenger server does"});
    }
    const auto ready = await(POLLIN, what, until);
    if (!ready) return fail(ready.error());
    std::array<char, 4096> bytes{};
    const auto size = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size <= 0) {
      return fail(Trouble{
          Kind::kClosed, place_.to_string() + " closed the connection instead of sending " + what});
    }
    buffer_.assign(bytes.data(), static_cast<std::size_t>(size));
  }
}

Trouble Talk::silence(const std::string& what) const {
  return {Kind::kSilence, what + " did not come from " + place_.to_string() + " in time"};
}

std::string digest(std::string_view challenge, std::string_view password) {
  const std::string text = std::string(challenge).append(password);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_md5(), nullptr) != 1) return {};
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kHex[hash[i] >> 4U];
    hex += kHex[hash[i] & 15U];
  }
  return hex;
}

}  // namespace monarch::ctl::doctor
