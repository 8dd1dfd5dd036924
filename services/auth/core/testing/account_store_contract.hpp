// What every AccountStore promises, as one suite: instantiated for the one in memory and for the
// one on PostgreSQL. A harness has `AccountStore& store()`, empty at first, and `T run(Task<T>)`.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "auth/core/ports.hpp"

namespace monarch::auth::testing {

template <class Harness>
class AccountStoreContract : public ::testing::Test {
 protected:
  AccountStore& store() { return harness_.store(); }

  template <class T>
  T get(AccountStore::Answer<T> task) {
    Result<T, StoreFault> answer = harness_.run(std::move(task));
    if (!answer.ok()) {
      ADD_FAILURE() << "the store is away";
      return T{};
    }
    return std::move(answer).value();
  }

  static Handle handle(const std::string& name) { return Handle::trusted(name + "@example.com"); }
  // Every byte value, zero included, must come back as it went.
  static SealedPassword sealed(char fill) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return {"key-1", bytes + fill};
  }
  static NewAccount row(AccountId id, const std::string& name, const std::string& friendly = "") {
    return {id, handle(name), sealed('a'), friendly};
  }
  template <class... Rows>
  static std::vector<NewAccount> rows(Rows... row) {
    std::vector<NewAccount> all;
    (all.push_back(std::move(row)), ...);
    return all;
  }
  AccountId fresh_id() { return get(store().reserve_ids(1)).at(0); }
  AccountId add_active(const std::string& name) {
    const AccountId id = fresh_id();
    get(store().add_pending(rows(row(id, name)), ImportId()));
    get(store().activate({id}));
    return id;
  }

 private:
  Harness harness_;
};

TYPED_TEST_SUITE_P(AccountStoreContract);

TYPED_TEST_P(AccountStoreContract, NumbersAscendFromOneAndNeverRepeat) {
  const auto first = this->get(this->store().reserve_ids(3));
  EXPECT_EQ(first, (std::vector<AccountId>{AccountId(1), AccountId(2), AccountId(3)}));
  EXPECT_GT(this->get(this->store().reserve_ids(1)).at(0), first.back());
  const auto one = this->get(this->store().reserve_import());
  EXPECT_NE(one, ImportId());
  EXPECT_NE(this->get(this->store().reserve_import()), one);
}

TYPED_TEST_P(AccountStoreContract, WhatIsNotThereIsNotFound) {
  EXPECT_FALSE(this->get(this->store().find(this->handle("bob"))).has_value());
  EXPECT_FALSE(this->get(this->store().find_credentials(this->handle("bob"))).has_value());
  EXPECT_FALSE(this->get(this->store().set_password(AccountId(9), this->sealed('b'))));
  EXPECT_FALSE(this->get(this->store().mark_deleting(AccountId(9))));
  EXPECT_EQ(this->get(this->store().activate({AccountId(9)})), 0U);
  this->get(this->store().remove(AccountId(9)));
  EXPECT_TRUE(this->get(this->store().list(AccountId(), 10)).empty());
}

TYPED_TEST_P(AccountStoreContract, AnAccountLivesFromPendingToGone) {
  const AccountId id = this->fresh_id();
  const auto standing =
      this->get(this->store().add_pending(this->rows(this->row(id, "bob")), ImportId()));
  ASSERT_EQ(standing.size(), 1U);
  EXPECT_EQ(standing[0].id, id);
  EXPECT_EQ(standing[0].handle, this->handle("bob"));
  EXPECT_EQ(standing[0].state, AccountState::kPending);

  EXPECT_EQ(this->get(this->store().activate({id})), 1U);
  EXPECT_EQ(this->get(this->store().activate({id})), 0U);
  auto credentials = this->get(this->store().find_credentials(this->handle("bob")));
  ASSERT_TRUE(credentials.has_value());
  EXPECT_EQ(credentials->id, id);
  EXPECT_EQ(credentials->state, AccountState::kActive);
  EXPECT_TRUE(credentials->verified);
  EXPECT_EQ(credentials->password.key, "key-1");
  EXPECT_EQ(credentials->password.bytes, this->sealed('a').bytes);

  SealedPassword other = this->sealed('b');
  other.key = "key-2";
  EXPECT_TRUE(this->get(this->store().set_password(id, other)));
  credentials = this->get(this->store().find_credentials(this->handle("bob")));
  ASSERT_TRUE(credentials.has_value());
  EXPECT_EQ(credentials->password.key, "key-2");
  EXPECT_EQ(credentials->password.bytes, other.bytes);

  EXPECT_TRUE(this->get(this->store().mark_deleting(id)));
  EXPECT_TRUE(this->get(this->store().mark_deleting(id)));
  const auto found = this->get(this->store().find(this->handle("bob")));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->state, AccountState::kDeleting);
  EXPECT_EQ(this->get(this->store().activate({id})), 0U);
  this->get(this->store().remove(id));
  EXPECT_FALSE(this->get(this->store().find(this->handle("bob"))).has_value());
}

TYPED_TEST_P(AccountStoreContract, ATakenHandleKeepsItsAccount) {
  const AccountId bob = this->add_active("bob");
  const auto ids = this->get(this->store().reserve_ids(2));
  const auto standing = this->get(this->store().add_pending(
      this->rows(this->row(ids[0], "bob"), this->row(ids[1], "carol")), ImportId()));
  ASSERT_EQ(standing.size(), 2U);
  EXPECT_EQ(standing[0].id, bob);
  EXPECT_EQ(standing[0].state, AccountState::kActive);
  EXPECT_EQ(standing[1].id, ids[1]);
  EXPECT_EQ(standing[1].state, AccountState::kPending);
}

TYPED_TEST_P(AccountStoreContract, StatesAreSetToWhatTheyShallBe) {
  const AccountId id = this->add_active("bob");
  const auto credentials = [&] {
    return this->get(this->store().find_credentials(this->handle("bob"))).value();
  };
  const auto account = [&] { return this->get(this->store().find(this->handle("bob"))).value(); };
  EXPECT_TRUE(credentials().consent);
  EXPECT_TRUE(account().consent);
  for (const bool suspended : {true, true, false, false}) {
    EXPECT_TRUE(this->get(this->store().set_suspended(id, suspended)));
    const auto state = suspended ? AccountState::kSuspended : AccountState::kActive;
    EXPECT_EQ(credentials().state, state);
    EXPECT_EQ(account().state, state);
  }
  for (const bool value : {false, false, true}) {
    EXPECT_TRUE(this->get(this->store().set_consent(id, value)));
    EXPECT_EQ(credentials().consent, value);
    EXPECT_EQ(account().consent, value);
    EXPECT_TRUE(this->get(this->store().set_verified(id, !value)));
    EXPECT_EQ(credentials().verified, !value);
    EXPECT_EQ(account().verified, !value);
  }
  EXPECT_EQ(account().state, AccountState::kActive);
}

TYPED_TEST_P(AccountStoreContract, NoStateMakesUpForAHalfMadeOrHalfDeletedAccount) {
  const AccountId pending = this->fresh_id();
  this->get(this->store().add_pending(this->rows(this->row(pending, "bob")), ImportId()));
  EXPECT_FALSE(this->get(this->store().set_suspended(pending, true)));
  EXPECT_FALSE(this->get(this->store().set_suspended(pending, false)));
  EXPECT_EQ(this->get(this->store().find(this->handle("bob")))->state, AccountState::kPending);
  const AccountId deleting = this->add_active("carol");
  EXPECT_TRUE(this->get(this->store().mark_deleting(deleting)));
  for (const AccountId id : {deleting, AccountId(99)}) {
    EXPECT_FALSE(this->get(this->store().set_suspended(id, false)));
    EXPECT_FALSE(this->get(this->store().set_consent(id, true)));
    EXPECT_FALSE(this->get(this->store().set_verified(id, true)));
  }
  EXPECT_EQ(this->get(this->store().find(this->handle("carol")))->state, AccountState::kDeleting);
}

TYPED_TEST_P(AccountStoreContract, ListGoesThroughInPages) {
  std::vector<std::string> names;
  for (int i = 0; i < 7; ++i) this->add_active("user" + std::to_string(i));
  AccountId after;
  while (true) {
    const auto page = this->get(this->store().list(after, 3));
    if (page.empty()) break;
    EXPECT_LE(page.size(), 3U);
    for (const Account& account : page) {
      EXPECT_GT(account.id, after);
      after = account.id;
      names.push_back(account.handle.value());
    }
  }
  EXPECT_EQ(names.size(), 7U);
  EXPECT_EQ(names.front(), "user0@example.com");
}

TYPED_TEST_P(AccountStoreContract, OnlyPendingAccountsAreAdopted) {
  const AccountId active = this->add_active("active");
  const AccountId pending = this->fresh_id();
  this->get(this->store().add_pending(this->rows(this->row(pending, "bob")), ImportId()));
  NewAccount again = this->row(pending, "bob", "Bob");
  again.password = this->sealed('z');
  EXPECT_EQ(this->get(this->store().adopt_pending(
                this->rows(again, this->row(active, "active"), this->row(AccountId(99), "none")),
                ImportId())),
            std::vector<AccountId>{pending});
  const auto credentials = this->get(this->store().find_credentials(this->handle("bob")));
  ASSERT_TRUE(credentials.has_value());
  EXPECT_EQ(credentials->password.bytes, this->sealed('z').bytes);
}

TYPED_TEST_P(AccountStoreContract, AnImportHasItsMembersToItself) {
  const auto import = this->get(this->store().reserve_import());
  const auto ids = this->get(this->store().reserve_ids(3));
  const AccountId left = this->fresh_id();
  this->get(this->store().add_pending(this->rows(this->row(left, "left")), ImportId()));
  this->get(this->store().add_pending(
      this->rows(this->row(ids[0], "a", "A%20A"), this->row(ids[1], "b"), this->row(ids[2], "c")),
      import));
  // The one left by others joins; one of the import's own does not join twice.
  EXPECT_EQ(this->get(this->store().adopt_pending(
                this->rows(this->row(left, "left", "Left"), this->row(ids[0], "a")), import)),
            std::vector<AccountId>{left});

  const auto first = this->get(this->store().list_import(import, AccountId(), 2));
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].id, ids[0]);
  EXPECT_EQ(first[0].handle, this->handle("a"));
  EXPECT_EQ(first[0].friendly_name, "A%20A");
  EXPECT_EQ(first[1].friendly_name, "");
  const auto second = this->get(this->store().list_import(import, first[1].id, 10));
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[1].friendly_name, "Left");

  this->get(this->store().offer_import(import));
  EXPECT_EQ(this->get(this->store().activate_import(import)), 4U);
  EXPECT_EQ(this->get(this->store().activate_import(import)), 0U);
  EXPECT_TRUE(this->get(this->store().list_import(import, AccountId(), 10)).empty());
  EXPECT_EQ(this->get(this->store().find(this->handle("left")))->state, AccountState::kActive);
}

TYPED_TEST_P(AccountStoreContract, ADiscardedImportDropsOnlyWhatNobodyElseKnows) {
  const auto import = this->get(this->store().reserve_import());
  const AccountId left = this->fresh_id();
  const AccountId own = this->fresh_id();
  this->get(this->store().add_pending(this->rows(this->row(left, "left")), ImportId()));
  this->get(this->store().add_pending(this->rows(this->row(own, "own")), import));
  this->get(this->store().adopt_pending(this->rows(this->row(left, "left")), import));
  this->get(this->store().discard_import(import));
  EXPECT_FALSE(this->get(this->store().find(this->handle("own"))).has_value());
  const auto kept = this->get(this->store().find(this->handle("left")));
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->state, AccountState::kPending);
  EXPECT_TRUE(this->get(this->store().list_import(import, AccountId(), 10)).empty());

  // Once offered, presence may know it.
  const auto second = this->get(this->store().reserve_import());
  const AccountId offered = this->fresh_id();
  this->get(this->store().add_pending(this->rows(this->row(offered, "offered")), second));
  this->get(this->store().offer_import(second));
  this->get(this->store().discard_import(second));
  EXPECT_TRUE(this->get(this->store().find(this->handle("offered"))).has_value());
}

REGISTER_TYPED_TEST_SUITE_P(AccountStoreContract, NumbersAscendFromOneAndNeverRepeat,
                            WhatIsNotThereIsNotFound, AnAccountLivesFromPendingToGone,
                            ATakenHandleKeepsItsAccount, StatesAreSetToWhatTheyShallBe,
                            NoStateMakesUpForAHalfMadeOrHalfDeletedAccount, ListGoesThroughInPages,
                            OnlyPendingAccountsAreAdopted, AnImportHasItsMembersToItself,
                            ADiscardedImportDropsOnlyWhatNobodyElseKnows);

}  // namespace monarch::auth::testing
