#include "presence/adapters/redis_online_index.hpp"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "presence/adapters/online_scripts.hpp"
#include "runtime/log.hpp"

namespace monarch::presence {
namespace {

using stores::Command;
using stores::Reply;

constexpr const char* kGenerationKey = "monarch:generation";

std::string sessions_key(const NodeId& node) {
  return "monarch:node:" + node.value() + ":sessions";
}

// Members of the sorted set: fixed width, so that their order is the accounts'.
std::string member(AccountId account, SessionId session) {
  constexpr int kDigits = 16;
  std::string text;
  for (const auto number : {account.value(), session.value()}) {
    for (int i = kDigits - 1; i >= 0; --i) text += "0123456789abcdef"[(number >> (4 * i)) & 15U];
  }
  return text;
}

std::uint64_t to_number(std::string_view text, int base = 10) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

std::string status_text(std::optional<model::Status> status) {
  return status ? std::to_string(static_cast<int>(*status)) : std::string();
}

const char* flag(bool value) { return value ? "1" : ""; }

IndexError to_port(const stores::StoreError& error) {
  return error.kind == stores::StoreErrorKind::kOverloaded ? IndexError::kOverloaded
                                                           : IndexError::kUnavailable;
}

// Appends a command of the core as commands of Redis.
class Translator {
 public:
  Translator(std::vector<Command>& out, std::uint64_t generation, std::chrono::milliseconds ttl)
      : out_(out), generation_(generation), ttl_(ttl.count()) {}

  void operator()(const OpenCommand& c) const {
    out_.emplace_back("ZADD", sessions_key(c.node), 0, member(c.account, c.session));
    const auto token = c.resume ? c.resume->token : model::Version();
    out_.push_back(Command::eval(
        scripts::open(), {scripts::online_key(c.account)}, generation_, ttl_, c.session.value(),
        c.node.value(), static_cast<int>(c.dialect), c.handle.value(), c.profile.name,
        flag(c.profile.allow), c.profile.serial.value(), c.profile.revision,
        flag(c.resume.has_value()), token.generation, token.counter,
        status_text(c.resume ? c.resume->status : std::nullopt),
        flag(c.resume && c.resume->ims_off), c.resume ? c.resume->sequence : 0));
  }
  void operator()(const CloseCommand& c) const {
    out_.push_back(Command::eval(scripts::close(), {scripts::online_key(c.account)}, generation_,
                                 ttl_, c.session.value()));
  }
  void operator()(const StatusCommand& c) const {
    out_.push_back(Command::eval(scripts::status(), {scripts::online_key(c.account)}, generation_,
                                 ttl_, c.session.value(), c.token.generation, c.token.counter,
                                 status_text(c.status), flag(c.ims_off), c.sequence));
  }
  void operator()(const StampCommand& c) const {
    out_.push_back(Command::eval(scripts::stamp(), {scripts::online_key(c.account)}, generation_,
                                 ttl_, c.profile.name, flag(c.profile.allow),
                                 c.profile.serial.value(), c.profile.revision, flag(c.raise)));
  }
  void operator()(const GetCommand& c) const {
    Command command("HMGET", scripts::online_key(c.account));
    for (const auto field : scripts::kFields) command.add(field);
    out_.push_back(std::move(command));
  }
  void operator()(const WhereCommand& c) const {
    out_.emplace_back("HMGET", scripts::online_key(c.account), scripts::kSession, scripts::kNode);
  }
  void operator()(const ForgetCommand& c) const {
    out_.emplace_back("ZREM", sessions_key(c.node), member(c.account, c.session));
  }

 private:
  std::vector<Command>& out_;
  std::uint64_t generation_;
  std::int64_t ttl_;
};

OnlineRecord read_record(AccountId account, const std::vector<Reply>& fields, std::size_t at) {
  const auto text = [&](std::size_t i) -> const std::string& { return fields[at + i].text; };
  OnlineRecord record;
  record.account = account;
  record.version = {to_number(text(0)), to_number(text(1))};
  record.session = SessionId(to_number(text(2)));
  record.token = {to_number(text(3)), to_number(text(4))};
  record.node = NodeId(text(5));
  record.dialect = static_cast<std::uint8_t>(to_number(text(6)));
  if (!text(7).empty()) record.status = static_cast<model::Status>(to_number(text(7)));
  record.handle = Handle::trusted(text(8));
  record.profile = {text(9), text(10) == "1",
                    Serial(static_cast<std::uint32_t>(to_number(text(11)))), to_number(text(12))};
  record.ims_off = text(13) == "1";
  record.sequence = to_number(text(14));
  return record;
}

IndexReply read_script_reply(AccountId account, const std::vector<Reply>& fields) {
  IndexReply reply;
  reply.kind = static_cast<IndexReply::Kind>(fields[0].integer);
  reply.known = fields[1].integer != 0;
  reply.record = read_record(account, fields, 2);
  const std::size_t at = 2 + scripts::kFields.size();
  if (!fields[at].text.empty()) {
    reply.displaced = {SessionId(to_number(fields[at].text)), NodeId(fields[at + 1].text)};
  }
  reply.was_shown = fields[at + 2].text == "1";
  if (!fields[at + 3].text.empty()) reply.was_at = NodeId(fields[at + 3].text);
  return reply;
}

// Takes the replies of Redis, in order, back to those of the core.
class Reader {
 public:
  explicit Reader(const std::vector<Reply>& replies, std::size_t at) : replies_(replies), at_(at) {}

  // Nothing: Redis refused the command, or answered something else.
  std::optional<IndexReply> operator()(const OpenCommand& c) {
    if (take().is_error()) return std::nullopt;
    return script(c.account);
  }
  std::optional<IndexReply> operator()(const CloseCommand& c) { return script(c.account); }
  std::optional<IndexReply> operator()(const StatusCommand& c) { return script(c.account); }
  std::optional<IndexReply> operator()(const StampCommand& c) { return script(c.account); }
  std::optional<IndexReply> operator()(const GetCommand& c) {
    const Reply& fields = take();
    if (!fields.is_array() || fields.elements.size() != scripts::kFields.size()) {
      return std::nullopt;
    }
    IndexReply reply;
    reply.record = read_record(c.account, fields.elements, 0);
    reply.known = reply.record.profile.revision > 0;
    return reply;
  }
  std::optional<IndexReply> operator()(const WhereCommand& c) {
    const Reply& fields = take();
    if (!fields.is_array() || fields.elements.size() != 2) return std::nullopt;
    IndexReply reply;
    reply.record.account = c.account;
    reply.record.session = SessionId(to_number(fields.elements[0].text));
    reply.record.node = NodeId(fields.elements[1].text);
    return reply;
  }
  std::optional<IndexReply> operator()(const ForgetCommand& c) {
    if (take().is_error()) return std::nullopt;
    IndexReply reply;
    reply.record.account = c.account;
    return reply;
  }

  // What Redis said to the command that was read last.
  [[nodiscard]] const std::string& said() const { return replies_[at_ - 1].text; }

 private:
  const Reply& take() { return replies_[at_++]; }
  std::optional<IndexReply> script(AccountId account) {
    const Reply& fields = take();
    if (!fields.is_array() || fields.elements.size() != scripts::kReplyWidth) return std::nullopt;
    return read_script_reply(account, fields.elements);
  }

  const std::vector<Reply>& replies_;
  std::size_t at_;
};

Result<std::vector<IndexReply>, IndexError> read_replies(const std::vector<IndexCommand>& commands,
                                                         const std::vector<Reply>& replies) {
  std::vector<IndexReply> out;
  out.reserve(commands.size());
  Reader reader(replies, 1);
  for (const auto& command : commands) {
    auto reply = std::visit(reader, command);
    if (!reply) {
      log::error("index_command_failed", {{"error", reader.said()}});
      return fail(IndexError::kUnavailable);
    }
    out.push_back(std::move(*reply));
  }
  return out;
}

}  // namespace

bool RedisOnlineIndex::learn(const Reply& reply) {
  if (reply.is_nil()) return false;
  const auto found = to_number(reply.text);
  if (generation_ && found < *generation_) return false;
  if (generation_ != found) {
    generation_ = found;
    learned_ = clock_.now();
    log::info("generation_learned", {{"generation", found}});
  }
  return true;
}

bool RedisOnlineIndex::settled() const {
  return generation_ && clock_.now() - learned_ >= settings_.settle_time;
}

OnlineIndex::Answer<std::vector<IndexReply>> RedisOnlineIndex::run(
    const std::vector<IndexCommand>& commands) {
  Answer<std::vector<IndexReply>> answer;
  if (commands.empty()) {
    answer.set(std::vector<IndexReply>());
  } else if (generation_) {
    execute(commands, answer);
  } else {
    // Only before the first answer of Redis ever: no version may be made without a generation.
    redis_.pipeline({Command("GET", kGenerationKey)},
                    [this, commands, answer](stores::RepliesResult result) {
                      if (!result.ok()) return answer.set(fail(to_port(result.error())));
                      if (!learn(result->front()))
                        return answer.set(fail(IndexError::kNoGeneration));
                      execute(commands, answer);
                    });
  }
  return answer;
}

void RedisOnlineIndex::execute(std::vector<IndexCommand> commands,
                               const Answer<std::vector<IndexReply>>& answer) {
  std::vector<Command> pipeline;
  pipeline.reserve(commands.size() + 2);
  // First of all, so that a Redis which has lost its data does not go unnoticed.
  pipeline.emplace_back("GET", kGenerationKey);
  const Translator translator(pipeline, *generation_, settings_.tombstone_ttl);
  for (const auto& command : commands) std::visit(translator, command);
  redis_.pipeline(std::move(pipeline),
                  [this, answer, commands = std::move(commands)](stores::RepliesResult result) {
                    if (!result.ok()) return answer.set(fail(to_port(result.error())));
                    if (!learn(result->front())) return answer.set(fail(IndexError::kNoGeneration));
                    answer.set(read_replies(commands, *result));
                  });
}

OnlineIndex::Answer<NodeSessionPage> RedisOnlineIndex::node_sessions(const NodeId& node,
                                                                     AccountId after,
                                                                     std::size_t limit) {
  Answer<NodeSessionPage> answer;
  // Past every session of `after`: its members begin with its digits.
  const std::string from = "(" + member(after, SessionId(UINT64_MAX));
  redis_.pipeline(
      {Command("ZRANGEBYLEX", sessions_key(node), from, "+", "LIMIT", 0, limit + 1)},
      [answer, limit](stores::RepliesResult result) {
        if (!result.ok()) return answer.set(fail(to_port(result.error())));
        const Reply& members = result->front();
        if (!members.is_array()) {
          log::error("index_command_failed", {{"error", members.text}});
          return answer.set(fail(IndexError::kUnavailable));
        }
        NodeSessionPage page;
        for (const auto& text : members.elements) {
          const std::string_view digits = text.text;
          if (digits.size() != 32) continue;
          const AccountId account(to_number(digits.substr(0, 16), 16));
          // A page ends between accounts: the next one begins after the last of this.
          if (page.sessions.size() >= limit && page.sessions.back().account != account) {
            page.more = true;
            break;
          }
          page.sessions.push_back({account, SessionId(to_number(digits.substr(16), 16)), {}});
        }
        // Everything that was fetched is of one account: there may be others behind it.
        page.more = page.more || members.elements.size() > limit;
        answer.set(std::move(page));
      });
  return answer;
}

OnlineIndex::Answer<Ok> RedisOnlineIndex::begin_generation(std::uint64_t generation) {
  Answer<Ok> answer;
  redis_.pipeline({Command::eval(scripts::begin_generation(), {kGenerationKey}, generation)},
                  [this, answer](stores::RepliesResult result) {
                    if (!result.ok()) return answer.set(fail(to_port(result.error())));
                    const Reply& reply = result->front();
                    if (reply.is_error())
                      log::error("index_command_failed", {{"error", reply.text}});
                    if (reply.is_error() || !learn(reply)) {
                      return answer.set(fail(IndexError::kUnavailable));
                    }
                    answer.set(Ok{});
                  });
  return answer;
}

}  // namespace monarch::presence
