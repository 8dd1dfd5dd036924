#!/usr/bin/env bash
# Puts a backup in the place of what is there: the database and the password key. Everybody is signed out. Works on
# a running cluster, and on a machine that has never run one.
# Usage: deploy/compose/restore.sh [--yes] DIRECTORY
set -euo pipefail
sure=0
[[ ${1:-} == --yes ]] && sure=1 && shift
(($# == 1)) || { echo "usage: $0 [--yes] DIRECTORY" >&2; exit 2; }
case $1 in
  /*) from=$1 ;;
  *) from=$PWD/$1 ;;
esac
source "$(dirname "${BASH_SOURCE[0]}")/compose.bash"

[[ -s $from/monarch.dump ]] || die "there is no $from/monarch.dump"
[[ $(head -n 1 "$from/password-key" 2>/dev/null) =~ ^([A-Za-z0-9_-]+:)?[0-9a-fA-F]{64}$ ]] ||
  die "$from/password-key is not there or is no key; without it no password in the dump can be used"
if ((!sure)); then
  read -r -p "This replaces every account and list of this cluster. Type yes to go on: " answer || true
  [[ $answer == yes ]] || die "nothing was changed"
fi

once() { compose run --rm -T --no-deps "$@" </dev/null; }

mapfile -t services < <(services_of_monarch)
say "stopping ${services[*]}"
compose stop "${services[@]}" redis
once secrets
compose up -d --no-deps postgres
wait_for 90 "PostgreSQL" healthy postgres
once database
once migrate # for the roles, which the dump names

say "restoring the database"
# One transaction: COMMIT comes only if the dump could be read to its end.
compose exec -T postgres bash -o pipefail -c '
  { echo "BEGIN; DROP SCHEMA IF EXISTS auth, roster, monarch CASCADE;" &&
      pg_restore --no-owner --file=- && echo "COMMIT;"; } |
    psql -X -q -v ON_ERROR_STOP=1 -U monarch_migrate -d monarch -o /dev/null
' <"$from/monarch.dump" || die "the dump could not be restored; the database is as it was. docker compose up -d starts the services again"
once migrate # what a newer version has added since

say "restoring the password key"
compose run --rm -T --no-deps --entrypoint bash secrets -c \
  'cat >/secrets/password-key.new && mv /secrets/password-key.new /secrets/password-key' <"$from/password-key"
once secrets
# What Redis remembers are sessions of another past.
once --entrypoint rm redis -f /data/dump.rdb

say "starting everything"
compose up -d
say "restored from $from"
