# The secrets of the local cluster: made once, 32 random bytes each in hexadecimal, readable by their
# owner only. Removing var/ removes them, and with them the database that they open.

secret_names=(postgres-admin postgres-migrate postgres-auth postgres-presence
  redis-dev redis-auth redis-presence redis-notification redis-dispatch redis-switchboard password-key admin-token)

secret_file() { printf '%s' "$var/secrets/$1"; }

make_secrets() {
  local name
  mkdir -p "$var/secrets"
  chmod 700 "$var/secrets"
  for name in "${secret_names[@]}"; do
    [[ -s $(secret_file "$name") ]] && continue
    (umask 077 && make_secret "$name" >"$(secret_file "$name").new" &&
      mv "$(secret_file "$name").new" "$(secret_file "$name")") ||
      die "cannot write $(secret_file "$name")"
  done
}

# The certificates of ./dev up --tls, by an authority of this checkout's own.
certs=$var/certs
make_certificates() {
  if [[ ! -e $certs/ca.crt ]]; then
    "$bin/monarchctl" certs init "$certs" >"$var/log/certs.log" 2>&1
  elif ! "$bin/monarchctl" certs show "$certs" >"$var/log/certs.log" 2>&1; then
    "$bin/monarchctl" certs init "$certs" --renew >"$var/log/certs.log" 2>&1
  fi || { show_end_of "$var/log/certs.log" 5; die "no certificates could be made in $certs"; }
}

# The key that encrypts passwords has its number in front, as monarch-auth reads it: ID:HEX.
make_secret() {
  [[ $1 != password-key ]] || printf '1:'
  random_hex
}
random_hex() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
