// What a transcript is played against: the pure cores in one process, or a running cluster over
// sockets. The player calls from one thread and one call at a time; nothing here is virtual time of
// its own. Errors are sentences for the person who reads the failed test.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "testing/transcript/fixture.hpp"

namespace monarch::transcript {

struct Received {
  std::string bytes;    // what came, perhaps nothing
  bool closed = false;  // the server has closed, and `bytes` is the last there will be
};

class Target {
 public:
  using Done = Outcome<std::string>;

  virtual ~Target() = default;

  // Makes the accounts, rosters and node states of the fixture; called once before the first step.
  [[nodiscard]] virtual Done prepare(const Fixture& fixture) = 0;

  // The address that the node advertises, "host:port".
  [[nodiscard]] virtual Result<std::string, std::string> resolve(const Node& node) = 0;
  // The addresses that a referral to this role may name: nodes that are alive and ready.
  [[nodiscard]] virtual std::vector<std::string> ready(Role role) = 0;

  // Connections are named by the transcript. Opening a name again after its end is allowed.
  [[nodiscard]] virtual Done connect(const std::string& conn, const std::string& address) = 0;
  // One call is one segment. A server that has closed meanwhile is no error: receive() tells it.
  [[nodiscard]] virtual Done send(const std::string& conn, std::string_view bytes) = 0;
  // Returns as soon as there are bytes or the close; otherwise at the deadline with neither. A
  // target without waiting (the pure cores) returns at once: what is not there will not come.
  [[nodiscard]] virtual Received receive(const std::string& conn, TimePoint deadline) = 0;
  virtual void close(const std::string& conn) = 0;

  // `** time passes 60s`: only a target that holds the clock can do it.
  [[nodiscard]] virtual Done advance(std::chrono::seconds by);
  // `** postgres away`, `** redis back`: what the processes find of their stores.
  [[nodiscard]] virtual Done take_away(Store store);
  [[nodiscard]] virtual Done bring_back(Store store);
  // `** operator …`: what a person would do with monarchctl.
  [[nodiscard]] virtual Done operate(std::string_view words);
};

// The words of an operator's command: split at the spaces, but for those between double quotes.
[[nodiscard]] std::vector<std::string> operator_words(std::string_view text);

}  // namespace monarch::transcript
