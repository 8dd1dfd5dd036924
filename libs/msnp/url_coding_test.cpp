#include "msnp/url_coding.hpp"

#include <gtest/gtest.h>
#include <string>

namespace monarch::msnp {
namespace {

TEST(NameToken, IsKeptAsReceived) {
  for (const char* token :
       {"Bob%20B", "a%40b", "a@b", "1%20(222)%20333%204444", "x+y", "gr%c3%bc%C3%9f", "%61"}) {
    EXPECT_EQ(canonical_name_token(token), token);
  }
}

TEST(NameToken, GetsItsRawBytesEscaped) {
  EXPECT_EQ(canonical_name_token("Gr\xC3\xBC%20\xE2\x82\xAC"), "Gr%C3%BC%20%E2%82%AC");
  // One character may come half and half.
  EXPECT_EQ(canonical_name_token("\xC3%bc"), "%C3%bc");
}

TEST(NameToken, IsRefused) {
  for (const char* token : {"", "%", "%2", "%zz", "a%2", "%00", "%0a", "%7f", "%ff", "\xC3", "%c3",
                            "%c0%80", "%ed%a0%80", "%f4%90%80%80", "\xE2\x82"}) {
    EXPECT_FALSE(is_name_token(token)) << token;
    EXPECT_FALSE(canonical_name_token(token)) << token;
  }
}

TEST(EncodeName, EscapesAllButTheUnreserved) {
  EXPECT_EQ(encode_name("Aa0-_.!~*'()@"), "Aa0-_.!~*'()@");
  EXPECT_EQ(encode_name("a b+c%d/\xC3\xA4"), "a%20b%2Bc%25d%2F%C3%A4");
}

TEST(EncodeName, IsUndoneByDecodeName) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  EXPECT_EQ(decode_name(encode_name(all)), all);
  EXPECT_EQ(decode_name("100%"), "100%");
}

TEST(EncodeQuery, EscapesWhatHasAMeaningInAQuery) {
  EXPECT_EQ(encode_query("Aa0-._~"), "Aa0-._~");
  EXPECT_EQ(encode_query("bob+x@example.com&to=/#?%"), "bob%2Bx%40example.com%26to%3D%2F%23%3F%25");
  EXPECT_EQ(encode_query("\xC3\xA4"), "%C3%A4");
}

TEST(Utf8, IsWhatRfc3629Says) {
  EXPECT_TRUE(
      is_utf8("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
  for (const char* bytes : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE1\x80", "\xC2 "}) {
    EXPECT_FALSE(is_utf8(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace monarch::msnp
