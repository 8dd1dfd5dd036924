// Makes the rosters of a fixture by the requests that clients would have caused, then puts the
// serials to what the transcript says.
#include <map>
#include <optional>
#include <utility>

#include "testing/world/pure_target.hpp"

namespace monarch::world {
namespace {

using transcript::Account;
using transcript::Fixture;
using Done = transcript::Target::Done;

class Writer {
 public:
  Writer(const Account& account, AccountId id, PureCluster& cluster)
      : account_(account), cluster_(cluster) {
    model::OpenSession open;
    open.account = id;
    open.session = SessionId(id.value());
    open.node = NodeId("fixture");
    open.dialect = 7;
    const auto reply = cluster_.ask(open);
    const auto* opened = std::get_if<model::Opened>(&reply);
    MONARCH_ASSERT(opened != nullptr);
    session_ = {id, open.session, opened->token};
  }

  Done write_own() {
    if (auto done = write_groups(); !done) return done;
    if (!account_.asks_for_new_contacts) {
      if (auto done = change(model::SetPrompting{attempt(), false}); !done) return done;
    }
    if (!account_.allows_unknown) {
      if (auto done = change(model::SetDefaultPrivacy{attempt(), false}); !done) return done;
    }
    // Without a mobile device MOB stays N: docs/protocol/notification.md#prp-5.
    for (const char* key : {"MBE", "PHH", "PHW", "PHM", "MOB"}) {
      const auto value = account_.properties.find(key);
      if (value == account_.properties.end()) continue;
      const auto property = model::parse_property(key);
      if (auto done = change(model::SetProperty{attempt(), *property, value->second}); !done) {
        return done;
      }
    }
    return Ok{};
  }

  // A new group takes the lowest free number: those between are made and removed again.
  Done write_groups() {
    std::vector<model::GroupId> fillers;
    unsigned made = 0;
    for (const auto& [id, name] : account_.groups) {
      for (; made < id; ++made) {
        const bool filler = made + 1 < id;
        if (auto done = change(model::AddGroup{attempt(), filler ? "filler" : name}); !done) {
          return done;
        }
        if (filler) fillers.push_back(static_cast<model::GroupId>(made + 1));
      }
      if (id != 0) continue;
      if (auto done = change(model::RenameGroup{attempt(), 0, name}); !done) return done;
    }
    for (const auto id : fillers) {
      if (auto done = change(model::RemoveGroup{attempt(), id}); !done) return done;
    }
    return Ok{};
  }

  Done write_list(transcript::List list) {
    for (const auto& entry : account_.entries) {
      if (entry.list != list) continue;
      std::vector<std::optional<model::GroupId>> groups;
      for (const unsigned group : entry.groups) {
        groups.emplace_back(static_cast<model::GroupId>(group));
      }
      if (groups.empty()) groups.emplace_back();
      for (const auto group : groups) {
        if (auto done = write_entry(list, entry, group); !done) return done;
      }
    }
    return Ok{};
  }

  Done write_entry(transcript::List list, const transcript::ListEntry& entry,
                   std::optional<model::GroupId> group) {
    model::AddContact add;
    add.attempt = attempt();
    add.group = group;
    add.list = list == transcript::List::kForward ? model::List::kForward
               : list == transcript::List::kAllow ? model::List::kAllow
                                                  : model::List::kBlock;
    add.handle = entry.handle;
    add.name = entry.name;
    return change(add);
  }

  // The serial as the transcript wants it, and no trace of how it came to be.
  void finish() {
    (void)cluster_.ask(model::CloseSession{session_});
    cluster_.store().trim(session_.account);
    cluster_.store().set_serial(session_.account, Serial(account_.serial));
    cluster_.index().vanish(session_.account);
  }

 private:
  model::Attempt attempt() { return {session_, ++sequence_, Serial()}; }

  Done change(const model::Request& request) {
    const auto reply = cluster_.ask(request);
    if (std::holds_alternative<model::Changed>(reply)) return Ok{};
    return fail(account_.key + ": a change of the fixture was refused");
  }

  const Account& account_;
  PureCluster& cluster_;
  model::SessionRef session_;
  std::uint64_t sequence_ = 0;
};

}  // namespace

Done write_fixture(const Fixture& fixture, PureCluster& cluster) {
  std::vector<AccountId> ids;
  for (const auto& account : fixture.accounts) {
    ids.push_back(cluster.create_account(account.handle, account.password, account.name));
    cluster.set_verified(account.handle, account.verified);
  }
  std::vector<Writer> writers;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    writers.emplace_back(fixture.accounts[i], ids[i], cluster);
  }
  for (auto& writer : writers) {
    if (auto done = writer.write_own(); !done) return done;
  }
  using transcript::List;
  for (const auto list : {List::kAllow, List::kBlock, List::kForward}) {
    for (auto& writer : writers) {
      if (auto done = writer.write_list(list); !done) return done;
    }
  }
  for (auto& writer : writers) writer.finish();
  return Ok{};
}

}  // namespace monarch::world
