#!/usr/bin/env bash
# The secrets of a cluster on Kubernetes: makes what is missing in DIRECTORY, once, and there a kustomization
# that gives each service a Secret with what is its own. Repeating it changes nothing that is there. It needs
# monarchctl, for the certificates: from this checkout's build, the PATH, or where MONARCHCTL says.
#
#   deploy/kubernetes/secrets.sh DIRECTORY [NAMESPACE]        (default: monarch)
#   kubectl apply -k DIRECTORY
#
# DIRECTORY belongs in no repository. Whoever has it has the cluster, and who loses its password-key, has lost
# every password: keep a copy where the database's is not.
set -euo pipefail
umask 077
(($# == 1 || $# == 2)) || { sed -n '2,10s/^# \?//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$1 namespace=${2:-monarch}
services=(dispatch notification switchboard presence auth)

random_hex() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# keep NAME: stdin becomes that file, whole or not at all.
keep() {
  cat >"$dir/$1.new"
  mv -f "$dir/$1.new" "$dir/$1"
}

make_passwords() {
  local name
  for name in postgres-{admin,migrate,auth,presence} redis-watch "${services[@]/#/redis-}" admin-token; do
    [[ -s $dir/$name ]] || random_hex | keep "$name"
  done
  # Its number is in front, as monarch-auth reads it: ID:HEX.
  [[ -s $dir/password-key ]] || { printf '1:' && random_hex; } | keep password-key
}

find_monarchctl() {
  local place
  for place in "${MONARCHCTL:-}" "$here"/../../build/{release,dev}/bin/monarchctl "$(command -v monarchctl)"; do
    [[ -n $place && -x $place ]] && echo "$place" && return
  done
  echo "there is no monarchctl to make certificates: ./dev up builds one; or say MONARCHCTL=/where/it/is" >&2
  return 1
}

# The authority and a certificate for each service; ca.key stays here.
make_certificates() {
  [[ -e $dir/certs/ca.crt ]] && return
  local monarchctl
  monarchctl=$(find_monarchctl)
  "$monarchctl" certs init "$dir/certs" >/dev/null
}

# secret NAME KEY=FILE…
secret() {
  printf '  - name: %s\n    files:\n' "$1"
  shift
  printf '      - %s\n' "$@"
}

# identity NAME: sets the array `files` to who it is, for the others.
identity() {
  files=(ca.crt=certs/ca.crt "tls.crt=certs/$1.crt" "tls.key=certs/$1.key" admin-token)
}

kustomization() {
  local service
  local -a files
  cat <<EOF
# Made by deploy/kubernetes/secrets.sh. The names carry no hash, for what is mounted must not depend on this
# folder: after a change, kubectl -n $namespace rollout restart what it is for.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: $namespace
generatorOptions:
  disableNameSuffixHash: true
secretGenerator:
EOF
  for service in "${services[@]}"; do
    identity "$service"
    files+=("redis-password=redis-$service")
    case $service in
      auth) files+=(postgres-password=postgres-auth password-key) ;;
      presence) files+=(postgres-password=postgres-presence) ;;
    esac
    secret "$service-secrets" "${files[@]}"
  done
  identity admin
  secret monarchctl-secrets "${files[@]}"
  secret migrate-secrets postgres-migrate postgres-auth postgres-presence
  # For overlays/single-node; a PostgreSQL and a Redis elsewhere are given the same passwords by you.
  secret postgres-secrets postgres-admin postgres-migrate
  secret redis-secrets users.acl redis-watch
}

mkdir -p "$dir"
make_passwords
make_certificates
"$here/../redis/make_acl.sh" "$dir" watch | keep users.acl
kustomization | keep kustomization.yaml
echo "the secrets are in $dir; now: kubectl apply -k $dir"
