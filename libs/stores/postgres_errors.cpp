#include "stores/postgres_errors.hpp"

#include <exception>
#include <string>
#include <string_view>

#include <pqxx/except>

namespace monarch::stores {

namespace {

StoreErrorKind kind_of(std::string_view sqlstate) {
  if (sqlstate == "57014") return StoreErrorKind::kTimeout;      // statement_timeout
  if (sqlstate == "55P03") return StoreErrorKind::kTimeout;      // lock_timeout
  if (sqlstate == "25P03") return StoreErrorKind::kTimeout;      // idle in transaction
  if (sqlstate == "25006") return StoreErrorKind::kUnavailable;  // a standby, read-only
  if (sqlstate.starts_with("57P") || sqlstate.starts_with("08"))
    return StoreErrorKind::kUnavailable;
  if (sqlstate.starts_with("53")) return StoreErrorKind::kOverloaded;
  if (sqlstate.starts_with("40") || sqlstate.starts_with("23")) return StoreErrorKind::kConflict;
  return StoreErrorKind::kBug;
}

StoreError of_sql(const pqxx::sql_error& error, const Conninfo& conninfo) {
  const auto& state = error.sqlstate();
  std::string text = "PostgreSQL";
  if (!state.empty()) text += " (SQLSTATE " + state + ")";
  if (!state.starts_with("22")) text += ": " + conninfo.safe(error.what());
  return {kind_of(state), text};
}

}  // namespace

StoreError current_postgres_error(const Conninfo& conninfo) {
  const auto text = [&](const std::exception& error) {
    return "PostgreSQL: " + conninfo.safe(error.what());
  };
  try {
    throw;
  } catch (const pqxx::in_doubt_error&) {
    return {StoreErrorKind::kUnavailable,
            "PostgreSQL: the connection broke during commit; whether it is done is unknown", true};
  } catch (const pqxx::statement_completion_unknown& error) {
    return {StoreErrorKind::kUnavailable, text(error), true};
  } catch (const pqxx::transaction_rollback& error) {
    return {StoreErrorKind::kConflict, text(error)};
  } catch (const pqxx::broken_connection& error) {
    return {StoreErrorKind::kUnavailable, text(error), true};
  } catch (const pqxx::sql_error& error) {
    return of_sql(error, conninfo);
  } catch (const pqxx::conversion_error&) {
    return {StoreErrorKind::kBug, "PostgreSQL: a value is not of the type the code expects"};
  } catch (const pqxx::failure& error) {
    return {StoreErrorKind::kBug, text(error)};
  } catch (const std::exception& error) {
    return {StoreErrorKind::kBug, text(error)};
  } catch (...) {
    return {StoreErrorKind::kBug, "PostgreSQL: an unknown exception in a job"};
  }
}

}  // namespace monarch::stores
