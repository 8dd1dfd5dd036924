#include "msnp/dialect.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "msnp/url_service.hpp"

namespace monarch::msnp {
namespace {

std::string answer(const std::vector<std::string_view>& offer) {
  const Negotiation negotiation = negotiate(offer);
  std::string text;
  for (const auto word : negotiation.answer()) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

TEST(Negotiate, AnswersAllThatWeSpeakInTheOrderOffered) {
  EXPECT_EQ(answer({"MSNP5", "MSNP4", "CVR0"}), "MSNP5 MSNP4 CVR0");
  EXPECT_EQ(answer({"MSNP7", "MSNP6", "MSNP5", "MSNP4", "CVR0"}), "MSNP7 MSNP6 MSNP5 MSNP4 CVR0");
  EXPECT_EQ(answer({"MSNP9", "MSNP8", "MSNP3", "MSNP2"}), "MSNP3 MSNP2");
  EXPECT_EQ(answer({"CVR0", "MSNP2"}), "CVR0 MSNP2");
  EXPECT_EQ(answer({"MSNP2"}), "MSNP2");
  EXPECT_EQ(answer({"MSNP2", "CVRO"}), "MSNP2");
}

TEST(Negotiate, AnswersEachOnceAndInUpperCase) {
  EXPECT_EQ(answer({"msnp5", "MSNP5", "cvr0", "Msnp4", "CVR0"}), "MSNP5 CVR0 MSNP4");
}

TEST(Negotiate, PutsTheFirstRealOneInForce) {
  const std::vector<std::string_view> offer{"CVR0", "MSNP10", "MSNP4", "MSNP5"};
  EXPECT_EQ(negotiate(offer).dialect, Dialect(Dialect::kMsnp4));
}

TEST(Negotiate, FallsBackToTheVersionCheck) {
  const std::vector<std::string_view> offer{"MSNP8", "CVR0"};
  EXPECT_EQ(answer(offer), "CVR0");
  EXPECT_TRUE(negotiate(offer).version_check_only);
  EXPECT_FALSE(negotiate(offer).failed());
}

TEST(Negotiate, FailsWithoutAnythingInCommon) {
  for (const std::vector<std::string_view>& offer :
       {std::vector<std::string_view>{}, {"SOMETHING", "ELSE"}, {"MSNP8"}, {"MSNP"}, {"MSNP55"}}) {
    EXPECT_EQ(answer(offer), "0");
    EXPECT_TRUE(negotiate(offer).failed());
  }
}

// docs/protocol/versions.md#2-changes-msnp2--msnp7, column by column.
TEST(Dialect, HasTheFeaturesOfItsVersion) {
  struct Row {
    Feature feature;
    int first;
  };
  for (const Row row :
       {Row{Feature::kFullProfile, 3}, Row{Feature::kTextMailTypes, 3}, Row{Feature::kUrlSiteId, 3},
        Row{Feature::kXfrTail, 3}, Row{Feature::kIms, 3}, Row{Feature::kProperties, 5},
        Row{Feature::kTextInvitations, 5}, Row{Feature::kPaging, 5},
        Row{Feature::kNotifications, 5}, Row{Feature::kUsrOkVerified, 6},
        Row{Feature::kChallenges, 6}, Row{Feature::kPages, 6}, Row{Feature::kXfrSelf, 7},
        Row{Feature::kGroups, 7}, Row{Feature::kSndLibrary, 3}, Row{Feature::kSndClient, 4}}) {
    for (int version = 2; version <= 7; ++version) {
      const Dialect dialect(static_cast<Dialect::Version>(version));
      EXPECT_EQ(dialect.has(row.feature), version >= row.first)
          << static_cast<unsigned>(row.feature) << " in " << dialect.name();
    }
  }
  EXPECT_FALSE(Dialect().has(Feature::kFullProfile));
}

// docs/protocol/notification.md#url-2, row by row.
TEST(UrlServices, AreThoseOfTheVersion) {
  struct Row {
    std::string_view names;
    int first;
    int last;
  };
  for (const Row row :
       {Row{"PASSWORD INBOX COMPOSE MESSAGE FOLDERS PERSON ", 2, 7}, Row{"MOBILE CHGMOB ", 5, 7},
        Row{"PROFILE ", 6, 7}, Row{"N2PACCOUNT N2PFUND ", 6, 6}, Row{"CHAT ", 7, 7},
        Row{"ADDRBOOK ADVSEARCH INTSEARCH inbox ", 9, 9}}) {
    for (auto names = row.names; !names.empty(); names.remove_prefix(names.find(' ') + 1)) {
      const auto name = names.substr(0, names.find(' '));
      for (int version = 2; version <= 7; ++version) {
        const Dialect dialect(static_cast<Dialect::Version>(version));
        EXPECT_EQ(find_url_service(name, dialect).has_value(),
                  row.first <= version && version <= row.last)
            << name << " in " << dialect.name();
      }
    }
  }
}

TEST(Dialect, IsReadBackFromItsName) {
  for (int version = 2; version <= 7; ++version) {
    const Dialect dialect(static_cast<Dialect::Version>(version));
    EXPECT_EQ(dialect.name(), "MSNP" + std::to_string(version));
    EXPECT_EQ(Dialect::parse(dialect.name()), dialect);
  }
  EXPECT_EQ(Dialect::parse("MSNP8"), Dialect());
  EXPECT_EQ(Dialect().name(), "");
}

}  // namespace
}  // namespace monarch::msnp
