#include "runtime/settings.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace monarch::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ =
        std::filesystem::temp_directory_path() / ("monarch-settings-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
    settings_.add("name", name_, "A name");
    settings_.add("port-count", count_, "How many ports", 1, 100);
    settings_.add("wait-time", wait_, "How long to wait", milliseconds(1), seconds(60));
    settings_.add("listen", listen_, "Where to listen");
    settings_.add_advertised("advertise", advertise_, "What to tell others");
    settings_.add("brave", brave_, "Whether to be brave");
    settings_.add_choice("colour", colour_, "Which colour", {"red", "green"});
    settings_.add_secret_file("password-file", password_, "A password");
    settings_.add_list("peer", peers_, "Others");
  }
  void TearDown() override {
    ::unsetenv("MONARCH_NAME");
    ::unsetenv("MONARCH_PORT_COUNT");
    ::unsetenv("MONARCH_CONFIG");
    std::filesystem::remove_all(directory_);
  }

  std::optional<Settings::Exit> parse(std::vector<std::string> arguments) {
    std::vector<const char*> argv{"monarch-x"};
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    return settings_.parse(static_cast<int>(argv.size()), argv.data());
  }
  std::string error_of(std::vector<std::string> arguments) {
    const auto exit = parse(std::move(arguments));
    if (!exit) return "(no error)";
    EXPECT_EQ(exit->status, 2);
    EXPECT_EQ(exit->error.find('\n'), std::string::npos) << exit->error;
    return exit->error;
  }
  std::string file(const std::string& name, const std::string& content, mode_t mode = 0600) {
    const std::string path = directory_ / name;
    std::ofstream(path) << content;
    ::chmod(path.c_str(), mode);
    return path;
  }

  Settings settings_{"monarch-x", "A test", "1.2.3"};
  std::filesystem::path directory_;
  std::string name_ = "monarch";
  std::int64_t count_ = 7;
  Duration wait_ = seconds(5);
  Endpoint listen_{"127.0.0.1", 1};
  Endpoint advertise_;
  bool brave_ = false;
  std::string colour_ = "red";
  std::string password_;
  std::vector<std::string> peers_;
};

TEST_F(SettingsTest, DefaultsStand) {
  EXPECT_FALSE(parse({}).has_value());
  EXPECT_EQ(name_, "monarch");
  EXPECT_EQ(count_, 7);
  EXPECT_FALSE(settings_.given("name"));
}

TEST_F(SettingsTest, ReadsFlags) {
  EXPECT_FALSE(parse({"--name", "papilio", "--port-count=12", "--wait-time", "1m", "--listen",
                      "0.0.0.0:5", "--brave", "--colour=green", "--advertise", "h.example:9",
                      "--peer", "a:1,b:2", "--peer", "c:3"})
                   .has_value());
  EXPECT_EQ(name_, "papilio");
  EXPECT_EQ(count_, 12);
  EXPECT_EQ(wait_, seconds(60));
  EXPECT_EQ(listen_, (Endpoint{"0.0.0.0", 5}));
  EXPECT_EQ(advertise_, (Endpoint{"h.example", 9}));
  EXPECT_TRUE(brave_);
  EXPECT_EQ(colour_, "green");
  EXPECT_EQ(peers_, (std::vector<std::string>{"a:1", "b:2", "c:3"}));
  EXPECT_TRUE(settings_.given("name"));
}

TEST_F(SettingsTest, ReadsTheFile) {
  const std::string config =
      file("x.toml",
           "# a comment\nname = \"from file\"\nport-count = 9\n"
           "brave = true\nwait-time = \"250ms\"\npeer = [\"a:1\", \"b:2\"]\n");
  EXPECT_FALSE(parse({"--config", config}).has_value());
  EXPECT_EQ(name_, "from file");
  EXPECT_EQ(count_, 9);
  EXPECT_TRUE(brave_);
  EXPECT_EQ(wait_, milliseconds(250));
  EXPECT_EQ(peers_, (std::vector<std::string>{"a:1", "b:2"}));
}

TEST_F(SettingsTest, FlagsWinOverTheEnvironmentAndThatOverTheFile) {
  const std::string config =
      file("x.toml", "name = \"file\"\nport-count = 2\ncolour = \"green\"\n");
  ::setenv("MONARCH_NAME", "environment", 1);
  ::setenv("MONARCH_PORT_COUNT", "3", 1);
  ::setenv("MONARCH_CONFIG", config.c_str(), 1);
  EXPECT_FALSE(parse({"--name", "flag"}).has_value());
  EXPECT_EQ(name_, "flag");
  EXPECT_EQ(count_, 3);
  EXPECT_EQ(colour_, "green");
}

TEST_F(SettingsTest, RefusesAnUnknownKeyByName) {
  const std::string error = error_of({"--config", file("x.toml", "nmae = \"x\"\n")});
  EXPECT_NE(error.find("nmae"), std::string::npos) << error;
  const std::string section = error_of({"--config", file("y.toml", "[log]\nname = \"x\"\n")});
  EXPECT_NE(section.find("[log]"), std::string::npos) << section;
}

TEST_F(SettingsTest, RefusesAFileThatIsNotThere) {
  const std::string error = error_of({"--config", directory_ / "none.toml"});
  EXPECT_NE(error.find("none.toml"), std::string::npos) << error;
}

TEST_F(SettingsTest, EveryErrorNamesItsSetting) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"--port-count", "0"},        {"--port-count", "101"},   {"--port-count", "many"},
      {"--wait-time", "5"},         {"--wait-time", "2h"},     {"--listen", "here"},
      {"--advertise", "0.0.0.0:1"}, {"--advertise", "[::]:1"}, {"--advertise", "1.2.3.4:0"},
      {"--brave", "perhaps"},       {"--colour", "blue"},      {"--password-file", "/nonexistent"},
  };
  for (const auto& [flag, value] : wrong) {
    const std::string error = error_of({flag + "=" + value});
    EXPECT_EQ(error.find("monarch-x: " + flag + ": "), 0U) << flag << "=" << value << ": " << error;
  }
}

TEST_F(SettingsTest, RefusesWhatItDoesNotKnow) {
  EXPECT_NE(error_of({"--nmae", "x"}).find("--nmae"), std::string::npos);
  EXPECT_NE(error_of({"--name", "a", "stray"}).find("stray"), std::string::npos);
}

TEST_F(SettingsTest, RequiresAndChecks) {
  settings_.require("advertise");
  EXPECT_NE(error_of({}).find("--advertise: must be given"), std::string::npos);
  settings_.check([this]() -> Outcome<std::string> {
    if (count_ > 50) return fail("--port-count: too many");
    return Ok{};
  });
  EXPECT_NE(error_of({"--advertise=a:1", "--port-count=51"}).find("too many"), std::string::npos);
}

TEST_F(SettingsTest, HelpVersionAndCheckConfigEndWell) {
  const auto help = parse({"--help"});
  ASSERT_TRUE(help.has_value());
  EXPECT_EQ(help->status, 0);
  EXPECT_NE(help->out.find("1 to 100"), std::string::npos) << help->out;
  EXPECT_NE(help->out.find("default: 7"), std::string::npos);
  EXPECT_NE(help->out.find("MONARCH_PORT_COUNT"), std::string::npos);
  EXPECT_EQ(parse({"--version"})->out, "monarch-x 1.2.3\n");
}

TEST_F(SettingsTest, CheckConfigTellsRightFromWrong) {
  EXPECT_EQ(parse({"--check-config"})->status, 0);
  EXPECT_EQ(parse({"--check-config", "--port-count=0"})->status, 2);
}

TEST_F(SettingsTest, ReadsASecretAndNeverShowsIt) {
  EXPECT_FALSE(parse({"--password-file", file("pw", "hunter2\n")}).has_value());
  EXPECT_EQ(password_, "hunter2");
  const std::string open = error_of({"--password-file", file("open", "hunter2", 0644)});
  EXPECT_NE(open.find("everybody"), std::string::npos) << open;
  EXPECT_EQ(open.find("hunter2"), std::string::npos);
  EXPECT_NE(error_of({"--password-file", file("empty", "\n")}).find("empty"), std::string::npos);
}

TEST(Durations, ReadAndWrite) {
  EXPECT_EQ(parse_duration("5s").value(), seconds(5));
  EXPECT_EQ(parse_duration("1m30s").value(), seconds(90));
  EXPECT_EQ(parse_duration("250ms").value(), milliseconds(250));
  EXPECT_EQ(format_duration(milliseconds(90'250)), "1m30s250ms");
  for (const char* text : {"", "5", "s", "-5s", "5 s", "5x", "99999999999999999999s", "400d"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
}

class CommonSettingsTest : public testing::Test {
 protected:
  std::string parse(std::vector<std::string> arguments) {
    Settings settings("monarch-x", "", "");
    common_ = {};
    common_.node_id = "x-1";
    add_common(settings, common_);
    std::vector<const char*> argv{"monarch-x"};
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    const auto exit = settings.parse(static_cast<int>(argv.size()), argv.data());
    return exit ? exit->error : "";
  }
  CommonSettings common_;
};

TEST_F(CommonSettingsTest, AdvertisesWhatItBindsUnlessToldOtherwise) {
  EXPECT_EQ(parse({"--rpc-bind=127.0.0.1:5000"}), "");
  EXPECT_EQ(common_.rpc_advertise, (Endpoint{"127.0.0.1", 5000}));
  EXPECT_EQ(parse({"--rpc-bind=127.0.0.1:5000", "--rpc-advertise=10.0.0.1:5000"}), "");
  EXPECT_EQ(common_.rpc_advertise, (Endpoint{"10.0.0.1", 5000}));
  EXPECT_NE(parse({"--rpc-bind=0.0.0.0:5000", "--allow-plaintext"}).find("--rpc-advertise"),
            std::string::npos);
}

TEST_F(CommonSettingsTest, PlaintextStaysOnTheMachineUnlessAllowed) {
  const std::string error = parse({"--rpc-bind=10.0.0.1:5000"});
  EXPECT_NE(error.find("--allow-plaintext"), std::string::npos) << error;
}

TEST_F(CommonSettingsTest, TakesCertificatesOrAToken) {
  const std::string error = parse({"--tls-cert-file=/none/auth.crt"});
  EXPECT_NE(error.find("--tls-ca-file: must be given"), std::string::npos) << error;
  const std::string path =
      std::filesystem::temp_directory_path() / ("monarch-token-" + std::to_string(::getpid()));
  std::ofstream(path) << "0123456789abcdef\n";
  EXPECT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_EQ(parse({"--rpc-bind=0.0.0.0:5000", "--rpc-advertise=10.0.0.1:5000", "--allow-plaintext",
                   "--admin-token-file", path}),
            "");
  EXPECT_EQ(common_.security.admin_token, "0123456789abcdef");
  std::filesystem::remove(path);
}

TEST_F(CommonSettingsTest, ChecksNodeIdAndTimes) {
  EXPECT_NE(parse({"--node-id=Not Good"}).find("--node-id"), std::string::npos);
  EXPECT_NE(parse({"--dead-after=2s"}).find("--dead-after"), std::string::npos);
  EXPECT_EQ(parse({"--dead-after=300ms", "--heartbeat-interval=50ms"}), "");
}

}  // namespace
}  // namespace monarch::runtime
