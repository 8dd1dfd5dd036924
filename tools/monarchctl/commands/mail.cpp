// mail new, mail moved: what a mail system would tell presence.
#include "monarchctl/commands.hpp"

namespace monarch::ctl {

namespace pb = monarch::mailbox::v1;

Answer deliver_mail(Cluster& cluster, const MailOptions& options) {
  auto stub = cluster.mail();
  if (!stub) return fail(stub.error());
  pb::DeliverRequest request;
  request.set_handle(options.email);
  if (options.is_activity) {
    auto& activity = *request.mutable_activity();
    activity.set_source_folder(options.source);
    activity.set_destination_folder(options.destination);
    activity.set_delta(options.delta);
  } else {
    auto& mail = *request.mutable_new_mail();
    mail.set_from(options.from);
    mail.set_from_address(options.from_address);
    mail.set_subject(options.subject);
    mail.set_message_url(options.message_url);
    mail.set_post_url(options.post_url);
    mail.set_folder(options.folder);
  }
  pb::DeliverReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->Deliver(&context, request, &reply);
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    return fail(Problem{kRefused,
                        "presence does not serve mail events: its setting --mail-events "
                        "opens that door"});
  }
  if (!status.ok()) {
    Problem problem = cluster.presence_problem(status);
    if (problem.status == kRefused) problem.text = options.email + ": " + problem.text;
    return fail(problem);
  }
  const bool told = reply.sessions() > 0;
  return Output{
      {{"email", options.email}, {"sessions", reply.sessions()}},
      told ? "on its way to " + options.email + "\n" : options.email + " is not signed in\n",
      told ? kDone : kRefused};
}

}  // namespace monarch::ctl
