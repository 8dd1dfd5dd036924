// The commands, one function each. Blocking; each makes its calls and says what came of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "monarchctl/cluster.hpp"
#include "monarchctl/output.hpp"
#include "monarchctl/password.hpp"

namespace monarch::ctl {

using Answer = Result<Output, Problem>;

struct DoctorOptions {
  // With --connect: HOST[:PORT], and the accounts to use there.
  std::string connect;
  std::string email;
  std::string password_file;
  std::string email2;
  std::string password_file2;
  int timeout_seconds = 5;  // per hop
  bool quiet = false;       // the hops are not printed as they happen
};

struct NotifyOptions {
  std::string email;
  bool everyone = false;
  std::string text;         // in its place on the line
  std::string text_option;  // --text
  std::string url;          // site and action in one
  std::string site;
  std::string action;
  std::string subscribe;
  std::string icon;
  std::optional<std::uint32_t> id;
  std::uint32_t lcid = 1033;
};

struct ContactOptions {
  std::string email;
  std::string action;  // "add" or "remove"
  std::string list;
  std::string other;
  std::string name;
};

struct PageOptions {
  std::string email;
  std::string from;
  std::string text;
};

struct MailOptions {
  bool is_activity = false;
  std::string email;
  std::string from;
  std::string from_address;
  std::string subject;
  std::string message_url;
  std::string post_url;
  std::string folder = "ACTIVE";
  std::string source;
  std::string destination;
  std::int32_t delta = 1;
};

struct DrainOptions {
  std::string node;
  std::uint32_t per_second = 0;      // 0: the node's own pace
  std::uint32_t within_seconds = 0;  // 0: the node's grace time
  bool no_wait = false;
  std::uint32_t wait_seconds = 0;  // for its end; 0: not at all
  bool quiet = false;              // nothing is said meanwhile
};

struct TraceOptions {
  std::string email;
  std::uint32_t seconds = 600;
  bool wait = false;  // for the sign-in
  bool json = false;  // one document a line
};

// How somebody is shown in the member directory that FND searches.
struct DirectoryOptions {
  std::string first;
  std::string last;
  std::string city;
  std::string state;
  std::string country;
  bool remove = false;

  [[nodiscard]] bool given() const { return !(first + last + city + state + country).empty(); }
};

[[nodiscard]] Answer add_account(Cluster& cluster, const std::string& email,
                                 const PasswordSource& password, const std::string& name);
// `file` "-" is stdin.
[[nodiscard]] Answer import_accounts(Cluster& cluster, const std::string& file, bool atomic);
[[nodiscard]] Answer list_accounts(Cluster& cluster);
[[nodiscard]] Answer show_account(Cluster& cluster, const std::string& email);
[[nodiscard]] Answer set_password(Cluster& cluster, const std::string& email,
                                  const PasswordSource& password);
[[nodiscard]] Answer delete_account(Cluster& cluster, const std::string& email);
[[nodiscard]] Answer show_directory_entry(Cluster& cluster, const std::string& email);
[[nodiscard]] Answer set_directory_entry(Cluster& cluster, const std::string& email,
                                         const DirectoryOptions& entry);
[[nodiscard]] Answer remove_directory_entry(Cluster& cluster, const std::string& email);
// ---- the states of an account: account_states.cpp ----
[[nodiscard]] Answer suspend_account(Cluster& cluster, const std::string& email);
[[nodiscard]] Answer resume_account(Cluster& cluster, const std::string& email);
// One of the two must be said.
[[nodiscard]] Answer set_consent(Cluster& cluster, const std::string& email, bool given,
                                 bool missing);
[[nodiscard]] Answer set_verified(Cluster& cluster, const std::string& email, bool verified);

// ---- what acts at once: people.cpp, mail.cpp ----
[[nodiscard]] Answer notify_people(Cluster& cluster, const NotifyOptions& options);
// `node` empty: all.
[[nodiscard]] Answer announce(Cluster& cluster, std::uint32_t minutes, const std::string& node);
[[nodiscard]] Answer kick_account(Cluster& cluster, const std::string& email);
[[nodiscard]] Answer set_status(Cluster& cluster, const std::string& email,
                                const std::string& status);
[[nodiscard]] Answer change_contact(Cluster& cluster, const ContactOptions& options);
[[nodiscard]] Answer deliver_page(Cluster& cluster, const PageOptions& options);
[[nodiscard]] Answer deliver_mail(Cluster& cluster, const MailOptions& options);

[[nodiscard]] Answer list_nodes(Cluster& cluster);
// Tells on stderr how many are left while it waits, unless quiet.
[[nodiscard]] Answer drain_node(Cluster& cluster, const DrainOptions& options);
// All sessions when `email` is empty.
[[nodiscard]] Answer list_sessions(Cluster& cluster, const std::string& email);
// Why `viewer` does or does not see `subject`.
[[nodiscard]] Answer explain_sight(Cluster& cluster, const std::string& subject,
                                   const std::string& viewer);
// Prints each line as it comes, until the session ends, the time is over or Ctrl-C.
[[nodiscard]] Answer trace_session(Cluster& cluster, const TraceOptions& options);
// Prints each hop when it is over, unless quiet.
[[nodiscard]] Answer see_doctor(Cluster& cluster, const DoctorOptions& options);

}  // namespace monarch::ctl
