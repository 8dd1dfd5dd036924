// User: one MSNP5 client of the load generator, from its first connection (to dispatch, or straight
// to a notification node) to its end. It asks one thing at a time while it signs in, as the clients
// of 2000 did. Owned by a Crowd; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "load/poller.hpp"

namespace monarch::load {

class User;

// What a user tells whoever drives it.
class Driver {
 public:
  virtual ~Driver() = default;
  // The connection has come as far as sign_in() was told to go.
  virtual void ready(User& user) = 0;
  // Refused, closed or told an error; the connection is gone.
  virtual void failed(User& user, const std::string& reason) = 0;
  virtual void status_changed(User& /*user*/) {}
  virtual void contact_added(User& /*user*/) {}
  // NLN or FLN of another user of this crowd.
  virtual void saw(User& /*user*/, std::size_t /*subject*/, TimePoint /*when*/) {}
};

// How far a sign-in goes.
enum class Goal : std::uint8_t {
  kSignedIn,  // USR OK and the profile
  kOnline,    // then SYN and the first CHG
};

class User final : public Watched {
 public:
  User(Poller& poller, Driver& driver, std::size_t number, std::string prefix);
  ~User() override;
  User(const User&) = delete;
  User& operator=(const User&) = delete;

  void sign_in(const Endpoint& door, Goal goal);
  void change_status();  // to another one than before
  void add_contact(std::size_t number);
  void disconnect();

  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] bool connected() const { return descriptor_ >= 0; }
  [[nodiscard]] TimePoint begun() const { return begun_; }
  [[nodiscard]] static std::string handle(const std::string& prefix, std::size_t number);

  void on_event(bool readable, bool writable) override;

 private:
  enum class Stage : std::uint8_t {
    kOut,
    kConnecting,
    kVersion,
    kInfo,
    kName,
    kDigest,
    kOnline,
    kReady
  };

  [[nodiscard]] bool connect(const Endpoint& to);
  void send(std::string_view bytes);
  void read();
  void consume(std::string_view bytes, TimePoint when);
  // One line without its end; false when the connection is no longer the one it came from.
  bool line(std::string_view text, TimePoint when);
  bool signing_in(std::string_view verb, std::string_view text);
  void name_answered(std::string_view text);
  void running(std::string_view verb, std::string_view text, TimePoint when);
  void fail(const std::string& reason);

  Poller& poller_;
  Driver& driver_;
  std::size_t number_;
  const std::string prefix_;
  std::string partial_;      // of a line
  std::size_t payload_ = 0;  // bytes of a payload still to skip
  std::uint64_t connections_ = 0;
  TimePoint begun_;
  int descriptor_ = -1;
  unsigned status_ = 0;
  Stage stage_ = Stage::kOut;
  Goal goal_ = Goal::kOnline;
};

// The password of every account that the generator uses.
inline constexpr const char* kPassword = "swordfish";

}  // namespace monarch::load
