# The processes that ./dev has started: a pid file each, holding pid, start time and boot, so that a
# number that the system has given to somebody else since is never taken for one of ours.

boot_id=$(</proc/sys/kernel/random/boot_id)

# process_start PID: prints the start time in clock ticks; fails for a process that is gone or a
# zombie. /proc/PID/stat is cut after the last ')', for a name may hold anything.
process_start() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  local -a field
  read -ra field <<<"${line##*) }"
  [[ ${field[0]} != Z && ${field[0]} != X ]] || return 1
  printf '%s' "${field[19]}"
}

still_running() { process_start "$1" >/dev/null; }

# spawn NAME COMMAND…: starts the command in a session of its own, so that Ctrl-C reaches ./dev only,
# its output in var/log/NAME.log (the one before becomes NAME.log.1). Descriptor 9 is ./dev's lock.
spawn() {
  local name=$1 log=$var/log/$1.log
  shift
  [[ -e $log ]] && mv -f "$log" "$log.1"
  setsid "$@" >"$log" 2>&1 </dev/null 9>&- &
  remember "$name" $!
  disown
}

remember() {
  local start
  start=$(process_start "$2") || start=gone
  printf '%s %s %s\n' "$2" "$start" "$boot_id" >"$var/run/$1.pid"
}

# pid_of NAME: prints the pid if the process we started under that name is still that process.
pid_of() {
  local pid start boot
  { read -r pid start boot <"$var/run/$1.pid"; } 2>/dev/null || return 1
  [[ $pid =~ ^[0-9]+$ && $boot == "$boot_id" ]] || return 1
  [[ $(process_start "$pid") == "$start" ]] || return 1
  printf '%s' "$pid"
}

# started_names: everything with a pid file, alive or not.
started_names() {
  local file
  for file in "$var"/run/*.pid; do
    [[ -e $file ]] && basename "$file" .pid
  done
}

running_names() {
  local name
  for name in $(started_names); do
    pid_of "$name" >/dev/null && printf '%s\n' "$name"
  done
  return 0
}

# stop_all SIGNAL LAST_SIGNAL SECONDS NAME…: signals them together, waits that long at most, then sends
# the last signal to those left. A second Ctrl-C ($hurry) ends the patience.
hurry=0
stop_all() {
  local signal=$1 last=$2 seconds=$3 name pid deadline
  shift 3
  local -A left=()
  for name in "$@"; do
    if pid=$(pid_of "$name"); then
      kill "-$signal" "$pid" 2>/dev/null
      left[$name]=$pid
    else
      rm -f "$var/run/$name.pid"
    fi
  done
  deadline=$((SECONDS + seconds))
  while ((${#left[@]})); do
    for name in "${!left[@]}"; do
      if ! pid_of "$name" >/dev/null; then
        rm -f "$var/run/$name.pid"
        unset "left[$name]"
      fi
    done
    ((${#left[@]})) || break
    if ((SECONDS >= deadline || hurry)); then
      [[ $last == none ]] && break
      for name in "${!left[@]}"; do
        warn "$name did not stop within $seconds s: sending SIG$last"
        kill "-$last" "${left[$name]}" 2>/dev/null
      done
      last=none deadline=$((SECONDS + 5)) hurry=0
    fi
    sleep 0.05
  done
  for name in "${!left[@]}"; do
    warn "$name (pid ${left[$name]}) cannot be stopped"
  done
  ((${#left[@]} == 0))
}

# listening ADDRESS PORT: does any program listen where a server of ours would bind? Read from /proc,
# which needs no tool and no right. ADDRESS 0.0.0.0 collides with every address.
listening() {
  local a b c d want
  IFS=. read -r a b c d <<<"$1"
  want=$(printf '%02X%02X%02X%02X:%04X' "$d" "$c" "$b" "$a" "$2")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v want="$want" -v any="$1" '
    $4 == "0A" {
      split($2, at, ":"); split(want, wanted, ":")
      if (at[2] != wanted[2]) next
      if (any == "0.0.0.0" || at[1] == wanted[1] || at[1] ~ /^0+$/) found = 1
    }
    END { exit !found }'
}
