#include "testing/cluster/msnp_client.hpp"

#include <algorithm>
#include <utility>

#include "testing/transcript/pattern.hpp"

namespace monarch::testing {
namespace {

std::string word(const std::string& line, std::size_t index) {
  std::size_t begin = 0;
  for (; index > 0; --index) {
    const auto space = line.find(' ', begin);
    if (space == std::string::npos) return "";
    begin = space + 1;
  }
  return line.substr(begin, line.find(' ', begin) - begin);
}

}  // namespace

MsnpClient::MsnpClient(transcript::Target& target, std::string conn,
                       std::chrono::milliseconds patience)
    : target_(target), conn_(std::move(conn)), patience_(patience) {}

MsnpClient::~MsnpClient() { target_.close(conn_); }

Outcome<std::string> MsnpClient::send(const std::string& bytes) {
  return target_.send(conn_, bytes);
}

MsnpClient::Line MsnpClient::read(TimePoint deadline) {
  while (true) {
    auto unit = wire_.next();
    if (!unit) return fail(unit.error());
    if (*unit) return std::move((*unit)->line);
    if (closed_) return fail("the server closed " + conn_);
    const transcript::Received received = target_.receive(conn_, deadline);
    wire_.feed(received.bytes);
    closed_ = received.closed;
    if (received.bytes.empty() && !received.closed) return fail("no answer on " + conn_);
  }
}

MsnpClient::Line MsnpClient::next() {
  if (kept_.empty()) return read(SystemClock().now() + patience_);
  std::string line = std::move(kept_.front());
  kept_.pop_front();
  return line;
}

MsnpClient::Line MsnpClient::ask(std::string text) {
  const std::string trid = std::to_string(++trid_);
  const auto place = text.find('%');
  MONARCH_ASSERT(place != std::string::npos);
  text.replace(place, 1, trid);
  if (auto done = send(text + "\r\n"); !done) return fail(done.error());
  while (true) {
    auto line = read(SystemClock().now() + patience_);
    if (!line || word(*line, 1) == trid) return line;
    kept_.push_back(std::move(*line));
  }
}

MsnpClient::Lines MsnpClient::until(const std::string& line, std::chrono::milliseconds bound) {
  const TimePoint deadline = SystemClock().now() + bound;
  std::vector<std::string> before(kept_.begin(), kept_.end());
  kept_.clear();
  if (const auto place = std::find(before.begin(), before.end(), line); place != before.end()) {
    kept_.assign(place + 1, before.end());
    before.erase(place, before.end());
    return before;
  }
  while (true) {
    auto got = read(deadline);
    if (!got) {
      std::string seen;
      for (const auto& other : before) seen += "\n  " + other;
      return fail("no \"" + line + "\": " + got.error() + "; only" +
                  (seen.empty() ? " this: nothing" : ":" + seen));
    }
    if (*got == line) return before;
    before.push_back(std::move(*got));
  }
}

Outcome<std::string> MsnpClient::ends_with(const std::string& line,
                                           std::chrono::milliseconds bound) {
  const auto before = until(line, bound);
  if (!before) return fail(before.error());
  if (!before->empty()) return fail("before " + line + " came " + before->front());
  const auto after = read(SystemClock().now() + bound);
  if (after) return fail("after " + line + " came " + *after);
  if (!closed_) return fail("after " + line + " the connection stays open");
  return Ok{};
}

MsnpClient::Line MsnpClient::referral(const std::string& address, const std::string& handle) {
  if (auto done = connect(address); !done) return fail(done.error());
  auto version = ask("VER % MSNP5 CVR0");
  if (!version) return version;
  return ask("USR % MD5 I " + handle);
}

Outcome<std::string> MsnpClient::connect(const std::string& address) {
  closed_ = false;
  wire_ = {};
  kept_.clear();
  return target_.connect(conn_, address);
}

Outcome<std::string> MsnpClient::sign_in(const std::string& address, int dialect,
                                         const std::string& handle, const std::string& password) {
  if (auto done = connect(address); !done) return done;
  const std::string name = "MSNP" + std::to_string(dialect);
  const auto version = ask("VER % " + name + " CVR0");
  if (!version) return fail(version.error());
  const auto question = ask("USR % MD5 I " + handle);
  if (!question) return fail(question.error());
  if (word(*question, 3) != "S") return fail("no challenge but: " + *question);
  const auto verdict = ask("USR % MD5 S " + transcript::md5_hex(word(*question, 4) + password));
  if (!verdict) return fail(verdict.error());
  if (word(*verdict, 2) != "OK") return fail("sign-in refused: " + *verdict);
  const auto profile = next();
  if (!profile) return fail(profile.error());
  return Ok{};
}

MsnpClient::Lines MsnpClient::come_online(const std::string& address, const std::string& handle,
                                          const std::string& password, const std::string& status) {
  if (auto done = sign_in(address, 5, handle, password); !done) return fail(done.error());
  const auto synchronised = ask("SYN % 0");
  if (!synchronised) return fail(synchronised.error());
  if (!synchronised->starts_with("SYN ")) return fail("SYN was answered by: " + *synchronised);
  const auto changed = ask("CHG % " + status);
  if (!changed) return fail(changed.error());
  if (!changed->starts_with("CHG ")) return fail("CHG was answered by: " + *changed);
  kept_.clear();
  auto lines = ping();
  if (lines) std::sort(lines->begin(), lines->end());
  return lines;
}

MsnpClient::Lines MsnpClient::ping() {
  if (auto done = send("PNG\r\n"); !done) return fail(done.error());
  return until("QNG", patience_);
}

void MsnpClient::sign_out() {
  if (closed_ || !send("OUT\r\n")) return;
  while (read(SystemClock().now() + patience_)) {
  }
  target_.close(conn_);
}

}  // namespace monarch::testing
