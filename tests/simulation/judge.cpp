#include "judge.hpp"

#include <optional>

namespace monarch::simulation {
namespace {

using model::RosterEvent;

std::string text(Serial serial) { return std::to_string(serial.value()); }

// The line of docs/protocol that this row of the journal is, if the dialect has one.
std::optional<std::string> line_of(const RosterEvent& event, int dialect) {
  const std::string who = " " + text(event.serial) + " " + event.other.value();
  switch (event.kind) {
    case RosterEvent::Kind::kSilent:
      return std::nullopt;
    case RosterEvent::Kind::kReverseAdded:
      return "ADD 0 RL" + who + " " + event.value;
    case RosterEvent::Kind::kReverseRemoved:
      return "REM 0 RL" + who;
    case RosterEvent::Kind::kNumber:
      if (dialect < 5) return std::nullopt;
      return "BPR" + who + " " + std::string(to_wire(event.property)) +
             (event.value.empty() ? "" : " " + event.value);
    case RosterEvent::Kind::kListAdded:
    case RosterEvent::Kind::kGrouped: {
      if (event.kind == RosterEvent::Kind::kGrouped && dialect < 7) return std::nullopt;
      const bool grouped = dialect == 7 && event.list == model::List::kForward;
      return "ADD 0 " + std::string(to_wire(event.list)) + who + " " + event.value +
             (grouped ? " " + std::to_string(event.group.value_or(0)) : "");
    }
    case RosterEvent::Kind::kListRemoved:
    case RosterEvent::Kind::kUngrouped:
      if (event.kind == RosterEvent::Kind::kUngrouped && dialect < 7) return std::nullopt;
      return "REM 0 " + std::string(to_wire(event.list)) + who +
             (dialect == 7 && event.group ? " " + std::to_string(*event.group) : "");
  }
  return std::nullopt;
}

}  // namespace

Judge::Judge(world::PureCluster& cluster, const std::vector<Person>& people)
    : cluster_(cluster), people_(people) {
  for (const auto& person : people) ids_[person.who.handle] = person.account;
}

std::string Judge::verdict(const Clients& clients) {
  rosters_.clear();
  for (const auto& person : people_) {
    const auto roster = cluster_.store().peek(person.account);
    if (!roster) return "no roster of " + person.who.handle;
    rosters_[person.account] = *roster;
  }
  if (auto wrong = sessions(clients); !wrong.empty()) return wrong;
  if (auto wrong = rosters(); !wrong.empty()) return wrong;
  for (const auto& [account, client] : live_) {
    if (!client->idle()) return client->label() + " still waits for an answer";
    for (const auto& wrong : {presence(*client), lists(*client), events(*client)}) {
      if (!wrong.empty()) return client->label() + " (" + client->who().handle + "): " + wrong;
    }
  }
  return {};
}

const presence::Entry& Judge::row(AccountId owner, AccountId other) const {
  static const presence::Entry kNone;
  for (const auto& entry : rosters_.at(owner).entries) {
    if (entry.other == other) return entry;
  }
  return kNone;
}

// ---- what is stored -----------------------------------------------------------------------------

std::string Judge::rosters() const {
  for (const auto& a : people_) {
    for (const auto& b : people_) {
      if (auto wrong = pair(a.account, b.account); !wrong.empty()) {
        return "roster of " + a.who.handle + " about " + b.who.handle + ": " + wrong;
      }
    }
    if (auto wrong = journal(a.account); !wrong.empty()) {
      return "journal of " + a.who.handle + ": " + wrong;
    }
  }
  return {};
}

// Mirrors (ARCHITECTURE.md#rule-10), AL and BL apart, numbers as section 3 allows them.
std::string Judge::pair(AccountId a, AccountId b) const {
  const auto& mine = row(a, b);
  const auto& theirs = row(b, a);
  if (a == b) return mine.empty() ? "" : "he is his own contact";
  // Whose group went with A, and whose session died before A was told, tells him at the next
  // sign-in.
  const bool owed = theirs.unlink_owed && !theirs.forward && !live_.contains(b);
  if ((mine.in_forward != theirs.forward && !owed) || mine.in_allow != theirs.allow ||
      mine.in_block != theirs.block) {
    return "the mirrors differ";
  }
  model::GroupSet existing = 0;
  for (const auto& group : rosters_.at(a).principal.groups) existing |= 1U << group.id;
  if (mine.forward != (mine.groups != 0) || (mine.groups & ~existing) != 0) {
    return "he is in no group, or in one that is none";
  }
  if (mine.allow && mine.block) return "in AL and BL";
  const auto& owner = rosters_.at(b).principal;
  const auto numbers = mine.forward && theirs.allow ? owner.numbers : model::Numbers{};
  const bool settled = owner.spread_owed == 0;
  if (mine.forward && settled && mine.numbers != numbers)
    return "the numbers are not what they must be";
  return {};
}

std::string Judge::journal(AccountId account) const {
  const auto& principal = rosters_.at(account).principal;
  // What a session that died with its presence has left undone waits for the next sign-in.
  if (principal.spread_owed != 0 && live_.contains(account)) return "a spread is still owed";
  if (principal.unlink_owed != 0 && live_.contains(account)) return "an unlink is still owed";
  Serial serial(1);
  for (const auto& event : cluster_.store().journal(account)) {
    serial = next(serial);
    if (event.serial != serial) return "a row is missing before " + text(event.serial);
  }
  if (serial != principal.serial) return "it ends at " + text(serial);
  std::array<std::uint32_t, 3> counts{};
  for (const auto& entry : rosters_.at(account).entries) {
    counts[0] += entry.forward ? 1 : 0;
    counts[1] += entry.allow ? 1 : 0;
    counts[2] += entry.block ? 1 : 0;
  }
  return counts == principal.counts ? "" : "the counts are wrong";
}

// ---- who is there -------------------------------------------------------------------------------

std::string Judge::sessions(const Clients& clients) {
  live_.clear();
  for (const auto* client : clients) {
    if (!client->signed_in()) continue;
    const auto account = ids_.at(client->who().handle);
    if (!live_.emplace(account, client).second) return "two sessions of " + client->who().handle;
  }
  for (const auto& person : people_) {
    const auto record = cluster_.index().peek(person.account);
    const auto live = live_.find(person.account);
    if (live == live_.end()) {
      if (record.online())
        return "the index has a session of nobody: " + person.who.handle + ", session " +
               std::to_string(record.session.value()) + " at " + record.node.value();
      continue;
    }
    const auto& client = *live->second;
    const auto* node = cluster_.node(static_cast<std::size_t>(cluster_.node_of(client.id())));
    const auto* session = node == nullptr ? nullptr : node->session(client.id());
    if (session == nullptr) return "no session for " + client.label();
    if (!record.online()) return "the index does not know the session of " + person.who.handle;
    if (session->ref().session != record.session)
      return "the index has another session of " + person.who.handle;
    const auto status = record.status ? std::string(to_wire(*record.status)) : std::string();
    if (status != client.status()) {
      return "the index has " + person.who.handle + " as " + status + ", not " + client.status();
    }
    if (record.status && record.ims_off != client.ims_off()) {
      return "the index has IMS of " + person.who.handle + (record.ims_off ? " OFF" : " ON");
    }
    const Serial serial = rosters_.at(person.account).principal.serial;
    if (client.synchronised() && session->report().shown != serial) {
      return client.label() + " is at serial " + text(session->report().shown) + ", not " +
             text(serial);
    }
  }
  return {};
}

// ---- what they see ------------------------------------------------------------------------------

// docs/protocol/presence-and-privacy.md#3-who-may-do-what-to-whom-effectivea-b
bool Judge::may_see(AccountId viewer, AccountId owner) const {
  if (viewer == owner || !row(viewer, owner).forward) return false;
  const auto& about_viewer = row(owner, viewer);
  if (about_viewer.block) return false;
  if (about_viewer.allow) return true;
  return rosters_.at(owner).principal.allow;
}

// The chat column, and section 10: nobody need be anybody's contact.
bool Judge::may_call(const Client& caller, AccountId callee) const {
  const auto live = live_.find(callee);
  if (live == live_.end() || !live->second->may_call()) return false;
  const auto& about_caller = row(callee, ids_.at(caller.who().handle));
  if (about_caller.block) return false;
  return about_caller.allow || rosters_.at(callee).principal.allow;
}

Client::Shown Judge::shows(AccountId viewer, AccountId owner) const {
  const auto live = live_.find(owner);
  if (live == live_.end() || !may_see(viewer, owner)) return {};
  const auto& status = live->second->status();
  if (status.empty() || status == "HDN") return {};
  return {status, rosters_.at(owner).principal.friendly_name};
}

std::string Judge::presence(const Client& client) const {
  if (client.status().empty()) return {};
  const auto viewer = ids_.at(client.who().handle);
  for (const auto& person : people_) {
    // Whether he is a contact is told by a line, in the end, but for whom a group took with it; and
    // nothing is told to a client that never said SYN.
    if (!client.synchronised() && client.in_doubt(person.who.handle)) continue;
    if (client.is_unclear(person.who.handle)) continue;
    if (client.unsure_of_groups() || (!client.synchronised() && client.unsure())) {
      const auto own = client.lists().lists.find("FL");
      const bool listed =
          own != client.lists().lists.end() && own->second.contains(person.who.handle);
      if (!listed || !row(viewer, person.account).forward) continue;
    }
    const auto expected = shows(viewer, person.account);
    const auto found = client.shown().find(person.who.handle);
    const auto shown = found == client.shown().end() ? Client::Shown{} : found->second;
    if (shown == expected) continue;
    return "shows " + person.who.handle + " as " + (shown.status.empty() ? "FLN" : shown.status) +
           " " + shown.name + " instead of " + (expected.status.empty() ? "FLN" : expected.status) +
           " " + expected.name;
  }
  return {};
}

std::string Judge::lists(const Client& client) const {
  if (!client.synchronised()) return {};
  const auto owner = ids_.at(client.who().handle);
  if (!client.unsure()) {
    if (auto wrong = settings(client, owner); !wrong.empty()) return wrong;
  }
  for (const auto& person : people_) {
    if (auto wrong = entries(client, owner, person); !wrong.empty()) return wrong;
  }
  return client.dialect() < 7 || client.unsure_of_groups() ? "" : groups(client, owner);
}

std::string Judge::settings(const Client& client, AccountId owner) const {
  const auto& principal = rosters_.at(owner).principal;
  const auto& has = client.lists();
  if (has.ask != (principal.ask ? "A" : "N")) return "GTC differs";
  if (has.blp != (principal.allow ? "AL" : "BL")) return "BLP differs";
  if (client.dialect() < 5) return {};
  for (const auto property : model::kNumberProperties) {
    const auto found = has.properties.find(std::string(to_wire(property)));
    if (found == has.properties.end() || found->second != value_of(principal.numbers, property)) {
      return std::string(to_wire(property)) + " differs";
    }
  }
  return {};
}

// Who is on which list is known to everybody, whatever became of his changes; how he is called
// there only to whom no renaming has failed.
std::string Judge::entries(const Client& client, AccountId owner, const Person& person) const {
  const auto& mine = row(owner, person.account);
  const auto& handle = person.who.handle;
  const auto check = [&](const char* list, bool is_on, const std::string& name) -> std::string {
    const auto place = client.lists().lists.find(list);
    const bool listed = place != client.lists().lists.end() && place->second.contains(handle);
    if (listed != is_on) return std::string(list) + (is_on ? " lacks " : " still has ") + handle;
    if (listed && !client.unsure() && place->second.at(handle).name != name) {
      return std::string(list) + " has another name of " + handle;
    }
    return {};
  };
  for (const auto& wrong :
       {client.unsure_of_groups() ? std::string() : check("FL", mine.forward, mine.forward_name),
        check("AL", mine.allow, mine.allow_name), check("BL", mine.block, mine.block_name),
        check("RL", mine.in_forward, mine.reverse_name)}) {
    if (!wrong.empty()) return wrong;
  }
  if (client.unsure_of_groups()) return {};
  // Of a number that is hidden again no line tells: the next SYN does.
  const auto serial = rosters_.at(owner).principal.serial.value();
  if (client.dialect() < 5 || !mine.forward || client.base() != serial) return {};
  const auto& numbers = client.lists().lists.at("FL").at(handle).numbers;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers.at(i) != value_of(mine.numbers, model::kNumberProperties.at(i))) {
      return "another number of " + handle;
    }
  }
  return {};
}

std::string Judge::groups(const Client& client, AccountId owner) const {
  const auto& principal = rosters_.at(owner).principal;
  std::map<unsigned, std::string> groups;
  for (const auto& group : principal.groups) groups[group.id] = group.name;
  if (client.lists().groups != groups) return "the groups differ";
  for (const auto& person : people_) {
    const auto& mine = row(owner, person.account);
    if (!mine.forward) continue;
    model::GroupSet set = 0;
    for (const unsigned group : client.lists().lists.at("FL").at(person.who.handle).groups) {
      set |= 1U << group;
    }
    if (set != mine.groups) return "other groups of " + person.who.handle;
  }
  return {};
}

// Every serial since the SYN that no reply has told is one line, in order, or none when it has
// none.
std::string Judge::events(const Client& client) const {
  if (!client.synchronised()) return {};
  const auto owner = ids_.at(client.who().handle);
  auto seen = client.events().begin();
  for (const auto& event : cluster_.store().journal(owner)) {
    if (event.serial.value() <= client.base() || client.is_own(event.serial)) continue;
    const auto line = line_of(event, client.dialect());
    if (!line) continue;
    if (seen == client.events().end()) return "never got " + *line;
    if (seen->line != *line) return "got " + seen->line + " where " + *line + " was due";
    ++seen;
  }
  return seen == client.events().end() ? "" : "got " + seen->line + ", which never happened";
}

}  // namespace monarch::simulation
