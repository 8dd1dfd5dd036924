#!/usr/bin/env bash
# The images and docker-compose.yml as an operator uses them: built, started, two clients signed in and chatting
# through the published ports, a node drained and replaced, every node upgraded, a backup restored on a
# machine that has nothing. Needs root, Docker and debootstrap of Debian 12; exits with 77 where they are not to be had.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P) || exit 2
root=$(cd "$here/../.." && pwd -P) || exit 2
var=${MONARCH_DEV_VAR:-$root/var}/container
export LC_ALL=C.UTF-8
umask 022

for part in say processes; do source "$root/tools/dev/$part.bash" || exit 2; done
for part in docker images checks; do source "$here/$part.bash" || exit 2; done

skip() {
  say "container_test is skipped: $* (./dev test --container installs what it needs from Debian, as root)"
  exit 77
}

why=$(why_no_docker) && skip "$why"
[[ -x ${MONARCHCTL:=$root/build/dev/bin/monarchctl} ]] || die "there is no $MONARCHCTL; ./dev test builds it"
mkdir -p "$var/run" "$var/log" || exit 2
exec 9>"$var/lock"
flock -w 30 9 || die "another container_test of this checkout is running"

trap 'exit 130' INT
trap 'exit 143' TERM HUP
trap clean_up EXIT
clean_up() {
  stop_step
  stop_clients
  ((cluster_may_run)) && compose_down
  end_docker
}
cluster_may_run=0

begin_docker || die "cannot make a folder below /tmp"
start_building_daemon || { say "$(tail -n 1 "$var/log/dockerd.log")"; skip "dockerd does not start here"; }
make_base || { show_end_of "$var/log/base.log"; die "the base image could not be made"; }
build_images || die "an image could not be built"
stop_daemon || die "the daemon that built cannot be stopped"
start_running_daemon || { show_end_of "$var/log/dockerd.log"; die "dockerd does not start in a namespace"; }

export COMPOSE_PROJECT_NAME=monarch-test MONARCH_PUBLIC_HOST=$lan_address
export COMPOSE_FILE=$root/docker-compose.yml:$here/quick.yml COMPOSE_HTTP_TIMEOUT=180
backup=$tmp/backup

check image_is_as_promised
cluster_may_run=1
check cluster_starts
check containers_are_confined
check only_client_ports_are_published
check each_service_has_its_own_secrets_only
check services_know_each_other_by_certificates
check accounts_are_made
check clients_chat_through_published_ports
check the_doctor_is_content
check prometheus_sees_every_node
check a_node_is_drained_and_replaced
check every_node_is_upgraded
check backup_is_made
compose_down
check backup_is_restored_on_an_empty_machine
check clients_chat_through_published_ports
compose_down
say "${green}the images and the compose file do what they should${plain}"
