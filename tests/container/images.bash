# The images of the test. Nothing is pulled: the base is made with debootstrap, under the name that the
# Dockerfile uses; those of others are of our own, from Debian's packages, under the names that the compose files use.

base=debian:bookworm-slim

# The mirror of this machine's apt, or nothing: then debootstrap knows one.
mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' \
    'Component: main' 2>/dev/null | head -n 1
}

# Kept in the data root from run to run. It gets this machine's settings for apt, for the build inside must
# reach the same mirror; they are in no image but this one and in no file of the repository.
make_base() {
  docker image inspect "$base" >/dev/null 2>&1 && return 0
  local rootfs=$var/rootfs proxy='' from part
  rm -rf "$rootfs"
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  [[ -z $proxy ]] || export http_proxy=$proxy
  from=$(mirror)
  step "making the base image" "$var/log/base.log" \
    debootstrap --variant=minbase bookworm "$rootfs" ${from:+"$from"} || return 1
  for part in /etc/apt/{sources.list,sources.list.d,apt.conf.d,auth.conf.d,preferences.d,keyrings,trusted.gpg.d} \
    /usr/share/keyrings /etc/ssl/certs; do
    [[ -e $part ]] || continue
    rm -rf "${rootfs:?}$part"
    mkdir -p "$(dirname "$rootfs$part")"
    cp -aL "$part" "$rootfs$part" 2>/dev/null # a link to nowhere is no loss
  done
  # As in the public image: what is not yet on the disk is written anew anyway.
  echo force-unsafe-io >"$rootfs/etc/dpkg/dpkg.cfg.d/docker-apt-speedup"
  rm -rf "$rootfs"/var/cache/apt/archives/*.deb "$rootfs"/var/lib/apt/lists/*
  step "importing the base image" "$var/log/import.log" \
    bash -c 'set -o pipefail; tar -C "$1" -c . | docker import - "$2"' import "$rootfs" "$base"
  local status=$?
  rm -rf "$rootfs"
  return $status
}

# build_image NAME DIRECTORY [ARGUMENTS…]: with the names that this machine's hosts file knows.
build_image() {
  local name=$1 directory=$2 address host names
  shift 2
  local -a hosts=()
  local log=${name%%:*}
  log=$var/log/image-${log##*/}.log
  while read -r address names; do
    [[ $address =~ ^[0-9.]+$ && $address != 127.* ]] || continue
    for host in $names; do hosts+=(--add-host "$host:$address"); done
  done < <(sed 's/#.*//' /etc/hosts)
  step "building the image $name" "$log" \
    docker build --progress plain --network host "${hosts[@]}" -t "$name" "$@" "$directory" ||
    { show_end_of "$log" 40; return 1; }
}

# public_name WORD: how the compose files call that image.
public_name() { grep -ohE "image: [a-z/]*$1:[^ ]+" "$root"/docker-compose.yml "$root"/deploy/compose/*.yml | head -n 1 | cut -d' ' -f2; }

build_images() {
  build_image "$(public_name postgres)" "$root/tests/container/postgres" &&
    build_image "$(public_name redis)" "$root/tests/container/redis" &&
    build_image "$(public_name prometheus)" "$root/tests/container/prometheus" --target prometheus &&
    build_image "$(public_name alertmanager)" "$root/tests/container/prometheus" --target alertmanager &&
    build_image monarch "$root" --build-arg JOBS="$(nproc)" || return 1
  docker builder prune --force --keep-storage 8GB >"$var/log/prune.log" 2>&1 ||
    say "    the cache of the builds could not be trimmed; removing $var begins anew"
}
