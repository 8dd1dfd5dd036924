// Session: one client's connection to a dispatch node, from the first byte to the referral
// (docs/protocol/dispatch.md). A pure state machine: bytes and time in, effects out. Owned by its
// connection, on the loop of that connection; it calls nobody and keeps nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "dispatch/core/counters.hpp"
#include "dispatch/core/node_picker.hpp"
#include "msnp/effects.hpp"
#include "msnp/framer.hpp"
#include "msnp/limits.hpp"
#include "msnp/opening.hpp"

namespace monarch::dispatch {

struct Settings {
  // The whole of a dispatch session (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules).
  Duration login_timeout = msnp::kLoginTimeout;
  // This node as clients reach it, host:port; MSNP7 is told.
  std::string advertised_address;
  // implicit_msnp2 stays off: only a notification server takes USR without VER.
  msnp::Opening::Settings opening = {};
};

class Session {
 public:
  // All that is given must outlive it; `now` is when the client connected.
  Session(const Settings& settings, NodePicker& nodes, Counters& counters, TimePoint now)
      : settings_(&settings),
        nodes_(&nodes),
        counters_(&counters),
        deadline_(now + settings.login_timeout),
        opening_(settings.opening) {}

  // Bytes from the client. After effects.close was set the session takes no more input.
  void receive(std::string_view bytes, msnp::Effects& effects);

  // To be called at deadline() or later.
  void advance(TimePoint now, msnp::Effects& effects);

  [[nodiscard]] TimePoint deadline() const { return deadline_; }
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  void handle(const msnp::Command& command, msnp::Effects& effects);
  void refer(std::string_view trid, msnp::Effects& effects);
  void count_error(msnp::ErrorCode code);
  void close(msnp::CloseReason reason, msnp::Effects& effects);

  const Settings* settings_;
  NodePicker* nodes_;
  Counters* counters_;
  TimePoint deadline_;
  msnp::Framer framer_;
  msnp::Opening opening_;
  msnp::CommandUnderWay command_;
  bool closed_ = false;
};

}  // namespace monarch::dispatch
