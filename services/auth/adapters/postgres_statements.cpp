#include "auth/adapters/postgres_statements.hpp"

namespace monarch::auth {

namespace {

struct Statement {
  const char* name;
  const char* sql;
};

#define MONARCH_ACCOUNT_COLUMNS \
  "id, handle, state, verified, consent, extract(epoch FROM created_at)::bigint AS created"

// `$n::bigint = 0` stands for "no import".
constexpr Statement kStatements[] = {
    {"find_credentials",
     "SELECT id, state, verified, consent, key_id, password FROM auth.account WHERE handle = $1"},
    {"find", "SELECT " MONARCH_ACCOUNT_COLUMNS " FROM auth.account WHERE handle = $1"},
    {"list",
     "SELECT " MONARCH_ACCOUNT_COLUMNS " FROM auth.account WHERE id > $1 ORDER BY id LIMIT $2"},
    {"reserve_ids",
     "SELECT nextval('auth.account_id') AS id FROM generate_series(1, $1::int) ORDER BY 1"},
    {"reserve_import", "SELECT nextval('auth.import_id') AS id"},
    // In the order of handles, so that two imports that share some do not lock each other out.
    {"add_pending",
     "INSERT INTO auth.account (id, handle, password, key_id, state, friendly_name, import_id, "
     "offered) SELECT id, handle, password, key_id, 'pending', friendly_name, "
     "nullif($6::bigint, 0), $6::bigint = 0 FROM unnest($1::bigint[], $2::text[], $3::bytea[], "
     "$4::text[], $5::text[]) AS given(id, handle, password, key_id, friendly_name) "
     "ORDER BY handle ON CONFLICT (handle) DO NOTHING"},
    {"find_all",
     "SELECT " MONARCH_ACCOUNT_COLUMNS " FROM auth.account WHERE handle = ANY($1::text[])"},
    {"adopt_pending",
     "UPDATE auth.account AS a SET password = given.password, key_id = given.key_id, "
     "friendly_name = given.friendly_name, import_id = nullif($6::bigint, 0), "
     "offered = a.offered OR $6::bigint = 0 "
     "FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[], $5::text[]) "
     "AS given(id, handle, password, key_id, friendly_name) "
     "WHERE a.id = given.id AND a.state = 'pending' AND "
     "($6::bigint = 0 OR a.import_id IS DISTINCT FROM $6::bigint) RETURNING a.id"},
    {"activate",
     "UPDATE auth.account SET state = 'active', friendly_name = NULL, import_id = NULL, "
     "offered = true WHERE id = ANY($1::bigint[]) AND state = 'pending'"},
    {"list_import",
     "SELECT id, handle, coalesce(friendly_name, '') AS friendly_name FROM auth.account "
     "WHERE import_id = $1 AND id > $2 ORDER BY id LIMIT $3"},
    {"offer_import", "UPDATE auth.account SET offered = true WHERE import_id = $1"},
    {"activate_import",
     "UPDATE auth.account SET state = 'active', friendly_name = NULL, import_id = NULL, "
     "offered = true WHERE import_id = $1 AND state = 'pending'"},
    {"drop_import", "DELETE FROM auth.account WHERE import_id = $1 AND NOT offered"},
    {"leave_import", "UPDATE auth.account SET import_id = NULL WHERE import_id = $1"},
    {"set_password",
     "UPDATE auth.account SET password = $2::bytea, key_id = $3 WHERE id = $1 "
     "AND state <> 'deleting'"},
    {"set_suspended",
     "UPDATE auth.account SET state = CASE WHEN $2::boolean THEN 'suspended' ELSE 'active' END "
     "WHERE id = $1 AND state IN ('active', 'suspended')"},
    {"set_consent",
     "UPDATE auth.account SET consent = $2::boolean WHERE id = $1 AND state <> 'deleting'"},
    {"set_verified",
     "UPDATE auth.account SET verified = $2::boolean WHERE id = $1 AND state <> 'deleting'"},
    {"mark_deleting", "UPDATE auth.account SET state = 'deleting' WHERE id = $1"},
    {"remove", "DELETE FROM auth.account WHERE id = $1"},
    // Of this transaction alone; the pool's own limit is for the small ones.
    {"take_time", "SELECT set_config('statement_timeout', $1, true)"},
};

#undef MONARCH_ACCOUNT_COLUMNS

}  // namespace

void prepare_statements(pqxx::connection& connection) {
  for (const Statement& statement : kStatements) {
    connection.prepare(statement.name, statement.sql);
  }
}

std::string to_bytea(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kHex[byte >> 4U];
    text += kHex[byte & 0xFU];
  }
  return text;
}

std::string to_array(const std::vector<std::string>& elements) {
  std::string text = "{";
  for (const std::string& element : elements) {
    if (text.size() > 1) text += ',';
    text += '"';
    for (const char c : element) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + '}';
}

}  // namespace monarch::auth
