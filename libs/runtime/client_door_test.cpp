#include "runtime/client_door.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/log.hpp"

namespace monarch::runtime {
namespace {

struct Door {
  // What is wrong with these settings; empty: nothing.
  std::string parse(const std::vector<const char*>& words) {
    Settings settings("monarch-test", "tests", "1");
    add_client_door(settings, door);
    add_strangers(settings, strangers);
    std::vector<const char*> arguments = {"monarch-test"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const auto exit = settings.parse(static_cast<int>(arguments.size()), arguments.data());
    return exit ? exit->error : "";
  }
  ClientDoorSettings door;
  StrangerSettings strangers;
};

TEST(ClientDoor, IsOpenToEverybodyByDefault) {
  Door door;
  EXPECT_EQ(door.parse({}), "");
  metrics::Registry registry("test");
  ClientDoor made(door.door, registry);
  EXPECT_FALSE(made.options().proxy.required);
  EXPECT_EQ(made.options().connection.write_queue_bytes_max, 256U * 1024U);
}

TEST(ClientDoor, TrustsNobodyWhoIsNotNamed) {
  Door named;
  EXPECT_EQ(named.parse({"--proxy-protocol=required", "--proxy-from=10.0.0.0/8,fd00::/8"}), "");
  metrics::Registry registry("test");
  ClientDoor made(named.door, registry);
  EXPECT_TRUE(made.options().proxy.required);
  EXPECT_TRUE(made.options().proxy.from.contains("10.1.2.3"));
  EXPECT_TRUE(made.options().proxy.from.contains("fd00::1"));
  EXPECT_FALSE(made.options().proxy.from.contains("127.0.0.1"));
  for (const auto& [words, names] : std::vector<std::pair<std::vector<const char*>, std::string>>{
           {{"--proxy-protocol=required"}, "--proxy-from"},
           {{"--proxy-from=10.0.0.0/8"}, "--proxy-from"},
           {{"--proxy-protocol=required", "--proxy-from=10.0.0.0/40"}, "10.0.0.0/40"},
           {{"--proxy-protocol=optional"}, "--proxy-protocol"},
           {{"--proxy-header-within=0s"}, "--proxy-header-within"},
           {{"--queue-bytes-max=100"}, "--queue-bytes-max"},
           {{"--strangers-exempt=lan"}, "--strangers-exempt"},
           {{"--strangers-per-address-max=0"}, "--strangers-per-address-max"}}) {
    EXPECT_NE(Door().parse(words).find(names), std::string::npos) << words.back();
  }
}

TEST(ClientDoor, CountsWhatHappensAtIt) {
  metrics::Registry registry("test");
  ClientDoor door({}, registry);
  door.accept_failed("out of descriptors");
  door.options().proxy.refused(net::ProxyRefusal::kUntrusted);
  door.options().connection.output->bytes = 77;
  door.options().connection.output->connections = 2;
  door.update();
  const std::string text = registry.expose();
  for (const char* line :
       {"monarch_test_accept_failures_total 1\n",
        "monarch_test_proxy_refusals_total{reason=\"untrusted\"} 1\n",
        "monarch_test_proxy_refusals_total{reason=\"too_many\"} 0\n",
        "monarch_test_queued_bytes 77\n", "monarch_test_queued_connections_count 2\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(ClientDoor, SaysWhomItTurnedAwayAndNotTooOften) {
  std::vector<std::string> lines;
  log::redirect([&](std::string_view line) { lines.emplace_back(line); });
  metrics::Registry registry("test");
  ClientDoor door({}, registry);
  for (int i = 0; i < 100; ++i) door.turned_away("192.0.2.7", "connections-max");
  log::redirect({});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("event=connection_refused address=192.0.2.7 check=connections-max"),
            std::string::npos)
      << lines[0];
}

}  // namespace
}  // namespace monarch::runtime
