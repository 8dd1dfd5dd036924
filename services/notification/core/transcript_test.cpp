#include "notification/core/transcript.hpp"

#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <string>

#include "msnp/encoder.hpp"
#include "msnp/mime.hpp"
#include "notification/core/counters.hpp"
#include "notification/core/testing/house.hpp"

namespace monarch::notification {
namespace {

using Lines = std::vector<std::string>;
using testing::House;

std::string received(std::string_view verb, const std::vector<std::string>& params,
                     std::string_view payload = {}) {
  msnp::Command command;
  command.verb = verb;
  for (const auto& param : params) EXPECT_TRUE(command.add_param(param));
  command.payload = payload;
  return received_line(command);
}

Lines all_verbs() {
  Lines verbs;
  for (std::size_t row = 0; !verb_name(row).empty(); ++row) {
    const std::string verb(verb_name(row));
    if (verbs.empty() || verbs.back() != verb) verbs.push_back(verb);
  }
  return verbs;
}

// ---- what clients say ----

// Whoever adds a verb to the command table decides here what is shown of it.
TEST(Transcript, EveryVerbOfTheCommandTableHasItsRow) {
  const auto verbs = all_verbs();
  EXPECT_GT(verbs.size(), 20U);
  for (const auto& verb : verbs) EXPECT_TRUE(transcribes_received(verb)) << verb;
  EXPECT_TRUE(transcribes_received("CVQ"));  // only in the opening
  EXPECT_FALSE(transcribes_received("XYZ"));
}

// The whole of what is shown of eight words that are no numbers: a word that may be shown is its
// place, "p3".
TEST(Transcript, ShowsOfEachCommandOnlyWhatItsRowAllows) {
  const std::map<std::string, std::string> shown{
      {"ADD", "ADD [hidden] p1 p2 p3 p4 [3 hidden]"},
      {"ADG", "ADG [hidden] p1 p2 [5 hidden]"},
      {"BLP", "BLP [hidden] p1 [6 hidden]"},
      {"CHG", "CHG [hidden] p1 [6 hidden]"},
      {"CHL", "CHL [8 hidden]"},
      {"CVR", "CVR [hidden] p1 p2 p3 p4 p5 p6 [hidden]"},
      {"FND", "FND [8 hidden]"},
      {"GTC", "GTC [hidden] p1 [6 hidden]"},
      {"IMS", "IMS [hidden] p1 [6 hidden]"},
      {"INF", "INF [8 hidden]"},
      {"LSG", "LSG [8 hidden]"},
      {"LST", "LST [hidden] p1 [6 hidden]"},
      {"OUT", "OUT [8 hidden]"},
      {"PAG", "PAG [8 hidden]"},
      {"PNG", "PNG [8 hidden]"},
      {"PRP", "PRP [hidden] p1 [6 hidden]"},
      {"QRY", "QRY [hidden] p1 [6 hidden]"},
      {"REA", "REA [hidden] p1 p2 [5 hidden]"},
      {"REG", "REG [hidden] p1 p2 p3 [4 hidden]"},
      {"REM", "REM [hidden] p1 p2 p3 [4 hidden]"},
      {"RMG", "RMG [hidden] p1 [6 hidden]"},
      {"SDC", "SDC [8 hidden]"},
      {"SND", "SND [8 hidden]"},
      {"SYN", "SYN [hidden] p1 [6 hidden]"},
      {"URL", "URL [hidden] p1 [6 hidden]"},
      {"USR", "USR [8 hidden]"},
      {"VER", "VER [hidden] p1 p2 p3 p4 p5 p6 p7"},
      {"XFR", "XFR [hidden] p1 [6 hidden]"},
  };
  const std::vector<std::string> params{"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"};
  for (const auto& verb : all_verbs()) {
    const auto place = shown.find(verb);
    ASSERT_NE(place, shown.end()) << verb;
    EXPECT_EQ(received(verb, params), place->second);
    // Of a payload never more than its length.
    EXPECT_EQ(received(verb, params, "secret"), place->second + " [6 bytes]");
  }
}

TEST(Transcript, HidesWhatIsAKeyOrMeantForSomebody) {
  EXPECT_EQ(received("USR", {"3", "MD5", "I", "alice@example.com"}),
            "USR 3 MD5 I alice@example.com");
  EXPECT_EQ(received("USR", {"4", "MD5", "S", "0123456789abcdef"}), "USR 4 MD5 S [hidden]");
  EXPECT_EQ(received("USR", {"4", "MD5", "P", "secret"}), "USR 4 MD5 [2 hidden]");
  EXPECT_EQ(received("USR", {"4", "CTP", "I", "secret"}), "USR 4 [3 hidden]");
  EXPECT_EQ(received("USR", {"secret"}), "USR [hidden]");
  EXPECT_EQ(received("PRP", {"5", "PHH", "555-0100"}), "PRP 5 PHH [hidden]");
  EXPECT_EQ(received("PRP", {"5", "MOB", "Y"}), "PRP 5 MOB Y");
  EXPECT_EQ(received("QRY", {"6", "msmsgs@msnmsgr.com", "32"}, "8f2f5a91b72102cd28355e9fc9000d6e"),
            "QRY 6 msmsgs@msnmsgr.com 32 [32 bytes]");
  EXPECT_EQ(received("PAG", {"7", "bob@example.com", "6"}, "secret"), "PAG 7 [hidden] 6 [6 bytes]");
  EXPECT_EQ(
      received("SDC", {"8", "bob@example.com", "0x0409", "MSMSGS", "MSMSGS", "X", "X", "Al", "6"},
               "secret"),
      "SDC 8 [7 hidden] 6 [6 bytes]");
  EXPECT_EQ(received("URL", {"9", "MESSAGE", "bob@example.com"}), "URL 9 MESSAGE [hidden]");
}

TEST(Transcript, OfWhatItDoesNotKnowOnlyTheVerbAndACount) {
  EXPECT_EQ(received("XYZ", {"1", "a", "b"}), "XYZ [3 hidden]");
  EXPECT_EQ(received("XYZ", {}), "XYZ");
  // Not even that when it has not the form of one.
  EXPECT_EQ(received("passw0rd", {"1"}), "[no verb] [hidden]");
  EXPECT_EQ(received("xyz", {}), "[no verb]");
}

TEST(Transcript, IsPrintableAsciiOfBoundedLength) {
  EXPECT_EQ(received("REA", {"1", "a@b.c", "J\xC3\xB6rg\x1B[2J\x9B"}),
            "REA 1 a@b.c J\\xC3\\xB6rg\\x1B[2J\\x9B");
  const auto line = received("REA", {"1", "a@b.c", std::string(5000, 'x')});
  EXPECT_EQ(line.size(), kTranscriptLineBytesMax);
  EXPECT_TRUE(line.ends_with("..."));
}

// ---- what the session says ----

// Everything that the encoder can write, with a secret wherever one can be.
TEST(Transcript, ShowsOfEachLineSentOnlyWhatItsRowAllows) {
  std::string out;
  msnp::Encoder lines(out, msnp::Dialect(msnp::Dialect::kMsnp7));
  const std::vector<std::string_view> versions{"MSNP7", "CVR0"};
  lines.error(msnp::ErrorCode::kAuthenticationFailed, "1");
  lines.ver("1", versions);
  lines.inf("2");
  lines.usr_challenge("3", "1234567890.99");
  lines.usr_ok("4", "a@b.c", "Al", true);
  lines.xfr_ns("5", "10.0.0.1:1863", "10.0.0.2:1863");
  lines.version_check("CVR", "6", "5.0", {"http://secret/", "http://secret/"});
  lines.syn("7", Serial(8));
  lines.gtc("7", Serial(8), "A");
  lines.blp("7", Serial(8), "AL");
  lines.prp("7", Serial(8), "PHH", "555-0100");
  lines.prp("7", Serial(8), "MBE", "Y");
  lines.lsg("7", Serial(8), 1, 1, 0, "~");
  lines.lst("7", "FL", Serial(8), 1, 1, "b@b.c", "Bob", {});
  lines.lst_empty("7", "AL", Serial(8));
  lines.bpr(Serial(8), "b@b.c", "PHW", "555-0101");
  lines.bpr(Serial(8), "b@b.c", "MOB", "Y");
  lines.add("0", "RL", Serial(9), "b@b.c", "Bob", std::nullopt);
  lines.rem("0", "RL", Serial(9), "b@b.c", std::nullopt);
  lines.rea("9", Serial(9), "b@b.c", "Bob");
  lines.adg("9", Serial(9), "Friends", 1);
  lines.reg("9", Serial(9), 1, "Friends");
  lines.rmg("9", Serial(9), 1);
  lines.chg("9", "NLN");
  lines.iln("9", "NLN", "b@b.c", "Bob");
  lines.nln("BSY", "b@b.c", "Bob");
  lines.fln("b@b.c");
  lines.url("9", "/secret", "https://secret/", "2");
  lines.ims("9", "OFF");
  lines.xfr_sb("9", "10.0.1.1:1863", "1234.5678.secret");
  lines.rng("17", "10.0.1.1:1863", "1234.5678.secret", "b@b.c", "Bob");
  lines.chl("0", "15570131571988941333");
  lines.qry("9");
  lines.qng();
  lines.out("OTH");
  const Lines expected{
      "911 1",
      "VER 1 MSNP7 CVR0",
      "INF 2 MD5",
      "USR 3 MD5 S [hidden]",
      "USR 4 OK a@b.c Al 1",
      "XFR 5 NS 10.0.0.1:1863 0 10.0.0.2:1863",
      "CVR 6 5.0 5.0 5.0 [2 hidden]",
      "SYN 7 8",
      "GTC 7 8 A",
      "BLP 7 8 AL",
      "PRP 7 8 PHH [hidden]",
      "PRP 7 8 MBE Y",
      "LSG 7 8 1 1 0 ~ 0",
      "LST 7 FL 8 1 1 b@b.c Bob 0",
      "LST 7 AL 8 0 0",
      "BPR 8 b@b.c PHW [hidden]",
      "BPR 8 b@b.c MOB Y",
      "ADD 0 RL 9 b@b.c Bob",
      "REM 0 RL 9 b@b.c",
      "REA 9 9 b@b.c Bob",
      "ADG 9 9 Friends 1 0",
      "REG 9 9 1 Friends 0",
      "RMG 9 9 1",
      "CHG 9 NLN",
      "ILN 9 NLN b@b.c Bob",
      "NLN BSY b@b.c Bob",
      "FLN b@b.c",
      "URL 9 [2 hidden] 2",
      "IMS 9 0 OFF",
      "XFR 9 SB 10.0.1.1:1863 CKI [hidden]",
      "RNG 17 10.0.1.1:1863 CKI [hidden] b@b.c Bob",
      "CHL 0 [hidden]",
      "QRY 9",
      "QNG",
      "OUT OTH",
  };
  EXPECT_EQ(sent_lines(out), expected);
}

TEST(Transcript, OfPayloadsOnlyLengthAndContentType) {
  std::string out;
  msnp::Encoder lines(out, msnp::Dialect(msnp::Dialect::kMsnp6));
  lines.profile({});
  lines.system_message(5);
  lines.notification("<NOTIFICATION>secret\r\nCHG 1 NLN\r\n</NOTIFICATION>");
  lines.page("<TEXT>secret</TEXT>");
  lines.server_msg("Content-Type: text/plain secret; charset=UTF-8\r\n\r\nsecret");
  lines.server_msg("Content-Type: <secret>\r\n\r\nsecret");
  lines.server_msg("\r\nContent-Type: text/secret\r\n\r\n");
  lines.chg("9", "NLN");
  const auto transcript = sent_lines(out);
  ASSERT_EQ(transcript.size(), 8U);
  EXPECT_TRUE(transcript[0].starts_with("MSG Hotmail Hotmail "));
  EXPECT_TRUE(transcript[0].ends_with(" bytes, text/x-msmsgsprofile]")) << transcript[0];
  EXPECT_TRUE(transcript[1].ends_with(", application/x-msmsgssystemmessage]")) << transcript[1];
  EXPECT_EQ(transcript[2], "NOT 48 [48 bytes]");
  EXPECT_EQ(transcript[3], "IPG 19 [19 bytes]");
  EXPECT_EQ(transcript[4], "MSG Hotmail Hotmail 56 [56 bytes, text/plain]");
  EXPECT_EQ(transcript[5], "MSG Hotmail Hotmail 32 [32 bytes]");
  EXPECT_EQ(transcript[6], "MSG Hotmail Hotmail 31 [31 bytes]");
  EXPECT_EQ(transcript[7], "CHG 9 NLN");
}

TEST(Transcript, ReadsAnyBytes) {
  EXPECT_EQ(sent_lines(""), Lines());
  EXPECT_EQ(sent_lines("\r\n"), Lines{"[no verb]"});
  // A length that is not true takes what is there.
  EXPECT_EQ(sent_lines("MSG a b 99\r\nsecret"), Lines{"MSG a b 99 [6 bytes]"});
  EXPECT_EQ(sent_lines("NOT\r\nQNG"), (Lines{"NOT", "QNG"}));
  EXPECT_EQ(sent_lines("NOT -5\r\nQNG\r\n"), (Lines{"NOT [hidden]", "QNG"}));
  // What comes of it is printable and bounded, whatever it is.
  SeededRandom random(20030415);
  const std::string_view pieces[] = {"MSG ", "NOT 7", "\r\n", " ",  "USR 1 ",   "MD5",
                                     " S ",  "9",     "\n",   "\r", "\x80\x1B", "PRP 1 2 MOB "};
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (std::uint64_t count = random.below(30); count > 0; --count) {
      bytes += pieces[random.below(std::size(pieces))];
    }
    for (const auto& line : sent_lines(bytes)) {
      ASSERT_LE(line.size(), kTranscriptLineBytesMax + 100);
      for (const char c : line) ASSERT_TRUE(c >= 0x20 && c < 0x7F) << line;
    }
  }
}

// ---- a node that is looked at ----

class Notes final : public Witness {
 public:
  void received(SessionId session, const msnp::Command& command) override {
    sessions.push_back(session);
    lines.push_back("< " + received_line(command));
  }
  void sent(SessionId session, std::string_view bytes) override {
    sessions.push_back(session);
    for (const auto& line : sent_lines(bytes)) lines.push_back("> " + line);
  }
  void ended(SessionId session, msnp::CloseReason reason) override {
    sessions.push_back(session);
    lines.push_back("! " + std::string(msnp::to_string(reason)));
  }
  Lines lines;
  std::vector<SessionId> sessions;
};

TEST(Witnesses, SeeInOrderWhatASessionHearsAndSays) {
  House house;
  house.sign_in(1, 1);
  Notes notes;
  house.node->witness(&notes);
  const auto session = house.session_of(1);
  ASSERT_NE(house.node->session(session), nullptr);
  model::ContactState bob;
  bob.account = AccountId(2);
  bob.handle = Handle::trusted("b@b.c");
  bob.version = {1, 1};
  bob.status = model::Status::kOnline;
  bob.name = "Bob";
  house.go_online(1, {bob});
  bob.version = {1, 2};
  bob.status = model::Status::kBusy;
  house.hint(model::PresenceHint{bob, {session}});
  house.says(1, "PNG");
  house.hint(model::KickHint{session, model::KickReason::kAdministrator});
  EXPECT_EQ(notes.lines, (Lines{"< CHG 6 NLN", "> CHG 6 NLN", "> ILN 6 NLN b@b.c Bob",
                                "> NLN BSY b@b.c Bob", "< PNG", "> QNG", "> OUT", "! kicked"}));
  for (const auto seen : notes.sessions) EXPECT_EQ(seen, session);
  EXPECT_EQ(house.node->session(session), nullptr);
}

TEST(Witnesses, SeeNothingOnceTheyHaveGone) {
  House house;
  house.sign_in(1, 1);
  Notes notes;
  house.node->witness(&notes);
  house.node->witness(nullptr);
  house.says(1, "PNG");
  EXPECT_EQ(house.reads(1), "QNG\r\n");
  EXPECT_EQ(notes.lines, Lines());
}

}  // namespace
}  // namespace monarch::notification
