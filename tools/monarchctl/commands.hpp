// The commands, one function each. Blocking; each makes its calls and says what came of them.
#pragma once

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
[[nodiscard]] Answer list_nodes(Cluster& cluster);
// All sessions when `email` is empty.
[[nodiscard]] Answer list_sessions(Cluster& cluster, const std::string& email);
// Prints each hop when it is over, unless quiet.
[[nodiscard]] Answer see_doctor(Cluster& cluster, const DoctorOptions& options);

}  // namespace monarch::ctl
