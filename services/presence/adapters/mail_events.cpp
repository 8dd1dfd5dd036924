#include "presence/adapters/mail_events.hpp"

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <optional>
#include <utility>

#include "base/task.hpp"
#include "monarch/mailbox/v1/mailbox.grpc.pb.h"
#include "msnp/mail.hpp"
#include "presence/adapters/operator_calls.hpp"
#include "presence/adapters/unavailable.hpp"
#include "rpc/finish.hpp"

namespace monarch::presence {
namespace {

namespace pb = monarch::mailbox::v1;
using rpc::Code;

// docs/protocol/notification.md#new-mail-textx-msmsgsemailnotification-3-msnp2-the-application-type-without-id
constexpr const char* kInbox = "ACTIVE";
constexpr std::uint32_t kMailSite = 2;

// What the event is to a session; the error is for whoever runs the mail system.
Result<model::Notice, std::string> notice_of(const pb::DeliverRequest& request) {
  if (request.has_new_mail()) {
    const auto& from = request.new_mail();
    model::NewMail mail{from.from(),
                        from.from_address(),
                        from.subject(),
                        from.message_url(),
                        from.post_url(),
                        from.folder().empty() ? kInbox : from.folder(),
                        from.site_id() == 0 ? kMailSite : from.site_id()};
    if (const auto good = msnp::check_new_mail(mail); !good) return fail(good.error());
    return model::Notice(std::move(mail));
  }
  if (request.has_activity()) {
    const auto& from = request.activity();
    model::MailActivity activity{from.source_folder(), from.destination_folder(), from.delta()};
    if (const auto good = msnp::check_mail_activity(activity); !good) return fail(good.error());
    return model::Notice(std::move(activity));
  }
  return fail(std::string("event: new_mail or activity"));
}

}  // namespace

class MailEvents::Impl final : public pb::MailEvents::CallbackService {
 public:
  Impl(net::Loop& loop, Presence& presence, RosterStore& store, metrics::Registry& metrics)
      : loop_(loop.handle()),
        presence_(presence),
        store_(store),
        events_(metrics.counter_family(
            "mail_events_total", "Events of the mail system, by what became of them", {"result"})) {
  }

  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context,
                                    const pb::DeliverRequest* request,
                                    pb::DeliverReply* reply) override {
    auto* reactor = context->DefaultReactor();
    // Dropped on the way (the process ends), `finish` answers UNAVAILABLE.
    loop_.post([this, finish = rpc::Finish(reactor), request, reply] {
      tasks_->spawn(deliver(*request, *reply, finish));
    });
    return reactor;
  }

  void stop() { tasks_.reset(); }

 private:
  Task<void> deliver(const pb::DeliverRequest& request, pb::DeliverReply& reply,
                     rpc::Finish finish) {
    auto notice = notice_of(request);
    if (!notice.ok()) {
      refuse(finish, {Code::kInvalidArgument, notice.error()});
      co_return;
    }
    auto finding = account_of(store_, request.handle());
    const auto account = co_await finding;
    if (!account.ok()) {
      refuse(finish, account.error());
      co_return;
    }
    auto notifying = presence_.notify(*account, std::move(*notice));
    const auto reached = co_await notifying;
    if (!reached.ok()) {
      refuse(finish, unavailable(reached.error()));
      co_return;
    }
    events_.with(reached->sessions > 0 ? "published" : "not_signed_in").add();
    reply.set_sessions(static_cast<std::uint32_t>(reached->sessions));
    finish.ok();
  }

  void refuse(const rpc::Finish& finish, const rpc::Error& error) {
    events_.with(rpc::to_string(error.code)).add();
    finish.error(error);
  }

  net::LoopHandle loop_;
  Presence& presence_;
  RosterStore& store_;
  metrics::CounterFamily events_;
  std::optional<TaskScope> tasks_{std::in_place};
};

MailEvents::MailEvents(net::Loop& loop, Presence& presence, RosterStore& store,
                       metrics::Registry& metrics)
    : impl_(std::make_unique<Impl>(loop, presence, store, metrics)) {}
MailEvents::~MailEvents() = default;

grpc::Service* MailEvents::service() { return impl_.get(); }

void MailEvents::stop() { impl_->stop(); }

}  // namespace monarch::presence
