// Session: one client connection of a notification node as a pure state machine, from its first
// byte to its last: sign-in, lists, presence (docs/protocol/notification.md,
// docs/protocol/dispatch.md). Owned by its Node, on the node's loop. Each entry point says in
// Effects what is to be done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/handle.hpp"
#include "base/ids.hpp"
#include "base/random.hpp"
#include "model/hint.hpp"
#include "model/presence.hpp"
#include "msnp/command_counts.hpp"
#include "msnp/command_table.hpp"
#include "msnp/effects.hpp"
#include "msnp/framer.hpp"
#include "msnp/opening.hpp"
#include "notification/core/counters.hpp"
#include "notification/core/doors.hpp"
#include "notification/core/ledger.hpp"
#include "notification/core/ports.hpp"
#include "notification/core/quota.hpp"
#include "notification/core/settings.hpp"
#include "notification/core/watch.hpp"

namespace monarch::notification {

// What one call of a session wants done, besides bytes and the end of the connection.
struct Effects : msnp::Effects {
  // The one question in flight: to auth, or to presence. Answered by verified() or answer(); until
  // then further commands wait and notices flow on.
  std::optional<Verify> verify;
  std::optional<model::Request> ask;
  // When the command that asks began to be answered: its client waits from then on, however many
  // questions one command takes (docs/protocol/errors.md#errors-by-command-what-our-server-sends).
  TimePoint asked_for_since;
  // To a switchboard; answered by reserved(), and like verify and ask the only question in flight.
  std::optional<Reservation> reserve;
  // Out of the cluster; answered by mailed() and paged(), and likewise the only question in flight.
  std::optional<Mail> mail;
  std::optional<Page> page;
  // A question of the session's own, for which no command waits. Answered by finish().
  std::optional<model::Request> chore;
  // The session has missed something that only a comparison finds: make one soon.
  bool compare = false;
  // The contacts have been shown: time to look for mail. Answered by mail_counted(), or never.
  bool count_mail = false;
};

// Whether a newcomer may sign in here (docs/protocol/dispatch.md#5-xfr-ns).
struct Admission {
  enum class Kind : std::uint8_t { kWelcome, kReferred, kFull, kNowhere };
  Kind kind = Kind::kWelcome;
  std::string address = {};  // of kReferred
  // Of all but kWelcome: the node it is, and why not this one.
  std::string target = std::string(msnp::ReferralCounts::kNobody);
  msnp::Referral reason = msnp::Referral::kFull;
};

class Doorkeeper {
 public:
  virtual ~Doorkeeper() = default;
  [[nodiscard]] virtual Admission admit(const Handle& handle) = 0;
  // Whoever has been let in and is not yet signed in is asked to go elsewhere, too.
  [[nodiscard]] virtual bool draining() const = 0;
};

// What all sessions of a node share; it outlives them.
struct Surroundings {
  const Settings& settings;
  const Clock& clock;
  Random& random;
  Counters& counters;
  Doorkeeper& door;
  msnp::Opening::Settings opening;
  Md5Hex md5;
  Quota mails{};
  Quota pages{};
  std::uint64_t last_trace = 0;  // the id of the last one
  Witness* witness = nullptr;
};

class Session {
 public:
  // `peer` is the client's address without its port.
  Session(Surroundings& around, std::string_view peer);

  // ---- entry points ----
  void receive(std::string_view bytes, Effects& effects);
  void verified(const Verified& answer, Effects& effects);
  // `asked` is the request that Effects::ask held.
  void answer(const model::Request& asked, model::Reply reply, Effects& effects);
  void reserved(const Reserved& answer, Effects& effects);
  void mailed(Delivery outcome, Effects& effects);
  void paged(Delivery outcome, Effects& effects);
  void finish(const model::Request& chore, const model::Reply& reply, Effects& effects);
  // A contact's state. kShown: the caller writes append_presence() of it, a line that he may share
  // among all who get it.
  [[nodiscard]] Fate present(const model::ContactState& state);
  Fate roster(const model::RosterEvent& event, Effects& effects);
  // RNG; not to a user who is hidden by now.
  void ring(const model::RingHint& hint, Effects& effects);
  // NOT, IPG, MSG or CHG 0, as its kind demands; also to a user who is hidden.
  NoticeFate notice(const model::Notice& notice, Effects& effects);
  MailAnswer mail_counted(const Mailbox& mailbox, Effects& effects);
  void kick(model::KickReason reason, Effects& effects);
  void shut_down(Effects& effects);  // OUT SSD
  // What a comparison found; `reported` is what report() gave for it, contacts aside.
  void compared(const model::SessionVerdict& verdict, const model::SessionReport& reported,
                Effects& effects);
  // The session was opened anew under this token.
  void reopened(model::Version token) { ref_.token = token; }
  // Another id for a sign-in under way: the outcome under the old one is not known.
  SessionId renew();
  void advance(Effects& effects);

  // ---- looking in ----
  // When advance() is to be called next.
  [[nodiscard]] std::optional<TimePoint> due() const;
  [[nodiscard]] bool signed_in() const { return state_ == State::kSignedIn; }
  // Back-pressure: nothing more is to be read of this client for now.
  [[nodiscard]] bool paused() const { return paused_; }
  // Set from the question to presence on; the token from its answer on.
  [[nodiscard]] const model::SessionRef& ref() const { return ref_; }
  [[nodiscard]] const Handle& handle() const { return handle_; }
  [[nodiscard]] msnp::Dialect dialect() const { return dialect_; }
  // That its server goes down: nobody is told twice.
  [[nodiscard]] bool told_of_shutdown() const { return told_of_shutdown_; }
  // nullopt before the first CHG.
  [[nodiscard]] std::optional<model::Status> status() const;
  // What presence is told when the session is opened anew.
  [[nodiscard]] model::OpenSession::Resume resume() const;
  // What slow truth compares; only of a session that is signed in.
  [[nodiscard]] model::SessionReport report() const;
  // Bytes on the heap, for the memory budget's test.
  [[nodiscard]] std::size_t heap_bytes() const;

 private:
  friend struct Commands;

  enum class State : std::uint8_t { kOpening, kVerifying, kJoining, kSignedIn, kClosed };
  enum class Chore : std::uint8_t { kNone, kAnnounce, kJournal };

  // What happened between connect and USR OK; freed then.
  struct Login {
    Login(const msnp::Opening::Settings& settings, std::string_view address, TimePoint until)
        : opening(settings), peer(address), deadline(until) {}
    msnp::Opening opening;
    std::string peer;
    std::string challenge;
    TimePoint deadline;
  };

  // A reply on its way into a handler: `asked` is what was asked, `trid` the command's.
  struct Answer {
    std::string_view trid;
    const model::Request& asked;
    model::Reply& reply;
    std::uint8_t detail;
  };
  using Then = void (*)(Session&, Answer, Effects&);
  struct Pending {
    std::string trid;
    Then then = nullptr;
    std::uint8_t detail = 0;
  };

  // From the first CHL of either side on (docs/protocol/notification.md#chl-qry-6).
  struct Challenges {
    std::string question;  // that is not answered yet; empty: none
    TimePoint answer_by;
    TimePoint next = TimePoint::max();  // the server's own
  };

  // Times of the last successful own REA, PRP and XFR SB
  // (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules).
  struct Bursts {
    std::vector<TimePoint> renames;
    std::vector<TimePoint> properties;
    std::vector<TimePoint> switchboards;
  };

  // What the doors that lead out are used for; made when first needed.
  struct Outside {
    // Who the last FND has found, by its index less one.
    std::vector<std::string> found;
    // What is to be paged once presence has said whom.
    std::optional<PageText> page;
  };

  // ---- reading ----
  void pump(Effects& effects);
  void handle(const msnp::Command& command, Effects& effects);
  void open(const msnp::Command& command, Effects& effects);
  [[nodiscard]] bool waiting() const;
  [[nodiscard]] bool take_token();

  // ---- what handlers use ----
  [[nodiscard]] msnp::Encoder lines(Effects& effects) const {
    return msnp::Encoder(effects.send, dialect_);
  }
  [[nodiscard]] Ledger::Lines serial_lines(Effects& effects) const {
    return {lines(effects), dialect_, watch_.get()};
  }
  void error(msnp::ErrorCode code, std::string_view trid, Effects& effects);
  // Of an error that somebody else has written; kNone is none.
  void count_error(msnp::ErrorCode code);
  void close(CloseReason reason, Effects& effects);
  void ask(model::Request request, std::string_view trid, Then then, Effects& effects,
           std::uint8_t detail = 0);
  // The next change's (SessionId, sequence), with what the client has been shown.
  [[nodiscard]] model::Attempt attempt();
  [[nodiscard]] Bursts& bursts();
  [[nodiscard]] Outside& outside();
  [[nodiscard]] bool is_burst(std::vector<TimePoint>& times, std::size_t most) const;
  void signed_out_elsewhere(Effects& effects);

  // ---- challenges (session_challenges.cpp) ----
  // CHL; TrID 0 when the client has not asked for it.
  void challenge(std::string_view trid, Effects& effects);
  // The first CHG is done: the server's own challenges begin, if it makes any.
  void begin_challenges(Effects& effects);
  // False: one was not answered in time, and the connection is closed.
  [[nodiscard]] bool advance_challenges(Effects& effects);
  [[nodiscard]] std::optional<TimePoint> challenges_due() const;
  // ---- notices (session_notices.cpp) ----
  NoticeFate tell(const model::Toast& toast, Effects& effects);
  NoticeFate tell(const model::ShutdownNotice& notice, Effects& effects);
  NoticeFate tell(const model::NewStatus& status, Effects& effects);
  NoticeFate tell(const model::NewMail& mail, Effects& effects);
  NoticeFate tell(const model::MailActivity& activity, Effects& effects);
  NoticeFate tell(const model::IncomingPage& page, Effects& effects);
  [[nodiscard]] NoticeFate send_mail(bool fits, const std::string& payload, Effects& effects);

  // ---- presence ----
  // The next ChangeStatus of this session.
  [[nodiscard]] model::ChangeStatus announcement(model::Status status, bool ims_off);
  void ask_status(model::ChangeStatus change, std::string_view trid, Then then, Effects& effects);
  // By which the command under way can be followed through the cluster.
  [[nodiscard]] model::Trace trace();
  void announce_later(TimePoint when);
  // Whether a change of the forward list has happened is not known: asks who is in it.
  void doubt_contacts();
  void start_chores(Effects& effects);
  void finish_announcement(const model::ChangeStatus& chore, const model::Reply& reply,
                           Effects& effects);
  void finish_journal(const model::Reply& reply, Effects& effects);

  Surroundings* around_;
  msnp::Framer framer_;
  Handle handle_;
  std::string friendly_name_;
  model::SessionRef ref_;
  Pending pending_;
  std::unique_ptr<Login> login_;
  std::unique_ptr<Watch> watch_;          // from the first CHG on
  std::unique_ptr<Bursts> bursts_;        // from the first own REA or PRP on
  std::unique_ptr<model::Roster> stash_;  // a LST that waits for the journal
  std::unique_ptr<Challenges> challenges_;
  std::unique_ptr<Outside> outside_;  // from the first FND or PAG on
  Ledger ledger_;
  std::uint64_t sequence_ = 0;         // of the changes of the roster
  std::uint64_t status_sequence_ = 0;  // of ChangeStatus
  TimePoint command_since_;            // when the command under way was taken up
  msnp::CommandUnderWay command_;
  TimePoint tokens_from_;  // the token bucket as one number: when it would be full
  TimePoint announce_at_;  // of an unannounced status
  msnp::Dialect dialect_;
  State state_ = State::kOpening;
  Chore chore_ = Chore::kNone;
  model::Status status_ = model::Status::kOffline;  // before the first CHG
  bool address_verified_ = false;
  bool throttled_ = false;  // a command waits for its token
  bool paused_ = false;     // and until all that was read is done, nothing is read
  bool told_of_shutdown_ = false;
  bool adding_ = false;       // an ADD FL is in flight
  bool reserving_ = false;    // an XFR SB is
  bool unannounced_ = false;  // CHG or IMS was answered, presence does not know yet
  bool ims_off_ = false;      // docs/protocol/notification.md#ims-3-webtv
  bool mailing_ = false;      // a SND or SDC is
  bool paging_ = false;       // a PAG is, and presence has answered
};

}  // namespace monarch::notification
