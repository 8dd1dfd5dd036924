#include "msnp/mail.hpp"

#include <gtest/gtest.h>

#include "msnp/limits.hpp"
#include "msnp/notice.hpp"

namespace monarch::msnp {
namespace {

const std::string kHead = "MIME-Version: 1.0\r\nContent-Type: ";

model::NewMail mail() {
  model::NewMail mail;
  mail.from = "Bob B";
  mail.from_address = "bob@example.org";
  mail.subject = "Lunch?";
  mail.message_url = "/message?id=7";
  mail.post_url = "http://mail.example.com/";
  mail.folder = "ACTIVE";
  return mail;
}

std::string written(Dialect dialect, const model::NewMail& mail) {
  std::string out;
  EXPECT_TRUE(append_new_mail(out, dialect, mail));
  return out;
}

std::string field(const std::string& payload, const std::string& name) {
  const auto begin = payload.find("\r\n" + name + ": ") + name.size() + 4;
  return payload.substr(begin, payload.find("\r\n", begin) - begin);
}

// docs/protocol/notification.md#initial-mail-textx-msmsgsinitialemailnotification-3-msnp2-applicationx-msmsgsemailnotification
TEST(InitialMail, CountsAndSaysWhereToRead) {
  const MailCounts counts{1, 0, "/inbox", "/folders", "http://mail.example.com"};
  const std::string body =
      "; charset=UTF-8\r\n\r\nInbox-Unread: 1\r\nFolders-Unread: 0\r\nInbox-URL: /inbox\r\n"
      "Folders-URL: /folders\r\nPost-URL: http://mail.example.com\r\n\r\n";
  std::string out;
  ASSERT_TRUE(append_initial_mail(out, Dialect::kMsnp5, counts));
  EXPECT_EQ(out, kHead + "text/x-msmsgsinitialemailnotification" + body);
  out.clear();
  ASSERT_TRUE(append_initial_mail(out, Dialect::kMsnp2, counts));
  EXPECT_EQ(out, kHead + "application/x-msmsgsemailnotification" + body);
}

TEST(InitialMail, IsNotWrittenWhenAddressesLeaveNoRoom) {
  MailCounts counts;
  counts.inbox_url.assign(1'200, 'u');
  std::string out;
  EXPECT_FALSE(append_initial_mail(out, Dialect::kMsnp5, counts));
  EXPECT_EQ(out, "");
}

TEST(NewMail, HasAnIdFromMsnp3On) {
  const std::string body =
      "; charset=UTF-8\r\n\r\nFrom: Bob B\r\nMessage-URL: /message?id=7\r\n"
      "Post-URL: http://mail.example.com/\r\nSubject: Lunch?\r\nDest-Folder: ACTIVE\r\n"
      "From-Addr: bob@example.org\r\n";
  for (const auto version : {Dialect::kMsnp3, Dialect::kMsnp5, Dialect::kMsnp7}) {
    EXPECT_EQ(written(version, mail()),
              kHead + "text/x-msmsgsemailnotification" + body + "id: 2\r\n\r\n");
  }
  EXPECT_EQ(written(Dialect::kMsnp2, mail()),
            kHead + "application/x-msmsgsemailnotification" + body + "\r\n");
}

TEST(NewMail, EncodesWhatIsNotAscii) {
  auto foreign = mail();
  foreign.from = "J\xC3\xB6rg";
  foreign.subject =
      "Gr\xC3\xBC\xC3\x9F"
      "e";
  const auto payload = written(Dialect::kMsnp5, foreign);
  EXPECT_EQ(field(payload, "From"), "=?UTF-8?B?SsO2cmc=?=");
  EXPECT_EQ(field(payload, "Subject"), "=?UTF-8?B?R3LDvMOfZQ==?=");
}

TEST(NewMail, NoTextBreaksItsLine) {
  auto sly = mail();
  sly.subject = "a\r\nFrom-Addr: eve@example.org";
  sly.message_url = "/m\r\nid: 9";
  const auto payload = written(Dialect::kMsnp5, sly);
  EXPECT_EQ(field(payload, "Subject"), "a  From-Addr: eve@example.org");
  EXPECT_EQ(field(payload, "Message-URL"), "/m  id: 9");
  EXPECT_EQ(field(payload, "From-Addr"), "bob@example.org");
}

TEST(NewMail, StaysBelowTheSmallestBuffer) {
  auto lengthy = mail();
  while (lengthy.subject.size() < 4'000) lengthy.subject += "\xE2\x82\xAC";
  while (lengthy.from.size() < 1'000) lengthy.from += "\xC3\xA4";
  const auto payload = written(Dialect::kMsnp5, lengthy);
  EXPECT_LT(payload.size(), kServerPayloadBytesMax);
  EXPECT_GT(payload.size(), kServerPayloadBytesMax - 100);
  EXPECT_TRUE(payload.ends_with("\r\nid: 2\r\n\r\n"));
  lengthy.subject.assign(4'000, 's');
  EXPECT_LT(written(Dialect::kMsnp5, lengthy).size(), kServerPayloadBytesMax);
  lengthy.message_url.assign(1'200, 'u');
  std::string out;
  EXPECT_FALSE(append_new_mail(out, Dialect::kMsnp5, lengthy));
  EXPECT_EQ(out, "");
  EXPECT_FALSE(check_new_mail(lengthy).ok());
}

TEST(MailActivity, SaysWhatWent) {
  std::string out;
  ASSERT_TRUE(append_mail_activity(out, {"ACTIVE", "trAsH", -1}));
  EXPECT_EQ(out, kHead +
                     "text/x-msmsgsactivemailnotification; charset=UTF-8\r\n\r\n"
                     "Src-Folder: ACTIVE\r\nDest-Folder: trAsH\r\nMessage-Delta: -1\r\n\r\n");
}

TEST(EncodedWords, LeavesPlainTextAlone) {
  EXPECT_EQ(encoded_words("Hello, world!", 100), "Hello, world!");
  EXPECT_EQ(encoded_words("", 100), "");
  // Text that a reader would decode, or trim, is encoded.
  EXPECT_EQ(encoded_words("=?x", 100), "=?UTF-8?B?PT94?=");
  EXPECT_EQ(encoded_words(" a", 100), "=?UTF-8?B?IGE=?=");
}

// Each word of RFC 2047 stands for itself: no character is spread over two, none is longer than 75.
TEST(EncodedWords, SplitsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "\xE2\x82\xAC";
  std::string encoded = encoded_words(text, 1'000);
  std::size_t words = 0;
  while (!encoded.empty()) {
    const auto end = std::min(encoded.find(' '), encoded.size());
    const std::string word = encoded.substr(0, end);
    EXPECT_LE(word.size(), 75U);
    EXPECT_TRUE(word.starts_with("=?UTF-8?B?4oKs4oKs"));
    EXPECT_TRUE(word.ends_with("?="));
    encoded.erase(0, end + 1);
    ++words;
  }
  EXPECT_EQ(words, 3U);
}

TEST(EncodedWords, CutsToItsRoom) {
  for (std::size_t room = 0; room < 120; ++room) {
    const auto plain = encoded_words(std::string(200, 'p'), room);
    EXPECT_LE(plain.size(), room);
    EXPECT_LE(encoded_words("\xC3\xA4\xC3\xB6\xC3\xBC" + std::string(200, 'p'), room).size(), room);
  }
  EXPECT_EQ(encoded_words(std::string(40, 'p'), 30), std::string(27, 'p') + "...");
  EXPECT_EQ(encoded_words("\xC3\xA4" + std::string(40, 'p'), 30), "=?UTF-8?B?w6RwcHBwcHBw4oCm?=");
}

TEST(CheckMail, NamesWhatIsWrong) {
  EXPECT_TRUE(check_new_mail(mail()).ok());
  auto bad = mail();
  bad.folder = "a b";
  EXPECT_TRUE(check_new_mail(bad).error().starts_with("folder: "));
  bad = mail();
  bad.subject = "\xFF";
  EXPECT_TRUE(check_new_mail(bad).error().starts_with("subject: "));
  EXPECT_TRUE(check_mail_activity({"ACTIVE", "trAsH", 1}).ok());
  EXPECT_FALSE(check_mail_activity({std::string(65, 'f'), "trAsH", 1}).ok());
  EXPECT_FALSE(check_mail_activity({"ACTIVE", "\x01", 1}).ok());
}

}  // namespace
}  // namespace monarch::msnp
