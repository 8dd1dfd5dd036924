#include "auth/adapters/accounts_service.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "auth/adapters/account_list_stream.hpp"
#include "auth/adapters/accounts_wire.hpp"
#include "auth/adapters/import_stream.hpp"
#include "auth/adapters/second_look.hpp"
#include "auth/core/rules.hpp"
#include "monarch/auth/v1/accounts.grpc.pb.h"
#include "rpc/finish.hpp"
#include "runtime/log.hpp"

namespace monarch::auth {

namespace pb = monarch::auth::v1;

namespace {
// Each is there from the start, so that its first rise is one.
constexpr std::array<std::string_view, 10> kChanges = {
    "created", "imported",      "password_set",    "deleted",  "suspended",
    "resumed", "consent_given", "consent_missing", "verified", "unverified"};
}  // namespace

class AccountsService::Impl final : public pb::Accounts::CallbackService,
                                    public std::enable_shared_from_this<Impl> {
  template <class Request, class Reply>
  using Handler = Task<Outcome<rpc::Error>> (Impl::*)(const Request&, Reply&);

 public:
  Impl(net::Loop& loop, AccountsDoors doors, std::uint64_t import_rows_max,
       metrics::Registry& metrics)
      : loop_(loop.handle()),
        store_(doors.store),
        registrar_(doors.registrar),
        second_look_(loop, doors.registrar),
        changes_(metrics.counter_family("account_changes_total", "Accounts created, deleted, …",
                                        {"change"}, 16)),
        listing_(std::make_shared<ListContext>(loop.handle(), doors.store)),
        importing_(std::make_shared<ImportContext>(loop.handle(), doors.store, doors.vault,
                                                   doors.principals, import_rows_max,
                                                   changes_.with("imported"))) {
    for (const auto change : kChanges) (void)changes_.with(change);
  }

  void stop() {
    tasks_.reset();
    second_look_.stop();
    listing_->tasks.reset();
    importing_->tasks.reset();
  }

  grpc::ServerUnaryReactor* Create(grpc::CallbackServerContext* context,
                                   const pb::CreateRequest* request,
                                   pb::CreateReply* reply) override {
    return handle(context, request, reply, &Impl::create, "Create");
  }
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const pb::GetRequest* request,
                                pb::Account* reply) override {
    return handle(context, request, reply, &Impl::get);
  }
  grpc::ServerUnaryReactor* SetPassword(grpc::CallbackServerContext* context,
                                        const pb::SetPasswordRequest* request,
                                        pb::SetPasswordReply* reply) override {
    return handle(context, request, reply, &Impl::set_password, "SetPassword");
  }
  grpc::ServerUnaryReactor* Delete(grpc::CallbackServerContext* context,
                                   const pb::DeleteRequest* request,
                                   pb::DeleteReply* reply) override {
    return handle(context, request, reply, &Impl::remove, "Delete");
  }
  grpc::ServerUnaryReactor* Suspend(grpc::CallbackServerContext* context,
                                    const pb::SuspendRequest* request,
                                    pb::Account* reply) override {
    return handle(context, request, reply, &Impl::suspend, "Suspend");
  }
  grpc::ServerUnaryReactor* Resume(grpc::CallbackServerContext* context,
                                   const pb::ResumeRequest* request, pb::Account* reply) override {
    return handle(context, request, reply, &Impl::resume, "Resume");
  }
  grpc::ServerUnaryReactor* SetConsent(grpc::CallbackServerContext* context,
                                       const pb::SetConsentRequest* request,
                                       pb::Account* reply) override {
    return handle(context, request, reply, &Impl::set_consent, "SetConsent");
  }
  grpc::ServerUnaryReactor* SetVerified(grpc::CallbackServerContext* context,
                                        const pb::SetVerifiedRequest* request,
                                        pb::Account* reply) override {
    return handle(context, request, reply, &Impl::set_verified, "SetVerified");
  }
  // Both delete themselves when their call is over.
  grpc::ServerBidiReactor<pb::ImportRequest, pb::ImportReply>* Import(
      grpc::CallbackServerContext* /*context*/) override {
    return new ImportStream(importing_);
  }
  grpc::ServerWriteReactor<pb::ListReply>* List(grpc::CallbackServerContext* /*context*/,
                                                const pb::ListRequest* /*request*/) override {
    return new AccountListStream(listing_);
  }

 private:
  // `change` names what the call changes, for the log; a mere question has no name.
  template <class Request, class Reply>
  grpc::ServerUnaryReactor* handle(grpc::CallbackServerContext* context, const Request* request,
                                   Reply* reply, Handler<Request, Reply> handler,
                                   const char* change = nullptr) {
    auto* reactor = context->DefaultReactor();
    // Dropped on the way (the process ends), `finish` answers UNAVAILABLE.
    loop_.post(
        [weak = weak_from_this(), finish = rpc::Finish(reactor), request, reply, handler, change] {
          const auto self = weak.lock();
          if (self == nullptr) return;
          self->tasks_->spawn(
              finish_with(finish, ((*self).*handler)(*request, *reply), change, request->handle()));
        });
    return reactor;
  }
  static Task<void> finish_with(rpc::Finish finish, Task<Outcome<rpc::Error>> task,
                                const char* change, std::string handle) {
    const Outcome<rpc::Error> outcome = co_await task;
    if (change != nullptr) {
      log::info("administration",
                {{"call", change},
                 {"about", std::string_view(handle).substr(0, Handle::kBytesMax)},
                 {"result", outcome ? "done" : rpc::to_string(outcome.error().code)}});
    }
    if (outcome) {
      finish.ok();
    } else {
      finish.error(outcome.error());
    }
  }

  Task<Outcome<rpc::Error>> create(const pb::CreateRequest& request, pb::CreateReply& reply) {
    auto application =
        check_application(request.handle(), request.password(), request.friendly_name());
    if (!application) co_return fail(bad_argument(application.error()));
    const auto created = co_await registrar_.create(std::move(application).value());
    if (!created) co_return fail(to_error(created.error()));
    changes_.with("created").add();
    // Read back for what the store itself has put in, such as the time.
    const auto found = co_await store_.find(created->handle);
    encode(found && found->has_value() ? **found : *created, *reply.mutable_account());
    co_return Ok{};
  }

  Task<Outcome<rpc::Error>> get(const pb::GetRequest& request, pb::Account& reply) {
    const auto handle = check_handle(request.handle());
    if (!handle) co_return fail(bad_argument(handle.error()));
    const auto found = co_await store_.find(*handle);
    if (!found) co_return fail(to_error(Refusal::kStoreUnavailable));
    if (!found->has_value()) co_return fail(to_error(Refusal::kNotFound));
    encode(**found, reply);
    co_return Ok{};
  }

  Task<Outcome<rpc::Error>> set_password(const pb::SetPasswordRequest& request,
                                         pb::SetPasswordReply& /*reply*/) {
    auto handle = check_handle(request.handle());
    if (!handle) co_return fail(bad_argument(handle.error()));
    const auto good = check_password(request.password());
    if (!good) co_return fail(bad_argument(good.error()));
    Secret password{std::string_view(request.password())};
    const auto set = co_await registrar_.set_password(*handle, std::move(password));
    if (!set) co_return fail(to_error(set.error()));
    changes_.with("password_set").add();
    co_return Ok{};
  }

  Task<Outcome<rpc::Error>> remove(const pb::DeleteRequest& request, pb::DeleteReply& /*reply*/) {
    auto handle = check_handle(request.handle());
    if (!handle) co_return fail(bad_argument(handle.error()));
    const auto removed = co_await registrar_.remove(*handle);
    if (!removed) co_return fail(to_error(removed.error()));
    changes_.with("deleted").add();
    co_return Ok{};
  }

  Task<Outcome<rpc::Error>> suspend(const pb::SuspendRequest& request, pb::Account& reply) {
    const auto handle = check_handle(request.handle());
    if (!handle) co_return fail(bad_argument(handle.error()));
    const auto account = co_await registrar_.suspend(*handle);
    second_look_.later(*handle);
    co_return answer(account, "suspended", reply);
  }

  Task<Outcome<rpc::Error>> resume(const pb::ResumeRequest& request, pb::Account& reply) {
    const auto handle = check_handle(request.handle());
    if (!handle) co_return fail(bad_argument(handle.error()));
    const auto account = co_await registrar_.resume(*handle);
    co_return answer(account, "resumed", reply);
  }

  Task<Outcome<rpc::Error>> set_consent(const pb::SetConsentRequest& request, pb::Account& reply) {
    const auto handle = check_handle(request.handle());
    if (!handle) co_return fail(bad_argument(handle.error()));
    const auto account = co_await registrar_.set_consent(*handle, request.given());
    if (!request.given()) second_look_.later(*handle);
    co_return answer(account, request.given() ? "consent_given" : "consent_missing", reply);
  }

  Task<Outcome<rpc::Error>> set_verified(const pb::SetVerifiedRequest& request,
                                         pb::Account& reply) {
    const auto handle = check_handle(request.handle());
    if (!handle) co_return fail(bad_argument(handle.error()));
    const auto account = co_await registrar_.set_verified(*handle, request.verified());
    co_return answer(account, request.verified() ? "verified" : "unverified", reply);
  }

  [[nodiscard]] Outcome<rpc::Error> answer(const Result<Account, Refusal>& account,
                                           std::string_view change, pb::Account& reply) {
    if (!account) return fail(to_error(account.error()));
    changes_.with(change).add();
    encode(*account, reply);
    return Ok{};
  }

  net::LoopHandle loop_;
  AccountStore& store_;
  Registrar& registrar_;
  SecondLook second_look_;
  metrics::CounterFamily changes_;
  std::shared_ptr<ListContext> listing_;
  std::shared_ptr<ImportContext> importing_;
  std::optional<TaskScope> tasks_{std::in_place};
};

AccountsService::AccountsService(net::Loop& loop, AccountsDoors doors,
                                 std::uint64_t import_rows_max, metrics::Registry& metrics)
    : impl_(std::make_shared<Impl>(loop, doors, import_rows_max, metrics)) {}
AccountsService::~AccountsService() = default;

grpc::Service* AccountsService::service() { return impl_.get(); }
void AccountsService::stop() { impl_->stop(); }

}  // namespace monarch::auth
