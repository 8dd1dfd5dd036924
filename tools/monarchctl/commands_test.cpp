#include "monarchctl/commands.hpp"

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

namespace monarch::ctl {
namespace {

namespace auth = monarch::auth::v1;
namespace presence = monarch::presence::v1;

// Accounts in a map: refuses handles without '@' and those it has, as auth does.
class AccountsDouble final : public auth::Accounts::Service {
 public:
  std::map<std::string, std::string> passwords;
  std::vector<int> chunks;  // rows of each
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
    if (passwords.count(request->handle()) == 0) return {grpc::StatusCode::NOT_FOUND, "none"};
    reply->set_handle(request->handle());
    reply->set_created_unix_seconds(1'050'223'000);
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
    return grpc::Status::OK;
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

struct CommandsTest : ::testing::Test {
  AccountsDouble accounts;
  PresenceDouble presences;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<Cluster> cluster;
  std::string path = ::testing::TempDir() + "monarchctl-" + std::to_string(::getpid()) + ".csv";

  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&accounts);
    builder.RegisterService(&presences);
    server = builder.BuildAndStart();
    const std::string address = "127.0.0.1:" + std::to_string(port);
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

TEST_F(CommandsTest, AddSaysWhatIsThereNow) {
  const auto added = add_account(*cluster, "bob@example.com", typed("geheim"), "Bob");
  ASSERT_TRUE(added.ok());
  EXPECT_EQ(added->status, kDone);
  EXPECT_EQ(added->text, "created bob@example.com\n");
  EXPECT_EQ(added->json["account"]["email"], "bob@example.com");
  EXPECT_EQ(added->json.dump().find("geheim"), std::string::npos);
  const auto again = add_account(*cluster, "bob@example.com", typed("geheim"), "Bob");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().status, kRefused);
  EXPECT_EQ(again.error().text, "bob@example.com: there is one");
}

TEST_F(CommandsTest, APasswordComesFromTheFirstLineOfAFile) {
  ASSERT_TRUE(
      add_account(*cluster, "bob@example.com", {std::nullopt, file("geheim\r\nx\n")}, "").ok());
  EXPECT_EQ(accounts.passwords["bob@example.com"], "geheim");
  const auto missing = add_account(*cluster, "eve@example.com", {std::nullopt, "/nonexistent"}, "");
  EXPECT_EQ(missing.error().status, kFailed);
}

TEST_F(CommandsTest, ShowAndListHaveStableNames) {
  ASSERT_TRUE(add_account(*cluster, "bob@example.com", typed("x"), "").ok());
  const auto shown = show_account(*cluster, "bob@example.com");
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->json["account"]["created"], "2003-04-13T08:36:40Z");
  EXPECT_EQ(show_account(*cluster, "eve@example.com").error().status, kRefused);
  const auto listed = list_accounts(*cluster);
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->json["accounts"].size(), 1U);
  std::vector<std::string> keys;
  for (const auto& [key, value] : listed->json["accounts"][0].items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"email", "id", "state", "verified", "created"}));
}

TEST_F(CommandsTest, AnEntryOfTheDirectoryIsSetShownAndRemoved) {
  const std::string bob = "bob@example.com";
  const auto none = show_directory_entry(*cluster, bob);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->json["directory"].is_null());
  EXPECT_EQ(none->text, "bob@example.com is not in the member directory\n");
  DirectoryOptions entry;
  entry.first = "Bob";
  EXPECT_TRUE(entry.given());
  const auto refused = set_directory_entry(*cluster, bob, entry);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().status, kRefused);
  EXPECT_EQ(refused.error().text, "bob@example.com: a last name is needed");
  entry.last = "Brown";
  entry.country = "NO";
  ASSERT_TRUE(set_directory_entry(*cluster, bob, entry).ok());
  EXPECT_EQ(set_directory_entry(*cluster, "eve@example.com", entry).error().status, kRefused);
  const auto shown = show_directory_entry(*cluster, bob);
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->json["directory"].dump(),
            R"({"first":"Bob","last":"Brown","city":"","state":"","country":"NO"})");
  EXPECT_EQ(remove_directory_entry(*cluster, bob)->json["removed"], true);
  EXPECT_EQ(remove_directory_entry(*cluster, bob)->json["removed"], false);
}

TEST_F(CommandsTest, ImportGoesInChunksAndNamesBadLinesOfBothSides) {
  std::string text =
      "\xEF\xBB\xBF"
      "email,password,name\r\n";
  for (int i = 0; i < 1100; ++i) text += "u" + std::to_string(i) + "@e.com,pw,\"U, x\"\r\n";
  text += "nobody,pw,\n\"open,pw,\nonly@e.com,two\n";
  const auto imported = import_accounts(*cluster, file(text), false);
  ASSERT_TRUE(imported.ok());
  EXPECT_EQ(imported->status, kRefused);
  EXPECT_EQ(accounts.chunks, (std::vector<int>{500, 500, 101}));
  EXPECT_EQ(accounts.passwords.size(), 1100U);
  EXPECT_EQ(accounts.passwords["u7@e.com"], "pw/U, x");
  EXPECT_EQ(imported->json["created"], 1100);
  ASSERT_EQ(imported->json["bad"].size(), 3U);
  EXPECT_EQ(imported->json["bad"][0]["line"], 1102);
  EXPECT_EQ(imported->json["bad"][0]["reason"], "no email");
  EXPECT_EQ(imported->json["bad"][1]["line"], 1103);
  EXPECT_EQ(imported->json["bad"][2]["line"], 1104);
}

TEST_F(CommandsTest, AnAtomicImportEndsWithItsLastChunkOnlyWhenEveryRowIsGood) {
  const auto good = import_accounts(*cluster, file("email,password,name\na@e.com,x,\n"), true);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->status, kDone);
  EXPECT_EQ(good->json["created"], 1);
  EXPECT_TRUE(accounts.last_seen);
  for (const char* bad : {"b@e.com,x,\nnobody,x,\n", "b@e.com,x,\nc@e.com,\"x\n"}) {
    const auto spoilt =
        import_accounts(*cluster, file(std::string("email,password,name\n") + bad), true);
    ASSERT_TRUE(spoilt.ok());
    EXPECT_EQ(spoilt->status, kRefused);
    EXPECT_EQ(spoilt->json["created"], 0);
    EXPECT_EQ(spoilt->json["bad"].size(), 1U);
    EXPECT_FALSE(accounts.last_seen);
  }
  EXPECT_EQ(accounts.passwords.size(), 1U);
}

TEST_F(CommandsTest, AFileWithAnotherFirstLineIsRefused) {
  for (const char* text : {"", "a@e.com,x,y\n", "email,password\n", "Email,Password,Name\n",
                           "\nemail,password,name\n", "email, password, name\n"}) {
    const auto imported = import_accounts(*cluster, file(text), false);
    ASSERT_FALSE(imported.ok()) << text;
    EXPECT_EQ(imported.error().status, kRefused);
  }
  EXPECT_TRUE(accounts.chunks.empty());
}

TEST_F(CommandsTest, NodesAndSessionsAreShown) {
  const auto nodes = list_nodes(*cluster);
  ASSERT_TRUE(nodes.ok());
  EXPECT_EQ(nodes->json["nodes"][0]["incarnation"], "fedcba9876543210");
  EXPECT_NE(nodes->text.find("127.0.1.1:1863"), std::string::npos);
  const auto sessions = list_sessions(*cluster, "");
  ASSERT_TRUE(sessions.ok());
  EXPECT_EQ(sessions->json["sessions"][0]["name"], "Bob B");
  EXPECT_EQ(sessions->json["sessions"][0]["status"], "busy");
  EXPECT_EQ(sessions->json["sessions"][0]["dialect"], "MSNP5");
  const auto none = list_sessions(*cluster, "away@example.com");
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->status, kDone);
  EXPECT_EQ(none->json["sessions"].size(), 0U);
}

TEST_F(CommandsTest, AServiceOutOfReachIsNamedWithWhatToCheck) {
  server->Shutdown();
  const auto listed = list_accounts(*cluster);
  ASSERT_FALSE(listed.ok());
  EXPECT_EQ(listed.error().status, kFailed);
  EXPECT_NE(listed.error().text.find("--auth"), std::string::npos);
  EXPECT_NE(listed.error().text.find(std::to_string(port)), std::string::npos);
}

TEST_F(CommandsTest, AnAddressThatIsNoneIsNamedByItsFlag) {
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:17100,", "a:b"}) {
    Cluster wrong(ClusterOptions{bad, bad});
    EXPECT_EQ(list_accounts(wrong).error().text.find("--auth: "), 0U) << bad;
    EXPECT_EQ(list_nodes(wrong).error().text.find("--presence: "), 0U) << bad;
  }
}

TEST_F(CommandsTest, WhatAServiceSaysOfItsOwnStoresIsPassedOn) {
  accounts.verdict = {grpc::StatusCode::UNAVAILABLE, "no PostgreSQL"};
  const auto added = add_account(*cluster, "bob@example.com", typed("x"), "");
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().status, kFailed);
  EXPECT_NE(added.error().text.find("no PostgreSQL"), std::string::npos);
}

TEST(HidePasswords, OverwritesThemAndNothingElse) {
  std::string program = "monarchctl", flag = "--password", secret = "geheim", email = "a@b.c",
              joined = "--password=geheim", other = "--password-file", path = "path";
  std::vector<char*> arguments{program.data(), flag.data(),  secret.data(), email.data(),
                               joined.data(),  other.data(), path.data()};
  hide_passwords(static_cast<int>(arguments.size()), arguments.data());
  EXPECT_EQ(secret, "xxxxxx");
  EXPECT_EQ(joined, "--password=xxxxxx");
  EXPECT_EQ(email, "a@b.c");
  EXPECT_EQ(path, "path");
}

}  // namespace
}  // namespace monarch::ctl
