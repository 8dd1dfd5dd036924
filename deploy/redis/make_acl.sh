#!/usr/bin/env bash
# Prints users.acl.template as Redis takes it for its aclfile: without comments, with the SHA-256 of each
# user's password. DIRECTORY/redis-NAME holds the password of NAME. WATCHER is one more user, who may only
# ask whether Redis is there.
# Usage: make_acl.sh DIRECTORY WATCHER
set -euo pipefail
shopt -s inherit_errexit
directory=$1 watcher=$2

hash() {
  local password
  password=$(<"$directory/redis-$1")
  [[ -n $password ]]
  printf '%s' "$password" | sha256sum | cut -d' ' -f1
}

sha=$(hash "$watcher")
echo "user $watcher on #$sha resetkeys resetchannels -@all +ping"
while IFS= read -r line; do
  [[ $line == user\ * ]] || continue
  if [[ $line =~ \>@PASSWORD_([A-Z]+)@ ]]; then
    name=${BASH_REMATCH[1]}
    sha=$(hash "${name,,}")
    line=${line/">@PASSWORD_$name@"/#$sha}
  fi
  printf '%s\n' "$line"
done <"$(dirname "${BASH_SOURCE[0]}")/users.acl.template"
