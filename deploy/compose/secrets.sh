#!/usr/bin/env bash
# The secrets of a cluster in containers. Makes what is missing, once, in /secrets, a volume that no other
# container mounts, and copies to each service what is its own, into a volume that only it mounts
# (/hand-out/SERVICE). Run by docker-compose.yml before everything else, each time: a new version may need one
# more. Repeating it changes nothing.
#
# It runs as root without any capability, in the group of the image's user: files belong to root, who alone
# may change them, and that group may read them.
set -euo pipefail
umask 077
kept=/secrets given=/hand-out

passwords=(postgres-admin postgres-migrate postgres-auth postgres-presence
  redis-watch redis-auth redis-presence redis-notification redis-dispatch redis-switchboard
  grafana-admin)

random_hex() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# keep NAME: stdin becomes that secret, whole or not at all.
keep() {
  cat >"$kept/$1.new"
  mv -f "$kept/$1.new" "$kept/$1"
}

make_missing() {
  local name
  for name in "${passwords[@]}"; do
    [[ -s $kept/$name ]] || random_hex | keep "$name"
  done
  # Its number is in front, as monarch-auth reads it: ID:HEX.
  [[ -s $kept/password-key ]] || { printf '1:' && random_hex; } | keep password-key
}

# The certificates of the services and of monarchctl, by an authority of this cluster's own. They last a year, and
# whoever starts the cluster gets new ones once they are three months old; running services take them up.
make_certificates() {
  if [[ ! -d $kept/certs ]]; then
    rm -rf "$kept/certs.new"
    monarchctl certs init "$kept/certs.new" >/dev/null
    mv "$kept/certs.new" "$kept/certs"
  elif [[ -n $(find "$kept/certs/admin.crt" -mtime +90) ]]; then
    monarchctl certs init "$kept/certs" --renew >/dev/null
  fi
}

# give SERVICE NAME [AS] [MODE]: a service whose volume is not mounted here is not part of this cluster.
give() {
  local to=$given/$1/${3:-$2} mode=${4:-440}
  [[ -d $given/$1 ]] || return 0
  cmp -s "$kept/$2" "$to" && return 0
  cp "$kept/$2" "$to.new"
  chmod "$mode" "$to.new"
  mv -f "$to.new" "$to"
}

# give_certificate SERVICE ROLE
give_certificate() {
  give "$1" certs/ca.crt ca.crt
  give "$1" "certs/$2.key" tls.key
  give "$1" "certs/$2.crt" tls.crt
}

# The images of others run as whatever user they like, so their files are for everybody; nobody else
# has that volume.
hand_out() {
  local service
  give postgres postgres-admin postgres-admin 444
  give postgres postgres-migrate postgres-migrate 444
  give redis redis-watch watch-password 444
  give redis redis-users users.acl 444
  give grafana grafana-admin admin-password 444
  give migrate postgres-migrate
  give migrate postgres-auth
  give migrate postgres-presence
  give auth postgres-auth postgres-password
  give auth password-key
  give presence postgres-presence postgres-password
  for service in auth presence notification switchboard dispatch; do
    give "$service" "redis-$service" redis-password
    give_certificate "$service" "$service"
  done
  give_certificate ctl admin
}

# The watcher of Redis is its healthcheck. The rights follow the template of this version.
make_missing
make_certificates
/usr/share/monarch/redis/make_acl.sh "$kept" watch | keep redis-users
hand_out
echo "every service has its secrets"
