#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <pqxx/connection>
#include <pqxx/nontransaction>

#include "auth/adapters/accounts_service.hpp"
#include "auth/adapters/auth_service.hpp"
#include "auth/adapters/md5_hasher.hpp"
#include "auth/adapters/postgres_account_store.hpp"
#include "auth/adapters/postgres_statements.hpp"
#include "auth/adapters/presence_principals.hpp"
#include "auth/adapters/sodium_vault.hpp"
#include "auth/integration/database.hpp"
#include "auth/integration/presence_admin.hpp"
#include "monarch/auth/v1/accounts.grpc.pb.h"
#include "monarch/auth/v1/auth.grpc.pb.h"
#include "net/loop.hpp"
#include "runtime/metrics.hpp"
#include "stores/postgres_pool.hpp"
#include "testing/servers/private_postgres.hpp"

namespace monarch::auth {
namespace {

namespace pb = monarch::auth::v1;
using std::chrono::seconds;

constexpr const char* kChallenge = "1056561624.17795";

// All of auth but main(): real PostgreSQL, real gRPC on both sides, the loop on a thread.
class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest()
      : vault_(std::move(SodiumVault::from_keys(std::string(64, 'a'))).value()),
        store_(pool_, [](std::string_view, const stores::StoreError&) {}) {
    EXPECT_TRUE(loop_.run_until([&] { return pool_.health().ok; }));
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(auth_service_.service());
    builder.RegisterService(accounts_service_.service());
    server_ = builder.BuildAndStart();
    thread_ = std::thread([this] { loop_.run(); });
    const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                             grpc::InsecureChannelCredentials());
    auth = pb::Auth::NewStub(channel);
    accounts = pb::Accounts::NewStub(channel);
  }
  ~ServiceTest() override {
    // While the loop still turns, so that every call ends.
    server_->Shutdown();
    loop_.stop();
    thread_.join();
  }

  struct Call : grpc::ClientContext {
    Call() { set_deadline(std::chrono::system_clock::now() + seconds(20)); }
  };

  grpc::Status create(const std::string& handle, const std::string& password,
                      const std::string& name = "", pb::CreateReply* out = nullptr) {
    Call call;
    pb::CreateRequest request;
    request.set_handle(handle);
    request.set_password(password);
    request.set_friendly_name(name);
    pb::CreateReply reply;
    const auto status = accounts->Create(&call, request, &reply);
    if (out != nullptr) *out = reply;
    return status;
  }
  pb::VerifyReply verify(const std::string& handle, const std::string& password) {
    Call call;
    pb::VerifyRequest request;
    request.set_handle(handle);
    request.set_challenge(kChallenge);
    std::string digest;
    for (const std::uint8_t byte : Md5Hasher().md5(kChallenge, password)) {
      constexpr const char* kHex = "0123456789abcdef";
      digest += kHex[byte >> 4U];
      digest += kHex[byte & 0xFU];
    }
    request.set_digest(digest);
    request.set_peer("127.0.0.1");
    pb::VerifyReply reply;
    const auto status = auth->Verify(&call, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }
  std::vector<pb::Account> list() {
    Call call;
    std::vector<pb::Account> all;
    const auto reader = accounts->List(&call, {});
    pb::ListReply page;
    while (reader->Read(&page))
      all.insert(all.end(), page.accounts().begin(), page.accounts().end());
    EXPECT_TRUE(reader->Finish().ok());
    return all;
  }

  static pb::ImportRequest chunk(std::uint64_t first_line, const std::vector<std::string>& handles,
                                 bool atomic = false, bool last = false) {
    pb::ImportRequest request;
    request.set_atomic(atomic);
    request.set_last(last);
    for (const std::string& handle : handles) {
      auto& row = *request.add_rows();
      row.set_line(first_line++);
      row.set_handle(handle);
      row.set_password("geheim");
      row.set_friendly_name("N " + handle);
    }
    return request;
  }
  // Sends the chunks, each after the reply to the one before.
  grpc::Status import(const std::vector<pb::ImportRequest>& chunks,
                      std::vector<pb::ImportReply>& replies) {
    Call call;
    const auto stream = accounts->Import(&call);
    for (const auto& chunk : chunks) {
      pb::ImportReply reply;
      if (!stream->Write(chunk) || !stream->Read(&reply)) break;
      replies.push_back(reply);
    }
    stream->WritesDone();
    return stream->Finish();
  }

  testing::PresenceAdminDouble presence_;
  net::Loop loop_;
  metrics::Registry metrics_{"auth"};
  SystemClock clock_;
  stores::PostgresPool pool_{loop_.io(),
                             {.conninfo = testing::fresh_accounts_database(), .connections = 2},
                             prepare_statements};
  std::unique_ptr<SodiumVault> vault_;
  Md5Hasher hasher_;
  PostgresAccountStore store_;
  PresencePrincipals principals_{
      loop_,
      grpc::CreateChannel(presence_.endpoint().to_string(), grpc::InsecureChannelCredentials()),
      seconds(5)};
  Throttle throttle_{ThrottleLimits{}};
  Verifier verifier_{store_, *vault_, hasher_, throttle_, clock_};
  Registrar registrar_{store_, *vault_, principals_};
  AuthService auth_service_{loop_, verifier_, clock_, metrics_};
  AccountsService accounts_service_{
      loop_, {store_, *vault_, principals_, registrar_}, 10'000, metrics_};
  std::unique_ptr<grpc::Server> server_;
  std::thread thread_;

 public:
  std::unique_ptr<pb::Auth::Stub> auth;
  std::unique_ptr<pb::Accounts::Stub> accounts;
};

TEST_F(ServiceTest, AnAccountIsMadeSignsInChangesItsPasswordAndGoes) {
  pb::CreateReply created;
  ASSERT_TRUE(create("Bob@Example.com", "geheim", "Bob B", &created).ok());
  EXPECT_EQ(created.account().handle(), "bob@example.com");
  EXPECT_EQ(created.account().state(), "active");
  EXPECT_GT(created.account().created_unix_seconds(), 1'600'000'000);
  const auto id = created.account().id();
  ASSERT_EQ(presence_.known().count(id), 1U);
  EXPECT_EQ(presence_.known()[id].second, "Bob%20B");

  const auto good = verify("bob@example.com", "geheim");
  EXPECT_EQ(good.result(), pb::VerifyReply::RESULT_OK);
  EXPECT_EQ(good.account(), id);
  EXPECT_TRUE(good.verified());
  const auto bad = verify("bob@example.com", "falsch");
  EXPECT_EQ(bad.result(), pb::VerifyReply::RESULT_REFUSED);
  EXPECT_EQ(bad.account(), 0U);
  EXPECT_EQ(verify("nobody@example.com", "x").SerializeAsString(), bad.SerializeAsString());
  EXPECT_EQ(verify("nobody", "x").SerializeAsString(), bad.SerializeAsString());

  Call password_call;
  pb::SetPasswordRequest set;
  set.set_handle("bob@example.com");
  set.set_password("neu");
  pb::SetPasswordReply set_reply;
  ASSERT_TRUE(accounts->SetPassword(&password_call, set, &set_reply).ok());
  EXPECT_EQ(verify("bob@example.com", "geheim").result(), pb::VerifyReply::RESULT_REFUSED);
  EXPECT_EQ(verify("bob@example.com", "neu").result(), pb::VerifyReply::RESULT_OK);

  Call delete_call;
  pb::DeleteRequest remove;
  remove.set_handle("bob@example.com");
  pb::DeleteReply delete_reply;
  ASSERT_TRUE(accounts->Delete(&delete_call, remove, &delete_reply).ok());
  EXPECT_TRUE(presence_.known().empty());
  EXPECT_EQ(verify("bob@example.com", "neu").result(), pb::VerifyReply::RESULT_REFUSED);
  Call get_call;
  pb::GetRequest get;
  get.set_handle("bob@example.com");
  pb::Account account;
  EXPECT_EQ(accounts->Get(&get_call, get, &account).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServiceTest, AnAccountIsSuspendedResumedAndGivenItsStates) {
  using Result = pb::VerifyReply;
  pb::CreateReply made;
  ASSERT_TRUE(create("bob@example.com", "geheim", "", &made).ok());
  const auto id = made.account().id();
  pb::Account account;
  const auto suspend = [&](const std::string& handle) {
    Call call;
    pb::SuspendRequest request;
    request.set_handle(handle);
    return accounts->Suspend(&call, request, &account);
  };
  // Cut off: shut, but presence does not know; repeating it tells presence.
  presence_.refuse(true);
  EXPECT_EQ(suspend("bob@example.com").error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(verify("bob@example.com", "geheim").result(), Result::RESULT_REFUSED);
  EXPECT_TRUE(presence_.kicked().empty());
  presence_.refuse(false);
  ASSERT_TRUE(suspend("bob@example.com").ok());
  EXPECT_EQ(account.state(), "suspended");
  EXPECT_EQ(presence_.kicked(), std::vector<std::uint64_t>{id});
  EXPECT_EQ(verify("bob@example.com", "geheim").result(), Result::RESULT_REFUSED);
  EXPECT_EQ(suspend("eve@example.com").error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(suspend("nobody").error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  {
    Call call;
    pb::ResumeRequest request;
    request.set_handle("bob@example.com");
    ASSERT_TRUE(accounts->Resume(&call, request, &account).ok());
    EXPECT_EQ(account.state(), "active");
    EXPECT_EQ(verify("bob@example.com", "geheim").result(), Result::RESULT_OK);
  }
  for (const bool given : {false, true}) {
    Call call;
    pb::SetConsentRequest request;
    request.set_handle("bob@example.com");
    request.set_given(given);
    ASSERT_TRUE(accounts->SetConsent(&call, request, &account).ok());
    EXPECT_EQ(account.consent_missing(), !given);
    EXPECT_EQ(verify("bob@example.com", "geheim").result(),
              given ? Result::RESULT_OK : Result::RESULT_NO_CONSENT);
    EXPECT_EQ(verify("bob@example.com", "falsch").result(), Result::RESULT_REFUSED);
  }
  EXPECT_EQ(presence_.kicked().size(), 2U);
  for (const bool verified : {false, true}) {
    Call call;
    pb::SetVerifiedRequest request;
    request.set_handle("bob@example.com");
    request.set_verified(verified);
    ASSERT_TRUE(accounts->SetVerified(&call, request, &account).ok());
    EXPECT_EQ(account.verified(), verified);
    EXPECT_EQ(verify("bob@example.com", "geheim").verified(), verified);
  }
  EXPECT_EQ(list().at(0).state(), "active");
}

TEST_F(ServiceTest, BadRequestsAreRefusedInWordsWithoutThePassword) {
  const auto status = create("bob", "hunter2", "");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("email"), std::string::npos);
  const auto control = create("bob@example.com", "hunter2\n", "");
  EXPECT_EQ(control.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(control.error_message().find("hunter2"), std::string::npos);
  ASSERT_TRUE(create("bob@example.com", "geheim").ok());
  EXPECT_EQ(create("BOB@example.com", "x").error_code(), grpc::StatusCode::ALREADY_EXISTS);
}

TEST_F(ServiceTest, ACreateThatPresenceBreaksOffIsCompletedByRepeatingIt) {
  presence_.refuse(true);
  EXPECT_EQ(create("bob@example.com", "geheim").error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(verify("bob@example.com", "geheim").result(), pb::VerifyReply::RESULT_REFUSED);
  ASSERT_EQ(list().size(), 1U);
  EXPECT_EQ(list()[0].state(), "pending");
  presence_.refuse(false);
  ASSERT_TRUE(create("bob@example.com", "geheim").ok());
  EXPECT_EQ(verify("bob@example.com", "geheim").result(), pb::VerifyReply::RESULT_OK);
}

TEST_F(ServiceTest, AnImportOfThousandsKeepsTheGoodRowsAndNamesTheBad) {
  std::vector<pb::ImportRequest> chunks;
  std::uint64_t line = 2;
  for (int part = 0; part < 6; ++part) {
    std::vector<std::string> handles;
    for (int i = 0; i < 500; ++i, ++line) handles.push_back("u" + std::to_string(line) + "@e.com");
    chunks.push_back(chunk(line - 500, handles));
  }
  *chunks[1].mutable_rows(3)->mutable_handle() = "nobody";
  *chunks[5].mutable_rows(0)->mutable_handle() = "U2@e.com";
  std::vector<pb::ImportReply> replies;
  ASSERT_TRUE(import(chunks, replies).ok());
  ASSERT_EQ(replies.size(), 6U);
  std::uint64_t created = 0;
  for (const auto& reply : replies) created += reply.created();
  EXPECT_EQ(created, 2998U);
  ASSERT_EQ(replies[1].bad_size(), 1);
  EXPECT_EQ(replies[1].bad(0).line(), 505U);
  ASSERT_EQ(replies[5].bad_size(), 1);
  EXPECT_EQ(replies[5].bad(0).line(), 2502U);
  EXPECT_EQ(presence_.known().size(), 2998U);
  EXPECT_EQ(presence_.ensures(), 6);
  EXPECT_EQ(list().size(), 2998U);
  EXPECT_EQ(verify("u3001@e.com", "geheim").result(), pb::VerifyReply::RESULT_OK);
}

TEST_F(ServiceTest, AnAtomicImportIsAllOrNothing) {
  std::vector<pb::ImportReply> replies;
  ASSERT_TRUE(import({chunk(2, {"a@e.com", "b@e.com"}, true), chunk(4, {"c@e.com"}, true),
                      chunk(5, {"bad"}, true), chunk(6, {}, true, true)},
                     replies)
                  .ok());
  ASSERT_EQ(replies.size(), 4U);
  EXPECT_EQ(replies[2].bad_size(), 1);
  EXPECT_EQ(replies[3].created(), 0U);
  EXPECT_TRUE(list().empty());
  EXPECT_TRUE(presence_.known().empty());

  replies.clear();
  ASSERT_TRUE(
      import({chunk(2, {"a@e.com", "b@e.com"}, true), chunk(4, {"c@e.com"}, true, true)}, replies)
          .ok());
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0].created(), 0U);
  EXPECT_EQ(replies[1].created(), 3U);
  EXPECT_EQ(presence_.known().size(), 3U);
  EXPECT_EQ(verify("c@e.com", "geheim").result(), pb::VerifyReply::RESULT_OK);
}

TEST_F(ServiceTest, AnAtomicImportWithoutItsLastChunkCreatesNothing) {
  std::vector<pb::ImportReply> replies;
  const auto status = import({chunk(2, {"a@e.com", "b@e.com"}, true)}, replies);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(list().empty());
}

TEST_F(ServiceTest, WithoutPostgresAnswersSaySoAndComeBackWithIt) {
  ASSERT_TRUE(create("bob@example.com", "geheim").ok());
  auto& postgres = monarch::testing::PrivatePostgres::shared();
  // The test server commits without waiting for its log; what must outlive it is written first.
  {
    pqxx::connection connection(postgres.conninfo());
    pqxx::nontransaction(connection).exec("CHECKPOINT");
  }
  postgres.stop();
  EXPECT_EQ(verify("bob@example.com", "geheim").result(),
            pb::VerifyReply::RESULT_STORE_UNAVAILABLE);
  EXPECT_EQ(create("carol@example.com", "x").error_code(), grpc::StatusCode::UNAVAILABLE);
  postgres.start();
  const auto until = std::chrono::steady_clock::now() + seconds(10);
  auto result = pb::VerifyReply::RESULT_STORE_UNAVAILABLE;
  while (result == pb::VerifyReply::RESULT_STORE_UNAVAILABLE &&
         std::chrono::steady_clock::now() < until) {
    result = verify("bob@example.com", "geheim").result();
  }
  EXPECT_EQ(result, pb::VerifyReply::RESULT_OK);
  const std::string text = metrics_.expose();
  EXPECT_NE(text.find("monarch_auth_verifications_total{result=\"good\"}"), std::string::npos);
  EXPECT_NE(text.find("monarch_auth_verifications_total{result=\"store_unavailable\"}"),
            std::string::npos);
}

}  // namespace
}  // namespace monarch::auth
