#!/usr/bin/env bash
# The parts of ./dev that can go wrong quietly: whose pid is it, is that port taken, is the packages
# list sound, what do wrong words give.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$here/../..
var=$(mktemp -d) || exit 2
trap 'rm -rf "$var"' EXIT
mkdir -p "$var/run" "$var/log"
failed=0

check() {
  local title=$1
  shift
  if ! "$@"; then
    echo "failed: $title"
    failed=1
  fi
}
not() { ! "$@"; }

# shellcheck source=/dev/null
for part in say processes install; do source "$here/$part.bash"; done

sleep 60 &
sleeper=$!
remember here "$sleeper"
check "a process of ours is found" test "$(pid_of here)" = "$sleeper"
printf '%s 1 %s\n' "$sleeper" "$boot_id" >"$var/run/reused.pid"
check "a pid given to somebody else is not ours" not pid_of reused
printf '%s %s another-boot\n' "$sleeper" "$(process_start "$sleeper")" >"$var/run/boot.pid"
check "a pid of an earlier boot is not ours" not pid_of boot
echo nonsense >"$var/run/broken.pid"
check "a broken pid file is nobody" not pid_of broken
check "stop_all stops it" stop_all TERM KILL 5 here
check "and it is gone" not pid_of here
check "and so is its pid file" not test -e "$var/run/here.pid"

spawn stubborn bash -c 'trap "" TERM; echo up; while :; do sleep 0.1; done'
until [[ -s $var/log/stubborn.log ]]; do sleep 0.05; done
check "one that ignores SIGTERM is killed" stop_all TERM KILL 1 stubborn 2>/dev/null

# A listener of our own on whatever port is free.
for port in $(shuf -n 20 -i 20000-29999); do
  listening 127.0.0.1 "$port" && continue
  nc -l 127.0.0.1 "$port" >/dev/null 2>&1 </dev/null &
  listener=$!
  until listening 127.0.0.1 "$port" || ! still_running $listener; do sleep 0.02; done
  still_running $listener && break
done
check "a taken port is seen" listening 127.0.0.1 "$port"
check "and by whoever wants every address" listening 0.0.0.0 "$port"
check "but not at another address" not listening 127.0.0.77 "$port"
kill $listener
wait $listener 2>/dev/null
check "a free port is free" not listening 127.0.0.1 "$port"

check "packages.txt has only GROUP PACKAGE [PROGRAM]" not grep -vqE '^(#.*|(build|runtime|test|container) [a-z0-9.+-]+( [a-z-]+)?)$' "$here/packages.txt"
check "a program that is there needs no package" not grep -q . \
  <(root=$var/programs; mkdir -p "$root/tools/dev"; echo "test some-shell bash" >"$root/tools/dev/packages.txt"; packages test)
check "one that is not does" grep -qx some-shell \
  <(root=$var/programs; mkdir -p "$root/tools/dev"; echo "test some-shell no-such-shell" >"$root/tools/dev/packages.txt"; packages test)
check "a package that is not there is missing" grep -qx no-such-package \
  <(packages() { echo no-such-package; }; missing_packages test)

mkdir -p "$var/pages/folder"
printf '# A word\n' >"$var/pages/there.md"
printf '[a](there.md#a-word) [b](folder/) [c](#top) [d](https://example.com/x)\n# Top\n' >"$var/pages/good.md"
links_are_fine() { "$here/check_citations.sh" "$var/pages" >/dev/null; }
check "links that lead somewhere are fine" links_are_fine
for link in there.md#another nowhere.md folder/nothing ../pages '#bottom'; do
  printf '[a](%s)\n' "$link" >"$var/pages/bad.md"
  check "a link to $link is found" not links_are_fine
done

export MONARCH_DEV_VAR=$var/nobody
check "status of nothing is 1" not "$root/dev" status >/dev/null
check "ctl without a cluster fails" not "$root/dev" ctl nodes 2>/dev/null
check "an unknown word fails" not "$root/dev" fly >/dev/null 2>&1
check "up with a wrong number fails" not "$root/dev" up --notification 0 2>/dev/null
check "up with a wrong word for TLS fails" not env MONARCH_DEV_TLS=perhaps "$root/dev" up 2>/dev/null
check "up advertising 0.0.0.0 fails" not "$root/dev" up --public-host 0.0.0.0 2>/dev/null
check "docs takes no words" not "$root/dev" docs now 2>/dev/null
check "down of nothing is fine" "$root/dev" down >/dev/null
check "help teaches" grep -q 'up --detach' <("$root/dev" help)
check "nothing was started" test -z "$(ls "$var/nobody/run" | grep pid)"

((failed == 0)) && echo "./dev's parts do what they should"
exit $failed
