# What is missing on a bare Debian 12: found with one query, installed with apt when we are root, named
# in one line for whoever is not.

# packages GROUP…: the packages of these groups, but for those whose program is there anyway.
packages() {
  local group package program groups=" $* "
  while read -r group package program; do
    [[ -n $program ]] && command -v "$program" >/dev/null && continue
    [[ $groups == *" $group "* ]] && printf '%s\n' "$package"
  done < <(grep -v '^#' "$root/tools/dev/packages.txt")
  return 0
}

# missing_packages GROUP…
missing_packages() {
  local -a wanted
  mapfile -t wanted < <(packages "$@")
  comm -13 \
    <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "${wanted[@]}" 2>/dev/null |
      awk '$1 == "ii" { print $2 }' | sort -u) \
    <(printf '%s\n' "${wanted[@]}" | sort -u)
}

install_missing() {
  command -v dpkg-query >/dev/null ||
    die "this is not Debian: ./dev installs its parts on Debian 12; elsewhere use docker compose up"
  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    warn "${#missing[@]} packages are missing; install them with this line, then run ./dev again:"
    say "sudo apt-get install -y --no-install-recommends ${missing[*]}"
    exit 1
  fi
  quiet_services_begin
  local status=0
  step "installing ${#missing[@]} packages" "$var/log/apt.log" apt_install "${missing[@]}" || status=$?
  quiet_services_end "${missing[@]}"
  if ((status != 0)); then
    show_end_of "$var/log/apt.log"
    die "apt-get could not install: ${missing[*]}"
  fi
}

# The lists are fetched only when the packages cannot be had without. Every wait has a bound. Nothing that is
# there makes way: somebody may have a Docker of another origin.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  local -a apt=(apt-get -y -q --no-remove -o DPkg::Lock::Timeout=120 -o Acquire::http::Timeout=30
    -o Acquire::https::Timeout=30 -o Acquire::Retries=2)
  "${apt[@]}" install --no-install-recommends "$@" && return 0
  "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@"
}

# Debian starts a server when its package is installed. We only want the programs, so for that while a
# policy says no. It removes itself should this script be killed before it can.
policy=/usr/sbin/policy-rc.d policy_is_ours=0
quiet_services_begin() {
  [[ -e $policy ]] && return 0
  cat >"$policy" <<EOF
#!/bin/sh
# Put here by Monarch's ./dev (pid $$) while it installs packages: start no services.
[ -d /proc/$$ ] || { rm -f "\$0"; exit 0; }
exit 101
EOF
  chmod 755 "$policy"
  policy_is_ours=1
}

quiet_services_end() {
  if ((policy_is_ours)); then
    rm -f "$policy"
    policy_is_ours=0
  fi
  # Nor should they start with the next boot, if it was we who brought them.
  local package
  for package in "$@"; do
    case $package in
      postgresql-15)
        [[ -f /etc/postgresql/15/main/start.conf ]] && echo manual >/etc/postgresql/15/main/start.conf
        ;;
      redis-server | prometheus | prometheus-alertmanager)
        [[ -d /run/systemd/system ]] && systemctl disable "$package" >/dev/null 2>&1
        ;;
      docker.io)
        [[ -d /run/systemd/system ]] &&
          systemctl disable docker.service docker.socket containerd >/dev/null 2>&1
        ;;
    esac
  done
  return 0
}
