#include "stores/postgres_options.hpp"

#include <gtest/gtest.h>

#include "runtime/settings.hpp"
#include "stores/postgres_pool.hpp"

namespace monarch::stores {
namespace {

std::string refusal(const char* conninfo) {
  runtime::Settings settings("p", "d", "0");
  PostgresOptions options;
  add_postgres(settings, options);
  const char* argv[] = {"p", "--postgres", conninfo};
  const auto exit = settings.parse(3, argv);
  return exit ? exit->error : "";
}

TEST(PostgresOptions, PutThePasswordOfTheFileIn) {
  const PostgresOptions options{"host=db user=a password=old", "it's \\ new", 7};
  metrics::Registry metrics("auth");
  const auto pool = pool_settings(options, "auth-1", metrics);
  EXPECT_EQ(pool.conninfo, R"(host='db' password='it\'s \\ new' user='a')");
  EXPECT_EQ(pool.application_name, "auth-1");
  EXPECT_EQ(pool.connections, 7U);
}

TEST(PostgresOptions, LeaveWhatWasWrittenWithoutAFile) {
  metrics::Registry metrics("auth");
  EXPECT_EQ(pool_settings({"host=db password=old", "", 4}, "n", metrics).conninfo,
            "host=db password=old");
}

TEST(PostgresOptions, RefuseWhatIsNoConnection) {
  EXPECT_EQ(refusal("host=db"), "");
  const auto error = refusal("geheim");
  EXPECT_NE(error.find("--postgres"), std::string::npos) << error;
  EXPECT_EQ(error.find("geheim"), std::string::npos) << "it may be the password: " << error;
}

}  // namespace
}  // namespace monarch::stores
