#!/usr/bin/env bash
# A client of 2000, in a few lines: signs in at a notification server, says so, and prints what it is told until
# the server hangs up. Usage: client.sh HOST PORT EMAIL PASSWORD
set -euo pipefail
host=$1 port=$2 email=$3 password=$4

exec 3<>"/dev/tcp/$host/$port"
say() { printf '%s\r\n' "$*" >&3; }
# expect PATTERN: the next line, which must be like that; sets `line`.
expect() {
  read -r -t 20 -u 3 line || { echo "no answer"; exit 1; }
  line=${line%$'\r'}
  # shellcheck disable=SC2053 # a pattern
  [[ $line == $1 ]] || { echo "got '$line', not '$1'"; exit 1; }
}

say "VER 1 MSNP5 CVR0"
expect "VER 1 MSNP5*"
say "INF 2"
expect "INF 2 MD5"
say "USR 3 MD5 I $email"
expect "USR 3 MD5 S *"
challenge=${line##* }
say "USR 4 MD5 S $(printf %s "$challenge$password" | md5sum | cut -d' ' -f1)"
expect "USR 4 OK $email *"
echo "signed in"
while read -r -t 120 -u 3 line; do printf '%s\n' "${line%$'\r'}"; done
