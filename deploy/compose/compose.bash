# For the scripts beside this file: Compose, whichever there is, in the root of this checkout. COMPOSE_FILE,
# COMPOSE_PROJECT_NAME and a file .env are honoured as Compose does.

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

compose() {
  if docker compose version >/dev/null 2>&1; then
    docker compose "$@"
  else
    docker-compose "$@"
  fi
}

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$(basename "$0"): $*"
  exit 1
}

# Those that hold no data, in the order in which a new version replaces them: who is called before who calls.
services_of_monarch() {
  local role
  for role in presence auth switchboard notification dispatch; do
    compose config --services | grep -E "^$role(-[0-9]+)?$" | sort
  done
}

# wait_for SECONDS WHAT COMMAND…: until the command succeeds.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || die "$what: not within the time"
    sleep 0.5
  done
}

healthy() {
  local container
  container=$(compose ps -q "$1") && [[ -n $container ]] &&
    [[ $(docker inspect -f '{{.State.Health.Status}}' "$container") == healthy ]]
}
