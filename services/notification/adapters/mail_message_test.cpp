#include "notification/adapters/mail_message.hpp"

#include <gtest/gtest.h>

namespace monarch::notification {
namespace {

const MailLetterhead kLetterhead{.from = "invitations@im.example.com",
                                 .from_name = "Monarch",
                                 .info_url = "http://im.example.com/"};

Mail mail_of(std::string name, std::string text) {
  return {.to = "dave@example.org",
          .from = Handle::trusted("alice@example.com"),
          .name = std::move(name),
          .text = std::move(text)};
}

TEST(MailMessage, IsThisToTheByte) {
  EXPECT_EQ(render(mail_of("Alice", "Join me on this service."), kLetterhead, 1'050'223'000, "7f"),
            "From: Monarch\r\n"
            " <invitations@im.example.com>\r\n"
            "To: dave@example.org\r\n"
            "Subject: An invitation to chat\r\n"
            "Date: Sun, 13 Apr 2003 08:36:40 +0000\r\n"
            "Message-ID: <7f@im.example.com>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Hello,\r\n"
            "\r\n"
            "somebody who calls himself\r\n"
            "\r\n"
            "> Alice\r\n"
            "\r\n"
            "and has the account alice@example.com invites you to chat.\r\n"
            "He or she wrote:\r\n"
            "\r\n"
            "> Join me on this service.\r\n"
            "\r\n"
            "What this is about, and how to join:\r\n"
            "http://im.example.com/\r\n"
            "\r\n"
            "Only the lines that begin with > were written by that person.\r\n"
            "You get this mail because he or she entered your address.\r\n"
            "It is on no list here.\r\n");
}

TEST(MailMessage, WithoutAWordOfHisOwnQuotesNone) {
  const auto message = render(mail_of("Alice", ""), kLetterhead, 0, "1");
  EXPECT_EQ(message.find("wrote"), std::string::npos);
  EXPECT_NE(message.find("Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"), std::string::npos);
}

TEST(MailMessage, LetsNobodyWriteItsHeadersOrOurWords) {
  const auto message =
      render(mail_of("X", "hi\n\nBcc: eve@example.net\n.\nQUIT"), kLetterhead, 0, "1");
  const auto head = message.substr(0, message.find("\r\n\r\n"));
  EXPECT_EQ(head.find("eve"), std::string::npos);
  EXPECT_NE(message.find("\r\n> hi\r\n>=20\r\n> Bcc: eve@example.net\r\n> .\r\n> QUIT\r\n"),
            std::string::npos)
      << message;
}

TEST(QuotedPrintable, IsWhatRfc2045Says) {
  EXPECT_EQ(quoted_printable("a=b\n"), "a=3Db\r\n");
  EXPECT_EQ(quoted_printable("Caf\xC3\xA9"), "Caf=C3=A9");
  EXPECT_EQ(quoted_printable("end \nx"), "end=20\r\nx");
  EXPECT_EQ(quoted_printable("."), "=2E");
  const std::string full(76, 'x');
  EXPECT_EQ(quoted_printable(full), full);
  EXPECT_EQ(quoted_printable(full + "y"), full.substr(1) + "=\r\nxy");
  EXPECT_EQ(quoted_printable(std::string(74, 'x') + "\xC3\xA9"),
            std::string(74, 'x') + "=\r\n=C3=A9");
}

TEST(QuotedPrintable, KeepsItsLinesShort) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += i % 7 == 0 ? "\xE2\x82\xAC" : i % 11 == 0 ? " " : "word";
  const auto coded = quoted_printable(text);
  for (std::size_t at = 0; at < coded.size();) {
    const auto end = std::min(coded.find("\r\n", at), coded.size());
    EXPECT_LE(end - at, 76U);
    at = end + 2;
  }
}

TEST(DisplayName, IsPlainQuotedOrEncoded) {
  EXPECT_EQ(display_name("Monarch Chat 1"), "Monarch Chat 1");
  EXPECT_EQ(display_name("Mon, \"the\" \\ arch"), "\"Mon, \\\"the\\\" \\\\ arch\"");
  EXPECT_EQ(display_name("B\xC3\xBC ro"), "=?UTF-8?Q?B=C3=BC_ro?=");
  EXPECT_EQ(display_name("\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC"
                         "\xE2\x82\xAC\xE2\x82\xAC"),
            "=?UTF-8?Q?=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC?=\r\n"
            " =?UTF-8?Q?=E2=82=AC?=");
}

}  // namespace
}  // namespace monarch::notification
