// Simulation: what people do.
#include <iterator>
#include <utility>

#include "simulation.hpp"

namespace monarch::simulation {
namespace {

constexpr const char* kStatuses[] = {"NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN", "HDN"};
constexpr const char* kNames[] = {"Ann", "Ben%20B", "C%C3%A9", "Dora"};
constexpr const char* kLists[] = {"FL", "FL", "AL", "BL"};
constexpr const char* kAllLists[] = {"FL", "AL", "BL", "RL"};
constexpr const char* kProperties[] = {"PHH", "PHW", "PHM", "MOB", "MOB", "MBE"};
constexpr const char* kPhones[] = {"", "555", "1%20(2)"};
constexpr const char* kYesNo[] = {"Y", "Y", "N"};
constexpr const char* kGroups[] = {"Work", "Friends", "Family%20(2)"};
constexpr std::size_t kPipelined = 3;
// A name that is too long: docs/protocol/framing.md#7-limits.
constexpr std::size_t kTooLong = 62;

}  // namespace

std::string Simulation::somebody() {
  if (random().below(40) == 0) return "ghost@example.com";
  return players_[random().below(players_.size())].person.who.handle;
}

void Simulation::sign_in(Player& player) {
  std::string address = world::PureCluster::dispatch_address(0);
  if (random().below(3) == 0) {
    address = world::PureCluster::node_address(random().below(cluster_.nodes()));
  }
  if (!player.referred.empty()) address = std::exchange(player.referred, {});
  const int dialect = 2 + static_cast<int>(random().below(6));
  const std::string label =
      player.person.who.handle.substr(0, 2) + "." + std::to_string(++player.sign_ins);
  player.clients.push_back(
      std::make_unique<Client>(cluster_, player.person.who, dialect, label, address, player.cache));
}

void Simulation::act(Player& player) {
  Client* client = player.clients.empty() ? nullptr : player.clients.back().get();
  if (client == nullptr || client->over()) {
    if (random().below(3) != 0) sign_in(player);
    return;
  }
  if (!client->signed_in()) {
    if (random().below(60) == 0) client->drop();
    return;
  }
  const auto dice = random().below(1000);
  if (dice < 8 && player.clients.size() < 3) return sign_in(player);
  if (dice < 14) return client->drop();
  if (dice < 20) return client->command("OUT", {});
  if (client->pending() < kPipelined) use(player, *client);
}

void Simulation::use(Player& player, Client& client) {
  if (!client.synchronised() && random().below(3) == 0) {
    return client.synchronise(random().below(4) != 0);
  }
  if (client.status().empty() && random().below(4) == 0) {
    return client.command("CHG", {one_of(kStatuses)});
  }
  if (random().below(10) == 0) return use_session(client);
  if (random().below(12) == 0) return use_doors(client);
  switch (random().below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return client.command("CHG", {random().below(30) == 0 ? "FLN" : one_of(kStatuses)});
    case 4:
      return client.command("REA", {player.person.who.handle, one_of(kNames)});
    case 5:
      return client.command("REA", {somebody(), one_of(kNames)});
    case 6:
      if (client.dialect() >= 5) {
        const auto property = one_of(kProperties);
        const bool phone = property[0] == 'P';
        return client.command("PRP", {property, phone ? one_of(kPhones) : one_of(kYesNo)});
      }
      return client.command("PNG", {});
    case 7:
      return client.command("GTC", {random().below(2) == 0 ? "A" : "N"});
    case 8:
      return client.command("BLP", {random().below(2) == 0 ? "AL" : "BL"});
    case 9:
      if (client.dialect() == 7 && random().below(2) == 0) return change_groups(client);
      return client.command("LST", {one_of(kAllLists)});
    case 10:
      if (random().below(4) == 0) return client.synchronise(true);
      return client.command("PNG", {});
    default:
      return change_list(player, client);
  }
}

// What the lists allow as a rule, now and then what they forbid.
void Simulation::change_list(Player&, Client& client) {
  const std::string list = one_of(kLists);
  const std::string other = somebody();
  const auto& lists = client.lists().lists;
  const auto is_on = [&](const std::string& name) {
    const auto place = lists.find(name);
    return place != lists.end() && place->second.contains(other);
  };
  if (list == "FL" && client.dialect() == 7 && random().below(3) != 0) {
    return change_membership(client, other);
  }
  if (random().below(10) == 0) {
    if (random().below(2) == 0) return client.command("ADD", {list, other, one_of(kNames)});
    return client.command("REM", {list, other});
  }
  if (is_on(list)) return client.command("REM", {list, other});
  const std::string opposite = list == "AL" ? "BL" : list == "BL" ? "AL" : "";
  if (!opposite.empty() && is_on(opposite)) client.command("REM", {opposite, other});
  client.command("ADD", {list, other, one_of(kNames)});
}

// One of the client's groups; now and then one that does not exist.
std::string Simulation::some_group(const Client& client) {
  const auto& groups = client.lists().groups;
  if (groups.empty() || random().below(12) == 0) return std::to_string(random().below(30));
  auto place = groups.begin();
  std::advance(place, static_cast<std::ptrdiff_t>(random().below(groups.size())));
  return std::to_string(place->first);
}

void Simulation::change_groups(Client& client) {
  const std::string name = random().below(20) == 0 ? std::string(kTooLong, 'x') : one_of(kGroups);
  switch (random().below(4)) {
    case 0:
      return client.command("REG", {some_group(client), name, "0"});
    case 1:
      return client.command("RMG", {some_group(client)});
    default:
      return client.command("ADG", {name, "0"});
  }
}

// Into a group, or out of one that he is in.
void Simulation::change_membership(Client& client, const std::string& other) {
  const auto& lists = client.lists().lists;
  const auto forward = lists.find("FL");
  const bool known = forward != lists.end() && forward->second.contains(other);
  const auto group = some_group(client);
  if (known && random().below(3) == 0) return client.command("REM", {"FL", other, group});
  client.command("ADD", {"FL", other, one_of(kNames), group});
}

}  // namespace monarch::simulation
