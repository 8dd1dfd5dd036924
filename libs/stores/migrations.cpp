#include "stores/migrations.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <libpq-fe.h>
#include <memory>
#include <openssl/evp.h>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/transaction>

#include "base/assert.hpp"
#include "stores/postgres_conninfo.hpp"
#include "stores/postgres_errors.hpp"

namespace monarch::stores {

namespace fs = std::filesystem;

namespace {

// "monarch" as a number; the key of the lock under which one runner works at a time.
constexpr std::int64_t kLockKey = 0x6D6F6E61726368;
constexpr const char* kLockWait = "60s";

using Report = std::function<void(const std::string&)>;

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  MONARCH_ASSERT(
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += kHex[digest[i] >> 4U];
    hex += kHex[digest[i] & 15U];
  }
  return hex;
}

StoreError wrong(std::string text) { return {StoreErrorKind::kBug, std::move(text)}; }

StoreResult<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(wrong("cannot read " + path.string()));
  return text.str();
}

// The number of "NNNN_lower_case"; nothing for any other name.
std::optional<unsigned> number_of(std::string_view name) {
  constexpr std::size_t kDigits = 4;
  constexpr std::string_view kRest = "abcdefghijklmnopqrstuvwxyz0123456789_";
  if (name.size() < kDigits + 2 || name[kDigits] != '_') return std::nullopt;
  if (name.substr(kDigits).find_first_not_of(kRest) != std::string_view::npos) return std::nullopt;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, number);
  if (error != std::errc() || end != name.data() + kDigits) return std::nullopt;
  return number;
}

// What has been applied: schema and number to checksum.
using Applied = std::map<std::pair<std::string, unsigned>, std::string>;

Applied read_applied(pqxx::connection& connection) {
  pqxx::work work(connection);
  work.exec("CREATE SCHEMA IF NOT EXISTS monarch");
  work.exec(
      "CREATE TABLE IF NOT EXISTS monarch.schema_migration ("
      " schema text NOT NULL, number integer NOT NULL, name text NOT NULL, checksum text NOT NULL,"
      " applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (schema, number))");
  Applied applied;
  for (const auto& row :
       work.exec("SELECT schema, number, checksum FROM monarch.schema_migration")) {
    applied[{row[0].as<std::string>(), row[1].as<unsigned>()}] = row[2].as<std::string>();
  }
  work.commit();
  return applied;
}

// The files still to be applied, or what speaks against applying any.
StoreResult<std::vector<MigrationFile>> outstanding(const std::vector<MigrationFile>& files,
                                                    const Applied& applied) {
  std::vector<MigrationFile> due;
  std::set<std::pair<std::string, unsigned>> present;
  for (const auto& file : files) {
    const auto where = file.schema + "/" + file.name + ".sql";
    present.insert({file.schema, file.number});
    const auto found = applied.find({file.schema, file.number});
    if (found == applied.end()) {
      due.push_back(file);
    } else if (found->second != file.checksum) {
      return fail(wrong(where + " has been applied and was changed since: restore it and put the "
                                "change into a migration of its own"));
    } else if (!due.empty() && due.back().schema == file.schema) {
      return fail(wrong(due.back().schema + "/" + due.back().name +
                        ".sql is new but numbered below " + where +
                        ", which has been applied: give it the next number"));
    }
  }
  for (const auto& [key, checksum] : applied) {
    if (present.contains(key)) continue;
    return fail(wrong("migration " + std::to_string(key.second) + " of schema " + key.first +
                      " has been applied but its file is gone: these are not the files of the "
                      "release that this database was last migrated with"));
  }
  return due;
}

void apply(pqxx::connection& connection, const MigrationFile& file) {
  pqxx::work work(connection);
  work.exec("CREATE SCHEMA IF NOT EXISTS " + work.quote_name(file.schema));
  work.exec("SET LOCAL search_path TO " + work.quote_name(file.schema));
  work.exec(file.sql);
  work.exec_params(
      "INSERT INTO monarch.schema_migration (schema, number, name, checksum)"
      " VALUES ($1, $2, $3, $4)",
      file.schema, file.number, file.name, file.checksum);
  work.commit();
}

// Sends the password as the verifier it is stored as, so that no server log can hold it.
StoreResult<Ok> set_password(const std::string& conninfo, const std::string& role,
                             const std::string& password) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(conninfo.c_str()),
                                                                &PQfinish);
  const std::unique_ptr<char, decltype(&PQfreemem)> verifier(
      PQencryptPasswordConn(connection.get(), password.c_str(), role.c_str(), "scram-sha-256"),
      &PQfreemem);
  const std::unique_ptr<char, decltype(&PQfreemem)> name(
      PQescapeIdentifier(connection.get(), role.c_str(), role.size()), &PQfreemem);
  if (!verifier || !name) return fail(wrong("cannot set the password of role " + role));
  const auto sql = "ALTER ROLE " + std::string(name.get()) + " PASSWORD '" + verifier.get() + "'";
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()),
                                                             &PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    return fail(wrong("cannot set the password of role " + role +
                      ": is it made by the roles file, and may this user alter it?"));
  }
  return Ok{};
}

StoreResult<std::size_t> migrate_locked(pqxx::connection& connection, const std::string& conninfo,
                                        const MigrationSettings& settings,
                                        const std::vector<MigrationFile>& files,
                                        const Report& report, std::string& doing) {
  if (!settings.roles_file.empty()) {
    doing = settings.roles_file;
    const auto sql = read_file(settings.roles_file);
    if (!sql.ok()) return fail(sql.error());
    pqxx::work work(connection);
    work.exec(sql.value());
    work.commit();
  }
  for (const auto& [role, password] : settings.role_passwords) {
    doing = "role " + role;
    const auto set = set_password(conninfo, role, password);
    if (!set.ok()) return fail(set.error());
  }
  doing = "the table monarch.schema_migration";
  const auto due = outstanding(files, read_applied(connection));
  if (!due.ok()) return fail(due.error());
  for (const auto& file : due.value()) {
    doing = file.schema + "/" + file.name + ".sql";
    apply(connection, file);
    if (report) report("applied " + doing);
  }
  return due.value().size();
}

}  // namespace

StoreResult<std::vector<MigrationFile>> read_migrations(const std::string& directory) {
  if (!fs::is_directory(directory)) {
    return fail(wrong("the folder of migrations does not exist: " + directory));
  }
  std::vector<MigrationFile> files;
  for (const auto* schema : kSchemas) {
    const auto folder = fs::path(directory) / schema;
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".sql") continue;
      MigrationFile file;
      file.schema = schema;
      file.name = entry.path().stem().string();
      const auto number = number_of(file.name);
      if (!number) {
        return fail(wrong(entry.path().string() + ": the name must be NNNN_lower_case.sql"));
      }
      file.number = *number;
      auto sql = read_file(entry.path());
      if (!sql.ok()) return fail(sql.error());
      file.sql = std::move(sql.value());
      file.checksum = sha256_hex(file.sql);
      files.push_back(std::move(file));
    }
  }
  const auto place = [](const MigrationFile& file) {
    return std::pair(std::find(std::begin(kSchemas), std::end(kSchemas), file.schema), file.number);
  };
  std::sort(files.begin(), files.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  const auto twice =
      std::adjacent_find(files.begin(), files.end(),
                         [&](const auto& a, const auto& b) { return place(a) == place(b); });
  if (twice != files.end()) {
    return fail(wrong("two migrations of schema " + twice->schema +
                      " have the same number: " + twice->name + " and " + std::next(twice)->name));
  }
  return files;
}

StoreResult<std::size_t> migrate(const MigrationSettings& settings, const Report& report) {
  const auto files = read_migrations(settings.directory);
  if (!files.ok()) return fail(files.error());
  auto conninfo = Conninfo::parse(settings.conninfo);
  if (!conninfo.ok()) return fail(conninfo.error());
  conninfo->set_default("connect_timeout", "5");
  conninfo->set_default("application_name", "monarch-migrate");
  // "already exists, skipping" is what this runner is about.
  conninfo->set_server_option("client_min_messages", "warning");
  std::string doing = "connecting";
  try {
    pqxx::connection connection(conninfo->text());
    doing = "waiting for another runner of migrations to end";
    {
      pqxx::nontransaction work(connection);
      work.exec(std::string("SET lock_timeout = '") + kLockWait + "'");
      // Held by the session: it ends with this connection, come what may.
      work.exec("SELECT pg_advisory_lock(" + std::to_string(kLockKey) + ")");
    }
    return migrate_locked(connection, conninfo->text(), settings, files.value(), report, doing);
  } catch (...) {
    auto error = current_postgres_error(conninfo.value());
    error.text = doing + ": " + error.text;
    return fail(std::move(error));
  }
}

}  // namespace monarch::stores
