// Simulation: what leads out of the server, and what comes in from outside the clients.
#include <chrono>

#include "simulation.hpp"

namespace monarch::simulation {
namespace {

constexpr const char* kServices[] = {"INBOX", "FOLDERS", "COMPOSE", "PERSON"};
constexpr const char* kMailLists[] = {"FL", "AL", "BL"};
constexpr model::Status kStatuses[] = {model::Status::kOnline, model::Status::kAway,
                                       model::Status::kHidden};

}  // namespace

void Simulation::use_doors(Client& client) {
  switch (random().below(6)) {
    case 0:
      return client.command("URL", {one_of(kServices)});
    case 1:
      return client.command("FND", {"fname=*", "lname=Brown", "city=*", "state=*", "country=NO"});
    case 2: {
      Words words{"dave@example.org"};
      if (client.dialect() >= 3) words.insert(words.end(), {"0x0409", "MSMSGS"});
      if (client.dialect() >= 4) words.emplace_back("MSMSGS");
      return client.command("SND", words);
    }
    case 3:
      if (client.dialect() < 5) return client.command("PNG", {});
      return client.command(
          "SDC", {"dave@example.org", "0x0409", "MSMSGS", "MSMSGS", "X", "X", "Alice", "4"},
          "Hey!");
    case 4:
      if (client.dialect() < 5) return client.command("PNG", {});
      return client.page(somebody());
    default:
      if (client.dialect() < 7) {
        Words words{"0x0409", "win", "4.10", "i386", "MSMSGS", "3.0.0283"};
        if (client.dialect() >= 4) words.emplace_back("MSMSGS");
        return client.command("CVR", words);
      }
      return client.command("LSG", {});
  }
}

// What an administrator does. Other than in life it is done before anything else happens.
void Simulation::administer() {
  auto& player = players_[random().below(players_.size())];
  const auto& handle = player.person.who.handle;
  switch (random().below(6)) {
    case 0: {
      model::Toast toast;
      toast.site_url = "http://im.example.com/";
      toast.text = "Here & now";
      static_cast<void>(cluster_.notify(handle, toast));
      break;
    }
    case 1:
      static_cast<void>(cluster_.notify(handle, model::IncomingPage{"+1 555", "I am late", 0}));
      break;
    case 2:
      static_cast<void>(cluster_.notify(
          handle, model::NewStatus{kStatuses[random().below(std::size(kStatuses))]}));
      break;
    case 3:
      static_cast<void>(cluster_.notify_nodes(cluster_.live_nodes(), model::ShutdownNotice{5}));
      break;
    case 4:
      static_cast<void>(cluster_.kick(handle));
      break;
    default:
      change_contact(player);
  }
}

// The owner cannot know what his own changes meet before he has read of it.
void Simulation::change_contact(Player& player) {
  model::Attempt attempt;
  attempt.session.account = player.person.account;
  const auto list = *model::parse_list(one_of(kMailLists));
  const std::string other = somebody();
  if (random().below(2) == 0) {
    static_cast<void>(cluster_.ask(model::AddContact{attempt, list, other, "Outside", {}}));
  } else {
    static_cast<void>(cluster_.ask(model::RemoveContact{attempt, list, other, {}}));
  }
  player.risky_until = cluster_.clock().now() + kRisk;
}

}  // namespace monarch::simulation
