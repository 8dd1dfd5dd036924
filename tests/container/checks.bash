# What is checked, one function each. A check fails by returning 1 after saying why; the first failure ends the test.

check() {
  local begun=$SECONDS
  say "  ${1//_/ } …"
  "$1" || { ((cluster_may_run)) && show_logs; die "failed: ${1//_/ }"; }
  say "    ok ($((SECONDS - begun)) s)"
}

wrong() {
  say "    $*"
  return 1
}

compose() { timeout 600 docker-compose --project-directory "$root" "$@" </dev/null 9>&-; }
ctl() { timeout 120 docker-compose --project-directory "$root" run --rm -T ctl "$@" 9>&-; }
compose_down() { compose down -v --remove-orphans -t 20 >"$var/log/down.log" 2>&1; }

show_logs() {
  compose ps >&2
  compose logs --no-color >"$var/log/cluster.log" 2>&1
  say "    what every container said is in $var/log/cluster.log"
}

services_of_monarch=(auth presence-1 presence-2 notification-1 notification-2 switchboard-1 switchboard-2 dispatch)
container() { compose ps -q "$1" 2>/dev/null; }
state() { docker inspect -f '{{.State.Health.Status}}' "$(container "$1")" 2>/dev/null; }

# wait_healthy SECONDS SERVICE…
wait_healthy() {
  local deadline=$((SECONDS + $1)) service
  shift
  for service in "$@"; do
    until [[ $(state "$service") == healthy ]]; do
      ((SECONDS < deadline)) || { wrong "$service is '$(state "$service")', not healthy"; return 1; }
      sleep 0.5
    done
  done
}

image_is_as_promised() {
  local version program said
  version=$(docker inspect -f '{{index .Config.Labels "org.opencontainers.image.version"}}' monarch)
  say "    version $version, $(($(docker inspect -f '{{.Size}}' monarch) / 1000000)) MB, of which the base is" \
    "$(($(docker inspect -f '{{.Size}}' "$base") / 1000000)) MB"
  [[ $("$MONARCHCTL" --version) == "monarchctl $version" ]] || wrong "the label says version $version" || return 1
  [[ $(docker inspect -f '{{.Config.User}}' monarch) == 10001:10001 ]] || wrong "it does not run as 10001" || return 1
  [[ $(docker inspect -f '{{.Config.Healthcheck.Test}}' monarch) == *monarch-ready* ]] ||
    wrong "it has no healthcheck" || return 1
  for program in monarch-{auth,presence,notification,switchboard,dispatch,migrate} monarchctl; do
    said=$(docker run --rm --network none --read-only --cap-drop ALL monarch "$program" --version)
    [[ $said == "$program $version" ]] || wrong "$program says '$said'" || return 1
  done
  docker run --rm --network none monarch bash -c '! command -v g++ && ! command -v cmake && ! command -v ccache' ||
    wrong "what only the build needs is in it"
}

cluster_starts() {
  compose up -d --no-build >"$var/log/up.log" 2>&1 || { show_end_of "$var/log/up.log"; return 1; }
  # Who waits for `up` waits until somebody can sign in.
  [[ $(state notification-1) == healthy ]] || wrong "up came back before notification-1 was ready" || return 1
  wait_healthy 60 postgres redis "${services_of_monarch[@]}"
}

containers_are_confined() {
  local service id
  for service in postgres redis "${services_of_monarch[@]}"; do
    id=$(container "$service")
    [[ $(docker inspect -f '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}' "$id") == "true [ALL]" ]] ||
      wrong "$service may write its file system or has capabilities" || return 1
    [[ $(docker exec "$id" id -u) != 0 ]] || wrong "$service runs as root" || return 1
    ! docker exec -u 0 "$id" touch /usr/written 2>/dev/null || wrong "$service has a root that can be written" || return 1
  done
  # The network of the stores and of gRPC has no way out.
  [[ $(docker network inspect -f '{{.Internal}}' "${COMPOSE_PROJECT_NAME}_inside") == true ]] ||
    wrong "the inner network is not internal"
}

only_client_ports_are_published() {
  local published
  published=$(docker ps -q | xargs docker inspect \
    -f '{{range $port, $to := .NetworkSettings.Ports}}{{range $to}}{{.HostPort}} {{end}}{{end}}' |
    tr ' ' '\n' | grep . | sort -nu | paste -sd' ')
  [[ $published == "1863 1874 1875 1884 1885" ]] || wrong "published are: $published"
}

each_service_has_its_own_secrets_only() {
  local service names value all leaks=0 values=0
  for service in "${!expected_secrets[@]}"; do
    names=$(docker exec "$(container "$service")" ls /run/secrets | paste -sd' ')
    [[ $names == "${expected_secrets[$service]}" ]] || wrong "$service has: $names" || return 1
  done
  # No value stands where `docker inspect` shows it.
  all=$(docker ps -aq | xargs docker inspect)
  while read -r value; do
    values=$((values + 1))
    [[ ${#value} -lt 32 || $all != *"$value"* ]] || leaks=1
  done < <(compose run --rm -T --no-deps --entrypoint bash secrets -c \
    'cd /secrets && for name in *-* ; do [ -f "$name" ] && [ "$name" != redis-users ] && cat "$name" && echo; done' 2>/dev/null)
  ((values >= 12)) || wrong "only $values secrets could be read" || return 1
  ((leaks == 0)) || wrong "a secret can be read with docker inspect"
}
declare -A expected_secrets=(
  [auth]="ca.crt password-key postgres-password redis-password tls.crt tls.key"
  [presence-1]="ca.crt postgres-password redis-password tls.crt tls.key"
  [notification-1]="ca.crt redis-password tls.crt tls.key"
  [switchboard-2]="ca.crt redis-password tls.crt tls.key"
  [dispatch]="ca.crt redis-password tls.crt tls.key"
  [redis]="users.acl watch-password"
  [postgres]="postgres-admin postgres-migrate"
)

services_know_each_other_by_certificates() {
  ctl account list </dev/null >"$var/log/ctl.log" 2>&1 || { show_end_of "$var/log/ctl.log"; return 1; }
  local status=0
  timeout 120 docker-compose --project-directory "$root" run --rm -T --entrypoint \
    "env -u MONARCH_TLS_CA_FILE -u MONARCH_TLS_CERT_FILE -u MONARCH_TLS_KEY_FILE monarchctl" \
    ctl --allow-plaintext --timeout 5 account list </dev/null >"$var/log/ctl.log" 2>&1 9>&- || status=$?
  ((status == 2)) || wrong "auth answers whoever comes without a certificate (exit status $status)"
}

accounts_are_made() {
  printf 'wonderland' >"$tmp/alice"
  printf 'builder1' >"$tmp/bob"
  chmod 600 "$tmp/alice" "$tmp/bob"
  local name
  for name in alice bob; do
    ctl account add "$name@example.com" --name "$name" --password-file - <"$tmp/$name" >"$var/log/ctl.log" 2>&1 ||
      { show_end_of "$var/log/ctl.log"; return 1; }
  done
  [[ $(ctl account list --json </dev/null 2>/dev/null | grep -c '"email"') == 2 ]] || wrong "account list does not show two"
}

# Sign-in by dispatch and referral, a switchboard, messages with ACK: from outside the containers.
clients_chat_through_published_ports() {
  inside timeout 60 "$MONARCHCTL" doctor --connect "$lan_address" --email alice@example.com \
    --password-file "$tmp/alice" --email2 bob@example.com --password-file2 "$tmp/bob" \
    >"$var/log/doctor.log" 2>&1 9>&- || { cat "$var/log/doctor.log"; return 1; }
  tail -n 1 "$var/log/doctor.log"
}

the_doctor_is_content() {
  ctl doctor </dev/null >"$var/log/doctor.log" 2>&1 || { cat "$var/log/doctor.log"; return 1; }
  tail -n 1 "$var/log/doctor.log"
}

stop_clients() { stop_all TERM KILL 5 client; }

# log_has FILE LINE SECONDS
log_has() {
  local deadline=$((SECONDS + $3))
  until grep -qxF "$2" "$1"; do
    ((SECONDS < deadline)) || { wrong "'$2' was not said within $3 s; but: $(paste -sd'|' "$1")"; return 1; }
    sleep 0.2
  done
}

ready_nodes() { ctl nodes --json </dev/null 2>/dev/null | grep -A2 '"role": "'"$1"'"' | grep -c '"state": "ready"'; }

a_node_is_drained_and_replaced() {
  local id
  spawn client nsenter "--net=/var/run/netns/$namespace" "$here/client.sh" "$lan_address" 1874 alice@example.com wonderland
  log_has "$var/log/client.log" "signed in" 20 || return 1
  id=$(container notification-1)
  compose stop notification-1 >"$var/log/stop.log" 2>&1 || return 1
  log_has "$var/log/client.log" "OUT SSD" 5 || return 1 # sent away, not cut off
  stop_clients
  [[ $(docker inspect -f '{{.State.ExitCode}}' "$id") == 0 ]] || wrong "it did not end by itself" || return 1
  clients_chat_through_published_ports || wrong "without notification-1 nobody can sign in" || return 1
  compose up -d --no-build notification-1 >"$var/log/up.log" 2>&1 || { show_end_of "$var/log/up.log"; return 1; }
  wait_healthy 60 notification-1 || return 1
  local deadline=$((SECONDS + 30))
  until [[ $(ready_nodes notification) == 2 ]]; do
    ((SECONDS < deadline)) || { wrong "the new notification-1 is not in the registry"; return 1; }
  done
  clients_chat_through_published_ports
}

every_node_is_upgraded() {
  local service image
  printf 'FROM monarch\nLABEL test.next=yes\n' | docker build -q -t monarch - >"$var/log/next.log" 2>&1 || return 1
  image=$(docker inspect -f '{{.Id}}' monarch)
  timeout 900 "$root/deploy/compose/upgrade.sh" >"$var/log/upgrade.log" 2>&1 9>&- </dev/null ||
    { show_end_of "$var/log/upgrade.log"; return 1; }
  for service in "${services_of_monarch[@]}"; do
    [[ $(docker inspect -f '{{.Image}}' "$(container "$service")") == "$image" ]] ||
      wrong "$service runs the old image" || return 1
  done
  clients_chat_through_published_ports
}

backup_is_made() {
  timeout 300 "$root/deploy/compose/backup.sh" "$backup" >"$var/log/backup.log" 2>&1 9>&- </dev/null ||
    { show_end_of "$var/log/backup.log"; return 1; }
  [[ $(stat -c %a "$backup/monarch.dump" "$backup/password-key" | paste -sd' ') == "600 600" ]] ||
    wrong "others may read the backup" || return 1
  ! "$root/deploy/compose/backup.sh" "$backup" >/dev/null 2>&1 9>&- || wrong "a backup was overwritten"
}

# All volumes are gone, the key with them: the accounts and their passwords come from the backup alone.
backup_is_restored_on_an_empty_machine() {
  head -c 200 "$backup/monarch.dump" >"$tmp/cut" && mkdir "$tmp/broken" && mv "$tmp/cut" "$tmp/broken/monarch.dump" &&
    cp "$backup/password-key" "$tmp/broken/" || return 1
  timeout 600 "$root/deploy/compose/restore.sh" --yes "$backup" >"$var/log/restore.log" 2>&1 9>&- </dev/null ||
    { show_end_of "$var/log/restore.log"; return 1; }
  wait_healthy 90 "${services_of_monarch[@]}" || return 1
  [[ $(ctl account list --json </dev/null 2>/dev/null | grep -c '"email"') == 2 ]] || wrong "the accounts are not back" || return 1
  ! timeout 600 "$root/deploy/compose/restore.sh" --yes "$tmp/broken" >"$var/log/broken.log" 2>&1 9>&- </dev/null ||
    wrong "half a dump was restored" || return 1
  compose up -d --no-build >"$var/log/up.log" 2>&1 && wait_healthy 90 "${services_of_monarch[@]}"
}

# ask PORT PATH: the body of what is published there on loopback.
ask() {
  inside timeout 10 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" &&
    printf "GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n" "$2" >&3 && cat <&3' ask "$1" "$2" 2>/dev/null
}

# Grafana has no package in Debian; its files are only read by it.
prometheus_sees_every_node() {
  local -x COMPOSE_FILE=$COMPOSE_FILE:$root/deploy/compose/observability.yml
  compose up -d --no-build prometheus alertmanager >"$var/log/up.log" 2>&1 ||
    { show_end_of "$var/log/up.log"; return 1; }
  local nodes deadline=$((SECONDS + 90))
  nodes=$((${#services_of_monarch[@]} + 1)) # and itself
  until [[ $(ask 9090 '/api/v1/query?query=count(up{cluster="monarch",node!=""}==1)') == *'"'$nodes'"]'* ]]; do
    ((SECONDS < deadline)) || { wrong "not all are up: $(ask 9090 /api/v1/query?query=up | tail -n 1)"; return 1; }
    sleep 1
  done
  [[ $(ask 9090 /api/v1/alertmanagers) == *http://alertmanager:9093/* ]] || wrong "Prometheus has no Alertmanager" || return 1
  [[ $(ask 9090 /api/v1/rules) == *'"name":"MonarchNoReadyNotification"'* ]] || wrong "Prometheus has no rules" || return 1
  [[ $(ask 9093 /api/v2/status) == *'"original":'*operator* ]] || wrong "Alertmanager does not answer"
}
