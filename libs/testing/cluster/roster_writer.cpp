#include "testing/cluster/roster_writer.hpp"

#include <cstdlib>
#include <memory>
#include <vector>

#include "testing/cluster/msnp_client.hpp"

namespace monarch::testing {
namespace {

using transcript::Account;
using transcript::List;
using transcript::ListEntry;

using Done = Outcome<std::string>;

class Writer {
 public:
  Writer(const Account& account, transcript::Target& target)
      : account_(account), client_(target, "fixture." + account.key) {}

  Done sign_in(const std::string& address) {
    // Groups exist from MSNP7 on; the roster does not remember the dialect.
    return client_.sign_in(address, account_.groups.empty() ? 5 : 7, account_.handle,
                           account_.password);
  }

  // Everything that tells nobody, as long as nobody is in a forward list.
  Done write_own() {
    if (!account_.asks_for_new_contacts) {
      if (auto done = change("GTC % N"); !done) return done;
    }
    if (!account_.allows_unknown) {
      if (auto done = change("BLP % BL"); !done) return done;
    }
    // Without a mobile device MOB stays N: docs/protocol/notification.md#prp-5.
    for (const char* key : {"MBE", "PHH", "PHW", "PHM", "MOB"}) {
      const auto value = account_.properties.find(key);
      if (value == account_.properties.end()) continue;
      if (auto done = change("PRP % " + value->first + " " + value->second); !done) return done;
    }
    for (const auto& [id, name] : account_.groups) {
      const std::string command = id == 0 ? "REG % 0 " + name + " 0" : "ADG % " + name + " 0";
      if (auto done = change(command); !done) return done;
    }
    for (const ListEntry& entry : account_.entries) {
      if (entry.list == List::kForward) continue;
      const std::string list = entry.list == List::kAllow ? "AL " : "BL ";
      if (auto done = change("ADD % " + list + entry.handle + " " + entry.name); !done) return done;
    }
    return Ok{};
  }

  Done write_forward_list() {
    for (const ListEntry& entry : account_.entries) {
      if (entry.list != List::kForward) continue;
      const std::string command = "ADD % FL " + entry.handle + " " + entry.name;
      if (entry.groups.empty()) {
        if (auto done = change(command); !done) return done;
      }
      for (const unsigned group : entry.groups) {
        if (auto done = change(command + " " + std::to_string(group)); !done) return done;
      }
    }
    return Ok{};
  }

  void sign_out() { client_.sign_out(); }

 private:
  // A change is granted when its reply bears its own verb.
  Done change(const std::string& command) {
    const auto reply = client_.ask(command);
    if (!reply) return fail(account_.key + ": " + command + ": " + reply.error());
    if (reply->substr(0, 3) != command.substr(0, 3)) {
      return fail(account_.key + ": " + command + " was answered by: " + *reply);
    }
    return Ok{};
  }

  const Account& account_;
  MsnpClient client_;
};

// Whether there is anything to write. Who has nothing need not sign in, which not everybody can.
bool has_roster(const Account& account) {
  return !account.asks_for_new_contacts || !account.allows_unknown || !account.entries.empty() ||
         !account.properties.empty() || !account.groups.empty();
}

}  // namespace

Outcome<std::string> write_rosters(const transcript::Fixture& fixture, transcript::Target& target,
                                   const std::string& address) {
  std::vector<std::unique_ptr<Writer>> writers;
  for (const Account& account : fixture.accounts) {
    if (!has_roster(account)) continue;
    writers.push_back(std::make_unique<Writer>(account, target));
    if (auto done = writers.back()->sign_in(address); !done) {
      return fail(account.key + ": " + done.error());
    }
  }
  for (const auto step : {&Writer::write_own, &Writer::write_forward_list}) {
    for (const auto& writer : writers) {
      if (auto done = ((*writer).*step)(); !done) return done;
    }
  }
  for (const auto& writer : writers) writer->sign_out();
  return Ok{};
}

std::string decoded(const std::string& token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '%' && i + 2 < token.size()) {
      text += static_cast<char>(std::strtoul(token.substr(i + 1, 2).c_str(), nullptr, 16));
      i += 2;
    } else {
      text += token[i];
    }
  }
  return text;
}

}  // namespace monarch::testing
