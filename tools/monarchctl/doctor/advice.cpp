#include "monarchctl/doctor/advice.hpp"

#include <arpa/inet.h>
#include <cstdint>

namespace monarch::ctl::doctor {

namespace {

using Kind = Trouble::Kind;
using Advice = std::vector<std::string>;

const char* program(Role role) {
  switch (role) {
    case Role::kDispatch:
      return "monarch-dispatch";
    case Role::kNotification:
      return "monarch-notification";
    case Role::kSwitchboard:
      return "monarch-switchboard";
    case Role::kAdministration:
      break;
  }
  return "monarch-auth and monarch-presence";
}

std::string port_of(const Visit& visit) { return std::to_string(visit.place.port); }

// Handed out by a server, or given by whoever has called us.
void advise_address(const Step& step, const Visit& visit, Advice& advice) {
  if (step.role == Role::kDispatch && visit.office == nullptr) return;
  const std::string& host = visit.place.host;
  if (!is_loopback(host) && !is_private(host)) return;
  advice.push_back(host +
                   (is_loopback(host) ? " is a loopback address: only programs on the server's own "
                                        "machine reach it"
                                      : " is a private address: only machines of that network "
                                        "reach it") +
                   ". If clients are elsewhere, set --advertise of " + program(step.role) +
                   " to an address that they reach (with ./dev up: --public-host ADDRESS)");
}

void advise_connect(const Step& step, const Trouble& trouble, const Visit& visit, Advice& advice) {
  const std::string name = program(step.role);
  if (trouble.kind == Kind::kNoName) {
    advice.push_back("is the name spelt right, and does this machine's resolver know it?");
  } else if (trouble.kind == Kind::kRefused) {
    advice.push_back("nothing listens there: is " + name + " (" + node_at(visit, visit.place) +
                     ") running? ./dev status and monarchctl nodes say so");
    advice.push_back("its --bind must take connections to the address it advertises, on port " +
                     port_of(visit) + "; a firewall that rejects looks the same");
  } else {
    advice.push_back("a firewall on the way that drops TCP port " + port_of(visit) +
                     ", or no route: allow the port to the machine of " + name +
                     "; from here  nc "
                     "-vz " +
                     visit.place.host + " " + port_of(visit) + "  tries the same");
  }
  advise_address(step, visit, advice);
}

void advise_silence(const Step& step, const Visit& visit, Advice& advice) {
  advice.push_back("is " + node_at(visit, visit.place) +
                   " overloaded or stopped? /readyz on its "
                   "--admin-bind says what it misses; --timeout gives it longer");
  if (step.role == Role::kDispatch && visit.office == nullptr) {
    advice.push_back("is it a Messenger server at all that listens on port " + port_of(visit) +
                     "?");
  }
}

void advise_error(const Step& step, const Trouble& trouble, const Visit& visit, Advice& advice) {
  const std::string node = node_at(visit, visit.place);
  switch (trouble.code) {
    case 911:
      if (step.role == Role::kSwitchboard) {
        advice.push_back(
            "the ticket was not known to this switchboard: do --advertise and "
            "--rpc-advertise of " +
            node + " name the same process?");
      } else if (visit.office == nullptr) {
        advice.push_back(
            "email or password are wrong (monarchctl account show EMAIL), or too many "
            "wrong ones came before: wait some minutes");
      } else {
        advice.push_back(
            "the account was made a moment ago with this password: do all auth "
            "instances use the same PostgreSQL and --password-key-file? Log line: "
            "password_unreadable (auth)");
      }
      break;
    case 600:
      advice.push_back(step.role == Role::kDispatch
                           ? "every notification node is full: monarchctl nodes shows load and "
                             "capacity; start another one or raise --capacity"
                           : "the node is full, or cannot reach auth (--auth) or presence "
                             "(--presence). Log line: auth_unreachable (notification)");
      break;
    case 601:
      if (step.role == Role::kDispatch) {
        advice.push_back(
            "dispatch knows no notification node that is ready: monarchctl nodes "
            "shows what the registry has; do dispatch and notification use the same "
            "--redis?");
      } else {
        advice.push_back(
            "the node could have no switchboard: is a monarch-switchboard ready "
            "(monarchctl nodes), and can " +
            node +
            " reach the RPC address that it "
            "announces (--rpc-advertise, its port and firewall)? Log line: "
            "switchboard_refused, switchboard_address_unusable (notification)");
      }
      break;
    case 603:
      advice.push_back(
          "PostgreSQL is away: is it running, and is --postgres of auth and presence "
          "right? Log line: postgres_failed");
      break;
    case 501:
      advice.push_back("presence or one of its stores is away: log of presence");
      break;
    case 217:
      advice.push_back(
          "presence says that B is offline or may not be called by A, or the "
          "switchboard cannot reach presence");
      break;
    case 913:
      advice.push_back("the node takes A for hidden, though CHG NLN was answered");
      break;
    default:
      advice.push_back("docs/protocol/errors.md says what the number means");
  }
}

void advise_unexpected(const Step& step, const Trouble& trouble, const Visit& visit,
                       Advice& advice) {
  if (trouble.text.find("NAK") != std::string::npos) {
    advice.push_back("the other one's connection was closed or full: log of " +
                     node_at(visit, visit.place));
  } else {
    advice.push_back("is it " + std::string(program(step.role)) + " that listens at " +
                     visit.place.to_string() + "? Another program may have the port");
  }
}

}  // namespace

std::vector<std::string> advise(const Step& step, const Trouble& trouble, const Visit& visit) {
  Advice advice;
  switch (trouble.kind) {
    case Kind::kInterrupted:
    case Kind::kOffice:
      break;
    case Kind::kNoName:
    case Kind::kRefused:
    case Kind::kUnreachable:
      advise_connect(step, trouble, visit, advice);
      break;
    case Kind::kSilence:
      advise_silence(step, visit, advice);
      break;
    case Kind::kClosed:
      advice.push_back("the log of " + node_at(visit, visit.place) + " says why: ./dev logs");
      break;
    case Kind::kError:
      advise_error(step, trouble, visit, advice);
      break;
    case Kind::kUnexpected:
      advise_unexpected(step, trouble, visit, advice);
      break;
    case Kind::kAddress:
      advice.push_back("set --advertise of " + std::string(program(step.role)) +
                       " to an address that clients reach (with ./dev up: --public-host ADDRESS)");
      break;
  }
  if (*step.check != '\0' && trouble.kind != Kind::kInterrupted) advice.emplace_back(step.check);
  return advice;
}

bool is_private(std::string_view host) {
  in_addr address{};
  if (::inet_pton(AF_INET, std::string(host).c_str(), &address) != 1) return false;
  const std::uint32_t number = ntohl(address.s_addr);
  const auto within = [number](std::uint32_t base, unsigned bits) {
    return number >> (32U - bits) == base >> (32U - bits);
  };
  return within(0x0A000000U, 8) || within(0xAC100000U, 12) || within(0xC0A80000U, 16) ||
         within(0x64400000U, 10) || within(0xA9FE0000U, 16);
}

}  // namespace monarch::ctl::doctor
