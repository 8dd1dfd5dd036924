// explain: why one account does or does not see another: presence's rules, what auth says of the
// accounts, and what the viewer's node has shown.
#include <array>
#include <grpcpp/channel.h>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "monarch/notification/v1/admin.grpc.pb.h"
#include "monarchctl/commands.hpp"
#include "monarchctl/commands/places.hpp"
#include "monarchctl/commands/sessions.hpp"

namespace monarch::ctl {

namespace pb = monarch::presence::v1;
namespace node_pb = monarch::notification::v1;

namespace {

using Json = nlohmann::ordered_json;
using Notes = std::vector<std::string>;

std::string seen_as(pb::Status status) {
  return status == pb::STATUS_OFFLINE ? "offline" : word_of(status);
}

// "A, alice@example.com, is suspended: …". Presence knows nothing of it, and without it a
// suspended account would just be one that does not sign in.
Json account_state(Cluster& cluster, const std::string& email, const char* letter, Notes& notes,
                   bool& auth_away) {
  if (auth_away) return nullptr;
  auto stub = cluster.accounts();
  grpc::Status status(grpc::StatusCode::UNAVAILABLE, "");
  monarch::auth::v1::Account account;
  if (stub) {
    monarch::auth::v1::GetRequest request;
    request.set_handle(email);
    grpc::ClientContext context;
    cluster.arm(context);
    status = (*stub)->Get(&context, request, &account);
  }
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return nullptr;
  if (!status.ok()) {
    auth_away = true;
    notes.emplace_back("auth could not be asked whether these accounts are suspended");
    return nullptr;
  }
  const std::string who = std::string(letter) + ", " + email + ", ";
  if (account.state() == "suspended") {
    notes.push_back(who + "is suspended: nobody signs in with it (monarchctl account resume)");
  } else if (account.state() != "active") {
    notes.push_back(who + "is " + account.state() + ": nobody signs in with it");
  }
  if (account.consent_missing()) {
    notes.push_back(who + "lacks consent: nobody signs in with it (monarchctl account consent)");
  }
  return account.state();
}

// What B's client has been shown, against what is so; null when B is not signed in.
Json shown(Cluster& cluster, const pb::ExplainReply& reply, Notes& notes) {
  if (reply.viewer_session() == 0 || reply.subject_account() == 0) return nullptr;
  const auto cannot = [&](const std::string& why) {
    notes.push_back(reply.viewer_node() +
                    " could not be asked what B's client has been shown: " + why);
    return Json(nullptr);
  };
  const auto place = find_node(cluster, reply.viewer_node());
  if (!place) return cannot(place.error().text);
  auto channel = cluster.channel_to(place->role, place->rpc);
  if (!channel) return cannot(channel.error().text);
  node_pb::GetShownRequest request;
  request.set_session(reply.viewer_session());
  request.set_contact(reply.subject_account());
  node_pb::GetShownReply answer;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status =
      node_pb::NotificationAdmin::NewStub(*channel)->GetShown(&context, request, &answer);
  if (!status.ok()) return cannot(status.error_message());
  const auto truth = reply.sees() ? reply.status() : pb::STATUS_OFFLINE;
  const bool agrees = answer.status() == truth;
  if (!agrees) {
    notes.push_back("B's client has been shown A as " + seen_as(answer.status()) +
                    ": a change is on its way, or was lost, and the next comparison, within about "
                    "two minutes, brings it");
  }
  return {{"node", reply.viewer_node()}, {"status", seen_as(answer.status())}, {"agrees", agrees}};
}

Json holds(pb::ExplainReply::Verdict verdict) {
  if (verdict == pb::ExplainReply::VERDICT_HOLDS) return true;
  if (verdict == pb::ExplainReply::VERDICT_FAILS) return false;
  return nullptr;
}

// "docs/protocol/notification.md#chg-2" as people look it up: "notification.md#chg-2", and of a
// heading with a number "presence-and-privacy.md#3".
std::string short_citation(std::string citation) {
  constexpr std::string_view kPages = "docs/protocol/";
  if (citation.starts_with(kPages)) citation.erase(0, kPages.size());
  const auto number = citation.find('#') + 1;
  if (number == 0) return citation;
  const auto end = citation.find_first_not_of("0123456789", number);
  return citation.substr(0, end == number ? std::string::npos : end);
}

std::string sentence(const std::string& subject, const std::string& viewer,
                     const pb::ExplainReply& reply) {
  if (reply.sees()) return viewer + " sees " + subject + " as " + seen_as(reply.status()) + "\n";
  if (!reply.visible()) return viewer + " does not see " + subject + "\n";
  return viewer + " would see " + subject + " as " + seen_as(reply.status()) + ", but " +
         (reply.viewer_session() == 0 ? "is not signed in\n" : "has not chosen a status yet\n");
}

}  // namespace

Answer explain_sight(Cluster& cluster, const std::string& subject, const std::string& viewer) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::ExplainRequest request;
  request.set_subject(subject);
  request.set_viewer(viewer);
  pb::ExplainReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->Explain(&context, request, &reply);
  if (!status.ok()) return fail(cluster.presence_problem(status));

  Notes notes(reply.notes().begin(), reply.notes().end());
  bool auth_away = false;
  const auto subject_state = account_state(cluster, subject, "A", notes, auth_away);
  const auto viewer_state = account_state(cluster, viewer, "B", notes, auth_away);
  const auto seen = shown(cluster, reply, notes);

  auto rules = Json::array();
  std::vector<std::vector<std::string>> rows{{"HOLDS", "RULE", "FOUND", "SEE"}};
  for (const auto& rule : reply.rules()) {
    const auto verdict = holds(rule.verdict());
    rules.push_back({{"id", rule.id()},
                     {"rule", rule.rule()},
                     {"holds", verdict},
                     {"fact", rule.fact()},
                     {"citation", rule.citation()}});
    rows.push_back({verdict.is_null() ? "-" : (verdict.get<bool>() ? "yes" : "NO"), rule.rule(),
                    rule.fact(), short_citation(rule.citation())});
  }
  Output output;
  output.json = {{"subject", subject},
                 {"viewer", viewer},
                 {"sees", reply.sees()},
                 {"visible", reply.visible()},
                 {"status", seen_as(reply.status())},
                 {"rules", std::move(rules)},
                 {"shown", seen},
                 {"accounts", {{"subject", subject_state}, {"viewer", viewer_state}}},
                 {"notes", notes}};
  output.text = sentence(subject, viewer, reply) + "\nA is " + subject + ", B is " + viewer +
                ". SEE is in docs/protocol.\n\n" + table(rows);
  for (const auto& note : notes) output.text += "\nNote: " + note + ".\n";
  output.status = reply.known() ? kDone : kRefused;
  return output;
}

}  // namespace monarch::ctl
