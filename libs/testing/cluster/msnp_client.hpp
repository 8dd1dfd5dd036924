// A client that asks one thing at a time: what a test needs beside its transcripts to make rosters,
// to wait for a state and to send odd things. Speaks through a Target, so it runs wherever a
// transcript does. Not strict: lines that are no answer are kept for whoever asks for them.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "testing/transcript/target.hpp"
#include "testing/transcript/wire.hpp"

namespace monarch::testing {

class MsnpClient {
 public:
  using Line = Result<std::string, std::string>;
  using Lines = Result<std::vector<std::string>, std::string>;

  // `conn` must be nobody else's name on this target.
  MsnpClient(transcript::Target& target, std::string conn,
             std::chrono::milliseconds patience = std::chrono::seconds(5));
  MsnpClient(const MsnpClient&) = delete;
  MsnpClient& operator=(const MsnpClient&) = delete;
  ~MsnpClient();

  // A connection on which nothing is said yet: to a switchboard, say.
  [[nodiscard]] Outcome<std::string> connect(const std::string& address);

  // VER to USR OK, with the profile read; no SYN, no CHG.
  [[nodiscard]] Outcome<std::string> sign_in(const std::string& address, int dialect,
                                             const std::string& handle,
                                             const std::string& password);
  // VER to the answer of USR I, whatever it is: what a dispatch or a full node says.
  [[nodiscard]] Line referral(const std::string& address, const std::string& handle);

  // sign_in(), SYN with a full dump, CHG, PNG: the lines that came after CHG was answered, so ILN
  // and NLN, sorted.
  [[nodiscard]] Lines come_online(const std::string& address, const std::string& handle,
                                  const std::string& password, const std::string& status);

  // `text` with `%` replaced by a fresh TrID and CR LF added; the first line that answers it, an
  // error line too.
  [[nodiscard]] Line ask(std::string text);
  // The first line of whatever kind that nobody has seen yet.
  [[nodiscard]] Line next();
  [[nodiscard]] Outcome<std::string> send(const std::string& bytes);
  // Everything up to this line, which must come within the bound; the line itself is left out.
  [[nodiscard]] Lines until(const std::string& line, std::chrono::milliseconds bound);
  // This line and the end of the connection, and nothing else before.
  [[nodiscard]] Outcome<std::string> ends_with(const std::string& line,
                                               std::chrono::milliseconds bound);
  // PNG: everything sent to us until QNG comes back.
  [[nodiscard]] Lines ping();
  // OUT, and wait until the server has closed.
  void sign_out();

 private:
  [[nodiscard]] Line read(TimePoint deadline);

  transcript::Target& target_;
  std::string conn_;
  std::chrono::milliseconds patience_;
  transcript::Wire wire_;
  std::deque<std::string> kept_;  // read while something else was waited for
  bool closed_ = true;
  unsigned trid_ = 0;
};

}  // namespace monarch::testing
