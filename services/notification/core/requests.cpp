#include "notification/core/requests.hpp"

#include <algorithm>
#include <variant>

#include "base/rendezvous.hpp"

namespace monarch::notification {

namespace {

// For locality only: any instance may answer (ARCHITECTURE.md#the-way-of-a-status-change).
AccountId account_of(model::Request& request) {
  if (const auto* session = session_of(request)) return session->account;
  if (const auto* open = std::get_if<model::OpenSession>(&request)) return open->account;
  const auto* compare = std::get_if<model::Compare>(&request);
  if (compare != nullptr && !compare->sessions.empty()) {
    return compare->sessions.front().session.account;
  }
  return {};
}

// Whoever follows a change by its trace sees how often it was asked for.
void count_asking(model::Request& request) {
  auto* change = std::get_if<model::ChangeStatus>(&request);
  if (change != nullptr && change->trace) ++change->trace->repeats;
}

}  // namespace

model::SessionRef* session_of(model::Request& request) {
  return std::visit(
      [](auto& asked) -> model::SessionRef* {
        if constexpr (requires { asked.attempt; }) {
          return &asked.attempt.session;
        } else if constexpr (requires { asked.session.token; }) {
          return &asked.session;
        } else {
          return nullptr;
        }
      },
      request);
}

RequestId Requests::submit(model::Request request, Purpose purpose, TimePoint give_up) {
  Entry entry;
  entry.request = std::move(request);
  entry.purpose = purpose;
  entry.asked = clock_.now();
  entry.give_up = give_up;
  return resubmit(std::move(entry));
}

void Requests::hasten(RequestId id, TimePoint give_up) {
  auto* entry = find(id);
  if (entry == nullptr || entry->give_up <= give_up) return;
  entry->give_up = give_up;
  if (entry->try_until <= give_up) return;
  entry->try_until = give_up;
  timers_.emplace(give_up, id);
}

RequestId Requests::resubmit(Entry entry) {
  const auto id = next_id();
  const bool full = entries_.size() >= settings_.requests_max;
  auto& kept = entries_.emplace(id, std::move(entry)).first->second;
  if (full) {
    ++counters_.requests_refused;
    fail(id, model::Fault::kOverloaded);
  } else {
    attempt(id, kept, {});
  }
  return id;
}

void Requests::attempt(RequestId id, Entry& entry, const NodeId& avoid) {
  const auto now = clock_.now();
  if (instances_.empty()) {
    entry.instance = {};
    entry.try_until = entry.give_up;
    timers_.emplace(entry.try_until, id);
    return;
  }
  const auto account = account_of(entry.request);
  if (instances_.size() > 1 && avoid != NodeId()) {
    std::vector<NodeId> others;
    for (const auto& instance : instances_) {
      if (instance != avoid) others.push_back(instance);
    }
    entry.instance = rendezvous_pick(account, others);
  } else {
    entry.instance = rendezvous_pick(account, instances_);
  }
  ++entry.tries;
  // An open that is only slow is not repeated: two sessions would fight for the account.
  const bool once = std::holds_alternative<model::OpenSession>(entry.request);
  const bool last = once || entry.tries >= settings_.tries_max;
  entry.try_until = last ? entry.give_up : std::min(now + settings_.try_timeout, entry.give_up);
  timers_.emplace(entry.try_until, id);
  ++counters_.requests;
  if (entry.tries > 1) ++counters_.requests_repeated;
  links_.send(entry.instance, id, entry.request);
  count_asking(entry.request);
}

void Requests::next_try(RequestId id) {
  auto& entry = entries_.at(id);
  if (clock_.now() >= entry.give_up || entry.tries >= settings_.tries_max) {
    fail(id, model::Fault::kUnreachable);
    return;
  }
  const auto avoid = entry.instance;
  attempt(id, entry, avoid);
}

void Requests::fail(RequestId id, model::Fault fault) {
  auto node = entries_.extract(id);
  node.mapped().fault = fault;
  ++counters_.requests_failed;
  failed_.push_back(std::move(node.mapped()));
}

std::optional<Requests::Entry> Requests::take(RequestId id) {
  auto node = entries_.extract(id);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

Requests::Entry* Requests::find(RequestId id) {
  const auto place = entries_.find(id);
  return place == entries_.end() ? nullptr : &place->second;
}

std::vector<Requests::Entry> Requests::take_failed() { return std::exchange(failed_, {}); }

void Requests::link_up(const NodeId& instance) {
  if (std::find(instances_.begin(), instances_.end(), instance) != instances_.end()) return;
  instances_.push_back(instance);
  std::vector<RequestId> waiting;
  for (const auto& [id, entry] : entries_) {
    if (entry.instance == NodeId()) waiting.push_back(id);
  }
  std::sort(waiting.begin(), waiting.end());
  for (const auto id : waiting) attempt(id, entries_.at(id), {});
}

void Requests::link_down(const NodeId& instance) {
  instances_.erase(std::remove(instances_.begin(), instances_.end(), instance), instances_.end());
  std::vector<RequestId> lost;
  for (const auto& [id, entry] : entries_) {
    if (entry.instance == instance) lost.push_back(id);
  }
  std::sort(lost.begin(), lost.end());
  for (const auto id : lost) {
    auto& entry = entries_.at(id);
    const auto* open = std::get_if<model::OpenSession>(&entry.request);
    if (open != nullptr && !open->resume) {
      // Whether it was opened is not known: its owner closes it and tries under another id.
      entry.link_lost = true;
      fail(id, model::Fault::kUnreachable);
    } else {
      next_try(id);
    }
  }
}

void Requests::advance() {
  const auto now = clock_.now();
  while (!timers_.empty() && timers_.top().first <= now) {
    const auto [when, id] = timers_.top();
    timers_.pop();
    const auto place = entries_.find(id);
    if (place == entries_.end() || place->second.try_until != when) continue;
    if (now >= place->second.give_up) {
      fail(id, model::Fault::kUnreachable);
    } else {
      next_try(id);
    }
  }
}

std::optional<TimePoint> Requests::due() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.top().first;
}

}  // namespace monarch::notification
