// FND and PAG at presence: docs/protocol/notification.md#fnd-2-7, #pag-5-8.
#include <gtest/gtest.h>

#include "presence/core/directory_rules.hpp"
#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using testing::Fate;
using testing::World;

std::string error_of(const DirectoryDetails& details) {
  const auto person = directory_person(details);
  return person.ok() ? std::string() : person.error();
}

TEST(DirectoryRules, MakeTokensOfWhatIsTyped) {
  const auto person = directory_person({"J\xC3\xBCrgen", "O'Hara", "New York", "NY", "us"});
  ASSERT_TRUE(person.ok()) << person.error();
  EXPECT_EQ(*person, (model::Person{"J%C3%BCrgen", "O'Hara", "New%20York", "NY", "US"}));
  EXPECT_EQ(directory_details(*person).city, "New York");
}

TEST(DirectoryRules, SayWhatIsWrong) {
  EXPECT_NE(error_of({"Ann", "", "", "", ""}).find("last name"), std::string::npos);
  EXPECT_NE(error_of({"", "Sm*", "", "", ""}).find("last name"), std::string::npos);
  EXPECT_NE(error_of({"", "Smith", "", "", "USA"}).find("country"), std::string::npos);
  EXPECT_NE(error_of({"", "Smith", "", "", "1!"}).find("country"), std::string::npos);
  EXPECT_NE(error_of({"", "Smith", "\xFF", "", ""}).find("city"), std::string::npos);
  EXPECT_NE(error_of({"", "Smith", "a\nb", "", ""}).find("city"), std::string::npos);
  EXPECT_NE(error_of({"", std::string(201, 'x'), "", "", ""}).find("200"), std::string::npos);
  EXPECT_EQ(error_of({"", std::string(200, 'x'), "", "", ""}), "");
}

TEST(DirectoryKey, HasNoCase) {
  EXPECT_EQ(directory_key("%41bC-1"), "abc-1");
  // ÄÖÜ×ÞßŸ: × has no case, ß and what is beyond Latin-1 stay.
  EXPECT_EQ(directory_key("%C3%84%C3%96%C3%9C%C3%97%C3%9E%C3%9F%C5%B8"),
            "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x97\xC3\xBE\xC3\x9F\xC5\xB8");
  // ΑΣΩ and ЖЯЁ, whose lower case begins with another byte.
  EXPECT_EQ(directory_key("%CE%91%CE%A3%CE%A9"), "\xCE\xB1\xCF\x83\xCF\x89");
  EXPECT_EQ(directory_key("%D0%96%D0%AF%D0%81"), "\xD0\xB6\xD1\x8F\xD1\x91");
  EXPECT_EQ(directory_key("100%25"), "100%");
}

class DirectoryTest : public ::testing::Test {
 protected:
  DirectoryTest() {
    world.create(1);
    alice = world.open(1);
  }
  void put(std::uint64_t n, const model::Person& person) {
    const auto done =
        world.steps.await(world.directory.put(AccountId(n), {person, directory_keys(person)}));
    MONARCH_ASSERT(done.ok() && *done);
  }
  model::Reply search(const model::Person& wanted) {
    return world.ask(model::SearchDirectory{alice.ref, wanted});
  }
  model::Reply pager(std::uint64_t n) {
    return world.ask(model::FindPager{alice.ref, World::handle(n).value()});
  }
  std::uint16_t code(const model::Reply& reply) {
    const auto* refused = std::get_if<model::Refused>(&reply);
    return refused == nullptr ? 0 : refused->code;
  }

  World world;
  World::Session alice;
};

TEST_F(DirectoryTest, FindsPeopleAndNobody) {
  world.create(2);
  put(2, {"Bob", "Brown", "Oslo", "", "NO"});
  const auto reply = search({"*", "BROWN", "*", "*", "NO"});
  const auto* found = std::get_if<model::Found>(&reply);
  ASSERT_NE(found, nullptr);
  ASSERT_EQ(found->people.size(), 1U);
  EXPECT_EQ(found->people.front().handle, World::handle(2).value());
  EXPECT_EQ(found->people.front().person.city, "Oslo");
  const auto none = search({"", "Black", "", "", ""});
  ASSERT_NE(std::get_if<model::Found>(&none), nullptr);
  EXPECT_TRUE(std::get<model::Found>(none).people.empty());
}

TEST_F(DirectoryTest, RefusesToNameTooMany) {
  for (std::uint64_t n = 2; n < 2 + model::kFoundMax; ++n) {
    world.create(n);
    put(n, {"", "Smith", "", "", ""});
  }
  EXPECT_TRUE(std::holds_alternative<model::Found>(search({"", "Smith", "", "", ""})));
  put(1, {"", "Smith", "", "", ""});
  EXPECT_EQ(code(search({"", "Smith", "", "", ""})), 301);
}

TEST_F(DirectoryTest, NamesNobodyWithoutALastName) {
  put(1, {"", "Smith", "", "", ""});
  const auto reply = search({"", "*", "", "", ""});
  ASSERT_TRUE(std::holds_alternative<model::Found>(reply));
  EXPECT_TRUE(std::get<model::Found>(reply).people.empty());
}

TEST_F(DirectoryTest, SaysWhenTheStoreIsAway) {
  world.directory.fates = [](const char*) { return Fate::kFailed; };
  const auto reply = search({"", "Smith", "", "", ""});
  ASSERT_TRUE(std::holds_alternative<model::Failed>(reply));
  EXPECT_EQ(std::get<model::Failed>(reply).fault, model::Fault::kRosterUnavailable);
}

TEST_F(DirectoryTest, PagesOnlyWhoLetsOne) {
  world.create(2);
  auto bob = world.open(2);
  const auto set = [&](model::Property property, std::string value) {
    world.changed(model::SetProperty{World::attempt(bob), property, std::move(value)});
  };
  EXPECT_EQ(code(pager(2)), 800) << "MOB N";
  set(model::Property::kMobileDevice, "Y");
  set(model::Property::kMobile, "Y");
  set(model::Property::kMobilePhone, "555%201");
  EXPECT_EQ(code(pager(2)), 800) << "not in his AL";
  world.add(bob, model::List::kAllow, 1);
  const auto reply = pager(2);
  const auto* found = std::get_if<model::Pager>(&reply);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->account, AccountId(2));
  EXPECT_EQ(found->number, "555%201");
  set(model::Property::kMobile, "N");
  EXPECT_EQ(code(pager(2)), 800) << "MOB N again";
  set(model::Property::kMobile, "Y");
  world.remove(bob, model::List::kAllow, 1);
  EXPECT_EQ(code(pager(2)), 800) << "no longer in his AL";
  EXPECT_EQ(code(pager(3)), 800) << "nobody";
  world.store.fates = [](const char*) { return Fate::kFailed; };
  EXPECT_TRUE(std::holds_alternative<model::Failed>(pager(2)));
}

}  // namespace
}  // namespace monarch::presence
