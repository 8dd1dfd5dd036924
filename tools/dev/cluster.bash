# The life of the local cluster: up, down, status, logs.

ready_seconds=30

# One ./dev at a time starts or stops. The lock is descriptor 9; no child inherits it.
lock_cluster() {
  exec 9>"$var/run/cluster.lock"
  flock -w "${1:-60}" 9 ||
    die "another ./dev is starting or stopping this cluster and has not ended within ${1:-60} s"
}
unlock_cluster() { exec 9>&-; }

# --- up ------------------------------------------------------------------------------------------

detach=0
public_host=''
tls=${MONARCH_DEV_TLS:-0}
declare -A count=([dispatch]=1 [notification]=2 [switchboard]=2 [presence]=2 [auth]=1)

read_up_arguments() {
  while (($#)); do
    case $1 in
      --detach) detach=1 ;;
      --tls) tls=1 ;;
      --notification | --switchboard | --presence | --auth)
        need_number "$1" "${2:-}" 1 "$instances_max"
        count[${1#--}]=$2
        shift
        ;;
      --public-host)
        [[ -n ${2:-} ]] || die "--public-host needs the address that clients reach this machine at"
        [[ $2 =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] ||
          die "--public-host takes an IPv4 address or a host name, not '$2'"
        [[ $2 != 0.0.0.0 ]] || die "--public-host: no client can reach 0.0.0.0; name this machine's address"
        public_host=$2
        shift
        ;;
      *) die "up: unknown argument '$1'; ./dev help up lists them" ;;
    esac
    shift
  done
}

cluster_up() {
  read_up_arguments "$@"
  check_environment
  refuse_second_up
  install_missing build runtime
  build "$preset" cluster
  lock_cluster
  refuse_second_up
  trap 'interrupted INT' INT
  trap 'interrupted TERM' TERM
  trap 'interrupted HUP' HUP
  rm -f "$var"/run/*.pid
  check_ports
  starting=1
  make_secrets
  ((tls)) && make_certificates
  say "  starting PostgreSQL and Redis"
  postgres_start
  redis_start
  postgres_database
  postgres_migrate
  start_services
  wait_until_ready
  write_cluster_file
  starting=0
  unlock_cluster
  say_what_next
  ((detach)) || stay_in_front
}

check_environment() {
  need_number MONARCH_DEV_TLS "$tls" 0 1
  need_number MONARCH_DEV_PORT_BASE "$base" 1024 64000
  [[ $net =~ ^127\.[0-9]{1,3}$ ]] || die "MONARCH_DEV_NET is the first half of a loopback address such as 127.0, not '$net'"
}

refuse_second_up() {
  local running
  running=$(running_names | paste -sd' ')
  [[ -z $running ]] || die "this cluster is running already ($running); ./dev status shows it, ./dev down stops it"
}

check_ports() {
  local role i address
  port_is_free "$pg_port" 127.0.0.1 PostgreSQL
  port_is_free "$redis_port" 127.0.0.1 Redis
  while read -r role i; do
    port_is_free "$(rpc_port "$role" "$i")" 127.0.0.1 "$role-$i"
    port_is_free "$(admin_port "$role" "$i")" 127.0.0.1 "$role-$i"
    address=$(bind_address "$role" "$i")
    [[ -z $address ]] || port_is_free "${address##*:}" "${address%:*}" "$role-$i"
  done < <(each_node)
}

port_is_free() {
  listening "$2" "$1" || return 0
  die "$2:$1 is in use by another program, and $3 needs it: end that program, or choose other addresses with MONARCH_DEV_PORT_BASE and MONARCH_DEV_NET (./dev help)"
}

start_services() {
  local role i flags
  for role in "${roles[@]}"; do
    built "$role" && continue
    [[ ! -e $root/services/$role/main.cpp ]] ||
      start_failed "" "the build made no monarch-$role, though services/$role/main.cpp is there"
    say "  ${dim}this checkout has no monarch-$role yet: left out${plain}"
  done
  say "  starting $(each_node | tr ' ' - | paste -sd' ')"
  while read -r role i; do
    service_flags "$role" "$i"
    spawn "$role-$i" "$bin/monarch-$role" "${flags[@]}"
  done < <(each_node)
}

# is_ready PORT: does the admin port answer /readyz with 200? In a subshell, for a peer that hangs up
# while we write ends whoever writes (SIGPIPE).
is_ready() (
  status=''
  {
    exec 7<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&7 &&
      read -r -t 1 status <&7
  } 2>/dev/null
  [[ $status == HTTP/1.?\ 200* ]]
)

wait_until_ready() {
  local role i begun=$SECONDS told=$SECONDS
  local -A waiting=()
  while read -r role i; do waiting[$role-$i]=$(admin_port "$role" "$i"); done < <(each_node)
  while ((${#waiting[@]})); do
    for i in $(started_names); do
      pid_of "$i" >/dev/null || start_failed "$i" "$i ended while it started"
    done
    for i in "${!waiting[@]}"; do
      is_ready "${waiting[$i]}" && unset "waiting[$i]"
    done
    ((${#waiting[@]})) || break
    ((SECONDS - begun < ready_seconds)) ||
      start_failed "${!waiting[*]}" "not ready within $ready_seconds s: ${!waiting[*]}"
    if ((SECONDS - told >= 3)); then
      told=$SECONDS
      say "  $((SECONDS - begun)) s: waiting for ${!waiting[*]}"
    fi
    sleep 0.05
  done
}

# start_failed "NAME…" REASON: the reason, the end of the logs, status 1.
start_failed() {
  local name
  warn "$2"
  for name in $1; do
    [[ -s $var/log/$name.log ]] && show_end_of "$var/log/$name.log" 8
  done
  exit 1
}

# However up ends before everything is ready, nothing of it stays.
starting=0
stop_half_started() {
  ((starting)) || return 0
  starting=0
  stop_everything
}

interrupted() {
  trap 'hurry=1' INT TERM HUP
  stop_step
  say ""
  say "stopping everything (once more to hurry)"
  starting=0
  stop_everything
  [[ $1 == INT ]] && exit 130
  exit 143
}

# What ctl and other tools need to find the cluster.
write_cluster_file() {
  local role i
  {
    echo "MONARCH_AUTH=$(rpc_addresses auth)"
    echo "MONARCH_PRESENCE=$(rpc_addresses presence)"
    if ((tls)); then
      echo "MONARCH_TLS_CA_FILE=$certs/ca.crt"
      echo "MONARCH_TLS_CERT_FILE=$certs/admin.crt"
      echo "MONARCH_TLS_KEY_FILE=$certs/admin.key"
    else
      echo "MONARCH_TOKEN_FILE=$(secret_file admin-token)"
    fi
    while read -r role i; do
      echo "node $role-$i $(client_address "$role" "$i") 127.0.0.1:$(rpc_port "$role" "$i") 127.0.0.1:$(admin_port "$role" "$i")"
    done < <(each_node)
  } >"$var/run/cluster"
}

say_what_next() {
  local door
  door=$(client_address dispatch 1)
  cat <<EOF

${green}Monarch is ready${plain} after $SECONDS s. Next:
  accounts      ./dev ctl account add alice@example.com --password secret --name Alice
  a client      server ${bold}${door%:*}${plain}, port ${bold}${door##*:}${plain} (docs/quick-start.md says how for each client)
  by hand       nc -C ${door%:*} ${door##*:}   then type:  VER 0 MSNP5 CVR0
  look inside   ./dev status    ./dev logs notification    ./dev ctl nodes
EOF
  if ((detach)); then say "  stop it       ./dev down"; else say "  stop it       Ctrl-C"; fi
  say "  is it well?   ./dev ctl doctor    walks a client's whole path, from sign-in to chat"
}

# In front until Ctrl-C, or until the cluster is gone. A process that ends is reported, not restarted.
stay_in_front() {
  local name
  local -A gone=()
  while :; do
    sleep 1 &
    wait $!
    [[ -n $(running_names) ]] || { say "everything has been stopped"; exit 0; }
    for name in $(started_names); do
      if [[ -z ${gone[$name]:-} ]] && ! pid_of "$name" >/dev/null; then
        gone[$name]=1
        warn "$name has ended"
        [[ -s $var/log/$name.log ]] && show_end_of "$var/log/$name.log" 5
      fi
    done
  done
}

# --- down ----------------------------------------------------------------------------------------

# From the door inwards, so that each can still reach what it needs to say goodbye; PostgreSQL last.
stop_everything() {
  local role failed=0
  for role in dispatch notification switchboard presence auth; do
    # shellcheck disable=SC2046 # names have no spaces
    stop_all TERM KILL $((grace_seconds + 5)) $(started_names | grep "^$role-") || failed=1
  done
  redis_stop || failed=1
  postgres_stop || failed=1
  rm -f "$var/run/cluster"
  return $failed
}

cluster_down() {
  (($# == 0)) || die "down takes no arguments"
  local running
  trap 'hurry=1' INT
  lock_cluster 90
  running=$(running_names | paste -sd' ')
  if [[ -z $running ]]; then
    rm -f "$var"/run/*.pid
    say "nothing of this checkout's cluster is running"
    return 0
  fi
  say "stopping $running"
  stop_everything || die "not everything could be stopped"
  say "stopped"
}

# --- status, logs --------------------------------------------------------------------------------

cluster_status() {
  local names word name client rpc admin state bad=0
  names=$(started_names)
  if [[ -z $(running_names) ]]; then
    say "not running; ./dev up starts it"
    return 1
  fi
  printf "$bold%-16s %-10s %-9s %-21s %-16s %s$plain\n" NAME STATE PID CLIENTS RPC ADMIN
  for name in postgres redis; do
    state=running
    pid_of "$name" >/dev/null || { state=ended bad=1; }
    printf '%-16s %-10s %-9s\n' "$name" "$state" "$(pid_of "$name")"
  done
  if [[ ! -f $var/run/cluster ]]; then
    say "still starting: $(tr '\n' ' ' <<<"$names")"
    return 1
  fi
  while read -r word name client rpc admin; do
    [[ $word == node ]] || continue
    [[ -n $admin ]] || { admin=$rpc rpc=$client client=-; }
    state=ready
    if ! pid_of "$name" >/dev/null; then
      state=ended bad=1
    elif ! is_ready "${admin##*:}"; then
      state=unready bad=1
    fi
    printf '%-16s %-10s %-9s %-21s %-16s %s\n' "$name" "$state" "$(pid_of "$name")" "$client" "$rpc" "$admin"
  done <"$var/run/cluster"
  return $bad
}

cluster_logs() {
  local follow=() service='' file
  while (($#)); do
    case $1 in
      -f | --follow) follow=(-F) ;;
      -*) die "logs: unknown argument '$1'" ;;
      *) service=$1 ;;
    esac
    shift
  done
  local -a files=()
  for file in "$var"/log/*.log; do
    [[ -e $file ]] || continue
    case $(basename "$file" .log) in
      "$service" | "$service"-[0-9]) files+=("$file") ;;
      build-* | apt | initdb | migrate | certs) ;;
      *) [[ -z $service ]] && files+=("$file") ;;
    esac
  done
  ((${#files[@]})) || die "no log of '${service:-the cluster}'; there are: $(cd "$var/log" && ls -- *.log 2>/dev/null | sed 's/\.log$//' | paste -sd' ')"
  exec tail -n 200 "${follow[@]}" "${files[@]}"
}

cluster_ctl() {
  [[ -x $bin/monarchctl ]] || die "monarchctl is not built; ./dev up builds it"
  if [[ ! -f $var/run/cluster ]]; then
    [[ " $* " == *" --help "* ]] && exec "$bin/monarchctl" "$@"
    die "this cluster is not running; ./dev up --detach starts it"
  fi
  local line
  while read -r line; do
    [[ $line == MONARCH_*=* ]] && export "${line?}"
  done <"$var/run/cluster"
  exec "$bin/monarchctl" "$@"
}
