#include "auth/core/importer.hpp"

#include <gtest/gtest.h>

#include "auth/core/rules.hpp"
#include "auth/core/testing/fakes.hpp"
#include "auth/core/testing/memory_account_store.hpp"
#include "auth/core/testing/run.hpp"

namespace monarch::auth {
namespace {

using testing::run;

struct ImporterTest : ::testing::Test {
  testing::MemoryAccountStore store;
  testing::XorVault vault;
  testing::MemoryPrincipals principals;

  Importer importer(bool atomic, std::uint64_t rows_max = 10'000) {
    return {store, vault, principals, atomic, rows_max};
  }
  // Rows from line `first` on; a text without '@' is a bad row.
  static std::vector<ImportRow> rows(std::uint64_t first, const std::vector<std::string>& emails) {
    std::vector<ImportRow> all;
    for (const std::string& email : emails) {
      all.push_back({first++, check_application(email, "pw-" + email, "")});
    }
    return all;
  }
  static std::vector<std::uint64_t> lines(const ImportAnswer& answer) {
    std::vector<std::uint64_t> numbers;
    for (const BadRow& row : answer.bad) numbers.push_back(row.line);
    return numbers;
  }
  std::size_t count(AccountState state) {
    std::size_t found = 0;
    const auto all = run(store.list(AccountId(), 100'000));
    for (const Account& account : *all) {
      if (account.state == state) ++found;
    }
    return found;
  }
};

using Lines = std::vector<std::uint64_t>;

TEST_F(ImporterTest, GoodRowsAreKeptAndBadOnesNamed) {
  auto import = importer(false);
  const auto first = run(import.take(rows(2, {"a@e.com", "nobody", "b@e.com", "A@e.com"})));
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->created, 2U);
  EXPECT_EQ(lines(*first), (Lines{3, 5}));
  EXPECT_NE(first->bad[1].reason.find("line 2"), std::string::npos);
  const auto second = run(import.take(rows(6, {"b@e.com", "c@e.com"})));
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->created, 1U);
  EXPECT_EQ(lines(*second), (Lines{6}));
  EXPECT_EQ(run(import.finish())->created, 0U);
  EXPECT_EQ(count(AccountState::kActive), 3U);
  EXPECT_EQ(principals.known.size(), 3U);
  EXPECT_EQ(principals.ensures, 2U);
}

TEST_F(ImporterTest, AChunkCostsFourQuestionsHoweverLarge) {
  auto import = importer(false);
  std::vector<std::string> emails;
  for (int i = 0; i < 500; ++i) emails.push_back("u" + std::to_string(i) + "@e.com");
  EXPECT_EQ(run(import.take(rows(2, emails)))->created, 500U);
  EXPECT_EQ(store.calls(), 3U);
  EXPECT_EQ(principals.ensures, 1U);
}

TEST_F(ImporterTest, WhatPresenceGivesToOthersIsABadRowAndTheRestIsKept) {
  principals.known[AccountId(77)] = {AccountId(77), Handle::trusted("b@e.com"), ""};
  auto import = importer(false);
  const auto answer = run(import.take(rows(2, {"a@e.com", "b@e.com", "c@e.com"})));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->created, 2U);
  EXPECT_EQ(lines(*answer), (Lines{3}));
  EXPECT_EQ(count(AccountState::kActive), 2U);
  EXPECT_EQ(count(AccountState::kPending), 0U);
}

TEST_F(ImporterTest, AnInterruptedImportIsCompletedByRepeatingIt) {
  principals.fail_after = 0;
  auto broken = importer(false);
  EXPECT_EQ(run(broken.take(rows(2, {"a@e.com", "b@e.com"}))).error(),
            Refusal::kPresenceUnavailable);
  EXPECT_EQ(count(AccountState::kPending), 2U);
  principals.fail_after.reset();
  auto again = importer(false);
  const auto answer = run(again.take(rows(2, {"a@e.com", "b@e.com", "c@e.com"})));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->created, 3U);
  EXPECT_TRUE(answer->bad.empty());
}

TEST_F(ImporterTest, AnAtomicImportCreatesNothingBeforeItsEndThenAll) {
  auto import = importer(true);
  EXPECT_EQ(run(import.take(rows(2, {"a@e.com", "b@e.com"})))->created, 0U);
  EXPECT_EQ(run(import.take(rows(4, {"c@e.com"})))->created, 0U);
  EXPECT_EQ(count(AccountState::kActive), 0U);
  EXPECT_TRUE(principals.known.empty());
  const auto answer = run(import.finish());
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->created, 3U);
  EXPECT_EQ(count(AccountState::kActive), 3U);
  EXPECT_EQ(principals.known.size(), 3U);
}

TEST_F(ImporterTest, OneBadRowSpoilsAnAtomicImportAndEachIsNamed) {
  auto other = importer(false);
  ASSERT_EQ(run(other.take(rows(1, {"taken@e.com"})))->created, 1U);
  auto import = importer(true);
  EXPECT_EQ(lines(*run(import.take(rows(2, {"a@e.com", "nobody"})))), (Lines{3}));
  EXPECT_EQ(lines(*run(import.take(rows(4, {"c@e.com", "taken@e.com", "a@e.com"})))),
            (Lines{5, 6}));
  EXPECT_EQ(run(import.finish())->created, 0U);
  EXPECT_EQ(run(store.list(AccountId(), 10))->size(), 1U);
  EXPECT_EQ(principals.known.size(), 1U);
}

TEST_F(ImporterTest, AnAbandonedAtomicImportLeavesNothing) {
  auto import = importer(true);
  ASSERT_TRUE(run(import.take(rows(2, {"a@e.com", "b@e.com"}))).ok());
  run(import.abandon());
  EXPECT_TRUE(run(store.list(AccountId(), 10))->empty());
}

TEST_F(ImporterTest, AnAtomicImportThatPresenceBreaksOffIsCompletedByRepeatingIt) {
  std::vector<std::string> emails;
  for (int i = 0; i < 500; ++i) emails.push_back("u" + std::to_string(i) + "@e.com");
  principals.fail_after = 1;
  {
    auto import = importer(true);
    ASSERT_TRUE(run(import.take(rows(2, emails))).ok());
    ASSERT_TRUE(run(import.take(rows(502, {"a@e.com"}))).ok());
    EXPECT_EQ(run(import.finish()).error(), Refusal::kPresenceUnavailable);
    run(import.abandon());
  }
  EXPECT_EQ(count(AccountState::kActive), 0U);
  // Presence knows 500 of them: the rows must not be lost, or the handles would be taken for ever.
  EXPECT_EQ(count(AccountState::kPending), 501U);
  principals.fail_after.reset();
  auto again = importer(true);
  ASSERT_TRUE(run(again.take(rows(2, emails)))->bad.empty());
  ASSERT_TRUE(run(again.take(rows(502, {"a@e.com"})))->bad.empty());
  EXPECT_EQ(run(again.finish())->created, 501U);
}

TEST_F(ImporterTest, AnAtomicImportIsBounded) {
  auto import = importer(true, 3);
  ASSERT_TRUE(run(import.take(rows(2, {"a@e.com", "b@e.com"}))).ok());
  EXPECT_EQ(run(import.take(rows(4, {"c@e.com", "d@e.com"}))).error(), Refusal::kTooManyRows);
}

}  // namespace
}  // namespace monarch::auth
