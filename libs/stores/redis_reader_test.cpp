#include "stores/redis_reader.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace monarch::stores {
namespace {

std::string show(const Reply& reply) {
  switch (reply.kind) {
    case Reply::Kind::kNil:
      return "nil";
    case Reply::Kind::kInteger:
      return std::to_string(reply.integer);
    case Reply::Kind::kString:
      return "'" + reply.text + "'";
    case Reply::Kind::kError:
      return "!" + reply.text;
    case Reply::Kind::kArray:
      break;
  }
  std::string text = "[";
  for (const auto& element : reply.elements) text += show(element) + " ";
  return text + "]";
}

constexpr std::string_view kStream =
    "+OK\r\n:-7\r\n$5\r\na\r\nb\r\r\n$-1\r\n*-1\r\n-ERR no\r\n*0\r\n"
    "*3\r\n$1\r\nx\r\n*2\r\n:1\r\n*1\r\n-E\r\n$0\r\n\r\n+last\r\n";

const std::vector<std::string> kMeant = {"'OK'",    "-7", "'a\r\nb\r'",           "nil",   "nil",
                                         "!ERR no", "[]", "['x' [1 [!E ] ] '' ]", "'last'"};

TEST(RedisReader, ReadsTheSameHoweverTheBytesCome) {
  for (std::size_t piece = 1; piece <= kStream.size(); ++piece) {
    RedisReader reader(1'000'000);
    std::vector<std::string> read;
    for (std::size_t at = 0; at < kStream.size(); at += piece) {
      reader.feed(kStream.substr(at, piece));
      while (auto reply = reader.next()) read.push_back(show(*reply));
    }
    EXPECT_EQ(read, kMeant) << "in pieces of " << piece;
    EXPECT_FALSE(reader.broken());
  }
}

TEST(RedisReader, IsBrokenByWhatIsNoReply) {
  RedisReader reader(1'000'000);
  reader.feed("+OK\r\n%1\r\n");
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.broken());
  reader.reset();
  reader.feed(":1\r\n");
  EXPECT_EQ(show(reader.next().value()), "1");
}

TEST(RedisReader, BoundsAReply) {
  RedisReader reader(1000);
  reader.feed("$2000\r\n" + std::string(900, 'x'));
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.broken());
  reader.feed(std::string(200, 'x'));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.broken());
}

TEST(Command, IsWrittenAsRedisReadsIt) {
  std::string out;
  Command("SET", "key", std::string_view("a\0\r\n", 4)).add(-12).encode(out);
  EXPECT_EQ(out, std::string("*4\r\n$3\r\nSET\r\n$3\r\nkey\r\n$4\r\na\0\r\n\r\n$3\r\n-12\r\n", 41));
}

TEST(Command, AScriptGoesByDigestOrInFull) {
  const Script script("return 1");
  EXPECT_EQ(script.sha1(), "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
  const auto command = Command::eval(script, {"k"}, "v", 5U);
  std::string by_digest;
  command.encode(by_digest);
  EXPECT_EQ(by_digest, "*6\r\n$7\r\nEVALSHA\r\n$40\r\n" + script.sha1() +
                           "\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\nv\r\n$1\r\n5\r\n");
  std::string in_full;
  command.encode(in_full, true);
  EXPECT_EQ(in_full,
            "*6\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\nv\r\n$1\r\n5\r\n");
}

}  // namespace
}  // namespace monarch::stores
