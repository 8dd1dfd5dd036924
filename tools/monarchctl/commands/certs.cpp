// How `certs` is written on the command line.
#include "monarchctl/certs.hpp"

#include <utility>

#include <CLI/CLI.hpp>

#include "base/clock.hpp"

namespace monarch::ctl {

void describe_certs(CLI::App& app, CertsOptions& options,
                    std::function<void(std::function<Answer()>)> chosen) {
  auto* certs = app.add_subcommand("certs", "Make and show the certificates of the cluster");
  certs->require_subcommand(1);
  const auto with_directory = [&options](CLI::App* command) {
    command->add_option("DIR", options.directory, "The folder that holds them")->required();
    return command;
  };
  auto* init = with_directory(
      certs->add_subcommand("init", "Make a private authority and a certificate for each service"));
  init->add_option("--days", options.days, "How long the certificates are valid")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  init->add_option("--service", options.services,
                   "Only for this one; may be given several times: auth, presence, notification, "
                   "switchboard, dispatch, admin");
  init->add_option("--host", options.hosts,
                   "A further name or IPv4 address in each certificate; may be given several "
                   "times. Monarch itself needs none");
  init->add_flag("--renew", options.renew,
                 "Issue new certificates by the authority that is there, with the same hosts");
  init->footer(
      "The authority lasts ten years. Nothing is overwritten but certificates by --renew; running\n"
      "services take those up within ten seconds. docs/security.md says more.\n\n"
      "Example: monarchctl certs init /etc/monarch/certs --days 90");
  init->callback([&options, chosen] {
    chosen([&options] { return init_certs(options, SystemClock().unix_time().count()); });
  });
  auto* show = with_directory(certs->add_subcommand("show", "List names and expiry"));
  show->footer("Exit status 1 when one of them has expired.");
  show->callback([&options, chosen] {
    chosen([&options] { return show_certs(options.directory, SystemClock().unix_time().count()); });
  });
}

}  // namespace monarch::ctl
