// A metric that a document speaks of is one: docs/reference/metrics.md has it. What is history
// (decisions, the changelog) may speak of others.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace monarch::reference {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> metrics_in(const std::string& text) {
  static const std::regex name("monarch_[a-z_]+_(total|seconds|count|bytes|info|state)\\b");
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) {
    names.insert(at->str());
  }
  return names;
}

std::vector<fs::path> documents() {
  std::vector<fs::path> found = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"};
  for (const char* room : {"deploy", "docs", "libs", "services", "tests", "tools"}) {
    for (fs::recursive_directory_iterator at(room), end; at != end; ++at) {
      const std::string name = at->path().filename().string();
      if (name == "decisions" || name == "reference" || name == "node_modules") {
        at.disable_recursion_pending();
      } else if (at->path().extension() == ".md") {
        found.push_back(at->path());
      }
    }
  }
  return found;
}

TEST(Documents, NameMetricsThatExist) {
  const std::set<std::string> known = metrics_in(content("docs/reference/metrics.md"));
  ASSERT_GT(known.size(), 80U);
  std::size_t named = 0;
  for (const fs::path& document : documents()) {
    for (const std::string& metric : metrics_in(content(document))) {
      ++named;
      EXPECT_TRUE(known.contains(metric)) << document.string() << " names " << metric;
    }
  }
  EXPECT_GT(named, 50U);
}

}  // namespace
}  // namespace monarch::reference
