// monarch-migrate: brings the schemas of the database up to date, then ends. Exit status: 0 done,
// 1 the database or a file is not as it should be, 2 wrong usage.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "runtime/settings.hpp"
#include "stores/migrations.hpp"
#include "stores/postgres_conninfo.hpp"

namespace {

// "ROLE=FILE": the role's password is the file's first line.
bool read_password(const std::string& argument, std::map<std::string, std::string>& passwords) {
  const auto equals = argument.find('=');
  if (equals == 0 || equals == std::string::npos) {
    std::cerr << "--role-password takes ROLE=FILE, such as monarch_auth=/run/secrets/auth_pw\n";
    return false;
  }
  std::ifstream file(argument.substr(equals + 1));
  std::string password;
  if (!std::getline(file, password) || password.empty()) {
    std::cerr << "--role-password: " << argument.substr(equals + 1)
              << " cannot be read or its first line is empty\n";
    return false;
  }
  passwords[argument.substr(0, equals)] = password;
  return true;
}

// Adds the password in that file to the connection.
bool add_own_password(const std::string& path, std::string& conninfo) {
  const auto password = monarch::runtime::read_secret_file(path);
  if (!password) {
    std::cerr << "--postgres-password-file: " << password.error() << '\n';
    return false;
  }
  auto parsed = monarch::stores::Conninfo::parse(conninfo);
  if (!parsed) {
    std::cerr << "--postgres: " << parsed.error().text << '\n';
    return false;
  }
  parsed->set("password", *password);
  conninfo = parsed->text();
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Brings Monarch's PostgreSQL schemas up to date: numbered files, once each, in order"};
  app.set_version_flag("--version", "monarch-migrate " MONARCH_VERSION,
                       "Print the version and exit");
  monarch::stores::MigrationSettings settings;
  std::string password_file;
  std::vector<std::string> passwords;
  app.add_option("--postgres", settings.conninfo,
                 "Connection of a role that may create schemas and roles: keyword=value … or a "
                 "postgresql:// URI; the password is better in a file")
      ->envname("MONARCH_MIGRATE_POSTGRES")
      ->required();
  app.add_option("--postgres-password-file", password_file,
                 "File with that role's password; without it PGPASSWORD or a passfile are used")
      ->envname("MONARCH_MIGRATE_POSTGRES_PASSWORD_FILE");
  app.add_option("--migrations", settings.directory,
                 "Folder with <schema>/NNNN_name.sql (default deploy/postgres/migrations)")
      ->envname("MONARCH_MIGRATE_MIGRATIONS");
  app.add_option("--roles", settings.roles_file,
                 "SQL that makes the services' roles, run first each time (deploy/postgres/"
                 "roles.sql); without it, roles are left alone");
  app.add_option("--role-password", passwords,
                 "ROLE=FILE: set the role's password to the file's first line; repeatable");
  settings.directory = "deploy/postgres/migrations";
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  for (const auto& argument : passwords) {
    if (!read_password(argument, settings.role_passwords)) return 2;
  }
  if (!password_file.empty() && !add_own_password(password_file, settings.conninfo)) return 2;
  const auto applied = monarch::stores::migrate(
      settings, [](const std::string& line) { std::cout << line << std::endl; });
  if (!applied.ok()) {
    std::cerr << "monarch-migrate: " << applied.error().text << '\n';
    return 1;
  }
  std::cout << (applied.value() == 0 ? "up to date" : "up to date now") << std::endl;
  return 0;
}
