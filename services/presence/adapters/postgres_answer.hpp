// A job of the PostgreSQL pool as an answer of presence's ports. Loop thread only.
#pragma once

#include <utility>

#include "presence/core/ports.hpp"
#include "stores/postgres_pool.hpp"

namespace monarch::presence {

// What the port says of it; the failure is logged, now and then.
[[nodiscard]] StoreError to_port(const stores::StoreError& error);

// `within` as PostgresPool::submit() has it: zero is the pool's own.
template <class T, class F>
Eventual<Result<T, StoreError>> answer_from(stores::PostgresPool& pool, F job,
                                            Duration within = Duration::zero()) {
  Eventual<Result<T, StoreError>> answer;
  pool.submit<F, T>(
      std::move(job),
      [answer](stores::StoreResult<T> result) {
        if (result.ok()) {
          answer.set(std::move(result.value()));
        } else {
          answer.set(fail(to_port(result.error())));
        }
      },
      within);
  return answer;
}

}  // namespace monarch::presence
