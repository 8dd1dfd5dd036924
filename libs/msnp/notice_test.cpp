#include "msnp/notice.hpp"

#include <gtest/gtest.h>

#include "msnp/limits.hpp"
#include "msnp/url_coding.hpp"

namespace monarch::msnp {
namespace {

const Handle kAlice = Handle::trusted("alice@example.com");
const Addressee kTo{AccountId(0x0000'0001'0000'0002), kAlice};

model::Toast toast() {
  model::Toast toast;
  toast.id = 2;
  toast.site_url = "http://im.example.com/";
  toast.action_url = "alert?a=1";
  toast.settings_url = "alert?s=1";
  toast.icon = "i.png";
  toast.text = "Your order has shipped.";
  return toast;
}

std::string written(const model::Toast& toast, const Addressee& to = kTo) {
  std::string out;
  EXPECT_TRUE(append_not(out, to, toast));
  return out;
}

std::string written(const model::IncomingPage& page) {
  std::string out;
  EXPECT_TRUE(append_ipg(out, kTo, page));
  return out;
}

std::string text_of(const std::string& document) {
  const auto begin = document.find("<TEXT>") + 6;
  return document.substr(begin, document.find("</TEXT>") - begin);
}

// docs/protocol/sessions.md#13-other-msnp5-commands, to the byte.
TEST(Not, IsTheSpecificationsDocument) {
  EXPECT_EQ(written(toast()),
            "<NOTIFICATION ver=\"1\" id=\"2\" siteid=\"0\" siteurl=\"http://im.example.com/\">"
            "<TO pid=\"0x00000001:0x00000002\" name=\"alice@example.com\" /><MSG id=\"0\">"
            "<ACTION url=\"alert?a=1\" /><SUBSCR url=\"alert?s=1\" />"
            "<BODY lang=\"1033\" icon=\"i.png\"><TEXT>Your order has shipped.</TEXT></BODY></MSG>"
            "</NOTIFICATION>");
}

TEST(Not, AnIconThatIsNoneIsLeftOut) {
  auto plain = toast();
  plain.icon.clear();
  EXPECT_NE(written(plain).find("<BODY lang=\"1033\"><TEXT>"), std::string::npos);
}

TEST(Not, EscapesWhatXmlWouldRead) {
  auto sharp = toast();
  sharp.action_url = "a?x=1&y=\"2\"";
  sharp.text = "1 < 2 & 3 > 2 \"so\" \x01 'there'";
  const auto document = written(sharp);
  EXPECT_NE(document.find("<ACTION url=\"a?x=1&amp;y=&quot;2&quot;\" />"), std::string::npos);
  EXPECT_EQ(text_of(document), "1 &lt; 2 &amp; 3 &gt; 2 &quot;so&quot;   'there'");
}

TEST(Not, ThePidIsTheAccountNumberInTwoHalves) {
  const auto document = written(toast(), {AccountId(0xFEDC'BA98'7654'3210), kAlice});
  EXPECT_NE(document.find("pid=\"0xfedcba98:0x76543210\""), std::string::npos);
}

TEST(Not, ALongTextIsCutBetweenTwoCharacters) {
  for (const std::string piece : {"a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\xA6\x8B", "&"}) {
    auto lengthy = toast();
    lengthy.text.clear();
    while (lengthy.text.size() < 3'000) lengthy.text += piece;
    const auto document = written(lengthy);
    EXPECT_LT(document.size(), kServerPayloadBytesMax) << piece;
    // No room is wasted, and what stays is whole.
    EXPECT_GT(document.size(), kServerPayloadBytesMax - 10) << piece;
    const auto text = text_of(document);
    EXPECT_TRUE(is_utf8(text)) << piece;
    EXPECT_TRUE(text.ends_with(kCut)) << piece;
    const auto kept = text.substr(0, text.size() - kCut.size());
    EXPECT_TRUE(kept.ends_with(piece == "&" ? "&amp;" : piece)) << piece;
  }
}

TEST(Not, ATextThatJustFitsStaysWhole) {
  auto exact = toast();
  exact.text.clear();
  const std::size_t room = kServerPayloadBytesMax - 1 - written(exact).size();
  exact.text.assign(room, 'x');
  EXPECT_EQ(text_of(written(exact)), exact.text);
  exact.text += 'x';
  EXPECT_EQ(text_of(written(exact)), std::string(room - kCut.size(), 'x') + std::string(kCut));
}

TEST(Not, AddressesAreNeverCut) {
  auto wide = toast();
  wide.action_url.assign(1'100, 'u');
  std::string out = "before";
  EXPECT_FALSE(append_not(out, kTo, wide));
  EXPECT_EQ(out, "before");
}

TEST(CheckToast, SaysWhatIsWrong) {
  EXPECT_TRUE(check_toast(toast()).ok());
  const auto error = [](auto change) {
    auto changed = toast();
    change(changed);
    const auto checked = check_toast(changed);
    return checked.ok() ? std::string() : checked.error();
  };
  EXPECT_TRUE(error([](auto& t) { t.text.clear(); }).starts_with("text: "));
  EXPECT_TRUE(error([](auto& t) { t.text = "\xFF"; }).starts_with("text: is not UTF-8"));
  EXPECT_TRUE(error([](auto& t) { t.text = "a\x02"; }).starts_with("text: has a control"));
  EXPECT_EQ(error([](auto& t) { t.text = "two\nlines\t"; }), "");
  EXPECT_TRUE(error([](auto& t) { t.site_url = "a b"; }).starts_with("site: "));
  EXPECT_TRUE(error([](auto& t) { t.action_url = "\xC3\xA4"; }).starts_with("action: "));
  EXPECT_TRUE(error([](auto& t) { t.settings_url = "\n"; }).starts_with("subscribe: "));
  EXPECT_TRUE(error([](auto& t) { t.icon = " "; }).starts_with("icon: "));
  EXPECT_TRUE(error([](auto& t) { t.icon.assign(900, 'i'); }).starts_with("the addresses are too"));
  EXPECT_EQ(error([](auto& t) { t.text.assign(5'000, 'x'); }), "");
}

// docs/protocol/notification.md#ipg-6
TEST(Ipg, IsAPageFromAPhone) {
  EXPECT_EQ(written(model::IncomingPage{"+1 555 0100", "Late & <soon>", 0}),
            "<NOTIFICATION id=\"0\" siteid=\"111100400\" siteurl=\"http://mobile.msn.com/\">"
            "<TO name=\"alice@example.com\" pid=\"0x00000001:0x00000002\" "
            "email=\"alice@example.com\"><VIA agent=\"mobile\" /></TO>"
            "<FROM pid=\"0x00000000:0x00000000\" name=\"+1 555 0100\" /><MSG pri=\"1\" id=\"0\">"
            "<ACTION url=\"\" /><SUBSCR url=\"\" /><CAT id=\"110110001\" /><BODY lang=\"1033\">"
            "<TEXT>Late &amp; &lt;soon&gt;</TEXT></BODY></MSG></NOTIFICATION>");
}

TEST(Ipg, OrSaysThatAPageWasNotDelivered) {
  const auto report = written(model::IncomingPage{"bob@example.com", "what it said", 44});
  EXPECT_TRUE(report.starts_with("<NOTIFICATION id=\"44\""));
  EXPECT_NE(report.find("<MSG pri=\"1\" id=\"407\">"), std::string::npos);
  EXPECT_EQ(text_of(report), "");
}

TEST(Ipg, IsCutLikeOthersAndChecked) {
  model::IncomingPage page{"Bob", std::string(2'000, '<'), 0};
  EXPECT_LT(written(page).size(), kServerPayloadBytesMax);
  EXPECT_TRUE(text_of(written(page)).ends_with("&lt;" + std::string(kCut)));
  EXPECT_TRUE(check_page(page).ok());
  EXPECT_FALSE(check_page({"", "text", 0}).ok());
  EXPECT_FALSE(check_page({"Bob", "", 0}).ok());
  EXPECT_FALSE(check_page({std::string(129, 'B'), "text", 0}).ok());
  EXPECT_FALSE(check_page({"B\xFF", "text", 0}).ok());
}

TEST(Utf8Prefix, EndsBetweenTwoCharacters) {
  const std::string text =
      "a\xE2\x82\xAC"
      "b";
  EXPECT_EQ(utf8_prefix(text, 0), 0U);
  EXPECT_EQ(utf8_prefix(text, 1), 1U);
  EXPECT_EQ(utf8_prefix(text, 2), 1U);
  EXPECT_EQ(utf8_prefix(text, 3), 1U);
  EXPECT_EQ(utf8_prefix(text, 4), 4U);
  EXPECT_EQ(utf8_prefix(text, 9), 5U);
}

}  // namespace
}  // namespace monarch::msnp
