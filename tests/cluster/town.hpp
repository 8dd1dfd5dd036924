// Town: a cluster of a test's own in which alice, bob and carol have each other in FL and AL,
// served by different presence instances in turn, and what failure tests keep doing there. One
// thread.
#pragma once

#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "testing/cluster/administration.hpp"
#include "testing/cluster/cluster_target.hpp"
#include "testing/cluster/local_cluster.hpp"
#include "testing/cluster/msnp_client.hpp"

namespace monarch::testing {

// What an answer to a client may take when something is away, and an FLN when a node died
// (docs/protocol/errors.md; ARCHITECTURE.md#rule-11).
inline constexpr std::chrono::seconds kAnswerWithin{5};
inline constexpr std::chrono::seconds kGoneWithin{10};

// For EXPECT_TRUE: the sentence of a Result that failed.
template <class R>
::testing::AssertionResult good(const R& result) {
  if (result.ok()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << result.error();
}

class Town : public ::testing::Test {
 protected:
  using Lines = std::vector<std::string>;

  explicit Town(ClusterOptions options = {});
  void SetUp() override;
  void TearDown() override;

  // "ns1" and so on: what tests call notification-1.
  [[nodiscard]] std::string node(unsigned number) const;
  // A client that is signed in there, its lists read and its status set; named like the account, or
  // "alice.new".
  MsnpClient& online(const std::string& name, unsigned node, const std::string& status = "NLN");
  // The same, and all others who are there have seen it.
  MsnpClient& here(const std::string& name, unsigned node, const std::string& status = "NLN");
  // A client that is not yet connected.
  MsnpClient& client(const std::string& name);

  // The answer, of whatever kind, and that it came within kAnswerWithin.
  std::string ask(MsnpClient& client, const std::string& text);
  // The same without its TrID, which it checks: "501", "CHG AWY".
  std::string answer(MsnpClient& client, const std::string& text);
  // What VER to USR S leads to: "OK", "600", "603", "911".
  std::string sign_in(const std::string& name, unsigned node);
  // USR I at dispatch: the address, or the whole line when it is no XFR.
  std::string referred();
  void expect_quiet(MsnpClient& client);
  void expect_line(MsnpClient& client, const std::string& line,
                   std::chrono::milliseconds bound = kGoneWithin);

  // The sum of this metric over all processes of the role that answer.
  double metric(const std::string& role, const std::string& of);
  void expect_metric(const std::string& role, const std::string& of, double at_least);
  void expect_logged(const std::string& name, const std::string& what);
  // Until presence lists exactly these ("alice at notification-1").
  void expect_sessions(Lines wanted);

  static std::string handle(const std::string& name);
  static transcript::Fixture people();

  LocalCluster cluster_;
  ClusterTarget target_;
  transcript::Fixture fixture_ = people();
  std::map<std::string, std::unique_ptr<MsnpClient>> clients_;
};

}  // namespace monarch::testing
