# The private PostgreSQL of the local cluster: data below var/postgres, a port of its own on loopback,
# passwords for everybody. It refuses to run as root; then it runs as Debian's user "postgres".

pg_bin=/usr/lib/postgresql/15/bin
pg_start_seconds=30

as_postgres() {
  if ((EUID == 0)); then
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
  else
    "$@"
  fi
}

# Sets pg_data. The user postgres may not be able to pass the folders above this checkout (/root, a
# home directory): then the data lies in /var/tmp, with a link to it from var/.
pg_data=''
postgres_place() {
  pg_data=$var/postgres
  if ((EUID != 0)); then
    mkdir -p "$pg_data"
    return
  fi
  if [[ ! -e $pg_data ]]; then
    rm -f "$pg_data"
    install -d -m 700 -o postgres -g postgres "$pg_data"
    if ! as_postgres test -w "$pg_data"; then
      rmdir "$pg_data"
      local hash
      hash=$(printf '%s' "$var" | sha256sum | cut -c 1-12)
      local elsewhere=/var/tmp/monarch-$hash
      claim_directory "$elsewhere"
      # Whoever removed var/ meant the data too, which lay here.
      find "$elsewhere" -mindepth 1 -delete
      ln -s "$elsewhere" "$pg_data"
    fi
  fi
  pg_data=$(readlink -f "$pg_data")
  as_postgres test -O "$pg_data" -a -w "$pg_data" ||
    die "$pg_data does not belong to the user postgres: remove it, or run ./dev as the user who made it"
}

# A name in a folder where everybody writes: taken only if nobody made it before us.
claim_directory() {
  mkdir -m 700 "$1" 2>/dev/null && chown postgres:postgres "$1" && return
  [[ -d $1 && ! -L $1 && $(stat -c %U "$1") == postgres ]] ||
    die "$1 is in the way: somebody else made it; remove it"
}

postgres_init() {
  local unfinished=$var/run/initdb-unfinished
  # An initdb that was killed leaves something that looks like a database.
  [[ -e $unfinished ]] && find "$pg_data" -mindepth 1 -delete
  as_postgres test -f "$pg_data/PG_VERSION" && return 0
  touch "$unfinished"
  local password
  password=$(mktemp)
  cat "$(secret_file postgres-admin)" >"$password"
  ((EUID == 0)) && chown postgres "$password"
  local status=0
  step "creating the database cluster" "$var/log/initdb.log" as_postgres "$pg_bin/initdb" \
    -D "$pg_data" -U monarch_admin --pwfile="$password" --auth=scram-sha-256 --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync || status=$?
  rm -f "$password"
  ((status == 0)) || { show_end_of "$var/log/initdb.log"; die "initdb failed"; }
  rm -f "$unfinished"
}

postgres_start() {
  postgres_place
  postgres_init
  local -a command=("$pg_bin/postgres" -D "$pg_data" -c "listen_addresses=127.0.0.1"
    -c "port=$pg_port" -c "unix_socket_directories=" -c "max_connections=100"
    -c "shared_buffers=64MB" -c "jit=off" -c "logging_collector=off")
  if ((EUID == 0)); then
    command=(setpriv --reuid=postgres --regid=postgres --init-groups -- "${command[@]}")
  fi
  spawn postgres "${command[@]}"
  local deadline=$((SECONDS + pg_start_seconds))
  until "$pg_bin/pg_isready" -q -h 127.0.0.1 -p "$pg_port" -t 1; do
    pid_of postgres >/dev/null || start_failed postgres "PostgreSQL ended while it started"
    ((SECONDS < deadline)) || start_failed postgres "PostgreSQL was not ready within $pg_start_seconds s"
    sleep 0.05
  done
}

pg_conninfo() { printf 'host=127.0.0.1 port=%s dbname=monarch user=monarch_%s' "$pg_port" "$1"; }

# with_pg_password ROLE COMMAND…: the password travels in a file that only its owner reads.
with_pg_password() {
  local role=$1
  shift
  local pass=$var/secrets/pgpass-$role
  (umask 077 && printf '*:*:*:*:%s\n' "$(<"$(secret_file "postgres-$role")")" >"$pass")
  PGPASSFILE=$pass PGCONNECT_TIMEOUT=10 "$@"
}

# The database and its owner; everything inside is monarch-migrate's.
postgres_database() {
  MONARCH_MIGRATE_PASSWORD_FILE=$(secret_file postgres-migrate) with_pg_password admin \
    "$pg_bin/psql" -X -q "host=127.0.0.1 port=$pg_port dbname=postgres user=monarch_admin" \
    -f "$root/deploy/postgres/database.sql" >"$var/log/migrate.log" 2>&1 ||
    start_failed migrate "the database could not be made"
}

postgres_migrate() {
  timeout 120 "$bin/monarch-migrate" --postgres "$(pg_conninfo migrate)" \
    --postgres-password-file "$(secret_file postgres-migrate)" \
    --migrations "$root/deploy/postgres/migrations" --roles "$root/deploy/postgres/roles.sql" \
    --role-password "monarch_auth=$(secret_file postgres-auth)" \
    --role-password "monarch_presence=$(secret_file postgres-presence)" \
    >>"$var/log/migrate.log" 2>&1 || start_failed migrate "the schema could not be migrated"
}

# SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint.
postgres_stop() { stop_all INT QUIT 20 postgres; }
