// Simulation: once all is quiet everybody calls everybody, and gets through to exactly those whom
// he may call (docs/protocol/presence-and-privacy.md#10-privacy-checks-for-switchboards).
#include "simulation.hpp"

namespace monarch::simulation {

std::string Simulation::everybody_calls() {
  note("== everybody calls everybody");
  Judge judge(cluster_, people_);
  // No time passes from here on, so what is so now stays so.
  if (auto wrong = judge.verdict(clients()); !wrong.empty()) return wrong;
  for (auto& player : players_) {
    for (auto& caller : player.clients) {
      if (!caller->signed_in()) continue;
      for (auto& callee : players_) {
        if (&callee == &player) continue;
        if (auto wrong = call(judge, *caller, callee); !wrong.empty()) {
          return caller->label() + " calls " + callee.person.who.handle + ": " + wrong;
        }
      }
    }
  }
  return {};
}

std::string Simulation::call(const Judge& judge, Client& caller, const Player& callee) {
  caller.command("XFR", {"SB"});
  cluster_.settle();
  poll();
  if (!complaint_.empty()) return complaint_;
  if (!caller.may_call()) return {};  // and was told so
  const auto [address, ticket] = caller.take_switchboard();
  const auto chat = cluster_.connect(address);
  if (chat == world::ClientId()) return "nobody is at " + address;
  const auto rings = [&callee] {
    std::size_t sum = 0;
    for (const auto& client : callee.clients) sum += client->rings();
    return sum;
  };
  const auto before = rings();
  const auto& who = caller.who().handle;
  cluster_.send(chat,
                "USR 1 " + who + " " + ticket + "\r\nCAL 2 " + callee.person.who.handle + "\r\n");
  cluster_.settle();
  poll();
  const auto heard = cluster_.receive(chat);
  cluster_.disconnect(chat);
  cluster_.settle();
  if (!complaint_.empty()) return complaint_;
  if (!heard.starts_with("USR 1 OK " + who + " ")) return "no switchboard but " + heard;
  const auto answer = heard.substr(heard.find("\r\n") + 2);
  const bool through = answer.starts_with("CAL 2 RINGING ");
  if (!through && answer != "217 2\r\n") return "got " + answer;
  const bool may = judge.may_call(caller, callee.person.account);
  if (through != may) return may ? "may, and got " + answer : "may not, and got " + answer;
  if (rings() - before != (may ? 1U : 0U)) return "the wrong number of RNG";
  return {};
}

}  // namespace monarch::simulation
