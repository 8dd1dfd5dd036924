#include "testing/world/pure_operator.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <utility>

#include "model/list.hpp"
#include "model/status.hpp"
#include "msnp/mail.hpp"
#include "msnp/notice.hpp"
#include "msnp/url_coding.hpp"

namespace monarch::world {
namespace {

using Done = Outcome<std::string>;

// Words in their places, and `--name value` or `--flag`.
struct Line {
  std::vector<std::string> places;
  std::map<std::string, std::string> options;

  [[nodiscard]] std::string place(std::size_t i) const {
    return i < places.size() ? places[i] : std::string();
  }
  [[nodiscard]] bool has(const std::string& name) const { return options.contains(name); }
  [[nodiscard]] std::string option(const std::string& name, const std::string& missing = "") const {
    const auto found = options.find(name);
    return found == options.end() ? missing : found->second;
  }
  [[nodiscard]] std::uint32_t number(const std::string& name) const {
    return static_cast<std::uint32_t>(std::strtoul(option(name, "0").c_str(), nullptr, 10));
  }
};

constexpr const char* kFlags[] = {"--all", "--given", "--missing", "--undo"};

Line parse(const std::vector<std::string>& words) {
  Line line;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--")) {
      line.places.push_back(words[i]);
    } else if (std::find(std::begin(kFlags), std::end(kFlags), words[i]) != std::end(kFlags)) {
      line.options[words[i]] = "";
    } else if (i + 1 < words.size()) {
      line.options[words[i]] = words[i + 1];
      ++i;
    }
  }
  return line;
}

Done done(bool good) {
  if (good) return Ok{};
  return fail(std::string("refused"));
}

// For one person it has to reach him.
Done told(const std::optional<presence::Reached>& reached) {
  if (!reached) return fail(std::string("no such account"));
  return done(reached->sessions > 0);
}

Done notify(PureCluster& cluster, const Line& line) {
  const bool everyone = line.has("--all");
  model::Toast toast;
  toast.id = line.number("--id");
  toast.site_url = line.option("--site");
  toast.action_url = line.option("--action");
  toast.settings_url = line.option("--subscribe");
  toast.icon = line.option("--icon");
  toast.text = line.option("--text", line.place(everyone ? 1 : 2));
  if (const std::string url = line.option("--url"); !url.empty()) {
    const auto slash = url.find('/', url.find("://") + 3);
    toast.site_url = url.substr(0, slash + 1);
    toast.action_url = url.substr(slash + 1);
  }
  if (auto good = msnp::check_toast(toast); !good) return good;
  if (!everyone) return told(cluster.notify(line.place(1), toast));
  return done(cluster.notify_nodes(cluster.live_nodes(), toast).has_value());
}

Done announce(PureCluster& cluster, const Line& line) {
  auto nodes = cluster.live_nodes();
  if (line.has("--node")) {
    const NodeId wanted(line.option("--node"));
    const bool alive = std::find(nodes.begin(), nodes.end(), wanted) != nodes.end();
    if (!alive) return fail("no " + wanted.value());
    nodes = {wanted};
  }
  return done(
      cluster.notify_nodes(nodes, model::ShutdownNotice{line.number("--minutes")}).has_value());
}

Done set_status(PureCluster& cluster, const Line& line) {
  const auto status = model::parse_status(line.place(2));
  if (!status || *status == model::Status::kOffline) return fail("no status " + line.place(2));
  return told(cluster.notify(line.place(1), model::NewStatus{*status}));
}

Done change_contact(PureCluster& cluster, const Line& line) {
  const auto account = cluster.account_of(line.place(1));
  const auto list = model::parse_list(line.place(3));
  if (!account || !list) return fail(std::string("no such account, or list"));
  model::Attempt attempt;
  attempt.session.account = *account;
  const std::string other = line.place(4);
  const std::string name = msnp::encode_name(line.option("--name", other));
  model::Request change;
  if (line.place(2) == "remove") {
    change = model::RemoveContact{attempt, *list, other, std::nullopt};
  } else {
    change = model::AddContact{attempt, *list, other, name, std::nullopt};
  }
  return done(std::holds_alternative<model::Changed>(cluster.ask(std::move(change))));
}

Done deliver_page(PureCluster& cluster, const Line& line) {
  const model::IncomingPage page{line.option("--from"), line.place(2), 0};
  if (auto good = msnp::check_page(page); !good) return good;
  return told(cluster.notify(line.place(1), page));
}

Done deliver_mail(PureCluster& cluster, const Line& line) {
  if (!cluster.serves_mail_events()) return fail(std::string("presence serves no mail events"));
  if (line.place(1) == "moved") {
    const auto count = std::strtol(line.option("--count", "1").c_str(), nullptr, 10);
    const model::MailActivity activity{line.option("--from-folder"), line.option("--to-folder"),
                                       static_cast<std::int32_t>(count)};
    if (auto good = msnp::check_mail_activity(activity); !good) return good;
    return told(cluster.notify(line.place(2), activity));
  }
  const model::NewMail mail{line.option("--from"),
                            line.option("--from-address"),
                            line.option("--subject"),
                            line.option("--message-url"),
                            line.option("--post-url"),
                            line.option("--folder", "ACTIVE"),
                            2};
  if (auto good = msnp::check_new_mail(mail); !good) return good;
  return told(cluster.notify(line.place(2), mail));
}

Done change_account(PureCluster& cluster, const Line& line) {
  const std::string verb = line.place(1);
  const std::string handle = line.place(2);
  if (verb == "delete") return done(cluster.delete_account(handle));
  if (verb == "suspend") return done(cluster.suspend_account(handle));
  if (verb == "resume") return done(cluster.resume_account(handle));
  if (verb == "consent") return done(cluster.set_consent(handle, line.has("--given")));
  if (verb == "verify" && cluster.account_of(handle)) {
    cluster.set_verified(handle, !line.has("--undo"));
    return Ok{};
  }
  return fail("no account " + verb);
}

struct Command {
  const char* name;
  Done (*run)(PureCluster& cluster, const Line& line);
};

constexpr Command kCommands[] = {
    {"account", change_account},
    {"kick",
     [](PureCluster& cluster, const Line& line) { return done(cluster.kick(line.place(1))); }},
    {"notify", notify},
    {"announce", announce},
    {"status", set_status},
    {"contacts", change_contact},
    {"page", deliver_page},
    {"mail", deliver_mail},
};

}  // namespace

Outcome<std::string> operate(PureCluster& cluster, const std::vector<std::string>& words) {
  const Line line = parse(words);
  for (const auto& command : kCommands) {
    if (line.place(0) == command.name) return command.run(cluster, line);
  }
  return fail("there is no command " + line.place(0));
}

}  // namespace monarch::world
