// monarch-auth: accounts, credentials and the check of a sign-in. This file says what the process
// is made of, and nothing else.
#include <chrono>
#include <cstdio>
#include <string_view>

#include "auth/adapters/accounts_service.hpp"
#include "auth/adapters/auth_metrics.hpp"
#include "auth/adapters/auth_service.hpp"
#include "auth/adapters/auth_settings.hpp"
#include "auth/adapters/md5_hasher.hpp"
#include "auth/adapters/postgres_account_store.hpp"
#include "auth/adapters/postgres_statements.hpp"
#include "auth/adapters/presence_principals.hpp"
#include "auth/adapters/sodium_vault.hpp"
#include "cluster/member.hpp"
#include "net/heart.hpp"
#include "rpc/call_times.hpp"
#include "rpc/channel.hpp"
#include "rpc/process_server.hpp"
#include "runtime/process.hpp"
#include "runtime/secure_random.hpp"
#include "stores/postgres_pool.hpp"

using namespace monarch;

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--generate-key") {
    const auto written = auth::write_key_file(argv[2]);
    if (!written) std::fprintf(stderr, "--generate-key: %s\n", written.error().c_str());
    return written ? 0 : 2;
  }
  runtime::Process process("auth", "keeps accounts and checks sign-ins", MONARCH_VERSION);
  auth::AuthSettings settings;
  describe(settings, process.settings());
  if (const auto status = process.start(argc, argv)) return *status;
  const auto& common = process.common();
  auto& loop = process.loop();
  runtime::SecureRandom random;

  const auto vault = auth::SodiumVault::from_keys(settings.password_keys);
  auth::wipe(settings.password_keys);
  if (!vault) return process.cannot_start("--password-key-file: " + vault.error());
  const rpc::Security security(common.security);
  const auto channel = rpc::make_channel(settings.presence_endpoints,
                                         rpc::measured(security.to("presence"), process.metrics()));
  if (!channel) return process.cannot_start("--presence: " + channel.error());

  stores::PostgresPool pool(loop.io(),
                            pool_settings(settings.postgres, common.node_id, process.metrics()),
                            auth::prepare_statements);
  auth::AuthMetrics metrics(process.metrics(), process.clock(),
                            static_cast<std::size_t>(settings.postgres.connections));
  auth::PostgresAccountStore store(pool, metrics.store_report());
  auth::PresencePrincipals principals(loop, *channel, settings.presence_deadline);
  auth::Md5Hasher hasher;
  auth::Throttle throttle(settings.throttle);
  auth::Verifier verifier(store, **vault, hasher, throttle, process.clock(), settings.rules);
  auth::Registrar registrar(store, **vault, principals);
  auth::AuthService auth_service(loop, verifier, process.clock(), process.metrics());
  auth::AccountsService accounts(loop, {store, **vault, principals, registrar},
                                 static_cast<std::uint64_t>(settings.import_rows_max),
                                 process.metrics());

  rpc::ProcessServer server(process, security, "auth", [] { return std::size_t{0}; });
  const auto up = server.start({auth_service.service(), accounts.service()});
  if (!up) return process.cannot_start(up.error());
  cluster::Member member(loop, process.clock(), random, common,
                         {"auth", "", 0, cluster::NeedOfRedis::kAdvisory}, process.health(),
                         process.metrics(), {});

  auto& postgres_ok = process.health().add("postgres");
  net::Heart heart(loop, std::chrono::milliseconds(500), [&] {
    const auto health = pool.health();
    postgres_ok.set(health.ok, health.reason);
    metrics.update(pool.counters(), throttle);
  });
  process.on_drain([&] { member.leave([&] { process.drained(); }); });
  member.start();
  const int status = process.run();
  // The loop has stopped: calls that wait for it are to end, or the server would wait for them.
  auth_service.stop();
  accounts.stop();
  return status;
}
