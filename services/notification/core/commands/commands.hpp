// The verbs of a signed-in client, one function each, and what becomes of them when presence has
// answered. The table's reader has checked version and argument count; a handler is the verb's own
// meaning (docs/protocol/notification.md). Called by Session only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "msnp/command_table.hpp"
#include "notification/core/session.hpp"

namespace monarch::notification {

struct Commands {
  using Invocation = msnp::Invocation;
  using Answer = Session::Answer;
  using Handler = void (*)(Session&, const Invocation&, Effects&);

  // The table: which row `command` is, and what the framer must know of it.
  static msnp::Match<Handler> match(const msnp::Command& command, msnp::Dialect dialect);
  static msnp::PayloadRule payload(std::string_view verb, msnp::Scope scope);
  // The first row of a verb, for the counters; nothing for a verb that the table lacks.
  static std::optional<std::size_t> row_of(std::string_view verb);
  static std::string_view verb_of(std::size_t row);

  // ---- commands/sign_in.cpp ----
  static void challenge(Session& session, const msnp::Opening::Outcome& identified,
                        Effects& effects);
  static void check(Session& session, const msnp::Opening::Outcome& response, Effects& effects);
  // False: there is no entering here, which has been answered, or elsewhere.
  static bool let_in(Session& session, const Handle& handle, std::string_view trid,
                     Effects& effects);
  static void join(Session& session, const Verified& answer, Effects& effects);
  static void joined(Session& session, Answer answer, Effects& effects);
  static void usr(Session& session, const Invocation& call, Effects& effects);
  static void not_expected(Session& session, const Invocation& call, Effects& effects);  // VER INF

  // ---- commands/plain.cpp ----
  static void cvr(Session& session, const Invocation& call, Effects& effects);
  static void out(Session& session, const Invocation& call, Effects& effects);
  static void png(Session& session, const Invocation& call, Effects& effects);

  // ---- commands/xfr.cpp ----
  static void xfr(Session& session, const Invocation& call, Effects& effects);
  static void switchboard_reserved(Session& session, const Reserved& answer, Effects& effects);

  // ---- commands/url.cpp ----
  static void url(Session& session, const Invocation& call, Effects& effects);

  // ---- commands/fnd.cpp ----
  static void fnd(Session& session, const Invocation& call, Effects& effects);
  static void found(Session& session, Answer answer, Effects& effects);

  // ---- commands/snd_sdc.cpp ----
  static void snd(Session& session, const Invocation& call, Effects& effects);
  static void sdc(Session& session, const Invocation& call, Effects& effects);
  static void invite(Session& session, const Invocation& call, std::string_view name,
                     Effects& effects);
  static void mail_carried(Session& session, Delivery outcome, Effects& effects);

  // ---- commands/pag.cpp ----
  static void pag(Session& session, const Invocation& call, Effects& effects);
  static void pager_found(Session& session, Answer answer, Effects& effects);
  static void page_carried(Session& session, Delivery outcome, Effects& effects);

  // ---- commands/syn.cpp ----
  static void syn(Session& session, const Invocation& call, Effects& effects);
  static void synchronised(Session& session, Answer answer, Effects& effects);

  // ---- commands/lst.cpp ----
  static void lst(Session& session, const Invocation& call, Effects& effects);
  static void lsg(Session& session, const Invocation& call, Effects& effects);
  static void listed(Session& session, Answer answer, Effects& effects);
  static void write_listed(Session& session, const Answer& answer, const model::Roster& roster,
                           Effects& effects);
  static void listed_after_journal(Session& session, Answer answer, Effects& effects);

  // ---- commands/chg.cpp ----
  static void chg(Session& session, const Invocation& call, Effects& effects);
  static void status_changed(Session& session, Answer answer, Effects& effects);
  // What presence has said to a ChangeStatus: contacts as ILN when `trid` is given, else as NLN; or
  // it is announced later.
  static void announced(Session& session, const Answer& answer, std::string_view trid,
                        Effects& effects);

  // ---- commands/ims.cpp ----
  static void ims(Session& session, const Invocation& call, Effects& effects);
  static void ims_changed(Session& session, Answer answer, Effects& effects);

  // ---- commands/chl_qry.cpp ----
  static void chl(Session& session, const Invocation& call, Effects& effects);
  static void qry(Session& session, const Invocation& call, Effects& effects);

  // ---- commands/add_rem.cpp ----
  static void add(Session& session, const Invocation& call, Effects& effects);
  static void added(Session& session, Answer answer, Effects& effects);
  static void rem(Session& session, const Invocation& call, Effects& effects);
  static void removed(Session& session, Answer answer, Effects& effects);
  static void left_open(Session& session, model::List list, const Answer& answer);

  // ---- commands/groups.cpp ----
  static void adg(Session& session, const Invocation& call, Effects& effects);
  static void reg(Session& session, const Invocation& call, Effects& effects);
  static void rmg(Session& session, const Invocation& call, Effects& effects);
  static void groups_changed(Session& session, Answer answer, Effects& effects);
  // A group's number; one that no group can have becomes one that no group has. Nothing when it is
  // no number.
  static std::optional<model::GroupId> group_id(std::string_view text);

  // ---- commands/rea.cpp ----
  static void rea(Session& session, const Invocation& call, Effects& effects);
  static void renamed(Session& session, Answer answer, Effects& effects);

  // ---- commands/prp.cpp ----
  static void prp(Session& session, const Invocation& call, Effects& effects);
  static void property_set(Session& session, Answer answer, Effects& effects);

  // ---- commands/gtc_blp.cpp ----
  static void gtc(Session& session, const Invocation& call, Effects& effects);
  static void blp(Session& session, const Invocation& call, Effects& effects);
  static void mode_set(Session& session, Answer answer, Effects& effects);

  // ---- commands/lists.cpp: what they share ----
  // The lines of one list, with the BPRs that follow each FL entry when asked for.
  static void write_list(Session& session, std::string_view trid, const model::Roster& roster,
                         model::List list, bool with_numbers, Effects& effects);
  static void write_groups(Session& session, std::string_view trid, const model::Roster& roster,
                           Effects& effects);
  static void write_numbers(Session& session, Serial serial, std::string_view handle,
                            const model::Numbers& numbers, Effects& effects);
  // The change that was asked for, after the events that came before it have been shown; null when
  // it was refused or failed, which has then been answered.
  static model::Changed* change(Session& session, const Answer& answer, Effects& effects);
  // The reply to the change has been written: the client knows its serial, and what was held behind
  // it follows.
  static void conclude(Session& session, const model::Changed& changed, Effects& effects);
  // The lines just written say how things are at this serial: the client knows it, whatever rows he
  // has not read on the way.
  static void reach(Session& session, Serial serial, Effects& effects);
  // Answers what is not the reply that was hoped for: the code of Refused, else 501.
  static void refuse(Session& session, const Answer& answer, Effects& effects);
};

}  // namespace monarch::notification
