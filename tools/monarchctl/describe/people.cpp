// notify, announce, kick, status, contacts, page, mail: what acts at once on those who are signed
// in, on whatever node they are.
#include <functional>

#include "monarchctl/describe/command_line.hpp"

namespace monarch::ctl {
namespace {

void describe_notify(CLI::App& app, CommandLine& line) {
  auto& to = line.notify;
  auto* notify = app.add_subcommand("notify", "Put a toast on the screens of those signed in");
  notify->add_option("EMAIL", to.email, "Who gets it");
  notify->add_option("TEXT", to.text, "What it says; the same as --text");
  notify->add_flag("--all", to.everyone, "Everybody who is signed in gets it");
  notify->add_option("--text", to.text_option, "What it says");
  auto* url = notify->add_option("--url", to.url, "Where a click leads: http://…");
  notify->add_option("--site", to.site, "The site that the next three are relative to: http://…/")
      ->excludes(url);
  notify->add_option("--action", to.action, "Where a click leads, on that site")->excludes(url);
  notify->add_option("--subscribe", to.subscribe,
                     "Where a click on \"change alert settings\" leads");
  notify->add_option("--icon", to.icon, "A picture of 32 by 32 points beside it");
  notify->add_option("--id", to.id, "The notice's number [default: a fresh one]");
  notify->add_option("--lcid", to.lcid, "The text's language, as Windows numbers it")
      ->capture_default_str();
  notify->footer(
      "Clients show it as a small window above the clock for some seconds (MSNP5 and later; older "
      "ones have\n"
      "none, and are counted apart). What is too long for one is cut at its end. It is not kept "
      "for those\n"
      "who are not signed in; exit status 1 says that EMAIL did not get it.\n\n"
      "Examples: monarchctl notify alice@example.com --text \"Your parcel is here\" --url "
      "http://shop.example.com/7\n"
      "          monarchctl notify --all --text \"Maintenance tonight at 23:00\"");
  notify->callback([&line] {
    line.command = [&line](Cluster& cluster) { return notify_people(cluster, line.notify); };
  });
}

void describe_announce(CLI::App& app, CommandLine& line) {
  auto* told = app.add_subcommand("announce", "Say that the server goes down in some minutes");
  told->add_option("--minutes", line.minutes, "In how many")->required();
  told->add_option("--node", line.node,
                   "Only to those signed in at this node (monarchctl nodes) [default: all]");
  told->footer(
      "Clients of every version tell their users in words of their own. It only tells: stop the "
      "node when\n"
      "the time has come, and it signs everybody out in good order.\n\n"
      "Example: monarchctl announce --minutes 5 --node notification-1");
  told->callback([&line] {
    line.command = [&line](Cluster& cluster) { return announce(cluster, line.minutes, line.node); };
  });
}

void describe_session(CLI::App& app, CommandLine& line) {
  auto* kick = app.add_subcommand("kick", "End the session of an account");
  kick->add_option("EMAIL", line.email, "The account: name@domain.tld")->required();
  kick->footer(
      "The client is told that it is signed out, and nothing more. Its user may sign in again at "
      "once: account\n"
      "suspend keeps him out.");
  kick->callback([&line] {
    line.command = [&line](Cluster& cluster) { return kick_account(cluster, line.email); };
  });

  auto* status = app.add_subcommand("status", "Give a session another status");
  status->add_option("EMAIL", line.email, "The account: name@domain.tld")->required();
  status
      ->add_option("STATUS", line.status,
                   "online busy idle be-right-back away phone lunch hidden, or the protocol's own "
                   "NLN BSY IDL BRB AWY PHN LUN HDN")
      ->required();
  status->footer(
      "The client and its contacts see it as though its user had chosen it; he may choose another "
      "one.\n\n"
      "Example: monarchctl status alice@example.com away");
  status->callback([&line] {
    line.command = [&line](Cluster& cluster) {
      return set_status(cluster, line.email, line.status);
    };
  });
}

void describe_contacts(CLI::App& app, CommandLine& line) {
  auto& to = line.contact;
  auto* contacts = app.add_subcommand("contacts", "Change somebody's lists");
  contacts->add_option("EMAIL", to.email, "Whose lists")->required();
  contacts->add_option("add|remove", to.action, "What to do")
      ->required()
      ->check(CLI::IsMember({"add", "remove"}));
  contacts->add_option("LIST", to.list, "FL contacts, AL allowed to see him, BL blocked")
      ->required()
      ->check(CLI::IsMember({"FL", "AL", "BL"}, CLI::ignore_case));
  contacts->add_option("OTHER", to.other, "The contact's account")->required();
  contacts->add_option("--name", to.name, "What he calls the contact [default: its email]");
  contacts->footer(
      "The rules that bind the user himself bind you: a list that is full stays full (exit status "
      "1). Whoever\n"
      "is signed in sees it at once.\n\n"
      "Example: monarchctl contacts alice@example.com add FL bob@example.com --name Bob");
  contacts->callback([&line] {
    line.command = [&line](Cluster& cluster) { return change_contact(cluster, line.contact); };
  });
}

void describe_page(CLI::App& app, CommandLine& line) {
  auto& to = line.page;
  auto* page = app.add_subcommand("page", "Deliver what a mobile phone has sent");
  page->add_option("EMAIL", to.email, "Who gets it")->required();
  page->add_option("TEXT", to.text, "What it says")->required();
  page->add_option("--from", to.from, "The sender's name or number")->required();
  page->footer(
      "For MSNP6 and later; it is not kept for those who are not signed in (exit status 1).\n\n"
      "Example: monarchctl page alice@example.com --from \"+1 555 0100\" \"I am late\"");
  page->callback([&line] {
    line.command = [&line](Cluster& cluster) { return deliver_page(cluster, line.page); };
  });
}

void describe_mail(CLI::App& app, CommandLine& line) {
  auto& to = line.mail;
  auto* mail = app.add_subcommand("mail", "Tell of mail, as a mail system would");
  mail->require_subcommand(1);
  mail->footer(
      "To try out what clients show before a mail system is connected. presence must serve that "
      "door:\n"
      "--mail-events, a setting.");
  auto* fresh = mail->add_subcommand("new", "Mail has come");
  fresh->add_option("EMAIL", to.email, "Whose mail")->required();
  fresh->add_option("--from", to.from, "The sender's name")->required();
  fresh->add_option("--from-address", to.from_address, "The sender's address")->required();
  fresh->add_option("--subject", to.subject, "What it is about");
  fresh->add_option("--message-url", to.message_url, "Where it is read, relative to --post-url");
  fresh->add_option("--post-url", to.post_url, "The mail system's site");
  fresh->add_option("--folder", to.folder, "Where it lies")->capture_default_str();
  fresh->callback([&line] {
    line.command = [&line](Cluster& cluster) { return deliver_mail(cluster, line.mail); };
  });
  auto* moved = mail->add_subcommand("moved", "Mail was read, moved or deleted elsewhere");
  moved->add_option("EMAIL", to.email, "Whose mail")->required();
  moved->add_option("--from-folder", to.source, "Where it lay")->required();
  moved->add_option("--to-folder", to.destination, "Where it lies now")->required();
  moved->add_option("--count", to.delta, "How many, or by how much the unread ones change")
      ->capture_default_str();
  moved->callback([&line] {
    line.mail.is_activity = true;
    line.command = [&line](Cluster& cluster) { return deliver_mail(cluster, line.mail); };
  });
}

}  // namespace

void describe_people(CLI::App& app, CommandLine& line) {
  describe_notify(app, line);
  describe_announce(app, line);
  describe_session(app, line);
  describe_contacts(app, line);
  describe_page(app, line);
  describe_mail(app, line);
}

}  // namespace monarch::ctl
