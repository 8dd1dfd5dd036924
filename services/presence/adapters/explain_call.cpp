#include "presence/adapters/explain_call.hpp"

#include <string>

#include "presence/adapters/unavailable.hpp"

namespace monarch::presence {

namespace {

namespace pb = monarch::presence::v1;

pb::ExplainReply::Verdict verdict_of(SightFinding::Kind kind) {
  switch (kind) {
    case SightFinding::Kind::kHolds:
      return pb::ExplainReply::VERDICT_HOLDS;
    case SightFinding::Kind::kFails:
      return pb::ExplainReply::VERDICT_FAILS;
    case SightFinding::Kind::kUnknown:
      break;
  }
  return pb::ExplainReply::VERDICT_UNKNOWN;
}

void fill(const Explanation& from, pb::ExplainReply* to) {
  bool known = true;
  for (const auto& finding : from.findings) {
    const auto& text = text_of(finding.rule);
    auto* rule = to->add_rules();
    rule->set_id(std::string(text.id));
    rule->set_rule(std::string(text.words));
    rule->set_citation(std::string(text.citation));
    rule->set_fact(finding.fact);
    rule->set_verdict(verdict_of(finding.kind));
    const bool of_account =
        finding.rule == SightRule::kSubjectExists || finding.rule == SightRule::kViewerExists;
    known = known && !(of_account && finding.kind != SightFinding::Kind::kHolds);
  }
  to->set_known(known);
  to->set_visible(from.visible);
  to->set_sees(from.sees);
  to->set_status(static_cast<pb::Status>(from.status));
  to->set_subject_account(from.subject.value());
  to->set_viewer_session(from.viewer_session.value());
  to->set_viewer_node(from.viewer_node.value());
  for (const auto& note : from.notes) to->add_notes(note);
}

}  // namespace

Task<void> explain_sight(Presence& presence, const v1::ExplainRequest& request,
                         v1::ExplainReply* reply, rpc::Finish call) {
  const auto subject = Handle::parse(request.subject());
  const auto viewer = Handle::parse(request.viewer());
  if (!subject || !viewer) {
    call.error({rpc::Code::kInvalidArgument, std::string(subject ? "the second" : "the first") +
                                                 " is no email: name@domain.tld is one"});
    co_return;
  }
  auto explaining = presence.explain(*subject, *viewer);
  const auto explained = co_await explaining;
  if (!explained.ok()) {
    call.error(unavailable(explained.error()));
    co_return;
  }
  fill(*explained, reply);
  call.ok();
}

}  // namespace monarch::presence
