// What the two pages are made of, and that a page which is not true is seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics_page.hpp"
#include "page.hpp"
#include "settings_page.hpp"

namespace monarch::reference {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Program service(const std::string& name, const std::string& own) {
  return {"monarch-" + name, parse_help("keeps " + name +
                                        "\n\nOptions:\n"
                                        "  --node-id TEXT              Its name [default: " +
                                        name + "-1] (env MONARCH_NODE_ID)\n" + own)};
}

TEST(SettingsPage, HasWhatIsCommonOnceAndTheRestBesideItsProgram) {
  const std::string page = settings_page(
      {service("auth", "  --same TEXT                 A [default: 1] (env MONARCH_SAME)\n"),
       service("presence", "  --same TEXT                 A [default: 2] (env MONARCH_SAME)\n")},
      {});
  EXPECT_THAT(page, HasSubstr("| <a id=\"node-id\"></a>`--node-id` | `MONARCH_NODE_ID` | text | "
                              "`SERVICE-1` | – | Its name |\n"));
  EXPECT_THAT(page, Not(HasSubstr("`auth-1` |")));
  EXPECT_THAT(page, HasSubstr("## monarch-auth\n\nIt keeps auth.\n"));
  EXPECT_THAT(page,
              HasSubstr("| <a id=\"auth-same\"></a>`--same` | `MONARCH_SAME` | text | `1` |"));
  EXPECT_THAT(page, HasSubstr("| <a id=\"presence-same\"></a>`--same` |"));
}

Metrics shown(const std::string& lines) {
  return parse_exposition("# HELP a_total What\n# TYPE a_total counter\n" + lines);
}

TEST(Exposition, IsReadWithoutItsNumbers) {
  const Metrics metrics = parse_exposition(
      "# HELP h_seconds How long\n# TYPE h_seconds histogram\n"
      "h_seconds_count{m=\"a\"} 2\nh_seconds_sum{m=\"a\"} 0.1\n"
      "h_seconds_bucket{m=\"a\",le=\"0.5\"} 1\nh_seconds_bucket{m=\"b\\\"\",le=\"+Inf\"} 2\n"
      "# HELP g Now\n# TYPE g gauge\ng 1\nstray 3\n\n");
  ASSERT_EQ(metrics.size(), 2U);
  EXPECT_EQ(metrics.at("h_seconds").type, "histogram");
  EXPECT_EQ(metrics.at("h_seconds").help, "How long");
  const std::map<std::string, std::set<std::string>> labels = {{"m", {"a", "b\""}}};
  EXPECT_EQ(metrics.at("h_seconds").labels, labels);
  EXPECT_TRUE(metrics.at("g").labels.empty());
}

TEST(MetricsPage, WritesTheValuesThatAreDeclared) {
  MetricsPage page({"auth-1"});
  page.declared("auth", shown("a_total{kind=\"x\"} 0\na_total{kind=\"y\"} 0\n"));
  page.shown("auth", shown("a_total{kind=\"x\"} 1\n"));
  EXPECT_THAT(page.text(), HasSubstr("| `a_total` | counter | `kind`: x, y | What |\n"));
}

TEST(MetricsPage, WritesNoValueThatDependsOnWhatHappens) {
  const std::string without = "| `a_total` | counter | `kind` | What |\n";
  {
    MetricsPage page({"auth-1"});
    page.declared("auth", shown("a_total{kind=\"x\"} 0\n"));
    page.shown("auth", shown("a_total{kind=\"x\"} 0\na_total{kind=\"y\"} 1\n"));
    EXPECT_THAT(page.text(), HasSubstr(without)) << "a value came later";
  }
  {
    MetricsPage page({"auth-1"});
    page.declared("auth", {});
    page.shown("auth", shown("a_total{kind=\"x\"} 1\n"));
    EXPECT_THAT(page.text(), HasSubstr(without)) << "the metric came later";
  }
  {
    MetricsPage page({"auth-1"});
    page.declared("auth", shown("a_total{kind=\"auth-1\"} 0\n"));
    page.shown("auth", shown("a_total{kind=\"auth-1\"} 0\n"));
    EXPECT_THAT(page.text(), HasSubstr(without)) << "it names a node";
  }
  MetricsPage page({});
  page.declared("auth", shown("a_total{target=\"none\"} 0\n"));
  page.shown("auth", shown("a_total{target=\"none\"} 0\n"));
  EXPECT_THAT(page.text(), HasSubstr("| `target` |"));
}

TEST(MetricsPage, SaysOfWhichServicesAMetricIs) {
  const auto metric = [](const std::string& name) {
    return parse_exposition("# HELP " + name + " W\n# TYPE " + name + " gauge\n" + name + " 1\n");
  };
  MetricsPage page({});
  for (const char* service : {"auth", "presence", "dispatch"})
    page.declared(service, metric("all"));
  for (const char* service : {"auth", "presence"}) page.declared(service, metric("some"));
  page.declared("auth", metric("own"));
  const std::string text = page.text();
  EXPECT_THAT(text, HasSubstr("## Every process\n\n| Metric | Type | Labels | Meaning |\n"
                              "| --- | --- | --- | --- |\n| `all` | gauge | – | W |\n\n"));
  EXPECT_THAT(text, HasSubstr("| `some` | gauge | – | W | auth, presence |\n"));
  EXPECT_THAT(text, HasSubstr("## monarch-auth\n\n| Metric | Type | Labels | Meaning |\n"
                              "| --- | --- | --- | --- |\n| `own` | gauge | – | W |\n"));
  EXPECT_TRUE(page.contradictions().empty());
  page.declared("presence", parse_exposition("# HELP own X\n# TYPE own gauge\nown 1\n"));
  EXPECT_EQ(page.contradictions().size(), 1U);
}

TEST(Page, ThatIsNotTrueIsSeen) {
  EXPECT_TRUE(compare("p.md", "a\nb\n", "a\nb\n").ok());
  const auto changed = compare("p.md", "a\nb\n", "a\nc\n");
  ASSERT_FALSE(changed.ok());
  EXPECT_THAT(changed.error(), HasSubstr("./dev docs"));
  EXPECT_THAT(changed.error(), HasSubstr("line 2 is:     b\nand should be: c"));
  for (const auto& [is, should] : {std::pair("a\n", "a\nb\n"), std::pair("a\nb\n", "a\n"),
                                   std::pair("", "a\n"), std::pair("a", "a\n")}) {
    EXPECT_FALSE(compare("p.md", is, should).ok()) << is << should;
  }
}

TEST(Page, HasNoMarkdownFromElsewhere) {
  EXPECT_EQ(cell("a|b <c> *d*"), "a\\|b &lt;c&gt; \\*d\\*");
  EXPECT_EQ(code("a|b"), "`a\\|b`");
  EXPECT_EQ(cell(""), "–");
}

}  // namespace
}  // namespace monarch::reference
