#include "testing/transcript/header.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace monarch::transcript {
namespace {

constexpr std::size_t kMany = 64;

template <class T>
std::optional<T> number(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Names and passwords stand in patterns later, where these two would mean something else.
bool plain(std::string_view text) { return text.find_first_of("<\\") == std::string_view::npos; }

std::optional<Node> to_node(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto instance = number<unsigned>(text.substr(colon + 1));
  if (!instance || *instance == 0) return std::nullopt;
  for (const Role role : {Role::kDispatch, Role::kNotification, Role::kSwitchboard}) {
    if (text.substr(0, colon) == short_name(role)) return Node{role, *instance};
  }
  return std::nullopt;
}

std::string bad_node(std::string_view text) {
  return "\"" + std::string(text) + "\" is no node; write ds:1, ns:2 or sb:1";
}

// The accounts of docs/protocol/sessions.md#how-to-read-them.
std::optional<Account> known_account(std::string_view key) {
  Account account;
  account.key = key;
  if (key == "alice") {
    account.handle = "alice@example.com";
    account.password = "wonderland";
    account.name = "Alice";
  } else if (key == "bob") {
    account.handle = "bob@example.com";
    account.password = "builder1";
    account.name = "Bob%20B";
  } else if (key == "carol") {
    account.handle = "carol@example.com";
    account.password = "carol123";
    account.name = "Carol";
  } else {
    return std::nullopt;
  }
  return account;
}

}  // namespace

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = text.find_first_not_of(' ', at);
    if (begin == std::string_view::npos) break;
    const auto end = std::min(text.find(' ', begin), text.size());
    found.push_back(text.substr(begin, end - begin));
    at = end;
  }
  return found;
}

const std::vector<Header::Entry>& Header::table() {
  static const std::vector<Entry> kTable = {{"account", 1, 5, &Header::account},
                                            {"serial", 2, 2, &Header::serial},
                                            {"list", 4, 5, &Header::list},
                                            {"property", 2, 3, &Header::property},
                                            {"gtc", 2, 2, &Header::gtc},
                                            {"blp", 2, 2, &Header::blp},
                                            {"group", 3, 3, &Header::group},
                                            {"nodes", 1, kMany, &Header::nodes},
                                            {"draining", 1, kMany, &Header::draining},
                                            {"full", 1, kMany, &Header::full},
                                            {"no-nodes", 0, 0, &Header::no_nodes},
                                            {"no-room", 0, 0, &Header::no_room},
                                            {"no-switchboards", 0, 0, &Header::no_switchboards},
                                            {"needs", 1, kMany, &Header::needs},
                                            {"only", 1, 1, &Header::only},
                                            {"setting", 2, 2, &Header::setting}};
  return kTable;
}

Header::Done Header::directive(std::string_view text) {
  const Words all = words(text);
  const std::string_view name = all.empty() ? std::string_view() : all.front();
  if (name == "title" || name == "source") {
    std::string& field = name == "title" ? transcript_.title : transcript_.source;
    if (!field.empty()) return fail("a second @" + std::string(name));
    if (all.size() < 2) return fail("@" + std::string(name) + " says nothing");
    field = text.substr(name.size() + 1);
    return Ok{};
  }
  for (const Entry& entry : table()) {
    if (entry.name != name) continue;
    const Words arguments(all.begin() + 1, all.end());
    if (arguments.size() < entry.least || arguments.size() > entry.most) {
      return fail("wrong number of words after @" + std::string(name));
    }
    return (this->*entry.handler)(arguments);
  }
  return fail("unknown directive @" + std::string(name));
}

Account* Header::find(std::string_view key) {
  return const_cast<Account*>(transcript_.fixture.by_key(key));
}

Header::Done Header::account(const Words& arguments) {
  const std::string_view key = arguments[0];
  if (find(key) != nullptr) return fail("a second @account " + std::string(key));
  Account account = known_account(key).value_or(Account{});
  account.key = key;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (!plain(word)) return fail(std::string("< and \\ may not stand in @account"));
    if (word.starts_with("password=")) {
      account.password = word.substr(9);
    } else if (word.starts_with("name=")) {
      account.name = word.substr(5);
    } else if (word == "unverified") {
      account.verified = false;
    } else if (word.find('@') != std::string_view::npos && i == 1) {
      account.handle = word;
    } else {
      return fail("@account does not know \"" + std::string(word) + "\"");
    }
  }
  if (account.handle.empty() || account.password.empty() || account.name.empty()) {
    return fail(std::string("only alice, bob and carol have defaults: ") +
                "@account KEY HANDLE password=… name=…");
  }
  transcript_.fixture.accounts.push_back(std::move(account));
  return Ok{};
}

Header::Done Header::serial(const Words& arguments) {
  Account* account = find(arguments[0]);
  const auto serial = number<std::uint32_t>(arguments[1]);
  if (account == nullptr) return fail("no @account " + std::string(arguments[0]));
  if (!serial || *serial == 0) return fail(std::string("a serial is 1 … 4294967295"));
  account->serial = *serial;
  return Ok{};
}

Header::Done Header::list(const Words& arguments) {
  Account* account = find(arguments[0]);
  if (account == nullptr) return fail("no @account " + std::string(arguments[0]));
  ListEntry entry;
  if (arguments[1] == "FL") {
    entry.list = List::kForward;
  } else if (arguments[1] == "AL") {
    entry.list = List::kAllow;
  } else if (arguments[1] == "BL") {
    entry.list = List::kBlock;
  } else {
    return fail(std::string("a @list is FL, AL or BL; RL follows from the other's FL"));
  }
  entry.handle = arguments[2];
  entry.name = arguments[3];
  if (!plain(entry.name)) return fail(std::string("< and \\ may not stand in @list"));
  if (has(*account, entry.list, entry.handle)) return fail(std::string("that entry twice"));
  if (arguments.size() == 5) {
    if (entry.list != List::kForward) return fail(std::string("groups are for FL"));
    std::string_view rest = arguments[4];
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      const auto group = number<unsigned>(rest.substr(0, comma));
      if (!group) return fail(std::string("groups are numbers with commas: 0,1"));
      entry.groups.push_back(*group);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  account->entries.push_back(std::move(entry));
  return Ok{};
}

Header::Done Header::property(const Words& arguments) {
  Account* account = find(arguments[0]);
  if (account == nullptr) return fail("no @account " + std::string(arguments[0]));
  constexpr std::string_view kKeys[] = {"PHH", "PHW", "PHM", "MOB", "MBE"};
  if (std::find(std::begin(kKeys), std::end(kKeys), arguments[1]) == std::end(kKeys)) {
    return fail(std::string("a @property is PHH, PHW, PHM, MOB or MBE"));
  }
  if (arguments.size() != 3) return fail(std::string("@property ACCOUNT KEY VALUE"));
  account->properties[std::string(arguments[1])] = arguments[2];
  return Ok{};
}

Header::Done Header::gtc(const Words& arguments) {
  Account* account = find(arguments[0]);
  if (account == nullptr) return fail("no @account " + std::string(arguments[0]));
  if (arguments[1] != "A" && arguments[1] != "N") return fail(std::string("@gtc ACCOUNT A|N"));
  account->asks_for_new_contacts = arguments[1] == "A";
  return Ok{};
}

Header::Done Header::blp(const Words& arguments) {
  Account* account = find(arguments[0]);
  if (account == nullptr) return fail("no @account " + std::string(arguments[0]));
  if (arguments[1] != "AL" && arguments[1] != "BL") return fail(std::string("@blp ACCOUNT AL|BL"));
  account->allows_unknown = arguments[1] == "AL";
  return Ok{};
}

Header::Done Header::group(const Words& arguments) {
  Account* account = find(arguments[0]);
  const auto id = number<unsigned>(arguments[1]);
  if (account == nullptr) return fail("no @account " + std::string(arguments[0]));
  if (!id || *id > 29) return fail(std::string("a group has an id 0 … 29"));
  if (!account->groups.emplace(*id, arguments[2]).second) return fail(std::string("group twice"));
  return Ok{};
}

Header::Done Header::nodes(const Words& arguments) {
  for (const std::string_view word : arguments) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) return fail(std::string("@nodes CONN=ns:1 …"));
    const auto node = to_node(word.substr(equals + 1));
    if (!node) return fail(bad_node(word.substr(equals + 1)));
    if (!nodes_.emplace(word.substr(0, equals), *node).second) {
      return fail("@nodes names " + std::string(word.substr(0, equals)) + " twice");
    }
  }
  return Ok{};
}

Header::Done Header::draining(const Words& arguments) {
  for (const std::string_view word : arguments) {
    const auto node = to_node(word);
    if (!node) return fail(bad_node(word));
    transcript_.fixture.draining.push_back(*node);
  }
  return Ok{};
}

Header::Done Header::full(const Words& arguments) {
  for (const std::string_view word : arguments) {
    const auto node = to_node(word);
    if (!node) return fail(bad_node(word));
    transcript_.fixture.full.push_back(*node);
  }
  return Ok{};
}

Header::Done Header::no_nodes(const Words&) {
  transcript_.fixture.notification_nodes_alive = false;
  return Ok{};
}

Header::Done Header::no_room(const Words&) {
  transcript_.fixture.notification_nodes_full = true;
  return Ok{};
}

Header::Done Header::no_switchboards(const Words&) {
  transcript_.fixture.switchboards_alive = false;
  return Ok{};
}

Header::Done Header::needs(const Words& arguments) {
  for (const std::string_view word : arguments) transcript_.needs.emplace(word);
  return Ok{};
}

Header::Done Header::only(const Words& arguments) {
  if (arguments[0] != "cluster" && arguments[0] != "pure") {
    return fail(std::string("@only cluster|pure"));
  }
  transcript_.only = arguments[0];
  return Ok{};
}

Header::Done Header::setting(const Words& arguments) {
  constexpr std::string_view kRoles[] = {"auth", "presence", "notification", "switchboard",
                                         "dispatch"};
  const std::string_view role = arguments[0].substr(0, arguments[0].find('.'));
  if (role.size() == arguments[0].size() ||
      std::find(std::begin(kRoles), std::end(kRoles), role) == std::end(kRoles)) {
    return fail(std::string("@setting ROLE.NAME VALUE, as in presence.forward_max 3"));
  }
  transcript_.fixture.settings[std::string(arguments[0])] = arguments[1];
  return Ok{};
}

Header::Done Header::check() const {
  if (transcript_.title.empty()) return fail(std::string("no @title"));
  if (transcript_.source.empty()) return fail(std::string("no @source"));
  if (transcript_.fixture.notification_nodes_full && !transcript_.fixture.accounts.empty()) {
    return fail(std::string("with @no-room nobody can sign in to make the lists of an @account"));
  }
  for (const Account& account : transcript_.fixture.accounts) {
    for (const ListEntry& entry : account.entries) {
      if (transcript_.fixture.by_handle(entry.handle) == nullptr) {
        return fail("@list " + account.key + " has " + entry.handle + ", who has no @account");
      }
      if (entry.list == List::kBlock && has(account, List::kAllow, entry.handle)) {
        return fail("@list " + account.key + " has " + entry.handle + " in AL and in BL");
      }
      for (const unsigned group : entry.groups) {
        if (group != 0 && !account.groups.contains(group)) {
          return fail("@list " + account.key + " uses a group without @group");
        }
      }
    }
  }
  return Ok{};
}

Result<SignIn, std::string> Header::signed_in(std::string_view text) const {
  const Words all = words(text);
  if (all.size() < 3) return fail(std::string("@signed-in CONN MSNPn STATUS|- [options]"));
  SignIn sign_in;
  sign_in.conn = all[0];
  sign_in.account = all[0].substr(0, all[0].find('.'));
  const auto node = nodes_.find(all[0]);
  if (node != nodes_.end()) sign_in.node = node->second;
  const auto dialect = number<int>(all[1].substr(std::min<std::size_t>(4, all[1].size())));
  if (!all[1].starts_with("MSNP") || !dialect || *dialect < 2 || *dialect > 7) {
    return fail(std::string("@signed-in speaks MSNP2 … MSNP7"));
  }
  sign_in.dialect = *dialect;
  constexpr std::string_view kStatuses[] = {"-",   "NLN", "BSY", "IDL", "BRB",
                                            "AWY", "PHN", "LUN", "HDN"};
  if (std::find(std::begin(kStatuses), std::end(kStatuses), all[2]) == std::end(kStatuses)) {
    return fail("unknown status " + std::string(all[2]));
  }
  sign_in.status = all[2];
  std::optional<std::uint32_t> serial;
  for (std::size_t i = 3; i < all.size(); ++i) {
    const std::string_view word = all[i];
    if (word.starts_with("as=")) {
      sign_in.account = word.substr(3);
    } else if (word.starts_with("on=")) {
      const auto on = to_node(word.substr(3));
      if (!on) return fail(bad_node(word.substr(3)));
      sign_in.node = *on;
    } else if (word.starts_with("serial=")) {
      serial = number<std::uint32_t>(word.substr(7));
      if (!serial) return fail(std::string("serial= wants a number"));
    } else if (word == "no-syn") {
      sign_in.synchronises = false;
    } else {
      return fail("@signed-in does not know \"" + std::string(word) + "\"");
    }
  }
  const Account* account = transcript_.fixture.by_key(sign_in.account);
  if (account == nullptr) return fail("no @account " + sign_in.account);
  if (sign_in.node.role != Role::kNotification) {
    return fail(std::string("one signs in on a notification node"));
  }
  sign_in.serial = serial.value_or(account->serial);
  return sign_in;
}

}  // namespace monarch::transcript
