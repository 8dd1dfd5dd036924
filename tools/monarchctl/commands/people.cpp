// notify, announce, kick, status, contacts, page: what acts at once.
#include <algorithm>
#include <cctype>
#include <chrono>
#include <utility>

#include "model/list.hpp"
#include "model/status.hpp"
#include "monarchctl/commands.hpp"
#include "monarchctl/commands/sessions.hpp"

namespace monarch::ctl {

namespace pb = monarch::presence::v1;

namespace {

Problem problem_of(const Cluster& cluster, const std::string& who, const grpc::Status& status) {
  Problem problem = cluster.presence_problem(status);
  if (problem.status == kRefused && !who.empty()) problem.text = who + ": " + problem.text;
  return problem;
}

Problem wrong_usage(const std::string& why) { return {kFailed, why}; }

std::string sessions_text(std::uint32_t count) {
  return std::to_string(count) + (count == 1 ? " session" : " sessions");
}

void describe(const pb::Reached& reached, nlohmann::ordered_json& json) {
  json["sessions"] = reached.sessions();
  json["unable"] = reached.unable();
  json["more"] = reached.more();
  json["nodes"] = reached.nodes();
}

// One person: he got it, or why not.
Output told_one(const std::string& email, const pb::Reached& reached, const char* since) {
  Output output;
  output.json["email"] = email;
  describe(reached, output.json);
  if (reached.sessions() > 0) {
    output.text = "on its way to " + email + "\n";
    return output;
  }
  output.status = kRefused;
  output.text =
      reached.unable() > 0
          ? email + " is signed in with a version that has no such thing (" + since + ")\n"
          : email + " is not signed in\n";
  return output;
}

Output told_all(const pb::Reached& reached) {
  Output output;
  describe(reached, output.json);
  output.text = "on its way to " + std::string(reached.more() ? "more than " : "") +
                sessions_text(reached.sessions()) + " on " + std::to_string(reached.nodes()) +
                (reached.nodes() == 1 ? " node" : " nodes");
  if (reached.unable() > 0) {
    output.text += "; " + std::to_string(reached.unable()) + " more cannot show it";
  }
  output.text += "\n";
  return output;
}

// "http://host/path" in two: what stands before the path, with its slash, and the rest.
Outcome<Problem> split_url(const std::string& url, pb::Toast& toast) {
  const auto scheme = url.find("://");
  const bool known = scheme != std::string::npos &&
                     (url.compare(0, scheme, "http") == 0 || url.compare(0, scheme, "https") == 0);
  if (!known || url.size() == scheme + 3) {
    return fail(wrong_usage("--url: \"" + url + "\" is no http:// or https:// address"));
  }
  const auto slash = url.find('/', scheme + 3);
  toast.set_site_url(slash == std::string::npos ? url + "/" : url.substr(0, slash + 1));
  if (slash != std::string::npos) toast.set_action_url(url.substr(slash + 1));
  return Ok{};
}

// The words in their places and the options, which may say the same.
Result<pb::NotifyRequest, Problem> read(const NotifyOptions& options) {
  std::string email = options.email;
  std::string text = options.text;
  // With --all the only word in its place is the text.
  if (options.everyone && text.empty()) std::swap(email, text);
  if (options.everyone && !email.empty()) {
    return fail(wrong_usage("notify: EMAIL or --all, not both"));
  }
  if (!text.empty() && !options.text_option.empty()) {
    return fail(wrong_usage("notify: TEXT or --text, not both"));
  }
  if (text.empty()) text = options.text_option;
  if (text.empty()) return fail(wrong_usage("notify: --text says what to tell"));
  if (!options.everyone && email.empty()) return fail(wrong_usage("notify: EMAIL, or --all"));

  pb::NotifyRequest request;
  if (options.everyone) {
    request.set_everyone(true);
  } else {
    request.set_handle(email);
  }
  auto& toast = *request.mutable_toast();
  toast.set_text(text);
  toast.set_site_url(options.site);
  toast.set_action_url(options.action);
  if (!options.url.empty()) {
    if (auto good = split_url(options.url, toast); !good) return fail(good.error());
  }
  toast.set_settings_url(options.subscribe);
  toast.set_icon(options.icon);
  toast.set_lcid(options.lcid);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto fresh =
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count() & 0x7FFF'FFFF;
  toast.set_id(options.id.value_or(static_cast<std::uint32_t>(fresh)));
  return request;
}

std::string upper_case(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

// The protocol's words, and those that `sessions` uses.
std::optional<pb::Status> status_of(const std::string& word) {
  const std::string upper = upper_case(word);
  if (const auto wire = model::parse_status(upper)) return static_cast<pb::Status>(*wire);
  for (int status = pb::STATUS_ONLINE; status <= pb::STATUS_HIDDEN; ++status) {
    if (upper == upper_case(word_of(static_cast<pb::Status>(status)))) {
      return static_cast<pb::Status>(status);
    }
  }
  return std::nullopt;
}

}  // namespace

Answer notify_people(Cluster& cluster, const NotifyOptions& options) {
  const auto request = read(options);
  if (!request) return fail(request.error());
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::NotifyReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->Notify(&context, *request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, request->handle(), status));
  if (!request->everyone()) {
    return told_one(request->handle(), reply.reached(), "alerts came with MSNP5");
  }
  Output output = told_all(reply.reached());
  output.json["everyone"] = true;
  return output;
}

Answer announce(Cluster& cluster, std::uint32_t minutes, const std::string& node) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::AnnounceRequest request;
  request.set_minutes(minutes);
  request.set_node(node);
  pb::AnnounceReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->Announce(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, node, status));
  Output output = told_all(reply.reached());
  output.json["minutes"] = minutes;
  if (!node.empty()) output.json["node"] = node;
  return output;
}

Answer kick_account(Cluster& cluster, const std::string& email) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::KickRequest request;
  request.set_handle(email);
  pb::KickReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->Kick(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, email, status));
  // Whoever is not there is gone already.
  return Output{{{"email", email}, {"sessions", reply.sessions()}},
                email + (reply.sessions() > 0 ? " is signed out\n" : " was not signed in\n")};
}

Answer set_status(Cluster& cluster, const std::string& email, const std::string& status) {
  const auto wanted = status_of(status);
  if (!wanted || *wanted == pb::STATUS_OFFLINE) {
    return fail(wrong_usage("status: \"" + status + "\" is none that can be given (--help)"));
  }
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::SetStatusRequest request;
  request.set_handle(email);
  request.set_status(*wanted);
  pb::SetStatusReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto done = (*stub)->SetStatus(&context, request, &reply);
  if (!done.ok()) return fail(problem_of(cluster, email, done));
  const std::string word = word_of(*wanted);
  return Output{{{"email", email}, {"status", word}}, email + " is " + word + " now\n"};
}

Answer change_contact(Cluster& cluster, const ContactOptions& options) {
  const std::string word = upper_case(options.list);
  const auto list = model::parse_list(word);
  const bool removes = options.action == "remove";
  if (!list || *list == model::List::kReverse || (!removes && options.action != "add")) {
    return fail(wrong_usage("contacts: EMAIL add|remove FL|AL|BL OTHER"));
  }
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::ChangeContactRequest request;
  request.set_handle(options.email);
  request.set_remove(removes);
  request.set_list(static_cast<pb::List>(*list));
  request.set_other(options.other);
  request.set_name(options.name);
  pb::ChangeContactReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->ChangeContact(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, options.email, status));
  return Output{
      {{"email", options.email},
       {"list", word},
       {"contact", options.other},
       {removes ? "removed" : "added", true},
       {"serial", reply.serial()}},
      options.other + (removes ? " is off " : " is on ") + word + " of " + options.email + "\n"};
}

Answer deliver_page(Cluster& cluster, const PageOptions& options) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::DeliverPageRequest request;
  request.set_handle(options.email);
  request.set_from(options.from);
  request.set_text(options.text);
  pb::DeliverPageReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->DeliverPage(&context, request, &reply);
  if (!status.ok()) return fail(problem_of(cluster, options.email, status));
  return told_one(options.email, reply.reached(), "pages came with MSNP6");
}

}  // namespace monarch::ctl
