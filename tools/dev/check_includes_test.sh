#!/usr/bin/env bash
# check_includes.sh finds what it is there to find: a small tree with one wrong include of each kind, and
# one with right ones only.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) || exit 2
tree=$(mktemp -d) || exit 2
trap 'rm -rf "$tree"' EXIT
failed=0

put() {
  mkdir -p "$tree/$(dirname "$1")"
  printf '%s\n' "${@:2}" >"$tree/$1"
}

# expect VERDICT FILE LINE…: the tree with this one file is found wrong (or right).
expect() {
  local verdict=$1 file=$2 got=right
  rm -rf "${tree:?}"/*
  put "${@:2}"
  "$here/check_includes.sh" "$tree" >"$tree/said" || got=wrong
  if [[ $got != "$verdict" ]] || { [[ $got == wrong ]] && ! grep -q "^$file:" "$tree/said"; }; then
    echo "expected $verdict: $*"
    cat "$tree/said"
    failed=1
  fi
}

expect wrong libs/base/a.hpp '#include "model/list.hpp"'
expect wrong libs/base/a.hpp '#include <boost/asio.hpp>'
expect wrong libs/msnp/a.hpp '#include "net/listener.hpp"'
expect wrong libs/net/a.hpp '#include "msnp/framer.hpp"'
expect wrong libs/stores/a.cpp '#include "monarch/bus/v1/bus.pb.h"'
expect wrong libs/cluster/a.cpp '#include "auth/core/check.hpp"'
expect wrong libs/cluster/a.cpp '#include "testing/fake.hpp"'
expect wrong services/auth/core/a.cpp '#include "stores/pool.hpp"'
expect wrong services/auth/core/a.cpp '#include "auth/adapters/accounts.hpp"'
expect wrong services/auth/core/a.cpp '#include <pqxx/pqxx>'
expect wrong services/auth/core/a.cpp 'auto now = std::chrono::steady_clock::now();'
expect wrong services/auth/adapters/a.cpp '#include "presence/core/roster.hpp"'
expect wrong services/auth/server.cpp '#include "auth/adapters/accounts.hpp"'
expect wrong tools/monarchctl/a.cpp '#include "auth/core/check.hpp"'

expect right libs/model/a.hpp '#include "base/ids.hpp"' '#include <vector>'
expect right libs/rpc/a.cpp '#include "monarch/auth/v1/auth.pb.h"' '#include <grpcpp/grpcpp.h>'
expect right services/auth/core/a.cpp '#include "auth/core/b.hpp"' '#include "model/list.hpp"'
expect right services/auth/core/a_test.cpp '#include "testing/fake.hpp"' '#include <gtest/gtest.h>'
expect right services/auth/main.cpp '#include "auth/adapters/accounts.hpp"' '#include "rpc/server.hpp"'
expect right services/notification/core/session.cpp '#include "msnp/framer.hpp"'

((failed == 0)) && echo "check_includes.sh finds what it should"
exit $failed
