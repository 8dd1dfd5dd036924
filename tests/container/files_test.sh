#!/usr/bin/env bash
# What must agree in the files of the containers, and needs no Docker to be seen.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
cd "$root" || exit 2
failed=0
check() {
  local title=$1
  shift
  "$@" || { echo "failed: $title"; failed=1; }
}

version=$(sed -n 's/^project(monarch VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
check "the image has the version of CMakeLists.txt" grep -qx "ARG MONARCH_VERSION=$version" Dockerfile
nodes=$(sed -n 's/^ *MONARCH_NODE_ID: //p' docker-compose.yml)
check "the compose file has nodes" test "$(wc -w <<<"$nodes")" -ge 8
for node in $nodes; do
  check "Prometheus asks $node" grep -q "labels: {cluster: monarch, node: $node}" deploy/prometheus/prometheus.yml
done
for role in auth presence notification switchboard dispatch; do
  check "there is a job for $role" grep -q "job_name: $role\$" deploy/prometheus/prometheus.yml
done
# Secrets are made on the first start; none may come with the checkout.
check "there is no password in the compose files" \
  test -z "$(grep -inE '(password|secret|key|token)[A-Z_]*: *[^ $/{]' docker-compose.yml deploy/compose/*.yml | grep -viE '_FILE: |secrets-|secrets: *\{')"

directory=$(mktemp -d) || exit 2
trap 'rm -rf "$directory"' EXIT
for user in watch auth presence notification dispatch switchboard; do printf 'pass-%s' "$user" >"$directory/redis-$user"; done
acl=$(deploy/redis/make_acl.sh "$directory" watch)
check "the ACL has every user" test "$(grep -c '^user ' <<<"$acl")" = 7
check "and no line that Redis does not know" test "$(grep -cv '^user ' <<<"$acl")" = 0
check "and the hash of the password" grep -qF "user auth on #$(printf pass-auth | sha256sum | cut -d' ' -f1) " <<<"$acl"
check "and no password" test -z "$(grep -E 'pass-|@PASSWORD' <<<"$acl")"
rm "$directory/redis-auth"
if deploy/redis/make_acl.sh "$directory" watch >/dev/null 2>&1; then
  check "a missing password is an error" false
fi

((failed == 0)) && echo "the files of the containers agree"
exit $failed
