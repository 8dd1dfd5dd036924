// What a person's client knows from the lines it got and from nothing else, and what it may demand
// of them: replies in the order of its commands, gates kept, serials that rise, no line twice. A
// plain reading of docs/protocol that shares no code with the server. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "testing/world/pure_cluster.hpp"

namespace monarch::simulation {

using Words = std::vector<std::string>;

// What the client keeps on its disk: one account's lists as of a serial.
struct Lists {
  struct Contact {
    std::string name;
    std::array<std::string, 4> numbers{"", "", "", "N"};  // PHH PHW PHM MOB; MSNP5 on
    std::set<unsigned> groups{};                          // FL; MSNP7
    friend bool operator==(const Contact&, const Contact&) = default;
  };
  using List = std::map<std::string, Contact>;  // by handle

  std::uint32_t serial = 0;
  int dialect = 0;
  std::string ask = "A";
  std::string blp = "AL";
  std::map<std::string, std::string> properties;     // PHH PHW PHM MOB MBE; MSNP5 on
  std::map<std::string, List> lists;                 // FL AL BL RL
  std::map<unsigned, std::string> groups{{0, "~"}};  // MSNP7
};

struct Identity {
  std::string handle;
  std::string password;
};

class Client {
 public:
  struct Shown {
    std::string status;
    std::string name;
    friend bool operator==(const Shown&, const Shown&) = default;
  };
  // A serial that no reply of ours has told, as the line that told it.
  struct Event {
    std::uint32_t serial = 0;
    std::string line;
  };

  Client(world::PureCluster& cluster, const Identity& who, int dialect, std::string label,
         const std::string& address, const Lists& cache);

  // Reads what has come, answers the opening, and looks at the clock.
  void poll();
  // A command with its TrID; `args` follow it. PNG and OUT have none.
  void command(const std::string& verb, const Words& args, const std::string& payload = {});
  // PAG, which is not answered as a rule.
  void page(const std::string& handle);
  void synchronise(bool from_cache);
  void drop();

  // Why this client has a right to complain; the first complaint stays.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] bool signed_in() const { return signed_in_ && !over_; }
  // No reply is owed; a PAG may have none.
  [[nodiscard]] bool idle() const;
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }
  [[nodiscard]] bool synchronised() const { return synchronised_; }
  [[nodiscard]] const std::string& status() const { return status_; }  // "" before the first CHG
  [[nodiscard]] bool ims_off() const { return ims_off_; }
  // Whether he is seen and may be called; who may not be called, may not call.
  [[nodiscard]] bool may_call() const;
  // Address and ticket of the last XFR SB.
  [[nodiscard]] std::pair<std::string, std::string> take_switchboard();
  [[nodiscard]] std::size_t rings() const { return rings_; }
  // No challenge is under way that a second one could be mistaken for.
  [[nodiscard]] bool may_ask_challenge() const;
  [[nodiscard]] const std::map<std::string, Shown>& shown() const { return shown_; }
  [[nodiscard]] const Lists& lists() const { return lists_; }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] std::uint32_t base() const { return base_; }  // the serial of the last SYN
  [[nodiscard]] int dialect() const { return dialect_; }
  [[nodiscard]] world::ClientId id() const { return id_; }
  [[nodiscard]] const Identity& who() const { return who_; }
  [[nodiscard]] const std::string& label() const { return label_; }
  // Where an XFR has sent it.
  [[nodiscard]] const std::string& referred() const { return referred_; }
  [[nodiscard]] std::size_t replies() const { return replies_; }
  // A change that no line tells has an unknown outcome (501), or was made by another session of the
  // account: names, numbers and switches may be anything until the next dump. Who is on which list
  // is told by lines, sooner or later.
  [[nodiscard]] bool unsure() const { return unsure_; }
  // The same of groups, and of who has left FL with one.
  [[nodiscard]] bool unsure_of_groups() const { return unsure_of_groups_; }
  void make_unsure(bool of_groups) {
    unsure_ = true;
    unsure_of_groups_ = unsure_of_groups_ || of_groups;
  }
  // An ADD or REM of him has failed: nobody can tell whether he is on the list, until a line does.
  [[nodiscard]] bool in_doubt(const std::string& handle) const {
    return doubtful_.contains(handle);
  }
  // An ADD with a group has been answered while it is not known whom an RMG of unknown outcome took
  // along: he was on the list all the time, or is somebody new, until a line about him comes.
  [[nodiscard]] bool is_unclear(const std::string& handle) const {
    return unclear_.contains(handle);
  }
  // Which serials were told by replies of ours.
  [[nodiscard]] bool is_own(Serial serial) const { return own_.contains(serial.value()); }
  // A change of groups is still to be answered.
  [[nodiscard]] bool changes_groups() const;

 private:
  struct Command {
    std::string trid;
    std::string verb;
    Words args;
    std::string payload;
  };
  struct Numbers {  // the four BPR that follow an ADD FL
    std::string handle;
    std::uint32_t serial = 0;
    std::size_t next = 0;
    bool doubtful = false;  // he may have been on the list before: then there are none
    [[nodiscard]] bool may_be_missing() const { return doubtful && next == 0; }
  };

  void complain(const std::string& what);
  void send(const std::string& line, const std::string& payload);
  bool take_line();
  void read(const std::string& line);
  void read_opening(const Words& words);
  void read_notice(const Words& words, const std::string& line);
  void read_presence(const Words& words);
  void read_reply(const Words& words);
  void read_change(const Command& asked, const Words& words);
  void read_list_change(const Command& asked, const Words& words, std::uint32_t serial);
  void read_group_change(const Command& asked, const Words& words);
  void leave_group(unsigned group);
  void read_dump(const Words& words);
  void read_list_line(const Words& words);
  void read_number(const Words& words, const std::string& line);
  void refused(const Command& asked, const std::string& code);
  // What leads out of the server, and what comes from outside (client_doors.cpp). False: it is no
  // such reply.
  bool read_door_reply(const Command& asked, const Words& words);
  void pass_over_pages(const Words& words);
  void read_group_line(const Words& words);
  void read_new_status(const Words& words);
  void read_document(const Words& words);
  // IMS, XFR SB and challenges (client_session.cpp).
  void read_challenge(const Words& words);
  void read_session_reply(const Command& asked, const Words& words);
  void refused_session(const Command& asked, const std::string& code);
  void read_ring(const Words& words);
  void judge_refusal(const Command& asked, const std::string& code);
  void judge_group_refusal(const Command& asked, const std::string& code);
  void done();
  void show(const std::string& handle, Shown state, bool iln);
  std::uint32_t serial_of(const std::string& word);
  void rise(std::uint32_t serial);
  [[nodiscard]] bool sure() const { return have_lists_ && !unsure_; }
  // Of who is on a list.
  [[nodiscard]] bool sure_of(const std::string& list, const std::string& handle) const {
    return sure() && !in_doubt(handle) && (list != "FL" || !unsure_of_groups_);
  }

  world::PureCluster& cluster_;
  Identity who_;
  int dialect_;
  std::string label_;
  world::ClientId id_;
  Lists cache_;
  std::string inbox_;
  std::string complaint_;
  std::string referred_;
  bool over_ = false;
  bool signed_in_ = false;
  bool synchronised_ = false;
  bool have_lists_ = false;
  bool unsure_ = false;
  bool unsure_of_groups_ = false;
  bool leaving_ = false;
  bool ims_off_ = false;
  bool status_raced_ = false;  // by CHG 0, while an XFR SB was asked
  std::pair<std::string, std::string> switchboard_;
  std::size_t rings_ = 0;
  std::string question_;  // the last challenge
  std::string answered_;  // the last that was answered
  std::set<std::string> doubtful_;
  std::set<std::string> unclear_;
  unsigned last_trid_ = 0;
  std::deque<Command> pending_;
  TimePoint waiting_since_;
  std::string status_;
  std::map<std::string, Shown> shown_;
  Lists lists_;
  std::vector<Event> events_;
  std::set<std::uint32_t> own_;
  std::uint32_t base_ = 0;
  std::uint32_t serial_ = 0;  // the last one that any line told
  std::optional<Lists> dump_;
  std::string dump_place_;  // what has come of the dump, one letter a kind
  std::string last_contact_;
  std::size_t numbers_in_dump_ = 0;
  Lists::List listing_;
  std::optional<Numbers> numbers_;
  std::string iln_trid_;  // of the reply just read, while ILN may follow
  std::size_t replies_ = 0;
};

}  // namespace monarch::simulation
