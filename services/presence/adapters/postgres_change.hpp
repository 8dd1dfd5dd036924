// The transaction of a roster change: lock, read the pair, let the core decide, store. On a worker
// of the pool; throws what libpqxx throws.
#pragma once

#include <pqxx/transaction_base>

#include "presence/core/ports.hpp"

namespace monarch::presence {

// As RosterStore::change(); the caller commits.
[[nodiscard]] ChangeResult apply_change(pqxx::transaction_base& tx, const ChangeRequest& request,
                                        const Decide& decide);

}  // namespace monarch::presence
