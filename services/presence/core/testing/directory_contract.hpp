// What every DirectoryStore promises, beyond the port's words. A World is made per test and has
//   RosterStore& store();             empty, with the principals
//   DirectoryStore& directory();      empty
//   T await(const Eventual<T>&);      drives whatever completes it
// INSTANTIATE_TYPED_TEST_SUITE_P(X, DirectoryContract, XWorld) runs it.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "presence/core/directory_rules.hpp"
#include "presence/core/directory_store.hpp"
#include "presence/core/testing/world.hpp"

namespace monarch::presence::testing {

template <class DirectoryWorld>
class DirectoryContract : public ::testing::Test {
 protected:
  DirectoryWorld world;

  void create(std::uint64_t from, std::uint64_t to) {
    std::vector<NewPrincipal> principals;
    for (std::uint64_t n = from; n <= to; ++n) {
      principals.push_back({AccountId(n), World::handle(n), "Name"});
    }
    auto created = world.await(world.store().ensure_principals(principals));
    ASSERT_TRUE(created.ok() && *created);
  }
  bool put(std::uint64_t n, const model::Person& person) {
    const auto done =
        world.await(world.directory().put(AccountId(n), {person, directory_keys(person)}));
    MONARCH_ASSERT(done.ok());
    return *done;
  }
  model::Person get(std::uint64_t n) {
    const auto got = world.await(world.directory().get(AccountId(n)));
    MONARCH_ASSERT(got.ok());
    return *got;
  }
  // The handles that were found, separated by spaces, up to the '@'.
  std::string search(const model::Person& wanted, std::size_t limit = 10) {
    const auto found = world.await(world.directory().search(directory_keys(wanted), limit));
    MONARCH_ASSERT(found.ok());
    std::string names;
    for (const auto& entry : *found) {
      names += (names.empty() ? "" : " ") + entry.handle.substr(0, entry.handle.find('@'));
    }
    return names;
  }
};
TYPED_TEST_SUITE_P(DirectoryContract);

TYPED_TEST_P(DirectoryContract, HasWhoWasPutIn) {
  this->create(1, 2);
  EXPECT_EQ(this->get(1), model::Person());
  const model::Person person{"J%C3%BCrgen", "O'Hara", "New%20York", "NY", "US"};
  EXPECT_TRUE(this->put(1, person));
  EXPECT_EQ(this->get(1), person);
  EXPECT_FALSE(this->put(3, person)) << "no principal";
  EXPECT_EQ(this->get(3), model::Person());

  const model::Person moved{"J%C3%BCrgen", "O'Hara", "", "", "DE"};
  EXPECT_TRUE(this->put(1, moved));
  EXPECT_EQ(this->get(1), moved);
  EXPECT_EQ(this->search({"", "O'Hara", "", "", "US"}), "");
  EXPECT_EQ(this->search({"", "O'Hara", "", "", "DE"}), "u1");
}

TYPED_TEST_P(DirectoryContract, FindsByAllThatIsGiven) {
  this->create(1, 4);
  this->put(3, {"Bob", "Brown", "Oslo", "", "NO"});
  this->put(1, {"Ann", "Brown", "Austin", "TX", "US"});
  this->put(2, {"Bob", "Green", "Austin", "TX", "US"});
  EXPECT_EQ(this->search({"", "Brown", "", "", ""}), "u1 u3") << "by account";
  EXPECT_EQ(this->search({"*", "Brown", "*", "*", "*"}), "u1 u3");
  EXPECT_EQ(this->search({"Bob", "Brown", "", "", ""}), "u3");
  EXPECT_EQ(this->search({"", "Brown", "Austin", "TX", "US"}), "u1");
  EXPECT_EQ(this->search({"", "Brown", "Austin", "*", "NO"}), "");
  EXPECT_EQ(this->search({"", "Brow", "", "", ""}), "") << "no beginnings of names";
  EXPECT_EQ(this->search({"", "Black", "", "", ""}), "");
}

TYPED_TEST_P(DirectoryContract, KnowsNoCaseAndNoEscapes) {
  this->create(1, 1);
  this->put(1, {"J%C3%BCrgen", "M%c3%9cLLER", "K%C3%B6ln", "", "DE"});
  EXPECT_EQ(this->search({"%4A%C3%9CRGEN", "m%C3%BCller", "K%C3%96LN", "", "de"}), "u1");
  EXPECT_EQ(this->search({"", "muller", "", "", ""}), "");
}

TYPED_TEST_P(DirectoryContract, FindsNoMoreThanItIsAskedFor) {
  this->create(1, 5);
  for (std::uint64_t n = 1; n <= 5; ++n) this->put(n, {"", "Smith", "", "", ""});
  EXPECT_EQ(this->search({"", "smith", "", "", ""}, 3), "u1 u2 u3");
}

TYPED_TEST_P(DirectoryContract, LetsGo) {
  this->create(1, 1);
  this->put(1, {"", "Smith", "", "", ""});
  const auto first = this->world.await(this->world.directory().remove(AccountId(1)));
  EXPECT_TRUE(first.ok() && *first);
  EXPECT_EQ(this->get(1), model::Person());
  EXPECT_EQ(this->search({"", "Smith", "", "", ""}), "");
  const auto again = this->world.await(this->world.directory().remove(AccountId(1)));
  EXPECT_TRUE(again.ok() && !*again);
}

TYPED_TEST_P(DirectoryContract, ForgetsAnAccountThatIsDeleted) {
  this->create(1, 2);
  this->put(1, {"", "Smith", "", "", ""});
  this->put(2, {"", "Smith", "", "", ""});
  const auto marked = this->world.await(this->world.store().mark_removed(AccountId(1)));
  ASSERT_TRUE(marked.ok());
  EXPECT_EQ(this->search({"", "Smith", "", "", ""}), "u2");
  EXPECT_EQ(this->get(1), model::Person());
  EXPECT_FALSE(this->put(1, {"", "Smith", "", "", ""}));
  const auto removed = this->world.await(this->world.store().remove_batch(AccountId(1), 10));
  ASSERT_TRUE(removed.ok() && !removed->next);
  EXPECT_EQ(this->search({"", "Smith", "", "", ""}), "u2");
  EXPECT_EQ(this->get(1), model::Person());
}

REGISTER_TYPED_TEST_SUITE_P(DirectoryContract, HasWhoWasPutIn, FindsByAllThatIsGiven,
                            KnowsNoCaseAndNoEscapes, FindsNoMoreThanItIsAskedFor, LetsGo,
                            ForgetsAnAccountThatIsDeleted);

}  // namespace monarch::presence::testing
