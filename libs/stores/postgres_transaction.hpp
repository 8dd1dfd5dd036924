// transact(): a transaction that is begun again when PostgreSQL breaks it off in favour of another.
// For use inside a job of PostgresPool, on its worker thread; adapters' .cpp files include it.
#pragma once

#include <chrono>
#include <cstddef>
#include <thread>
#include <type_traits>

#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/transaction>

namespace monarch::stores {

inline constexpr std::size_t kTransactionAttemptsMax = 4;
inline constexpr std::chrono::milliseconds kTransactionRetryPause{2};

// Runs `body(transaction)` and commits. Deadlocks and serialization failures repeat it from the
// start, at most kTransactionAttemptsMax times in all; then the exception goes on and the pool
// makes kConflict of it. So the body must do nothing but talk to the transaction.
template <class Transaction = pqxx::work, class F>
auto transact(pqxx::connection& connection, F body) {
  for (std::size_t attempt = 1;; ++attempt) {
    try {
      Transaction transaction(connection);
      if constexpr (std::is_void_v<std::invoke_result_t<F&, Transaction&>>) {
        body(transaction);
        transaction.commit();
        return;
      } else {
        auto value = body(transaction);
        transaction.commit();
        return value;
      }
    } catch (const pqxx::statement_completion_unknown&) {
      throw;  // it may be done: repeating is the caller's decision
    } catch (const pqxx::transaction_rollback&) {
      if (attempt >= kTransactionAttemptsMax) throw;
    }
    std::this_thread::sleep_for(kTransactionRetryPause * attempt);
  }
}

}  // namespace monarch::stores
