// Encoder: appends server lines to a string, each in the form that the receiver's dialect has
// (docs/protocol/notification.md, docs/protocol/dispatch.md). A value that lives for one batch of
// lines and allocates nothing besides that string. Words (lists, statuses) and name tokens are
// given as they go on the wire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "msnp/dialect.hpp"
#include "msnp/error_code.hpp"

namespace monarch::msnp {

struct ProfileFields;

// The TrID of what nobody asked for.
inline constexpr std::string_view kUnsolicited = "0";

// What CVR and CVQ answer besides the client's own version.
struct VersionCheckUrls {
  std::string download = "http://im.example.com/download";
  std::string info = "http://im.example.com/";
};

class Encoder {
 public:
  explicit Encoder(std::string& out, Dialect dialect = {}) : out_(&out), dialect_(dialect) {}

  // Any line: the words with one space between each two, and the line end.
  void line(std::initializer_list<std::string_view> words);

  void error(ErrorCode code, std::string_view trid);

  // Login.
  void ver(std::string_view trid, std::span<const std::string_view> words);
  void inf(std::string_view trid);
  void usr_challenge(std::string_view trid, std::string_view challenge);
  void usr_ok(std::string_view trid, std::string_view handle, std::string_view name, bool verified);
  // `self` is this server's own advertised address, which MSNP7 sees.
  void xfr_ns(std::string_view trid, std::string_view address, std::string_view self);
  // `verb` is CVR or CVQ.
  void version_check(std::string_view verb, std::string_view trid, std::string_view client_version,
                     const VersionCheckUrls& urls);

  // Settings and lists.
  void syn(std::string_view trid, Serial serial);
  void gtc(std::string_view trid, Serial serial, std::string_view value);
  void blp(std::string_view trid, Serial serial, std::string_view value);
  void prp(std::string_view trid, Serial serial, std::string_view key, std::string_view value);
  void lsg(std::string_view trid, Serial serial, std::size_t index, std::size_t count,
           std::uint32_t group, std::string_view name);
  // `groups` are shown only to who has groups, and only for FL.
  void lst(std::string_view trid, std::string_view list, Serial serial, std::size_t index,
           std::size_t count, std::string_view handle, std::string_view name,
           std::span<const std::uint32_t> groups = {});
  void lst_empty(std::string_view trid, std::string_view list, Serial serial);
  void bpr(Serial serial, std::string_view handle, std::string_view key, std::string_view value);
  // `group` is echoed when given; MSNP7 shows group 0 for an ADD FL without one.
  void add(std::string_view trid, std::string_view list, Serial serial, std::string_view handle,
           std::string_view name, std::optional<std::uint32_t> group = std::nullopt);
  void rem(std::string_view trid, std::string_view list, Serial serial, std::string_view handle,
           std::optional<std::uint32_t> group = std::nullopt);
  void rea(std::string_view trid, Serial serial, std::string_view handle, std::string_view name);
  void adg(std::string_view trid, Serial serial, std::string_view name, std::uint32_t group);
  void reg(std::string_view trid, Serial serial, std::uint32_t group, std::string_view name);
  void rmg(std::string_view trid, Serial serial, std::uint32_t group);

  // Presence.
  void chg(std::string_view trid, std::string_view status);
  void iln(std::string_view trid, std::string_view status, std::string_view handle,
           std::string_view name);
  void nln(std::string_view status, std::string_view handle, std::string_view name);
  void fln(std::string_view handle);

  // The rest of a notification server.
  void url(std::string_view trid, std::string_view redirect, std::string_view login_url,
           std::string_view site_id);
  void ims(std::string_view trid, std::string_view value);
  void xfr_sb(std::string_view trid, std::string_view address, std::string_view ticket);
  void rng(std::string_view session, std::string_view address, std::string_view ticket,
           std::string_view caller, std::string_view caller_name);
  void chl(std::string_view trid, std::string_view challenge);
  void qry(std::string_view trid);
  void qng();
  // `reason` is OTH, SSD or empty.
  void out(std::string_view reason = {});

  // A switchboard (docs/protocol/switchboard.md); the forms are the same in every dialect.
  void usr_sb(std::string_view trid, std::string_view handle, std::string_view name);
  void cal(std::string_view trid, std::string_view session);
  void iro(std::string_view trid, std::size_t index, std::size_t count, std::string_view handle,
           std::string_view name);
  void ans(std::string_view trid);
  void joi(std::string_view handle, std::string_view name);
  // `idle`: the server has removed him for his silence.
  void bye(std::string_view handle, bool idle);
  void ack(std::string_view trid);
  void nak(std::string_view trid);

  // Payload commands: the length is counted here.
  void msg(std::string_view sender, std::string_view sender_name, std::string_view payload);
  // `MSG Hotmail Hotmail <len>`.
  void server_msg(std::string_view payload);
  void notification(std::string_view document);
  void page(std::string_view document);  // IPG
  // Whole messages of our own making (msnp/mime.hpp), written in place.
  void profile(const ProfileFields& fields);
  void system_message(std::uint32_t minutes);

 private:
  void word(std::string_view text);
  void number(std::uint64_t value);
  void begin(std::string_view verb);
  void begin(std::string_view verb, std::string_view trid);
  void end();
  void head_server_msg(std::size_t start);

  std::string* out_;
  Dialect dialect_;
};

}  // namespace monarch::msnp
