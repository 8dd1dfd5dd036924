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

MsnpClient::Line MsnpClient::next() {
  const TimePoint deadline = SystemClock().now() + patience_;
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

MsnpClient::Line MsnpClient::ask(std::string text) {
  const std::string trid = std::to_string(++trid_);
  const auto place = text.find('%');
  MONARCH_ASSERT(place != std::string::npos);
  text.replace(place, 1, trid);
  if (auto done = send(text + "\r\n"); !done) return fail(done.error());
  while (true) {
    auto line = next();
    if (!line || word(*line, 1) == trid) return line;
  }
}

MsnpClient::Line MsnpClient::referral(const std::string& address, const std::string& handle) {
  closed_ = false;
  wire_ = {};
  if (auto done = target_.connect(conn_, address); !done) return fail(done.error());
  auto version = ask("VER % MSNP5 CVR0");
  if (!version) return version;
  return ask("USR % MD5 I " + handle);
}

Outcome<std::string> MsnpClient::sign_in(const std::string& address, int dialect,
                                         const std::string& handle, const std::string& password) {
  closed_ = false;
  wire_ = {};
  if (auto done = target_.connect(conn_, address); !done) return done;
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

Result<std::vector<std::string>, std::string> MsnpClient::ping() {
  if (auto done = send("PNG\r\n"); !done) return fail(done.error());
  std::vector<std::string> lines;
  while (true) {
    auto line = next();
    if (!line) return fail(line.error());
    if (*line == "QNG") return lines;
    lines.push_back(std::move(*line));
  }
}

void MsnpClient::sign_out() {
  if (closed_ || !send("OUT\r\n")) return;
  while (next()) {
  }
  target_.close(conn_);
}

}  // namespace monarch::testing
