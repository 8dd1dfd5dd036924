#!/usr/bin/env bash
# Brings a running cluster to the image that is there (build it first: docker compose build): the schema, then one
# node after the other, each when the one before is healthy again. Clients of a notification node are sent
# away at a pace and sign in to another.
# Usage: deploy/compose/upgrade.sh
set -euo pipefail
(($# == 0)) || { echo "usage: $0" >&2; exit 2; }
source "$(dirname "${BASH_SOURCE[0]}")/compose.bash"

for once in secrets database migrate; do
  compose run --rm -T --no-deps "$once" </dev/null
done
mapfile -t services < <(services_of_monarch)
for service in "${services[@]}"; do
  say "replacing $service"
  compose up -d --no-deps "$service"
  wait_for 120 "$service healthy" healthy "$service"
done
say "every node runs the image that is there"
