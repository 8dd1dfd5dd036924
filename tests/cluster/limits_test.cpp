// docs/limits.md is true: each setting it names is one, with that default and those bounds, each
// setting that limits anything is in it, each metric is there, and each test. And failed sign-ins
// are counted in one place, however many auth instances there are.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "testing/cluster/child_process.hpp"
#include "testing/cluster/loopback.hpp"
#include "town.hpp"

namespace monarch::testing {
namespace {

const std::vector<std::string> kServices = {"auth", "dispatch", "notification", "presence",
                                            "switchboard"};

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// White space of any kind and length is one space.
std::string squeezed(const std::string& text) {
  return std::regex_replace(text, std::regex("\\s+"), " ");
}

std::vector<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

// A row of the table: which setting it is of which services, or none for a constant.
struct Row {
  std::string text;
  std::string setting;  // "queue-bytes-max"; empty: a constant
  std::vector<std::string> services;
  std::string value;   // its default
  std::string bounds;  // "1 to 600"; "–": a word or a list
  std::string metric;
  std::string tests;
};

std::vector<Row> rows() {
  std::vector<Row> all;
  std::istringstream text(content("docs/limits.md"));
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("| ") || line.starts_with("| Limit |") || line.starts_with("| --- |")) {
      continue;
    }
    std::vector<std::string> cells;
    std::istringstream parts(line.substr(2));
    for (std::string cell; std::getline(parts, cell, '|');) {
      cells.push_back(std::regex_replace(cell, std::regex("^ +| +$"), ""));
    }
    EXPECT_EQ(cells.size(), 6U) << line;
    if (cells.size() != 6) continue;
    Row row{line, "", {}, cells[2], cells[3], cells[4], cells[5]};
    const auto names = matches(cells[1], "`--([a-z-]+)`");
    if (!names.empty()) row.setting = names.front();
    const std::size_t of = cells[1].find("` of ");
    const std::string whose = of == std::string::npos ? "" : cells[1].substr(of);
    for (const std::string& service : kServices) {
      if (whose.ends_with("every service") || whose.find(service) != std::string::npos) {
        row.services.push_back(service);
      }
    }
    all.push_back(std::move(row));
  }
  return all;
}

// What --help says about each setting that is a number or a time.
class Help {
 public:
  explicit Help(const std::string& service) {
    const auto directory = std::filesystem::temp_directory_path() /
                           ("monarch-help-" + service + "-" + std::to_string(getpid()));
    auto process = ChildProcess::start({LocalCluster::program("monarch-" + service), "--help"},
                                       directory.string());
    EXPECT_TRUE(good(process));
    EXPECT_EQ(process->wait(std::chrono::seconds(20)), 0);
    text_ = squeezed(content(directory));
    std::filesystem::remove(directory);
  }
  [[nodiscard]] std::vector<std::string> limits() const {
    return matches(text_, "--([a-z-]+) (?:NUMBER|DURATION) ");
  }
  // From its name to that of its environment variable; empty: there is none of this name.
  [[nodiscard]] std::string about(const std::string& setting) const {
    std::string variable = "(env MONARCH_";
    for (const char c : setting) {
      variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    const std::size_t end = text_.find(variable + ")");
    if (end == std::string::npos) return "";
    const std::size_t begin = text_.rfind("--" + setting + " ", end);
    return begin == std::string::npos ? "" : text_.substr(begin, end - begin);
  }

 private:
  std::string text_;
};

TEST(LimitsPage, NamesEachSettingWithItsDefaultAndBounds) {
  const auto table = rows();
  ASSERT_GT(table.size(), 60U);
  for (const std::string& service : kServices) {
    const Help help(service);
    std::set<std::string> named;
    for (const Row& row : table) {
      if (row.setting.empty() ||
          std::find(row.services.begin(), row.services.end(), service) == row.services.end()) {
        continue;
      }
      named.insert(row.setting);
      const std::string about = help.about(row.setting);
      EXPECT_FALSE(about.empty()) << "monarch-" << service << " has no --" << row.setting;
      if (row.value != "none") {
        EXPECT_NE(about.find("[default: " + row.value + "]"), std::string::npos) << row.text << "\n"
                                                                                 << about;
      }
      if (row.bounds != "–") {
        EXPECT_NE(about.find(", " + row.bounds + " ["), std::string::npos) << row.text << "\n"
                                                                           << about;
      }
    }
    for (const std::string& limit : help.limits()) {
      EXPECT_TRUE(named.contains(limit))
          << "--" << limit << " of monarch-" << service << " is not in docs/limits.md";
    }
  }
}

TEST(LimitsPage, NamesTestsThatExist) {
  std::set<std::string> tests;
  for (const char* room : {"libs", "services", "tests"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(room)) {
      if (!entry.path().string().ends_with("_test.cpp")) continue;
      const std::regex regex("\nTEST(?:_F|_P)?\\((\\w+), (\\w+)\\)");
      const std::string text = content(entry.path());
      for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
        tests.insert((*at)[1].str() + "." + (*at)[2].str());
      }
    }
  }
  for (const Row& row : rows()) {
    const auto named = matches(row.tests, "`([^`]+)`");
    EXPECT_FALSE(named.empty()) << row.text;
    for (const std::string& name : named) {
      const bool exists = name.ends_with(".msnp")
                              ? std::filesystem::exists("tests/transcripts/" + name)
                              : tests.contains(name);
      EXPECT_TRUE(exists) << name << " in " << row.text;
    }
  }
}

class Limits : public Town {
 protected:
  Limits() : Town(options()) {}
  static ClusterOptions options() {
    ClusterOptions options;
    options.auth = 2;
    // Once it begins, back-off lasts longer than this test.
    options.flags["auth"] = {"--backoff-first=1h", "--backoff-max=1h"};
    return options;
  }
  std::string try_password(const std::string& name, unsigned number, const std::string& password) {
    const auto done = client(name).sign_in(node(number), 5, handle(name), password);
    return done ? "OK" : done.error();
  }
  double checked(const std::string& auth, const std::string& result) {
    return cluster_.metric(auth, "monarch_auth_verifications_total{result=\"" + result + "\"}")
        .value_or(0);
  }
};

// Whose metric it is: "monarch_notification_…" of that role; "monarch_postgres_…" of the services
// that the row speaks of, or of any that has PostgreSQL.
std::vector<std::string> roles_with(const std::string& metric, const Row& row) {
  const std::string role = matches(metric, "^monarch_([a-z]+)_").at(0);
  const auto known = std::find(kServices.begin(), kServices.end(), role);
  if (known != kServices.end()) return {role};
  return row.services.empty() ? std::vector<std::string>{"auth"} : row.services;
}

TEST_F(Limits, HaveTheMetricsThatThePageNames) {
  const std::regex service_name("SERVICE");
  for (const Row& row : rows()) {
    for (const std::string& name : matches(row.metric, "`([^`]+)`")) {
      std::set<std::string> whole;
      if (name.find("SERVICE") == std::string::npos) {
        whole.insert(name);
      } else {
        for (const std::string& service : row.services) {
          whole.insert(std::regex_replace(name, service_name, service));
        }
      }
      EXPECT_FALSE(whole.empty()) << row.text;
      for (const std::string& metric : whole) {
        for (const std::string& role : roles_with(metric, row)) {
          EXPECT_TRUE(cluster_.metric(role + "-1", metric).has_value())
              << metric << " of " << row.text;
        }
      }
    }
  }
}

// docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules, "Failed logins": whichever node a
// guess comes through, one auth instance counts it.
TEST_F(Limits, FailedSignInsOfAnAccountCountInOnePlace) {
  for (unsigned i = 0; i < 5; ++i) {
    EXPECT_NE(try_password("alice", 1 + i % 2, "guess").find("911"), std::string::npos) << i;
  }
  EXPECT_EQ(try_password("alice", 2, "wonderland"), "OK") << "five have no effect";
  for (unsigned i = 0; i < 6; ++i) {
    EXPECT_NE(try_password("bob", 1 + i % 2, "guess").find("911"), std::string::npos) << i;
  }
  for (const unsigned number : {1U, 2U}) {
    EXPECT_NE(try_password("bob", number, "builder1").find("911"), std::string::npos);
  }
  EXPECT_EQ(checked("auth-1", "account_throttled") + checked("auth-2", "account_throttled"), 2);
  // All of an account at one instance: five and six, apart or together.
  for (const char* auth : {"auth-1", "auth-2"}) {
    const double wrong = checked(auth, "wrong_password");
    EXPECT_TRUE(wrong == 0 || wrong == 5 || wrong == 6 || wrong == 11) << auth << " " << wrong;
  }
}

TEST_F(Limits, AnAuthInstanceThatIsAwayOrHangsIsReplacedInTime) {
  cluster_.freeze("auth-1");
  for (const char* name : {"alice", "bob", "carol"}) {
    EXPECT_EQ(sign_in(name, 1), "OK") << name;
  }
  cluster_.thaw("auth-1");
  cluster_.kill("auth-2");
  for (const char* name : {"alice", "bob", "carol"}) {
    EXPECT_EQ(sign_in(name, 2), "OK") << name;
  }
}

}  // namespace
}  // namespace monarch::testing
