#include "auth/adapters/sodium_vault.hpp"

#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/stat.h>

#include "auth/adapters/md5_hasher.hpp"

namespace monarch::auth {
namespace {

const std::string kHexA(64, 'a');
const std::string kHexB(64, 'b');

std::unique_ptr<SodiumVault> vault_of(const std::string& keys) {
  auto vault = SodiumVault::from_keys(keys);
  EXPECT_TRUE(vault.ok()) << vault.error();
  return std::move(vault).value();
}

TEST(SodiumVault, WhatIsSealedOpens) {
  const auto vault = vault_of("one:" + kHexA);
  for (const std::string& password : {std::string("geheim"), std::string(64, 'x'), std::string()}) {
    const auto sealed = vault->seal(AccountId(7), Secret(std::string_view(password)));
    EXPECT_EQ(sealed.key, "one");
    const auto opened = vault->open(AccountId(7), sealed);
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(opened->view(), password);
  }
}

TEST(SodiumVault, ASealedPasswordShowsNothingAndIsNeverTheSameTwice) {
  const auto vault = vault_of(kHexA);
  const Secret password(std::string_view("correct horse battery"));
  const auto one = vault->seal(AccountId(7), password);
  const auto two = vault->seal(AccountId(7), password);
  EXPECT_NE(one.bytes, two.bytes);
  EXPECT_EQ(one.bytes.find("correct"), std::string::npos);
  EXPECT_EQ(one.bytes.size(), 24 + password.size() + 16);
}

TEST(SodiumVault, AnotherAccountsOrADamagedOneDoesNotOpen) {
  const auto vault = vault_of("one:" + kHexA);
  const auto sealed = vault->seal(AccountId(7), Secret(std::string_view("geheim")));
  EXPECT_EQ(vault->open(AccountId(8), sealed).error(), VaultFault::kForged);
  for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
    auto damaged = sealed;
    damaged.bytes[i] = static_cast<char>(damaged.bytes[i] ^ 1);
    EXPECT_EQ(vault->open(AccountId(7), damaged).error(), VaultFault::kForged) << i;
    EXPECT_FALSE(vault->open(AccountId(7), {"one", sealed.bytes.substr(0, i)}).ok()) << i;
  }
}

TEST(SodiumVault, TheFirstKeySealsAndTheOthersStillOpen) {
  const auto before = vault_of("old:" + kHexA);
  const auto sealed = before->seal(AccountId(7), Secret(std::string_view("geheim")));
  const auto after = vault_of("# rotated\nnew:" + kHexB + "\r\n\nold:" + kHexA + "\n");
  EXPECT_EQ(after->open(AccountId(7), sealed)->view(), "geheim");
  EXPECT_EQ(after->seal(AccountId(7), Secret(std::string_view("geheim"))).key, "new");
  const auto without = vault_of("new:" + kHexB);
  EXPECT_EQ(without->open(AccountId(7), sealed).error(), VaultFault::kUnknownKey);
  // The same name for another key: it is noticed.
  EXPECT_EQ(vault_of("old:" + kHexB)->open(AccountId(7), sealed).error(), VaultFault::kForged);
}

TEST(SodiumVault, ABareKeyNamesItself) {
  const auto sealed = vault_of(kHexA + "\n")->seal(AccountId(7), Secret(std::string_view("x")));
  EXPECT_EQ(sealed.key.size(), 8U);
  EXPECT_EQ(vault_of(kHexB + "\n" + kHexA)->open(AccountId(7), sealed)->view(), "x");
}

TEST(SodiumVault, WhatIsNoKeyFileIsRefusedWithoutShowingIt) {
  for (const std::string& bad :
       {std::string(), std::string("\n# nothing\n"), std::string("geheimnis"),
        "one:" + kHexA.substr(1), "one:" + kHexA + "a", ":" + kHexA, "o ne:" + kHexA,
        "one:" + std::string(64, 'g'), "one:" + kHexA + "\none:" + kHexB}) {
    const auto vault = SodiumVault::from_keys(bad);
    ASSERT_FALSE(vault.ok()) << bad;
    EXPECT_EQ(vault.error().find("geheim"), std::string::npos);
    EXPECT_EQ(vault.error().find("aaaa"), std::string::npos);
  }
  std::string many;
  for (int i = 0; i < 17; ++i) many += "k" + std::to_string(i) + ":" + kHexA + "\n";
  EXPECT_FALSE(SodiumVault::from_keys(many).ok());
}

TEST(KeyFile, IsFreshPrivateAndNeverOverwritten) {
  const std::string path = ::testing::TempDir() + "monarch-key-" + std::to_string(::getpid());
  std::filesystem::remove(path);
  ASSERT_TRUE(write_key_file(path).ok());
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(SodiumVault::from_keys(text).ok());
  EXPECT_FALSE(write_key_file(path).ok());
  std::ifstream again(path);
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(again), {}}), text);
  std::filesystem::remove(path);
  EXPECT_NE(SodiumVault::generate_keys().view(), SodiumVault::generate_keys().view());
}

// RFC 1321, A.5; and the sum of two parts is the sum of the whole.
TEST(Md5Hasher, IsMd5) {
  Md5Hasher hasher;
  const Md5Digest abc = {0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0,
                         0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72};
  EXPECT_EQ(hasher.md5("abc", ""), abc);
  EXPECT_EQ(hasher.md5("a", "bc"), abc);
  EXPECT_EQ(hasher.md5("", "abc"), abc);
  EXPECT_NE(hasher.md5("ab", ""), abc);
}

}  // namespace
}  // namespace monarch::auth
