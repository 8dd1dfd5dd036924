// What libpqxx throws, as a StoreError. Private to libs/stores; called in a catch block.
#pragma once

#include "stores/postgres_conninfo.hpp"
#include "stores/store_error.hpp"

namespace monarch::stores {

// Of the exception being handled. Texts carry the server's first line and SQLSTATE, but nothing of
// the rows: DETAIL lines and the messages of class 22 (data exceptions), which quote values, are
// left out.
[[nodiscard]] StoreError current_postgres_error(const Conninfo& conninfo);

}  // namespace monarch::stores
