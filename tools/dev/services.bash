# The one table of the cluster's processes: which there are, where they listen, which settings each
# takes. Everything else in ./dev only walks through it.
#
# Addresses. Clients meet the nodes at $net.0.1, $net.1.i and $net.2.i, all on port 1863 (one old
# client ignores the port of a referral), or with --public-host at one address on distinct ports.
# RPC and admin ports are on 127.0.0.1, counted from $base (17000).

base=${MONARCH_DEV_PORT_BASE:-17000}
net=${MONARCH_DEV_NET:-127.0}
client_port=${MONARCH_DEV_CLIENT_PORT:-1863}
grace_seconds=${MONARCH_DEV_GRACE:-5}
pg_port=$((base + 32))
redis_port=$((base + 79))

# In the order in which they are started; they are stopped the other way round.
roles=(auth presence notification switchboard dispatch)

# How many of each may run here: the port blocks below hold no more.
instances_max=9

# What each role is given beside its own name and addresses.
declare -A role_settings=(
  [auth]="redis postgres password-key presence local-addresses"
  [presence]="redis postgres"
  [notification]="client redis auth strangers site mail"
  [switchboard]="client redis"
  [dispatch]="client redis strangers"
)

# rpc_port ROLE I; the admin port is the next one.
rpc_port() {
  case $1 in
    auth) echo $((base + 100 + 2 * ($2 - 1))) ;;
    presence) echo $((base + 200 + 10 * $2)) ;;
    notification) echo $((base + 300 + 10 * $2)) ;;
    switchboard) echo $((base + 400 + 10 * $2)) ;;
    dispatch) echo $((base + 500)) ;;
  esac
}
admin_port() { echo $(($(rpc_port "$1" "$2") + 1)); }

# client_address ROLE I: where clients reach it, "" for those that they never meet. bind_address: the
# same, but with --public-host every interface.
client_address() {
  if [[ -n $public_host ]]; then
    case $1 in
      dispatch) echo "$public_host:$client_port" ;;
      notification) echo "$public_host:$((client_port + 10 + $2))" ;;
      switchboard) echo "$public_host:$((client_port + 20 + $2))" ;;
    esac
  else
    case $1 in
      dispatch) echo "$net.0.1:$client_port" ;;
      notification) echo "$net.1.$2:$client_port" ;;
      switchboard) echo "$net.2.$2:$client_port" ;;
    esac
  fi
}
bind_address() {
  local address
  address=$(client_address "$1" "$2")
  [[ -n $public_host && -n $address ]] && address=0.0.0.0:${address##*:}
  echo "$address"
}

# rpc_addresses ROLE: of all instances, separated by commas.
rpc_addresses() {
  local i list=''
  for ((i = 1; i <= count[$1]; i++)); do
    list+=,127.0.0.1:$(rpc_port "$1" "$i")
  done
  echo "${list#,}"
}

# service_flags ROLE I: sets the array `flags`.
service_flags() {
  local role=$1 i=$2 setting rpc
  rpc=127.0.0.1:$(rpc_port "$role" "$i")
  flags=(--node-id "$role-$i" --rpc-bind "$rpc" --rpc-advertise "$rpc"
    --admin-bind "127.0.0.1:$(admin_port "$role" "$i")" --grace-time "${grace_seconds}s")
  if ((tls)); then
    flags+=(--tls-ca-file "$certs/ca.crt" --tls-cert-file "$certs/$role.crt"
      --tls-key-file "$certs/$role.key")
  else
    # Nobody else on this machine is to administer the cluster.
    flags+=(--admin-token-file "$(secret_file admin-token)")
  fi
  for setting in ${role_settings[$role]}; do
    case $setting in
      client) flags+=(--bind "$(bind_address "$role" "$i")"
        --advertise "$(client_address "$role" "$i")") ;;
      redis) flags+=(--redis "127.0.0.1:$redis_port" --redis-user "$role"
        --redis-password-file "$(secret_file "redis-$role")") ;;
      postgres) flags+=(--postgres "$(pg_conninfo "$role")"
        --postgres-password-file "$(secret_file "postgres-$role")") ;;
      password-key) flags+=(--password-key-file "$(secret_file password-key)") ;;
      # Everybody on this machine comes from one address, and no failure of one is to shut out the others
      # (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules).
      local-addresses) flags+=(--throttle-exempt 127.0.0.0/8) ;;
      strangers) flags+=(--strangers-exempt 127.0.0.0/8) ;;
      # There is no site; but a client that asks for one gets an answer to open, on its own machine.
      site) flags+=(--site-url http://127.0.0.1/) ;;
      # Nobody sends what is put there: read it, or give the nodes a relay (docs/doors.md).
      mail) flags+=(--mail-spool "$var/mail" --mail-from "invitations@localhost.localdomain") ;;
      auth) flags+=(--auth "$(rpc_addresses auth)") ;;
      presence) flags+=(--presence "$(rpc_addresses presence)") ;;
    esac
  done
}

# A service that this checkout does not build yet has no place in the cluster.
built() { [[ -x $bin/monarch-$1 ]]; }

# each_node: prints "ROLE I" for every process of the cluster, in starting order.
each_node() {
  local role i
  for role in "${roles[@]}"; do
    built "$role" || continue
    for ((i = 1; i <= count[$role]; i++)); do
      echo "$role $i"
    done
  done
}
