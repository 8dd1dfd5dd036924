# A Docker of the test's own, which touches neither the machine's Docker nor its network: one data root
# below var/ that is kept, and two daemons over it, one after the other. The one that builds is in the
# machine's network, for the package mirror, and has no bridge; the one that runs the cluster has a network namespace
# to itself.

export PATH=/usr/bin:/usr/sbin:/bin:/sbin:$PATH # Debian's docker before any other
namespace=monarch-$(printf %s "$root" | sha256sum | cut -c 1-8)
data=$var/docker
lan_address=198.51.100.7 # where "the LAN" reaches this machine: an address of the namespace

# why_no_docker: prints in a few words what is missing; fails when nothing is.
why_no_docker() {
  local word
  ((EUID == 0)) || { echo "needs root"; return 0; }
  for word in docker dockerd docker-compose debootstrap ip iptables nsenter; do
    command -v "$word" >/dev/null || { echo "there is no $word"; return 0; }
  done
  return 1
}

# begin_docker: a short folder for sockets, for their names have a limit; what a killed run has left is ended.
begin_docker() {
  end_docker
  tmp=$(mktemp -d /tmp/monarch-docker.XXXXXX) || return 1
  printf '%s' "$tmp" >"$var/run/docker-tmp"
  export DOCKER_HOST=unix://$tmp/docker.sock DOCKER_CONFIG=$tmp/config DOCKER_BUILDKIT=1
  # What a killed run has left would be started again, its networks in the machine's namespace.
  rm -rf "${data:?}/containers" "$data/network" "$data/volumes"
}

# start_daemon WRAPPER… -- ARGUMENTS…: fails when it does not answer.
start_daemon() {
  local -a wrapper=()
  while [[ $1 != -- ]]; do wrapper+=("$1"); shift; done
  shift
  spawn dockerd "${wrapper[@]}" dockerd --data-root "$data" --exec-root "$tmp/exec" \
    --pidfile "$tmp/dockerd.pid" -H "$DOCKER_HOST" "$@"
  local deadline=$((SECONDS + 60))
  until timeout 5 docker info >/dev/null 2>&1; do
    pid_of dockerd >/dev/null && ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

start_building_daemon() { start_daemon nice -- --bridge none --iptables=false --ip-forward=false; }

start_running_daemon() {
  ip netns add "$namespace" || return 1
  inside ip link set lo up && inside ip address add "$lan_address/32" dev lo || return 1
  start_daemon nsenter "--net=/var/run/netns/$namespace" -- \
    --bip 198.18.0.1/24 --default-address-pool base=198.19.0.0/16,size=24
}

# inside COMMAND…: in the network of the running daemon. (ip netns exec would mount /sys anew.)
inside() { nsenter "--net=/var/run/netns/$namespace" "$@"; }

stop_daemon() { stop_all TERM KILL 60 dockerd; }

# end_docker: everything but the data root. May be repeated; also for what a killed run has left.
end_docker() {
  local left mount pid
  stop_daemon
  left=$(cat "$var/run/docker-tmp" 2>/dev/null)
  if [[ $left == /tmp/monarch-docker.* && -d $left ]]; then
    # A daemon that had to be killed leaves its containerd.
    pid=$(cat "$left/exec/containerd/containerd.pid" 2>/dev/null)
    if [[ -n $pid ]] && grep -qaF "$left" "/proc/$pid/cmdline" 2>/dev/null; then
      kill "$pid" 2>/dev/null
    fi
    while read -r _ mount _; do
      [[ $mount == "$left"/* ]] && umount -l "$mount"
    done </proc/mounts
    rm -rf "$left"
  fi
  rm -f "$var/run/docker-tmp"
  [[ ! -e /var/run/netns/$namespace ]] || ip netns delete "$namespace"
}
