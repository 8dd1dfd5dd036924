#!/usr/bin/env bash
# Backs up a running cluster into a new folder: every schema of the database (accounts, rosters, which migrations
# were applied) as of one moment, and the key that encrypts passwords.
# Usage: deploy/compose/backup.sh DIRECTORY
set -euo pipefail
(($# == 1)) || { echo "usage: $0 DIRECTORY" >&2; exit 2; }
case $1 in
  /*) to=$1 ;;
  *) to=$PWD/$1 ;;
esac
source "$(dirname "${BASH_SOURCE[0]}")/compose.bash"

umask 077
mkdir -p "$to"
[[ -z $(ls -A "$to") ]] || die "$to is not empty; a backup goes into a folder of its own"

compose exec -T postgres pg_dump -U monarch_migrate -d monarch --format=custom \
  --schema=auth --schema=roster --schema=monarch >"$to/monarch.dump.unfinished" ||
  die "pg_dump failed; $to holds no backup"
# A dump that was cut off has no table of contents.
compose exec -T postgres pg_restore --list <"$to/monarch.dump.unfinished" | grep -q 'TABLE DATA auth' ||
  die "the dump cannot be read back; $to holds no backup"
compose run --rm -T --no-deps --entrypoint cat secrets /secrets/password-key >"$to/password-key"
[[ -s $to/password-key ]] || die "the password key could not be read; $to holds no backup"
mv "$to/monarch.dump.unfinished" "$to/monarch.dump"

say "backed up: $to/monarch.dump (the database), $to/password-key"
say "Whoever has both files has everybody's password: keep the key in another place than the dump."
say "Without the key no password in the dump can ever be used."
