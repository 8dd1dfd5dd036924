#include "presence/core/testing/in_memory_index.hpp"

#include <algorithm>

namespace monarch::presence::testing {

using Kind = IndexReply::Kind;

struct InMemoryIndex::Trip {
  std::vector<IndexCommand> commands;
  std::vector<IndexReply> replies;
  Fate fate = Fate::kDone;
  Answer<std::vector<IndexReply>> answer;
};

void InMemoryIndex::raise(Slot& slot) {
  auto& version = slot.record.version;
  version.generation = std::max(version.generation, generation_);
  version.counter = std::max(version.counter + 1, ++time_);
}

IndexReply InMemoryIndex::take_over(Slot& slot, const OpenCommand& open) {
  auto& record = slot.record;
  if (record.online()) {
    const bool was_shown = record.shown() != model::Status::kOffline;
    slot.displaced = {record.session, record.node, was_shown || slot.displaced.was_shown};
  } else {
    slot.displaced = {};
  }
  record.session = open.session;
  record.status.reset();
  record.ims_off = false;
  record.sequence = 0;
  return {};
}

IndexReply InMemoryIndex::execute_on(Slot& slot, const OpenCommand& open) {
  IndexReply reply;
  auto& record = slot.record;
  const bool repeat = record.online() && record.session == open.session;
  if (!repeat) {
    if (open.resume && record.token > open.resume->token) {
      reply.kind = Kind::kFenced;
      return reply;
    }
    if (!open.resume && record.online() && slot.displaced.session == open.session) {
      reply.kind = Kind::kFenced;
      return reply;
    }
    if (!open.resume && slot.closed.session == open.session) {
      reply.kind = Kind::kMissing;
      return reply;
    }
    reply = take_over(slot, open);
  }
  record.node = open.node;
  record.dialect = open.dialect;
  record.handle = open.handle;
  if (open.profile.revision > record.profile.revision) record.profile = open.profile;
  if (open.resume) {
    record.version = std::max(record.version, open.resume->token);
    record.token = open.resume->token;
    if (open.resume->sequence >= record.sequence) {
      record.status = open.resume->status;
      record.ims_off = open.resume->ims_off;
      record.sequence = open.resume->sequence;
    }
    raise(slot);
  } else if (!repeat) {
    raise(slot);
    record.token = record.version;
  }
  if (slot.displaced.session.value() != 0) {
    reply.displaced = IndexReply::Displaced{slot.displaced.session, slot.displaced.node};
    reply.was_shown = slot.displaced.was_shown;
  }
  lists_[open.node][{open.account, open.session}] = true;
  return reply;
}

IndexReply InMemoryIndex::execute_on(Slot& slot, const CloseCommand& close) {
  IndexReply reply;
  auto& record = slot.record;
  if (record.online() && record.session == close.session) {
    slot.closed = {record.session, record.node, record.shown() != model::Status::kOffline};
    slot.displaced = {};
    record.session = SessionId(0);
    record.status.reset();
    raise(slot);
  } else if (slot.closed.session == close.session) {
    reply.kind = Kind::kRepeated;
  } else {
    reply.kind = Kind::kMissing;
    if (slot.displaced.session == close.session) reply.was_at = slot.displaced.node;
    if (!record.online()) slot.closed = {close.session, {}, false};
    return reply;
  }
  reply.was_shown = slot.closed.was_shown;
  if (!slot.closed.node.value().empty()) reply.was_at = slot.closed.node;
  return reply;
}

IndexReply InMemoryIndex::execute_on(Slot& slot, const StatusCommand& status) {
  IndexReply reply;
  auto& record = slot.record;
  if (record.online() && record.session == status.session) {
    if (status.sequence < record.sequence) return reply;
    const bool only_ims = record.status == status.status && record.ims_off != status.ims_off;
    record.status = status.status;
    record.ims_off = status.ims_off;
    record.sequence = status.sequence;
    slot.displaced.was_shown = false;
    if (!only_ims) raise(slot);
  } else if (record.online() && record.token > status.token) {
    reply.kind = Kind::kFenced;
  } else {
    reply.kind = Kind::kMissing;
  }
  return reply;
}

IndexReply InMemoryIndex::execute_on(Slot& slot, const StampCommand& stamp) {
  auto& record = slot.record;
  bool visible = false;
  if (stamp.profile.revision > record.profile.revision) {
    visible =
        record.profile.name != stamp.profile.name || record.profile.allow != stamp.profile.allow;
    record.profile = stamp.profile;
  }
  // A record that is made now must still be newer than the one that has vanished.
  if (stamp.raise || visible || record.version == model::Version{}) raise(slot);
  return {};
}

IndexReply InMemoryIndex::execute(const IndexCommand& command) {
  ++commands_run;
  if (const auto* get = std::get_if<GetCommand>(&command)) {
    IndexReply reply;
    const auto found = slots_.find(get->account);
    reply.known = found != slots_.end() && found->second.record.profile.revision > 0;
    reply.record = peek(get->account);
    return reply;
  }
  if (const auto* where = std::get_if<WhereCommand>(&command)) {
    const auto record = peek(where->account);
    IndexReply reply;
    reply.record.account = record.account;
    reply.record.session = record.session;
    if (record.online()) reply.record.node = record.node;
    return reply;
  }
  if (const auto* forget = std::get_if<ForgetCommand>(&command)) {
    lists_[forget->node].erase({forget->account, forget->session});
    return {};
  }
  return std::visit(
      [this](const auto& one) -> IndexReply {
        using Command = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Command, GetCommand> ||
                      std::is_same_v<Command, WhereCommand> ||
                      std::is_same_v<Command, ForgetCommand>) {
          return {};
        } else {
          auto& slot = slots_[one.account];
          slot.record.account = one.account;
          const bool known = slot.record.profile.revision > 0;
          auto reply = execute_on(slot, one);
          reply.known = known;
          reply.record = slot.record;
          return reply;
        }
      },
      command);
}

void InMemoryIndex::step(const std::shared_ptr<Trip>& trip) {
  if (trip->fate == Fate::kFailed) {
    trip->answer.set(fail(IndexError::kUnavailable));
    return;
  }
  if (generation_ == 0) {
    trip->answer.set(fail(IndexError::kNoGeneration));
    return;
  }
  if (trip->replies.size() < trip->commands.size()) {
    trip->replies.push_back(execute(trip->commands[trip->replies.size()]));
    steps_.post([this, trip] { step(trip); });
    return;
  }
  if (trip->fate == Fate::kLost) {
    trip->answer.set(fail(IndexError::kUnavailable));
  } else {
    trip->answer.set(std::move(trip->replies));
  }
}

OnlineIndex::Answer<std::vector<IndexReply>> InMemoryIndex::run(
    const std::vector<IndexCommand>& commands) {
  auto trip = std::make_shared<Trip>();
  trip->commands = commands;
  if (commands.empty()) {
    trip->answer.set(std::vector<IndexReply>());
    return trip->answer;
  }
  ++round_trips;
  trip->fate = fate_of(fates, "run");
  steps_.post([this, trip] { step(trip); });
  return trip->answer;
}

OnlineIndex::Answer<NodeSessionPage> InMemoryIndex::node_sessions(const NodeId& node,
                                                                  AccountId after,
                                                                  std::size_t limit) {
  return defer<NodeSessionPage, IndexError>(
      steps_, fate_of(fates, "node_sessions"), IndexError::kUnavailable,
      [this, node, after, limit] {
        NodeSessionPage page;
        const auto& list = lists_[node];
        auto place = list.upper_bound({after, SessionId(UINT64_MAX)});
        for (; place != list.end(); ++place) {
          const auto& [account, session] = place->first;
          // One account's sessions are never parted between two pages.
          if (page.sessions.size() >= limit && page.sessions.back().account != account) break;
          page.sessions.push_back({account, session, {}});
        }
        page.more = place != list.end();
        return page;
      });
}

OnlineIndex::Answer<Ok> InMemoryIndex::begin_generation(std::uint64_t generation) {
  return defer<Ok, IndexError>(steps_, fate_of(fates, "begin_generation"), IndexError::kUnavailable,
                               [this, generation] {
                                 generation_ = std::max(generation_, generation);
                                 return Ok{};
                               });
}

OnlineRecord InMemoryIndex::peek(AccountId account) const {
  const auto found = slots_.find(account);
  if (found != slots_.end()) return found->second.record;
  OnlineRecord nobody;
  nobody.account = account;
  return nobody;
}

void InMemoryIndex::lose_everything() {
  slots_.clear();
  lists_.clear();
  generation_ = 0;
  time_ = 0;
}

}  // namespace monarch::presence::testing
