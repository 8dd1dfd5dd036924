# How ./dev talks: one line per step, the long output in a file, an error in one sentence.

if [[ -t 1 ]]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  bold='' dim='' red='' green='' plain=''
fi

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "${red}dev:${plain} $*" >&2; }
die() {
  warn "$*"
  exit 1
}

# The seconds since this script began, for progress lines.
elapsed() { printf '%d' "$SECONDS"; }

# step TITLE LOGFILE COMMAND…: runs the command with its output in the file; says what it does, every
# few seconds how far it has come, and how long it took. Returns the command's status.
step_pid=''
step() {
  local title=$1 log=$2 begun=$SECONDS waited=0 status=0 told=0
  shift 2
  printf '%s' "  $title …"
  "$@" >"$log" 2>&1 </dev/null &
  step_pid=$!
  while still_running "$step_pid"; do
    sleep 0.1
    waited=$((waited + 1))
    if [[ -t 1 ]] && ((waited % 10 == 0)); then
      printf '\r\e[K%s' "  $title … ${dim}$((SECONDS - begun)) s  $(last_line "$log" 70)${plain}"
    elif [[ ! -t 1 ]] && ((waited % 150 == 0)); then
      printf '\n%s' "    $((SECONDS - begun)) s: $(last_line "$log" 90)"
      told=1
    fi
  done
  wait "$step_pid" || status=$?
  step_pid=''
  [[ -t 1 ]] && printf '\r\e[K%s' "  $title …"
  ((told)) && printf '\n%s' "  $title …"
  if ((status == 0)); then
    say " ${green}done${plain} ($((SECONDS - begun)) s)"
  else
    say " ${red}failed${plain} ($((SECONDS - begun)) s)"
  fi
  return $status
}

# A step that is interrupted takes its command with it.
stop_step() {
  [[ -n $step_pid ]] || return 0
  kill -TERM "$step_pid" 2>/dev/null
  wait "$step_pid" 2>/dev/null
  step_pid=''
  printf '\n'
}

last_line() { tail -n 1 "$1" 2>/dev/null | tr -d '\r\033' | cut -c "1-$2"; }

show_end_of() {
  printf '%s\n' "--- the end of $1:" >&2
  tail -n "${2:-20}" "$1" >&2
}

# need_number FLAG VALUE LOW HIGH
need_number() {
  [[ $2 =~ ^[0-9]{1,5}$ ]] && (($2 >= $3 && $2 <= $4)) ||
    die "$1 takes a number from $3 to $4, not '$2'"
}
