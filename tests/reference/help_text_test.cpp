#include "help_text.hpp"

#include <gtest/gtest.h>

namespace monarch::reference {
namespace {

constexpr const char* kOfAService = R"(keeps things

Each setting is a flag.
Usage: monarch-x [OPTIONS]

Options:
  --help                      Print this and exit
  --node-id TEXT              Name of this process, unique [default: x-1] (env MONARCH_NODE_ID)
  --rpc-advertise HOST:PORT   As others dial it [default: --rpc-bind] (env MONARCH_RPC_ADVERTISE)
  --allow-plaintext [true|false]=true
                              Speak to others too [default: false] (env MONARCH_ALLOW_PLAINTEXT)
  --log-format kv|json        How it is logged [default: kv] (env MONARCH_LOG_FORMAT)
  --strangers-per-address-max NUMBER
                              commands, of 2 to 3 words, 1 to 64 [default: 4] (env MONARCH_S)
  --dead-after DURATION       Stands still, 50ms to 10m [default: 5s] (env MONARCH_DEAD_AFTER)
  --exempt TEXT,... ...       Networks (10.0.0.0/8) (env MONARCH_EXEMPT)

)";

TEST(HelpText, OfAServiceIsRead) {
  const HelpText help = parse_help(kOfAService);
  EXPECT_EQ(help.description, "keeps things");
  const std::vector<Setting> wanted = {
      {"--help", "", "", "", "", "Print this and exit", false, false},
      {"--node-id", "TEXT", "x-1", "", "MONARCH_NODE_ID", "Name of this process, unique", false,
       false},
      {"--rpc-advertise", "HOST:PORT", "--rpc-bind", "", "MONARCH_RPC_ADVERTISE",
       "As others dial it", false, false},
      {"--allow-plaintext", "true|false", "false", "", "MONARCH_ALLOW_PLAINTEXT",
       "Speak to others too", false, false},
      {"--log-format", "kv|json", "kv", "", "MONARCH_LOG_FORMAT", "How it is logged", false, false},
      // The space at the margin is the flag's own.
      {"--strangers-per-address-max", "NUMBER", "4", "1 to 64", "MONARCH_S",
       "Commands, of 2 to 3 words", false, false},
      {"--dead-after", "DURATION", "5s", "50ms to 10m", "MONARCH_DEAD_AFTER", "Stands still", false,
       false},
      {"--exempt", "TEXT", "", "", "MONARCH_EXEMPT", "Networks (10.0.0.0/8)", false, true},
  };
  ASSERT_EQ(help.settings.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(help.settings[i], wanted[i]) << help.settings[i].flag;
  }
}

TEST(HelpText, OfAToolIsRead) {
  const HelpText help = parse_help(R"(looks after things.
Usage: ./ctl [OPTIONS] SUBCOMMAND

Options:
  -h,--help                   Print this help message and exit
  --auth TEXT=127.0.0.1:17100 (Env:MONARCH_AUTH)
                              Where auth serves gRPC: HOST:PORT,…
  --timeout INT:INT in [1 - 600]=10
                              Seconds to wait
  --postgres TEXT REQUIRED (Env:MONARCH_MIGRATE_POSTGRES)
                              Connection
  --role-password TEXT ...    ROLE=FILE: repeatable

Subcommands:
  account                     Add
)");
  const std::vector<Setting> wanted = {
      {"--help", "", "", "", "", "Print this help message and exit", false, false},
      {"--auth", "TEXT", "127.0.0.1:17100", "", "MONARCH_AUTH",
       "Where auth serves gRPC: HOST:PORT,…", false, false},
      {"--timeout", "INT", "10", "1 to 600", "", "Seconds to wait", false, false},
      {"--postgres", "TEXT", "", "", "MONARCH_MIGRATE_POSTGRES", "Connection", true, false},
      {"--role-password", "TEXT", "", "", "", "ROLE=FILE: repeatable", false, true},
  };
  ASSERT_EQ(help.settings.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(help.settings[i], wanted[i]) << help.settings[i].flag;
  }
}

}  // namespace
}  // namespace monarch::reference
