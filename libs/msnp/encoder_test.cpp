#include "msnp/encoder.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "msnp/framer.hpp"
#include "msnp/limits.hpp"
#include "msnp/mime.hpp"

namespace monarch::msnp {
namespace {

std::string in(Dialect dialect, const std::function<void(Encoder&)>& write) {
  std::string out;
  Encoder encoder(out, dialect);
  write(encoder);
  return out;
}

constexpr auto k2 = Dialect::kMsnp2;
constexpr auto k3 = Dialect::kMsnp3;
constexpr auto k5 = Dialect::kMsnp5;
constexpr auto k6 = Dialect::kMsnp6;
constexpr auto k7 = Dialect::kMsnp7;
const Serial kSerial(14);

// docs/protocol/framing.md#2-command-lines: the narrowest client reads into 1250 bytes. The longest
// that each part of a line may be, of those lines that others have a say in.
TEST(Encoder, WritesNoLineLongerThanTheNarrowestClientReads) {
  constexpr std::size_t kLineToClientBytesMax = 1200;
  const std::string handle(kHandleBytesMax, 'h');
  const std::string name(kNameBytesMax, 'n');
  const std::string ticket(kTicketBytesMax, 't');
  const std::string address = std::string(253, 'a') + ":65535";
  const std::string phone(kPhoneBytesMax, 'p');
  const Serial serial(4'294'967'295U);
  const std::string trid = "4294967295";
  std::vector<std::uint32_t> groups;
  for (std::uint32_t group = 0; group < kGroupsMax; ++group) groups.push_back(group);
  const std::vector<std::function<void(Encoder&)>> lines = {
      [&](Encoder& e) { e.usr_ok(trid, handle, name, true); },
      [&](Encoder& e) { e.xfr_ns(trid, address, address); },
      [&](Encoder& e) { e.xfr_sb(trid, address, ticket); },
      [&](Encoder& e) { e.rng("2147483647", address, ticket, handle, name); },
      [&](Encoder& e) { e.lst(trid, "FL", serial, 600, 600, handle, name, groups); },
      [&](Encoder& e) { e.add(trid, "FL", serial, handle, name, 29); },
      [&](Encoder& e) { e.rea(trid, serial, handle, name); },
      [&](Encoder& e) { e.bpr(serial, handle, "PHH", phone); },
      [&](Encoder& e) { e.iln(trid, "NLN", handle, name); },
      [&](Encoder& e) { e.nln("NLN", handle, name); },
      [&](Encoder& e) { e.iro(trid, 50, 50, handle, name); },
      [&](Encoder& e) { e.joi(handle, name); },
      [&](Encoder& e) { e.usr_sb(trid, handle, name); },
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_LE(in(k7, lines[i]).size(), kLineToClientBytesMax) << i;
  }
  // Of a message the line alone counts: clients read its payload by the length.
  const std::string message =
      in(k7, [&](Encoder& e) { e.msg(handle, name, std::string(kMessageBytesMax, 'm')); });
  EXPECT_LE(message.find("\r\n"), kLineToClientBytesMax);
}

// Forms that are the same in every dialect, as docs/protocol/sessions.md has them.
TEST(Encoder, WritesTheCommonForms) {
  struct Row {
    std::function<void(Encoder&)> write;
    const char* expected;
  };
  const std::vector<std::string_view> dialects{"MSNP5", "MSNP4", "CVR0"};
  const VersionCheckUrls urls;
  const std::vector<Row> rows = {
      {[&](Encoder& e) { e.ver("1", dialects); }, "VER 1 MSNP5 MSNP4 CVR0"},
      {[](Encoder& e) { e.inf("2"); }, "INF 2 MD5"},
      {[](Encoder& e) { e.usr_challenge("6", "1050223060.17795"); },
       "USR 6 MD5 S 1050223060.17795"},
      {[&](Encoder& e) { e.version_check("CVR", "10", "3.0.0283", urls); },
       "CVR 10 3.0.0283 3.0.0283 3.0.0283 http://im.example.com/download http://im.example.com/"},
      {[](Encoder& e) { e.syn("8", kSerial); }, "SYN 8 14"},
      {[](Encoder& e) { e.gtc("8", kSerial, "A"); }, "GTC 8 14 A"},
      {[](Encoder& e) { e.blp("8", kSerial, "AL"); }, "BLP 8 14 AL"},
      {[](Encoder& e) { e.prp("8", kSerial, "PHH", ""); }, "PRP 8 14 PHH"},
      {[](Encoder& e) { e.prp("8", kSerial, "MOB", "N"); }, "PRP 8 14 MOB N"},
      {[](Encoder& e) { e.lsg("5", Serial(20), 2, 2, 1, "Friends"); }, "LSG 5 20 2 2 1 Friends 0"},
      {[](Encoder& e) { e.lst("8", "AL", kSerial, 1, 1, "bob@example.com", "Bob%20B"); },
       "LST 8 AL 14 1 1 bob@example.com Bob%20B"},
      {[](Encoder& e) { e.lst_empty("8", "BL", kSerial); }, "LST 8 BL 14 0 0"},
      {[](Encoder& e) { e.bpr(kSerial, "bob@example.com", "PHH", "1%20(222)"); },
       "BPR 14 bob@example.com PHH 1%20(222)"},
      {[](Encoder& e) { e.bpr(kSerial, "bob@example.com", "PHW", ""); },
       "BPR 14 bob@example.com PHW"},
      {[](Encoder& e) { e.add("0", "RL", kSerial, "a@b.c", "A"); }, "ADD 0 RL 14 a@b.c A"},
      {[](Encoder& e) { e.add("3", "BL", kSerial, "a@b.c", "A"); }, "ADD 3 BL 14 a@b.c A"},
      {[](Encoder& e) { e.rem("3", "FL", kSerial, "a@b.c"); }, "REM 3 FL 14 a@b.c"},
      {[](Encoder& e) { e.rea("3", kSerial, "a@b.c", "A"); }, "REA 3 14 a@b.c A"},
      {[](Encoder& e) { e.adg("7", Serial(21), "New%20Group", 2); }, "ADG 7 21 New%20Group 2 0"},
      {[](Encoder& e) { e.reg("8", Serial(22), 2, "Cool%20People"); },
       "REG 8 22 2 Cool%20People 0"},
      {[](Encoder& e) { e.rmg("9", Serial(23), 2); }, "RMG 9 23 2"},
      {[](Encoder& e) { e.chg("9", "NLN"); }, "CHG 9 NLN"},
      {[](Encoder& e) { e.iln("9", "BSY", "bob@example.com", "Bob%20B"); },
       "ILN 9 BSY bob@example.com Bob%20B"},
      {[](Encoder& e) { e.nln("NLN", "a@b.c", "A"); }, "NLN NLN a@b.c A"},
      {[](Encoder& e) { e.fln("a@b.c"); }, "FLN a@b.c"},
      {[](Encoder& e) { e.usr_sb("1", "a@b.c", "A"); }, "USR 1 OK a@b.c A"},
      {[](Encoder& e) { e.cal("2", "11752013"); }, "CAL 2 RINGING 11752013"},
      {[](Encoder& e) { e.iro("1", 2, 3, "a@b.c", "A"); }, "IRO 1 2 3 a@b.c A"},
      {[](Encoder& e) { e.ans("1"); }, "ANS 1 OK"},
      {[](Encoder& e) { e.joi("a@b.c", "A"); }, "JOI a@b.c A"},
      {[](Encoder& e) { e.bye("a@b.c", false); }, "BYE a@b.c"},
      {[](Encoder& e) { e.bye("a@b.c", true); }, "BYE a@b.c 1"},
      {[](Encoder& e) { e.ack("5"); }, "ACK 5"},
      {[](Encoder& e) { e.nak("0007"); }, "NAK 0007"},
      {[](Encoder& e) { e.ims("10", "OFF"); }, "IMS 10 0 OFF"},
      {[](Encoder& e) { e.xfr_sb("20", "10.0.0.9:1863", "1.2.3"); },
       "XFR 20 SB 10.0.0.9:1863 CKI 1.2.3"},
      {[](Encoder& e) { e.rng("11752013", "10.0.0.9:1863", "8.5", "alice@example.com", "Alice"); },
       "RNG 11752013 10.0.0.9:1863 CKI 8.5 alice@example.com Alice"},
      {[](Encoder& e) { e.chl(kUnsolicited, "123"); }, "CHL 0 123"},
      {[](Encoder& e) { e.qry("4"); }, "QRY 4"},
      {[](Encoder& e) { e.qng(); }, "QNG"},
      {[](Encoder& e) { e.out(); }, "OUT"},
      {[](Encoder& e) { e.out("OTH"); }, "OUT OTH"},
      {[](Encoder& e) { e.error(ErrorCode::kInvalidParameter, "007"); }, "201 007"},
      {[](Encoder& e) { e.error(ErrorCode::kWrongServer, "4294967295"); }, "931 4294967295"},
      {[](Encoder& e) {
         e.line({"A"});
         e.line({"B", "c"});
       },
       "A\r\nB c"},
  };
  for (const Row& row : rows) {
    for (const auto version : {k2, k3, k5, k6, k7}) {
      EXPECT_EQ(in(version, row.write), std::string(row.expected) + "\r\n");
    }
  }
}

TEST(Encoder, WritesUsrOkByDialect) {
  const auto write = [](Encoder& e) { e.usr_ok("7", "alice@example.com", "Alice", true); };
  for (const auto version : {k2, k5}) {
    EXPECT_EQ(in(version, write), "USR 7 OK alice@example.com Alice\r\n");
  }
  for (const auto version : {k6, k7}) {
    EXPECT_EQ(in(version, write), "USR 7 OK alice@example.com Alice 1\r\n");
  }
  EXPECT_EQ(in(k7, [](Encoder& e) { e.usr_ok("7", "a@b.c", "A", false); }),
            "USR 7 OK a@b.c A 0\r\n");
}

TEST(Encoder, WritesReferralsByDialect) {
  const auto write = [](Encoder& e) { e.xfr_ns("3", "10.0.0.5:1863", "10.0.0.1:1863"); };
  EXPECT_EQ(in(k2, write), "XFR 3 NS 10.0.0.5:1863\r\n");
  for (const auto version : {k3, Dialect::kMsnp4, k5, k6}) {
    EXPECT_EQ(in(version, write), "XFR 3 NS 10.0.0.5:1863 0\r\n");
  }
  EXPECT_EQ(in(k7, write), "XFR 3 NS 10.0.0.5:1863 0 10.0.0.1:1863\r\n");
}

TEST(Encoder, ShowsGroupsOnlyInMsnp7AndOnlyInTheForwardList) {
  const std::vector<std::uint32_t> groups{0, 1, 29};
  const auto lst = [&](Encoder& e) { e.lst("5", "FL", Serial(20), 1, 1, "b@c.d", "B%20", groups); };
  EXPECT_EQ(in(k6, lst), "LST 5 FL 20 1 1 b@c.d B%20\r\n");
  EXPECT_EQ(in(k7, lst), "LST 5 FL 20 1 1 b@c.d B%20 0,1,29\r\n");
  const auto lst_plain = [](Encoder& e) { e.lst("5", "FL", Serial(20), 1, 1, "b@c.d", "B"); };
  EXPECT_EQ(in(k7, lst_plain), "LST 5 FL 20 1 1 b@c.d B 0\r\n");

  const auto add = [](Encoder& e) { e.add("9", "FL", Serial(23), "b@c.d", "B", 2); };
  EXPECT_EQ(in(k6, add), "ADD 9 FL 23 b@c.d B\r\n");
  EXPECT_EQ(in(k7, add), "ADD 9 FL 23 b@c.d B 2\r\n");
  EXPECT_EQ(in(k7, [](Encoder& e) { e.add("9", "FL", Serial(23), "b@c.d", "B"); }),
            "ADD 9 FL 23 b@c.d B 0\r\n");

  const auto rem = [](Encoder& e) { e.rem("9", "FL", Serial(23), "b@c.d", 2); };
  EXPECT_EQ(in(k6, rem), "REM 9 FL 23 b@c.d\r\n");
  EXPECT_EQ(in(k7, rem), "REM 9 FL 23 b@c.d 2\r\n");
}

TEST(Encoder, WritesUrlsByDialect) {
  const auto write = [](Encoder& e) { e.url("40", "/inbox", "https://im.example.com/login", "2"); };
  EXPECT_EQ(in(k2, write), "URL 40 /inbox https://im.example.com/login\r\n");
  EXPECT_EQ(in(k3, write), "URL 40 /inbox https://im.example.com/login 2\r\n");
}

TEST(Encoder, CountsPayloads) {
  EXPECT_EQ(in(k5, [](Encoder& e) { e.server_msg("Gr\xC3\xBC\xC3\x9F"); }),
            "MSG Hotmail Hotmail 6\r\nGr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(in(k5, [](Encoder& e) { e.msg("a@b.c", "A", ""); }), "MSG a@b.c A 0\r\n");
  EXPECT_EQ(in(k5, [](Encoder& e) { e.notification("<N/>"); }), "NOT 4\r\n<N/>");
}

TEST(Encoder, PutsTheLengthBeforeMessagesOfItsOwn) {
  const auto write = [](Encoder& e) {
    e.qng();
    e.profile({.login_time = std::chrono::seconds(1050223200)});
  };
  EXPECT_EQ(in(k2, write),
            "QNG\r\nMSG Hotmail Hotmail 95\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
            "LoginTime: 1050223200\r\n\r\n");
  EXPECT_EQ(in(k5, [](Encoder& e) { e.system_message(5); }),
            "MSG Hotmail Hotmail 90\r\nMIME-Version: 1.0\r\n"
            "Content-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n\r\n");
}

// What we write, our own framer reads back as the same words.
TEST(Encoder, IsUndoneByTheFramer) {
  const std::string bytes = in(k7, [](Encoder& e) {
    e.ver("1", std::vector<std::string_view>{"MSNP7", "CVR0"});
    e.lst("5", "FL", Serial(20), 1, 1, "b@c.d", "B%20", std::vector<std::uint32_t>{0, 1});
    e.server_msg("MIME\r\n\r\nx");
    e.error(ErrorCode::kNotExpected, "9");
  });
  const PayloadLookup lookup = [](std::string_view verb, Scope) -> PayloadRule {
    return {.present = verb == "MSG", .bytes_max = kMessageBytesMax};
  };
  Framer framer;
  Command command;
  framer.feed(bytes);
  std::string again;
  while (framer.next(lookup, {.dialect = k7, .state = 1}, command) == Framer::Step::kCommand) {
    again.append(command.verb);
    for (const auto param : command.params()) again.append(" ").append(param);
    again.append("\r\n").append(command.payload);
  }
  EXPECT_TRUE(framer.keep());
  EXPECT_EQ(again, bytes);
}

}  // namespace
}  // namespace monarch::msnp
