#include "notification/adapters/node_metrics.hpp"

#include <string>

namespace monarch::notification {
namespace {

// to_string() of the i-th value of an enum.
template <class Enum>
std::string_view name_of(std::size_t i) {
  return to_string(static_cast<Enum>(i));
}

constexpr std::size_t kFirstVersion = msnp::Dialect::kMsnp2;

}  // namespace

NodeMetrics::NodeMetrics(metrics::Registry& registry)
    : sign_ins_(registry, "sign_ins_total", "Sign-ins by how they ended", "result", kSignIns,
                name_of<SignIn>),
      commands_(registry, "commands_total", "Commands of clients by verb and how they ended",
                {"verb", "result"}, kVerbsMax, verb_name, msnp::kCommandResults,
                name_of<msnp::CommandResult>),
      referrals_(
          registry, "referrals_total",
          "Clients sent to another node by XFR, by its id and why; \"none\": there was none",
          {"target", "reason"},
          std::vector{msnp::Referral::kDraining, msnp::Referral::kFull, msnp::Referral::kChat}),
      closes_(registry, "closes_total", "Closed connections by reason", "reason", kCloseReasons,
              name_of<CloseReason>),
      presence_hints_(registry, "presence_hints_total",
                      "What became of presence hints, per recipient", "fate", kFates,
                      name_of<Fate>),
      roster_hints_(registry, "roster_hints_total", "What became of roster hints, per recipient",
                    "fate", kFates, name_of<Fate>),
      repairs_(registry, "repairs_total",
               "What comparing with presence had to mend; 0 in a healthy cluster", "kind", kRepairs,
               name_of<Repair>),
      notices_(registry, "notices_total", "Alerts, mail, pages and the like, per session",
               {"kind", "result"}, kNoticeKinds, name_of<NoticeKind>, kNoticeFates,
               name_of<NoticeFate>),
      mail_answers_(registry, "mail_answers_total", "Questions for unread mail, by how they ended",
                    "result", kMailAnswers, name_of<MailAnswer>),
      mails_(registry, "mails_total", "Invitation mails by what became of them", "result",
             kMailResults, name_of<MailResult>),
      pages_(registry, "pages_total", "Pages to mobile phones by what became of them", "result",
             kPageResults, name_of<PageResult>),
      searches_(registry, "searches_total", "Searches of the member directory by their answer",
                "result", kSearchResults, name_of<SearchResult>),
      accepted_(registry, "connections_total", "Connections accepted"),
      turned_away_(registry, "connections_refused_total",
                   "Connections closed at once because there were too many"),
      strangers_refused_(registry, "strangers_refused_total",
                         "Connections closed at once because their address had too many on which "
                         "nobody had signed in"),
      throttled_(registry, "throttled_total", "Pauses of a client that sent too much at once"),
      bytes_received_(registry, "received_bytes_total", "Bytes from clients"),
      bytes_sent_(registry, "sent_bytes_total", "Bytes to clients"),
      challenges_sent_(registry, "challenges_total", "Challenges posed to clients"),
      challenges_passed_(registry, "challenges_passed_total",
                         "Challenges answered well; the others ended their connection"),
      errors_sent_(registry, "errors_total", "Numeric errors sent to clients, by code", "code",
                   msnp::kCountedErrors.size(), msnp::counted_error),
      requests_(registry, "presence_requests_total", "Requests to presence, repetitions included"),
      requests_repeated_(registry, "presence_requests_repeated_total",
                         "Requests that were asked again elsewhere"),
      requests_failed_(registry, "presence_requests_failed_total",
                       "Requests given up: presence away or overloaded"),
      requests_refused_(registry, "presence_requests_refused_total",
                        "Requests not asked because too many were under way"),
      gaps_(registry, "serial_gaps_total", "Gaps of serials filled from the journal"),
      hints_overflowed_(registry, "hints_overflowed_total",
                        "Hints dropped because too many were held"),
      closes_dropped_(registry, "session_closes_dropped_total",
                      "Sessions whose end could not be kept for repetition"),
      connections_(registry.gauge("connections_count", "Open client connections")) {
  for (std::size_t version = kFirstVersion; version < Node::ByVersion().size(); ++version) {
    sessions_.push_back(registry.gauge("sessions_count", "Signed-in sessions by protocol version",
                                       {{"version", "MSNP" + std::to_string(version)}}));
  }
}

void NodeMetrics::update(const Node& node) {
  const Counters& counts = node.counters();
  sign_ins_.update(counts.sign_ins);
  commands_.update(counts.commands.by_row);
  referrals_.update(counts.referrals.by_target());
  closes_.update(counts.closes);
  presence_hints_.update(counts.presence_hints);
  roster_hints_.update(counts.roster_hints);
  repairs_.update(counts.repairs);
  notices_.update(counts.notices);
  mail_answers_.update(counts.mail_answers);
  mails_.update(counts.mails);
  pages_.update(counts.pages);
  searches_.update(counts.searches);
  accepted_.update(counts.connections);
  turned_away_.update(counts.connections_refused);
  strangers_refused_.update(counts.strangers_refused);
  throttled_.update(counts.throttled);
  bytes_received_.update(counts.bytes_received);
  bytes_sent_.update(counts.bytes_sent);
  challenges_sent_.update(counts.challenges_sent);
  challenges_passed_.update(counts.challenges_passed);
  errors_sent_.update(counts.errors.by_code);
  requests_.update(counts.requests);
  requests_repeated_.update(counts.requests_repeated);
  requests_failed_.update(counts.requests_failed);
  requests_refused_.update(counts.requests_refused);
  gaps_.update(counts.gaps);
  hints_overflowed_.update(counts.hints_overflowed);
  closes_dropped_.update(counts.closes_dropped);
  connections_.set(static_cast<double>(node.connections()));
  const auto& by_version = node.signed_in_by_version();
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    sessions_[i].set(static_cast<double>(by_version.at(kFirstVersion + i)));
  }
}

}  // namespace monarch::notification
