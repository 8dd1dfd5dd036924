// RosterStore over maps: the whole truth of the real one, with every transaction one step.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "presence/core/ports.hpp"
#include "presence/core/testing/steps.hpp"

namespace monarch::presence::testing {

class InMemoryRosterStore final : public RosterStore {
 public:
  explicit InMemoryRosterStore(Steps& steps) : steps_(steps) {}

  Answer<std::optional<RosterData>> load(AccountId owner) override;
  Answer<ChangeResult> change(const ChangeRequest& request, const Decide& decide) override;
  Answer<JournalPage> read_journal(AccountId owner, Serial after, std::size_t limit) override;
  Answer<Batch> spread(AccountId subject, Revision cause, AccountId after,
                       std::size_t limit) override;
  Answer<std::vector<Head>> heads(const std::vector<AccountId>& accounts) override;
  Answer<bool> ensure_principals(const std::vector<NewPrincipal>& principals) override;
  Answer<std::optional<AccountId>> find(const Handle& handle) override;
  Answer<Ok> mark_removed(AccountId account) override;
  Answer<std::optional<RosterData>> load_removed(AccountId account) override;
  Answer<Batch> remove_batch(AccountId account, std::size_t limit) override;
  Answer<std::uint64_t> next_generation() override;

  // For tests and the simulation: the truth, at once. Null: no principal.
  [[nodiscard]] std::optional<RosterData> peek(AccountId account) const;
  [[nodiscard]] std::vector<model::RosterEvent> journal(AccountId account) const;
  // The hour is over: what the journal holds now is forgotten.
  void trim(AccountId account);
  // Puts a principal into a state that takes long to reach (a serial before the wrap).
  void set_serial(AccountId account, Serial serial);

  Fates fates;
  std::size_t calls = 0;

 private:
  struct JournalRow {
    model::RosterEvent event;
    AccountId about;
    Revision cause = 0;
  };
  struct Stored {
    Principal principal;
    bool removed = false;
    struct Memory {
      std::optional<AttemptKey> last;
      std::string aftermath;
    };
    Memory sessions;
    Memory outside;
    std::map<AccountId, Entry> rows;
    std::deque<JournalRow> journal;
  };

  template <class T>
  Answer<T> answer(const char* call, std::function<T()> effect) {
    ++calls;
    return defer<T, StoreError>(steps_, fate_of(fates, call), StoreError::kUnavailable,
                                std::move(effect));
  }
  // Null when there is none or it is being removed.
  [[nodiscard]] Stored* present(AccountId account);
  [[nodiscard]] ChangeResult change_now(const ChangeRequest& request, const Decide& decide);
  [[nodiscard]] JournalPage journal_now(AccountId owner, Serial after, std::size_t limit);
  [[nodiscard]] Batch spread_now(AccountId subject, Revision cause, AccountId after,
                                 std::size_t limit);
  [[nodiscard]] Batch remove_now(AccountId account, std::size_t limit);
  [[nodiscard]] bool ensure_now(const std::vector<NewPrincipal>& principals);
  [[nodiscard]] std::optional<RosterData> load_now(AccountId account, bool removed) const;
  void store(Stored& self, Stored* other, AttemptKey key, const Decision& decision);
  static void put_row(Stored& owner, const Entry& entry);
  [[nodiscard]] Affected follow(Stored& other, Entry& row, const Principal& subject,
                                Revision cause);

  Steps& steps_;
  std::map<AccountId, Stored> accounts_;
  std::map<std::string, AccountId> handles_;
  std::uint64_t generation_ = 0;
};

}  // namespace monarch::presence::testing
