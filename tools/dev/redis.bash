# The private Redis of the local cluster: nothing on disk (it holds who is online, which ends with the
# cluster), a port of its own on loopback, one user per service with the rights of
# deploy/redis/users.acl.template.

redis_start_seconds=10

redis_start() {
  local dir=$var/redis
  mkdir -p "$dir"
  # ./dev's own user may only ask whether Redis is there.
  (umask 077 && "$root/deploy/redis/make_acl.sh" "$var/secrets" dev >"$dir/users.acl") ||
    die "cannot write $dir/users.acl"
  spawn redis redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$dir" --save '' \
    --appendonly no --aclfile "$dir/users.acl" --daemonize no
  local deadline=$((SECONDS + redis_start_seconds))
  until redis_ping; do
    pid_of redis >/dev/null || start_failed redis "Redis ended while it started"
    ((SECONDS < deadline)) || start_failed redis "Redis was not ready within $redis_start_seconds s"
    sleep 0.05
  done
}

redis_ping() {
  local answer
  answer=$(REDISCLI_AUTH=$(<"$(secret_file redis-dev)") timeout 2 \
    redis-cli -h 127.0.0.1 -p "$redis_port" --user dev --no-auth-warning ping 2>/dev/null)
  [[ $answer == PONG ]]
}

redis_stop() { stop_all TERM KILL 10 redis; }
