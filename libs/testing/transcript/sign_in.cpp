#include "testing/transcript/sign_in.hpp"

#include <array>
#include <utility>

#include "base/assert.hpp"

namespace monarch::transcript {
namespace {

// What official clients offer: docs/protocol/dispatch.md#2-ver.
std::string offer(int dialect) {
  constexpr std::array<const char*, 6> kOffers = {
      "MSNP2 CVR0",       "MSNP3 MSNP2 CVR0",       "MSNP4 MSNP3 CVR0",
      "MSNP5 MSNP4 CVR0", "MSNP6 MSNP5 MSNP4 CVR0", "MSNP7 MSNP6 MSNP5 MSNP4 CVR0"};
  MONARCH_ASSERT(dialect >= 2 && dialect <= 7);
  return kOffers[static_cast<std::size_t>(dialect - 2)];
}

bool shown(const std::string& status) { return status != "-" && status != "HDN"; }

// Builds steps in transcript notation, so that there is one way to write a line.
class Builder {
 public:
  Builder(const Fixture& fixture, int line) : fixture_(fixture), line_(line) {}

  void client(const std::string& conn, const std::string& text) {
    Step step = make(Step::Kind::kSend, conn);
    step.pattern = pattern(text + "\\r\\n");
    steps_.push_back(std::move(step));
  }

  void server(const std::string& conn, const std::string& text) {
    Step step = make(Step::Kind::kExpect, conn);
    step.expected.push_back({pattern(text), std::nullopt, line_});
    steps_.push_back(std::move(step));
  }

  void profile(const std::string& conn, const Account& account, int dialect) {
    server(conn, "MSG Hotmail Hotmail <length>");
    steps_.back().expected.back().payload =
        pattern((dialect == 2 ? "<profile2:" : "<profile:") + account.key + ">");
  }

  void connect(const std::string& conn, const Node& node) {
    Step step = make(Step::Kind::kConnect, conn);
    step.pattern = {{Piece::Kind::kNode, "", node}};
    steps_.push_back(std::move(step));
  }

  std::vector<Step> take() { return std::move(steps_); }

 private:
  Step make(Step::Kind kind, const std::string& conn) const {
    Step step;
    step.kind = kind;
    step.conn = conn;
    step.line = line_;
    return step;
  }

  Pattern pattern(const std::string& text) const {
    auto parsed = parse_pattern(text, Form::kBytes, fixture_);
    MONARCH_ASSERT(parsed.ok());
    return std::move(*parsed);
  }

  const Fixture& fixture_;
  int line_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> SignIns::steps(const Fixture& fixture, const SignIn& sign_in) {
  const Account* account = fixture.by_key(sign_in.account);
  MONARCH_ASSERT(account != nullptr);
  const std::string& conn = sign_in.conn;
  Builder builder(fixture, sign_in.line);
  builder.connect(conn, sign_in.node);
  const std::string dialects = offer(sign_in.dialect);
  builder.client(conn, "VER 1 " + dialects);
  builder.server(conn, "VER 1 " + dialects);
  builder.client(conn, "INF 2");
  builder.server(conn, "INF 2 MD5");
  builder.client(conn, "USR 3 MD5 I " + account->handle);
  builder.server(conn, "USR 3 MD5 S <challenge>");
  builder.client(conn, "USR 4 MD5 S <digest:" + account->password + ">");
  // From MSNP6 on an unverified account bears a forced name: docs/protocol/dispatch.md#4-usr.
  const bool told = sign_in.dialect >= 6;
  const std::string name = told && !account->verified
                               ? account->handle + "%20(E-Mail%20Address%20Not%20Verified) 0"
                           : told ? account->name + " 1"
                                  : account->name;
  builder.server(conn, "USR 4 OK " + account->handle + " " + name);
  builder.profile(conn, *account, sign_in.dialect);
  if (sign_in.synchronises) {
    const std::string syn = "SYN 5 " + std::to_string(sign_in.serial);
    builder.client(conn, syn);
    builder.server(conn, syn);
  }
  if (sign_in.status != "-") {
    builder.client(conn, "CHG 6 " + sign_in.status);
    builder.server(conn, "CHG 6 " + sign_in.status);
  }
  std::vector<Step> steps = builder.take();
  if (sign_in.status != "-") add_presence(fixture, *account, sign_in, steps);
  online_[conn] = {account->key, sign_in.status};
  return steps;
}

void SignIns::add_presence(const Fixture& fixture, const Account& account, const SignIn& sign_in,
                           std::vector<Step>& steps) const {
  Step snapshot;
  snapshot.kind = Step::Kind::kExpect;
  snapshot.conn = sign_in.conn;
  snapshot.line = sign_in.line;
  std::vector<Step> notices;
  for (const auto& [conn, online] : online_) {
    const Account* other = fixture.by_key(online.account);
    if (shown(online.status) && may_see(fixture, *other, account)) {
      snapshot.expected.push_back(
          {literal("ILN 6 " + online.status + " " + other->handle + " " + other->name),
           std::nullopt, sign_in.line});
    }
    if (online.status != "-" && shown(sign_in.status) && may_see(fixture, account, *other)) {
      Step notice;
      notice.kind = Step::Kind::kExpect;
      notice.conn = conn;
      notice.line = sign_in.line;
      notice.expected.push_back(
          {literal("NLN " + sign_in.status + " " + account.handle + " " + account.name),
           std::nullopt, sign_in.line});
      notices.push_back(std::move(notice));
    }
  }
  if (!snapshot.expected.empty()) steps.push_back(std::move(snapshot));
  for (Step& notice : notices) steps.push_back(std::move(notice));
}

}  // namespace monarch::transcript
