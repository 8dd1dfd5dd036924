#include "msnp/encoder.hpp"

#include <algorithm>
#include <charconv>

#include "msnp/mime.hpp"

namespace monarch::msnp {

void Encoder::begin(std::string_view verb) { out_->append(verb); }

void Encoder::begin(std::string_view verb, std::string_view trid) {
  out_->append(verb);
  word(trid);
}

void Encoder::word(std::string_view text) {
  out_->push_back(' ');
  out_->append(text);
}

void Encoder::number(std::uint64_t value) {
  char digits[20];
  const auto result = std::to_chars(digits, digits + sizeof(digits), value);
  word({digits, static_cast<std::size_t>(result.ptr - digits)});
}

void Encoder::end() { out_->append("\r\n"); }

void Encoder::line(std::initializer_list<std::string_view> words) {
  const std::size_t start = out_->size();
  for (const std::string_view text : words) {
    if (out_->size() != start) out_->push_back(' ');
    out_->append(text);
  }
  end();
}

void Encoder::error(ErrorCode code, std::string_view trid) {
  const auto value = static_cast<unsigned>(code);
  const char digits[3] = {static_cast<char>('0' + value / 100 % 10),
                          static_cast<char>('0' + value / 10 % 10),
                          static_cast<char>('0' + value % 10)};
  begin({digits, sizeof(digits)}, trid);
  end();
}

void Encoder::ver(std::string_view trid, std::span<const std::string_view> words) {
  begin("VER", trid);
  for (const std::string_view text : words) word(text);
  end();
}

void Encoder::inf(std::string_view trid) { line({"INF", trid, "MD5"}); }

void Encoder::usr_challenge(std::string_view trid, std::string_view challenge) {
  line({"USR", trid, "MD5", "S", challenge});
}

void Encoder::usr_ok(std::string_view trid, std::string_view handle, std::string_view name,
                     bool verified) {
  begin("USR", trid);
  word("OK");
  word(handle);
  word(name);
  if (dialect_.has(Feature::kUsrOkVerified)) word(verified ? "1" : "0");
  end();
}

void Encoder::xfr_ns(std::string_view trid, std::string_view address, std::string_view self) {
  begin("XFR", trid);
  word("NS");
  word(address);
  if (dialect_.has(Feature::kXfrTail)) word("0");
  if (dialect_.has(Feature::kXfrSelf)) word(self);
  end();
}

void Encoder::version_check(std::string_view verb, std::string_view trid,
                            std::string_view client_version, const VersionCheckUrls& urls) {
  line({verb, trid, client_version, client_version, client_version, urls.download, urls.info});
}

void Encoder::syn(std::string_view trid, Serial serial) {
  begin("SYN", trid);
  number(serial.value());
  end();
}

void Encoder::gtc(std::string_view trid, Serial serial, std::string_view value) {
  begin("GTC", trid);
  number(serial.value());
  word(value);
  end();
}

void Encoder::blp(std::string_view trid, Serial serial, std::string_view value) {
  begin("BLP", trid);
  number(serial.value());
  word(value);
  end();
}

void Encoder::prp(std::string_view trid, Serial serial, std::string_view key,
                  std::string_view value) {
  begin("PRP", trid);
  number(serial.value());
  word(key);
  if (!value.empty()) word(value);
  end();
}

void Encoder::lsg(std::string_view trid, Serial serial, std::size_t index, std::size_t count,
                  std::uint32_t group, std::string_view name) {
  begin("LSG", trid);
  number(serial.value());
  number(index);
  number(count);
  number(group);
  word(name);
  word("0");
  end();
}

void Encoder::lst(std::string_view trid, std::string_view list, Serial serial, std::size_t index,
                  std::size_t count, std::string_view handle, std::string_view name,
                  std::span<const std::uint32_t> groups) {
  begin("LST", trid);
  word(list);
  number(serial.value());
  number(index);
  number(count);
  word(handle);
  word(name);
  if (dialect_.has(Feature::kGroups) && list == "FL") {
    if (groups.empty()) word("0");
    for (std::size_t i = 0; i < groups.size(); ++i) {
      number(groups[i]);
      // Commas without spaces between the numbers.
      if (i > 0) (*out_)[out_->rfind(' ')] = ',';
    }
  }
  end();
}

void Encoder::lst_empty(std::string_view trid, std::string_view list, Serial serial) {
  begin("LST", trid);
  word(list);
  number(serial.value());
  word("0");
  word("0");
  end();
}

void Encoder::bpr(Serial serial, std::string_view handle, std::string_view key,
                  std::string_view value) {
  begin("BPR");
  number(serial.value());
  word(handle);
  word(key);
  if (!value.empty()) word(value);
  end();
}

void Encoder::add(std::string_view trid, std::string_view list, Serial serial,
                  std::string_view handle, std::string_view name,
                  std::optional<std::uint32_t> group) {
  begin("ADD", trid);
  word(list);
  number(serial.value());
  word(handle);
  word(name);
  if (dialect_.has(Feature::kGroups) && list == "FL") number(group.value_or(0));
  end();
}

void Encoder::rem(std::string_view trid, std::string_view list, Serial serial,
                  std::string_view handle, std::optional<std::uint32_t> group) {
  begin("REM", trid);
  word(list);
  number(serial.value());
  word(handle);
  if (dialect_.has(Feature::kGroups) && group) number(*group);
  end();
}

void Encoder::rea(std::string_view trid, Serial serial, std::string_view handle,
                  std::string_view name) {
  begin("REA", trid);
  number(serial.value());
  word(handle);
  word(name);
  end();
}

void Encoder::adg(std::string_view trid, Serial serial, std::string_view name,
                  std::uint32_t group) {
  begin("ADG", trid);
  number(serial.value());
  word(name);
  number(group);
  word("0");
  end();
}

void Encoder::reg(std::string_view trid, Serial serial, std::uint32_t group,
                  std::string_view name) {
  begin("REG", trid);
  number(serial.value());
  number(group);
  word(name);
  word("0");
  end();
}

void Encoder::rmg(std::string_view trid, Serial serial, std::uint32_t group) {
  begin("RMG", trid);
  number(serial.value());
  number(group);
  end();
}

void Encoder::chg(std::string_view trid, std::string_view status) { line({"CHG", trid, status}); }

void Encoder::iln(std::string_view trid, std::string_view status, std::string_view handle,
                  std::string_view name) {
  line({"ILN", trid, status, handle, name});
}

void Encoder::nln(std::string_view status, std::string_view handle, std::string_view name) {
  line({"NLN", status, handle, name});
}

void Encoder::fln(std::string_view handle) { line({"FLN", handle}); }

void Encoder::url(std::string_view trid, std::string_view redirect, std::string_view login_url,
                  std::string_view site_id) {
  begin("URL", trid);
  word(redirect);
  word(login_url);
  if (dialect_.has(Feature::kUrlSiteId)) word(site_id);
  end();
}

void Encoder::ims(std::string_view trid, std::string_view value) {
  line({"IMS", trid, "0", value});
}

void Encoder::xfr_sb(std::string_view trid, std::string_view address, std::string_view ticket) {
  line({"XFR", trid, "SB", address, "CKI", ticket});
}

void Encoder::rng(std::string_view session, std::string_view address, std::string_view ticket,
                  std::string_view caller, std::string_view caller_name) {
  line({"RNG", session, address, "CKI", ticket, caller, caller_name});
}

void Encoder::chl(std::string_view trid, std::string_view challenge) {
  line({"CHL", trid, challenge});
}

void Encoder::qry(std::string_view trid) { line({"QRY", trid}); }

void Encoder::qng() { line({"QNG"}); }

void Encoder::out(std::string_view reason) {
  begin("OUT");
  if (!reason.empty()) word(reason);
  end();
}

void Encoder::usr_sb(std::string_view trid, std::string_view handle, std::string_view name) {
  line({"USR", trid, "OK", handle, name});
}

void Encoder::cal(std::string_view trid, std::string_view session) {
  line({"CAL", trid, "RINGING", session});
}

void Encoder::iro(std::string_view trid, std::size_t index, std::size_t count,
                  std::string_view handle, std::string_view name) {
  begin("IRO", trid);
  number(index);
  number(count);
  word(handle);
  word(name);
  end();
}

void Encoder::ans(std::string_view trid) { line({"ANS", trid, "OK"}); }

void Encoder::joi(std::string_view handle, std::string_view name) { line({"JOI", handle, name}); }

void Encoder::bye(std::string_view handle, bool idle) {
  begin("BYE");
  word(handle);
  if (idle) word("1");
  end();
}

void Encoder::ack(std::string_view trid) { line({"ACK", trid}); }

void Encoder::nak(std::string_view trid) { line({"NAK", trid}); }

void Encoder::msg(std::string_view sender, std::string_view sender_name, std::string_view payload) {
  begin("MSG");
  word(sender);
  word(sender_name);
  number(payload.size());
  end();
  out_->append(payload);
}

void Encoder::server_msg(std::string_view payload) { msg("Hotmail", "Hotmail", payload); }

void Encoder::notification(std::string_view document) {
  begin("NOT");
  number(document.size());
  end();
  out_->append(document);
}

void Encoder::page(std::string_view document) {
  begin("IPG");
  number(document.size());
  end();
  out_->append(document);
}

void Encoder::profile(const ProfileFields& fields) {
  const std::size_t start = out_->size();
  append_profile(*out_, dialect_, fields);
  head_server_msg(start);
}

void Encoder::system_message(std::uint32_t minutes) {
  const std::size_t start = out_->size();
  append_system_message(*out_, minutes);
  head_server_msg(start);
}

// Puts the command line before the payload that begins at `start`: only now is its length known.
void Encoder::head_server_msg(std::size_t start) {
  constexpr std::string_view kHead = "MSG Hotmail Hotmail ";
  char line[kHead.size() + 22];
  char* at = std::copy(kHead.begin(), kHead.end(), line);
  at = std::to_chars(at, line + sizeof(line), out_->size() - start).ptr;
  *at++ = '\r';
  *at++ = '\n';
  out_->insert(start, line, static_cast<std::size_t>(at - line));
}

}  // namespace monarch::msnp
