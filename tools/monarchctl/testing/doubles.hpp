// Auth and presence as monarchctl's tests meet them: real gRPC servers on a free loopback port,
// which keep what they were asked and say what they are told to. Made and used by the test's
// thread.
#pragma once

#include <cstdio>
#include <fstream>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include "monarch/notification/v1/admin.grpc.pb.h"
#include "monarchctl/commands.hpp"

namespace monarch::ctl::testing {

namespace auth = monarch::auth::v1;
namespace notification = monarch::notification::v1;
namespace presence = monarch::presence::v1;

// Accounts in a map: refuses handles without '@' and those it has, as auth does.
class AccountsDouble final : public auth::Accounts::Service {
 public:
  std::map<std::string, std::string> passwords;
  std::map<std::string, std::string> states;  // what Get says of them
  std::vector<int> chunks;                    // rows of each
  bool last_seen = false;
  grpc::Status verdict;  // of every unary call, unless it is OK

  grpc::Status Create(grpc::ServerContext* /*context*/, const auth::CreateRequest* request,
                      auth::CreateReply* reply) override {
    if (!verdict.ok()) return verdict;
    if (!passwords.emplace(request->handle(), request->password()).second) {
      return {grpc::StatusCode::ALREADY_EXISTS, "there is one"};
    }
    reply->mutable_account()->set_id(1);
    reply->mutable_account()->set_handle(request->handle());
    reply->mutable_account()->set_state("active");
    return grpc::Status::OK;
  }
  grpc::Status Get(grpc::ServerContext* /*context*/, const auth::GetRequest* request,
                   auth::Account* reply) override {
    if (!verdict.ok()) return verdict;
    if (passwords.count(request->handle()) == 0) return {grpc::StatusCode::NOT_FOUND, "none"};
    reply->set_handle(request->handle());
    reply->set_state(states[request->handle()]);
    reply->set_created_unix_seconds(1'050'223'000);
    return grpc::Status::OK;
  }
  // The states are answered as though they were so now.
  grpc::Status Suspend(grpc::ServerContext* /*context*/, const auth::SuspendRequest* request,
                       auth::Account* reply) override {
    return state(request->handle(), "suspended", reply);
  }
  grpc::Status Resume(grpc::ServerContext* /*context*/, const auth::ResumeRequest* request,
                      auth::Account* reply) override {
    return state(request->handle(), "active", reply);
  }
  grpc::Status SetConsent(grpc::ServerContext* /*context*/, const auth::SetConsentRequest* request,
                          auth::Account* reply) override {
    reply->set_consent_missing(!request->given());
    return state(request->handle(), "active", reply);
  }
  grpc::Status SetVerified(grpc::ServerContext* /*context*/,
                           const auth::SetVerifiedRequest* request, auth::Account* reply) override {
    reply->set_verified(request->verified());
    return state(request->handle(), "active", reply);
  }
  grpc::Status state(const std::string& handle, const char* now, auth::Account* reply) const {
    if (!verdict.ok()) return verdict;
    if (passwords.count(handle) == 0) return {grpc::StatusCode::NOT_FOUND, "none"};
    reply->set_handle(handle);
    reply->set_state(now);
    return grpc::Status::OK;
  }
  grpc::Status List(grpc::ServerContext* /*context*/, const auth::ListRequest* /*request*/,
                    grpc::ServerWriter<auth::ListReply>* writer) override {
    for (const auto& [handle, password] : passwords) {
      auth::ListReply page;
      page.add_accounts()->set_handle(handle);
      writer->Write(page);
    }
    return grpc::Status::OK;
  }
  grpc::Status Import(
      grpc::ServerContext* /*context*/,
      grpc::ServerReaderWriter<auth::ImportReply, auth::ImportRequest>* stream) override {
    auth::ImportRequest request;
    std::map<std::string, std::string> staged;
    bool atomic = false;
    while (stream->Read(&request)) {
      chunks.push_back(request.rows_size());
      atomic = request.atomic();
      auth::ImportReply reply;
      for (const auto& row : request.rows()) {
        if (row.handle().find('@') == std::string::npos) {
          auto& bad = *reply.add_bad();
          bad.set_line(row.line());
          bad.set_reason("no email");
          continue;
        }
        staged[row.handle()] = row.password() + "/" + row.friendly_name();
      }
      last_seen = request.last();
      if (!atomic || last_seen) {
        reply.set_created(staged.size());
        passwords.merge(staged);
        staged.clear();
      }
      stream->Write(reply);
    }
    if (atomic && !last_seen) return {grpc::StatusCode::INVALID_ARGUMENT, "no last chunk"};
    return grpc::Status::OK;
  }
};

class PresenceDouble final : public presence::PresenceAdmin::Service {
 public:
  grpc::Status ListNodes(grpc::ServerContext* /*context*/,
                         const presence::ListNodesRequest* /*request*/,
                         presence::ListNodesReply* reply) override {
    auto& node = *reply->add_nodes();
    node.set_id("notification-1");
    node.set_role("notification");
    node.set_state("ready");
    node.set_advertised("127.0.1.1:1863");
    node.set_incarnation(0xFEDCBA9876543210U);
    node.set_rpc(node_rpc);
    return grpc::Status::OK;
  }
  std::string node_rpc;
  presence::ExplainRequest explained;
  presence::ExplainReply explanation;
  grpc::Status Explain(grpc::ServerContext* /*context*/, const presence::ExplainRequest* request,
                       presence::ExplainReply* reply) override {
    explained = *request;
    *reply = explanation;
    return verdict;
  }
  // What was asked last, and what is said to it.
  presence::NotifyRequest notified;
  presence::AnnounceRequest announced;
  presence::SetStatusRequest status;
  presence::ChangeContactRequest contact;
  presence::DeliverPageRequest page;
  presence::Reached reached;
  grpc::Status verdict;

  grpc::Status Kick(grpc::ServerContext* /*context*/, const presence::KickRequest* request,
                    presence::KickReply* reply) override {
    reply->set_sessions(request->handle() == "away@example.com" ? 0 : 1);
    return verdict;
  }
  grpc::Status Notify(grpc::ServerContext* /*context*/, const presence::NotifyRequest* request,
                      presence::NotifyReply* reply) override {
    notified = *request;
    *reply->mutable_reached() = reached;
    return verdict;
  }
  grpc::Status Announce(grpc::ServerContext* /*context*/, const presence::AnnounceRequest* request,
                        presence::AnnounceReply* reply) override {
    announced = *request;
    *reply->mutable_reached() = reached;
    return verdict;
  }
  grpc::Status SetStatus(grpc::ServerContext* /*context*/,
                         const presence::SetStatusRequest* request,
                         presence::SetStatusReply* /*reply*/) override {
    status = *request;
    return verdict;
  }
  grpc::Status ChangeContact(grpc::ServerContext* /*context*/,
                             const presence::ChangeContactRequest* request,
                             presence::ChangeContactReply* reply) override {
    contact = *request;
    reply->set_serial(12);
    return verdict;
  }
  grpc::Status DeliverPage(grpc::ServerContext* /*context*/,
                           const presence::DeliverPageRequest* request,
                           presence::DeliverPageReply* reply) override {
    page = *request;
    *reply->mutable_reached() = reached;
    return verdict;
  }
  grpc::Status ListSessions(grpc::ServerContext* /*context*/,
                            const presence::ListSessionsRequest* request,
                            grpc::ServerWriter<presence::ListSessionsReply>* writer) override {
    if (request->handle() == "away@example.com") return grpc::Status::OK;
    presence::ListSessionsReply page;
    auto& session = *page.add_sessions();
    session.set_handle("bob@example.com");
    session.set_name("Bob%20B");
    session.set_node("notification-1");
    session.set_status(presence::STATUS_BUSY);
    session.set_dialect(5);
    session.set_session(77);
    writer->Write(page);
    return grpc::Status::OK;
  }

  std::map<std::string, presence::DirectoryEntry> directory;  // who is in it; only bob may be
  grpc::Status GetDirectoryEntry(grpc::ServerContext* /*context*/,
                                 const presence::GetDirectoryEntryRequest* request,
                                 presence::GetDirectoryEntryReply* reply) override {
    const auto place = directory.find(request->handle());
    if (place != directory.end()) *reply->mutable_entry() = place->second;
    return grpc::Status::OK;
  }
  grpc::Status SetDirectoryEntry(grpc::ServerContext* /*context*/,
                                 const presence::SetDirectoryEntryRequest* request,
                                 presence::SetDirectoryEntryReply* reply) override {
    if (request->handle() != "bob@example.com") {
      return {grpc::StatusCode::NOT_FOUND, "no such account"};
    }
    if (request->entry().last().empty()) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "a last name is needed"};
    }
    directory[request->handle()] = request->entry();
    *reply->mutable_entry() = request->entry();
    return grpc::Status::OK;
  }
  grpc::Status RemoveDirectoryEntry(grpc::ServerContext* /*context*/,
                                    const presence::RemoveDirectoryEntryRequest* request,
                                    presence::RemoveDirectoryEntryReply* reply) override {
    reply->set_was_in(directory.erase(request->handle()) != 0);
    return grpc::Status::OK;
  }
};

// A notification node that tells what it is given to tell.
class NotificationDouble final : public notification::NotificationAdmin::Service {
 public:
  grpc::Status verdict;  // of every call
  notification::GetShownRequest asked;
  notification::GetShownReply shown;
  notification::TraceRequest traced;
  std::vector<notification::TraceReply> transcript;

  grpc::Status GetShown(grpc::ServerContext* /*context*/,
                        const notification::GetShownRequest* request,
                        notification::GetShownReply* reply) override {
    asked = *request;
    *reply = shown;
    return verdict;
  }
  int not_yet = 0;  // calls of Trace that come before the node knows of the session
  grpc::Status Trace(grpc::ServerContext* /*context*/, const notification::TraceRequest* request,
                     grpc::ServerWriter<notification::TraceReply>* writer) override {
    traced = *request;
    if (not_yet-- > 0) return {grpc::StatusCode::NOT_FOUND, "no such session"};
    for (const auto& reply : transcript) writer->Write(reply);
    return verdict;
  }
};

struct CommandsFixture : ::testing::Test {
  AccountsDouble accounts;
  PresenceDouble presences;
  NotificationDouble node;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<Cluster> cluster;
  std::string path = ::testing::TempDir() + "monarchctl-" + std::to_string(::getpid()) + ".csv";

  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&accounts);
    builder.RegisterService(&presences);
    builder.RegisterService(&node);
    server = builder.BuildAndStart();
    const std::string address = "127.0.0.1:" + std::to_string(port);
    presences.node_rpc = address;
    cluster = std::make_unique<Cluster>(ClusterOptions{address, address + "," + address});
  }
  void TearDown() override {
    server->Shutdown();
    std::remove(path.c_str());
  }
  std::string file(const std::string& text) const {
    std::ofstream(path) << text;
    return path;
  }
  static PasswordSource typed(const std::string& password) { return {password, ""}; }
};

}  // namespace monarch::ctl::testing
