#include "base/handle.hpp"

#include <gtest/gtest.h>
#include <string>
#include <unordered_set>

namespace monarch {
namespace {

TEST(Handle, IsLowerCaseWhateverCaseItCameIn) {
  EXPECT_EQ(Handle::parse("Carol@Example.COM")->value(), "carol@example.com");
  EXPECT_EQ(Handle::trusted("A@B").value(), "a@b");
}

TEST(Handle, AcceptsMailAddresses) {
  for (const char* text : {"a@b.c", "first.last+tag@mail.example.org", "o'neil@x-y.net", "1@2.3"}) {
    EXPECT_TRUE(Handle::parse(text)) << text;
  }
}

TEST(Handle, RefusesWhatIsNoneOfThem) {
  for (const char* text : {"", "hello", "@", "a@", "@b.c", "@@a", "a@b", "a@b@c.d", "a@.b", "a@b.",
                           "a@b..c", "a b@c.d", "a@b c.d", "a,b@c.d", "<a@b.c>", "\xC3\xA4@b.c"}) {
    EXPECT_FALSE(Handle::parse(text)) << text;
  }
}

TEST(Handle, IsAtMost129BytesLong) {
  const std::string domain = "@example.com";
  const std::string longest(Handle::kBytesMax - domain.size(), 'x');
  EXPECT_TRUE(Handle::parse(longest + domain));
  EXPECT_FALSE(Handle::parse(longest + "x" + domain));
}

TEST(Handle, EqualsAndHashesWithoutCase) {
  std::unordered_set<Handle> handles;
  handles.insert(*Handle::parse("a@b.c"));
  EXPECT_EQ(handles.count(*Handle::parse("A@B.C")), 1U);
}

}  // namespace
}  // namespace monarch
