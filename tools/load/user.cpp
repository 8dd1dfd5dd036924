#include "load/user.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace monarch::load {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::array<const char*, 4> kStatuses = {"NLN", "BSY", "AWY", "PHN"};

std::string_view word(std::string_view text, unsigned index) {
  for (; index > 0; --index) {
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return {};
    text.remove_prefix(space + 1);
  }
  return text.substr(0, text.find(' '));
}

std::size_t to_number(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// docs/protocol/dispatch.md#4-usr: md5(challenge ‖ password).
std::string digest_of(std::string_view challenge) {
  const std::string text = std::string(challenge) + kPassword;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_md5(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4U];
    hex += "0123456789abcdef"[digest[i] & 15U];
  }
  return hex;
}

bool is_error(std::string_view verb) {
  return verb.size() == 3 &&
         std::all_of(verb.begin(), verb.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

User::User(Poller& poller, Driver& driver, std::size_t number, std::string prefix)
    : poller_(poller), driver_(driver), number_(number), prefix_(std::move(prefix)) {}

User::~User() { disconnect(); }

std::string User::handle(const std::string& prefix, std::size_t number) {
  return prefix + "-" + std::to_string(number) + "@example.net";
}

void User::sign_in(const Endpoint& door, Goal goal) {
  goal_ = goal;
  begun_ = std::chrono::steady_clock::now();
  if (!connect(door)) fail(std::string("cannot connect: ") + std::strerror(errno));
}

bool User::connect(const Endpoint& to) {
  disconnect();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(to.port);
  if (inet_pton(AF_INET, to.host.c_str(), &address.sin_addr) != 1) {
    errno = EINVAL;
    return false;
  }
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return false;
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS) {
    disconnect();
    return false;
  }
  ++connections_;
  stage_ = Stage::kConnecting;
  poller_.watch(descriptor_, *this, true);
  return true;
}

void User::disconnect() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  partial_.clear();
  payload_ = 0;
  stage_ = Stage::kOut;
}

void User::fail(const std::string& reason) {
  disconnect();
  driver_.failed(*this, reason);
}

void User::send(std::string_view bytes) {
  // Never much more than the kernel takes at once: what it does not take is an error of the load.
  const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent != static_cast<ssize_t>(bytes.size())) fail("cannot write: the server does not read");
}

void User::change_status() {
  status_ = (status_ + 1) % kStatuses.size();
  send(std::string("CHG 9 ") + kStatuses[status_] + "\r\n");
}

void User::add_contact(std::size_t number) {
  const std::string other = handle(prefix_, number);
  send("ADD 8 FL " + other + " " + other + "\r\n");
}

void User::on_event(bool readable, bool writable) {
  if (descriptor_ < 0) return;
  if (stage_ == Stage::kConnecting && (writable || readable)) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail(std::string("cannot connect: ") + std::strerror(error));
    poller_.change(descriptor_, *this, false);
    stage_ = Stage::kVersion;
    send("VER 1 MSNP5 MSNP4 CVR0\r\n");
    return;
  }
  if (readable) read();
}

void User::read() {
  static std::array<char, kReadBytes> buffer;  // one thread
  const auto count = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count == 0) return fail("the server closed the connection");
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR)
      fail(std::string("cannot read: ") + std::strerror(errno));
    return;
  }
  consume({buffer.data(), static_cast<std::size_t>(count)}, std::chrono::steady_clock::now());
}

void User::consume(std::string_view bytes, TimePoint when) {
  while (!bytes.empty()) {
    if (payload_ > 0) {
      const auto skipped = std::min(payload_, bytes.size());
      payload_ -= skipped;
      bytes.remove_prefix(skipped);
      continue;
    }
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) {
      partial_ += bytes;
      return;
    }
    std::string_view text = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    std::string whole;
    if (!partial_.empty()) {
      whole = std::exchange(partial_, {}) + std::string(text);
      text = whole;
    }
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    if (!line(text, when)) return;
  }
}

bool User::line(std::string_view text, TimePoint when) {
  const auto verb = word(text, 0);
  const auto connection = connections_;
  if (verb == "MSG") {
    payload_ = to_number(word(text, 3));
    // The profile ends the answer to USR.
    if (stage_ != Stage::kOnline || goal_ != Goal::kSignedIn) return true;
    stage_ = Stage::kReady;
    driver_.ready(*this);
  } else if (is_error(verb) && verb != "215") {
    fail("error " + std::string(verb));
  } else if (stage_ != Stage::kReady) {
    if (!signing_in(verb, text)) fail("unexpected " + std::string(verb));
  } else {
    running(verb, text, when);
  }
  return descriptor_ >= 0 && connection == connections_;
}

bool User::signing_in(std::string_view verb, std::string_view text) {
  switch (stage_) {
    case Stage::kVersion:
      if (verb != "VER") return false;
      stage_ = Stage::kInfo;
      send("INF 2\r\n");
      return true;
    case Stage::kInfo:
      if (verb != "INF") return false;
      stage_ = Stage::kName;
      send("USR 3 MD5 I " + handle(prefix_, number_) + "\r\n");
      return true;
    case Stage::kName:
      if (verb != "USR" && verb != "XFR") return false;
      name_answered(text);
      return true;
    case Stage::kDigest:
      if (verb != "USR" || word(text, 2) != "OK") return false;
      stage_ = Stage::kOnline;
      if (goal_ == Goal::kOnline) {
        send(std::string("SYN 5 0\r\nCHG 6 ") + kStatuses[status_] + "\r\n");
      }
      return true;
    case Stage::kOnline:
      // What SYN brings; and CHG ends it, for what follows comes in the same write.
      if (verb != "CHG") return true;
      stage_ = Stage::kReady;
      driver_.ready(*this);
      return true;
    case Stage::kOut:
    case Stage::kConnecting:
    case Stage::kReady:
      break;
  }
  return false;
}

void User::name_answered(std::string_view text) {
  if (word(text, 0) == "XFR") {
    const auto node = Endpoint::parse(std::string(word(text, 3)));
    if (!node.ok() || !connect(*node)) fail("cannot follow " + std::string(text));
    return;
  }
  stage_ = Stage::kDigest;
  send("USR 4 MD5 S " + digest_of(word(text, 4)) + "\r\n");
}

void User::running(std::string_view verb, std::string_view text, TimePoint when) {
  if (verb == "CHG") return driver_.status_changed(*this);
  if (verb == "NLN" || verb == "FLN") {
    const auto subject = word(text, verb == "NLN" ? 2 : 1);
    const auto dash = subject.find('-');
    if (dash == std::string_view::npos) return;
    return driver_.saw(*this, to_number(subject.substr(dash + 1)), when);
  }
  if (verb == "215" || (verb == "ADD" && word(text, 1) == "8")) driver_.contact_added(*this);
}

}  // namespace monarch::load
