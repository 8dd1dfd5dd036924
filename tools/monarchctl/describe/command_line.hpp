// CommandLine: what was typed, once CLI11 has read it; and the functions that describe the commands
// to it, one per subject. For main.cpp.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "monarchctl/certs.hpp"
#include "monarchctl/commands.hpp"

namespace monarch::ctl {

struct CommandLine {
  ClusterOptions cluster;
  bool json = false;
  bool atomic = false;
  std::string email;
  std::string name;
  std::string file;
  std::string node;
  PasswordSource password;
  std::string viewer;
  std::string shell;
  TraceOptions trace;
  DoctorOptions doctor;
  DrainOptions drain;
  CertsOptions certs;
  DirectoryOptions directory;
  bool given = false;    // account consent
  bool missing = false;  // account consent
  bool undo = false;     // account verify
  NotifyOptions notify;
  std::uint32_t minutes = 0;
  std::string status;
  ContactOptions contact;
  PageOptions page;
  MailOptions mail;
  std::function<Answer(Cluster&)> command;  // the one that was chosen
};

// All of it. The application and the line outlive each other's use.
void describe(CLI::App& app, CommandLine& line);

void describe_accounts(CLI::App& app, CommandLine& line);
// Of `account`.
void describe_directory(CLI::App& account, CommandLine& line);
// What there is: nodes, sessions; and drain, which ends a node.
void describe_cluster(CLI::App& app, CommandLine& line);
// What acts at once on those who are signed in.
void describe_people(CLI::App& app, CommandLine& line);
// Why something is as it is: explain, trace.
void describe_looking(CLI::App& app, CommandLine& line);
// What is made from the description itself: completion, man.
void describe_self(CLI::App& app, CommandLine& line);
// `timeout` is the option of all commands, which means a hop here.
void describe_doctor(CLI::App& app, CommandLine& line, const CLI::Option* timeout);

}  // namespace monarch::ctl
