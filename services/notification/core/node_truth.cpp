// Node: slow truth (ARCHITECTURE.md#rule-4), what the schedule of Truth says carried out.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "notification/core/node.hpp"

namespace monarch::notification {

using Kind = Purpose::Kind;
using model::SessionVerdict;

namespace {

// A chunk ends here even below kCompareMax sessions, to keep the message well under a stream's
// limit.
constexpr std::size_t kContactsPerCompare = 20'000;

bool differs(const SessionVerdict& verdict, const model::SessionReport& reported) {
  const bool serial = reported.shown != Serial() && is_newer(verdict.serial, reported.shown);
  return verdict.kind != SessionVerdict::Kind::kHolds || serial || verdict.status_differs ||
         !verdict.contacts.empty();
}

}  // namespace

std::vector<ConnectionId> Node::all_signed_in() const {
  std::vector<ConnectionId> all;
  all.reserve(by_account_.size());
  for (const auto& [account, client] : by_account_) all.push_back(client->connection);
  return all;
}

void Node::run_truth() {
  const auto now = clock_.now();
  for (const auto& finding : truth_.take_findings(now)) believe(finding);
  for (;;) {
    const auto chunk = truth_.take_chunk(now, [this] { return all_signed_in(); });
    if (chunk.empty()) break;
    compare(chunk);
  }
  if (!truth_.take_listing(now)) return;
  start_listing();
}

void Node::compare(const std::vector<ConnectionId>& chunk) {
  model::Compare request{.node = settings_.node, .sessions = {}};
  std::size_t contacts = 0;
  const auto send = [&] {
    if (request.sessions.empty()) return;
    (void)requests_.submit(std::move(request), {Kind::kCompare, {}});
    request = model::Compare{.node = settings_.node, .sessions = {}};
    contacts = 0;
  };
  for (const auto connection : chunk) {
    auto* client = find(connection);
    // What is being opened anew is compared when that is done.
    if (client == nullptr || !client->session.signed_in() || client->reopen != RequestId())
      continue;
    request.sessions.push_back(client->session.report());
    contacts += request.sessions.back().contacts.size();
    if (contacts >= kContactsPerCompare) send();
  }
  send();
}

void Node::compared(const Requests::Entry& entry, const model::Compared& answer) {
  const auto& asked = std::get<model::Compare>(entry.request).sessions;
  std::unordered_map<SessionId, const model::SessionReport*> reports;
  for (const auto& report : asked) reports.emplace(report.session.session, &report);
  for (const auto& verdict : answer.sessions) {
    const auto report = reports.find(verdict.session);
    if (report == reports.end() || !differs(verdict, *report->second)) continue;
    const auto& told = *report->second;
    truth_.found({clock_.now() + settings_.repair_wait,
                  verdict,
                  {.session = told.session,
                   .shown = told.shown,
                   .status = told.status,
                   .ims_off = told.ims_off,
                   .contacts = {}}});
  }
}

// Presence could not say: each is compared once more before long.
void Node::not_compared(const Requests::Entry& entry) {
  const auto again = clock_.now() + settings_.announce_retry;
  for (const auto& report : std::get<model::Compare>(entry.request).sessions) {
    if (const auto* client = find(report.session.session)) truth_.soon(client->connection, again);
  }
}

void Node::believe(const Truth::Finding& finding) {
  auto* client = find(finding.verdict.session);
  if (client == nullptr || !client->session.signed_in()) return;
  if (finding.verdict.kind == SessionVerdict::Kind::kUnknown) {
    if (client->reopen != RequestId()) return;
    ++counters_.repairs[static_cast<std::size_t>(Repair::kReopened)];
    start_reopen(*client);
    return;
  }
  Effects effects;
  client->session.compared(finding.verdict, finding.reported, effects);
  apply(*client, effects);
}

// The other way round: what the index believes to be ours and is not, and what is ours and is not
// on its list, where whoever reaps a dead node looks for it: a reaper may have taken it off after
// it was opened anew.
void Node::start_listing() {
  closings_.forget();
  unlisted_.clear();
  for (const auto& [account, client] : by_account_) {
    if (client->reopen == RequestId()) unlisted_.insert(client->session.ref().session);
  }
  (void)requests_.submit(model::ListNodeSessions{settings_.node, {}}, {Kind::kListing, {}});
}

void Node::listed(const model::NodeSessions& answer) {
  for (const auto& session : answer.sessions) {
    unlisted_.erase(session.session);
    if (by_session_.contains(session.session) || closings_.knows(session.session)) continue;
    ++counters_.repairs[static_cast<std::size_t>(Repair::kOrphan)];
    closings_.add(session, clock_.now());
  }
  if (answer.more && !answer.sessions.empty()) {
    (void)requests_.submit(model::ListNodeSessions{settings_.node, answer.sessions.back().account},
                           {Kind::kListing, {}});
    return;
  }
  for (const auto session : std::exchange(unlisted_, {})) {
    auto* client = find(session);
    if (client == nullptr || !client->session.signed_in() || client->reopen != RequestId())
      continue;
    ++counters_.repairs[static_cast<std::size_t>(Repair::kReopened)];
    start_reopen(*client);
  }
}

}  // namespace monarch::notification
