// Talk: one connection of a client to a Monarch node, blocking, every wait bounded by a point in
// time that the caller gives and ended early by the interrupt descriptor. One thread.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "monarchctl/doctor/trouble.hpp"
#include "msnp/framer.hpp"

namespace monarch::ctl::doctor {

using Until = std::chrono::steady_clock::time_point;

// A line of the server with its payload.
struct Heard {
  std::string verb;
  std::vector<std::string> params;
  std::string payload;

  [[nodiscard]] std::string param(std::size_t index) const {
    return index < params.size() ? params[index] : std::string();
  }
};

class Talk {
 public:
  using Answer = Result<Heard, Trouble>;

  // `interrupt` becomes readable when everything is to end; -1: never.
  explicit Talk(int interrupt = -1) : interrupt_(interrupt) {}
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;
  ~Talk() { hang_up(); }

  // Ends the connection before, if there is one.
  [[nodiscard]] Done connect(const Endpoint& place, Until until);
  void hang_up();
  [[nodiscard]] const Endpoint& place() const { return place_; }

  // `VERB <trid> <rest>` and the payload; the first line with that TrID. A numeric error is
  // Trouble.
  [[nodiscard]] Answer ask(std::string_view verb, std::string_view rest, Until until,
                           std::string_view payload = {});
  // The next line with the TrID of the last ask().
  [[nodiscard]] Answer more(Until until);
  // The first line with TrID 0 or none for which `is_it` holds, among those that came by already,
  // too. `what` names it in the error.
  [[nodiscard]] Answer notice(const std::string& what,
                              const std::function<bool(const Heard&)>& is_it, Until until);
  // OUT, and the server closes.
  [[nodiscard]] Done leave(Until until);

 private:
  [[nodiscard]] Done await(short events, const std::string& what, Until until) const;
  [[nodiscard]] Done send(std::string_view bytes, Until until);
  [[nodiscard]] Answer next(const std::string& what, Until until);
  [[nodiscard]] Trouble silence(const std::string& what) const;

  int interrupt_;
  int socket_ = -1;
  Endpoint place_;
  std::string buffer_;  // bytes that the framer was not fed yet
  msnp::Framer framer_;
  std::deque<Heard> notices_;
  unsigned trid_ = 0;
  std::string asked_;  // the verb of the last ask()
};

// Lower-case hex of MD5(challenge ‖ password) (docs/protocol/dispatch.md#4-usr).
[[nodiscard]] std::string digest(std::string_view challenge, std::string_view password);

}  // namespace monarch::ctl::doctor
