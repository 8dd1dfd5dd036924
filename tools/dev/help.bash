# What ./dev says about itself.

help() {
  case ${1:-} in
    up) help_up ;;
    test) help_test ;;
    '') help_all ;;
    *) help_all ;;
  esac
}

help_all() {
  cat <<EOF
./dev builds, runs and tests Monarch in this checkout. On a bare Debian 12 it installs what it needs.

  ./dev up                    build, start the cluster, stay in front; Ctrl-C stops everything
  ./dev up --detach           the same in the background; returns once every service is ready
  ./dev up --notification 3   how many of each: --notification --switchboard --presence --auth
  ./dev down                  stop what up has started
  ./dev status                what runs, where it listens; exit status 0 when all is ready
  ./dev logs [-f] [SERVICE]   the logs, of one service or of all ("notification", "presence-2", "redis")
  ./dev ctl …                 monarchctl against this cluster; try: ./dev ctl --help
  ./dev ctl doctor            is it well? walks a client's whole path and times each hop

  ./dev test [-R REGEX]       build and run every test, or those whose name matches
  ./dev bench [SCENARIO]      idle, sign-in, presence or all: what they cost, on a cluster of its own
  ./dev fuzz TARGET SECONDS   fuzz one target; without a target: which there are
  ./dev format [--check]      clang-format over all sources
  ./dev tidy [FILE…]          clang-tidy over all sources but tests, or these
  ./dev docs                  renew docs/reference from what the programs say of themselves

./dev help up and ./dev help test say more. All state is below var/ (remove it to begin anew), all
that is built below build/.
EOF
}

help_up() {
  cat <<EOF
./dev up [--detach] [--notification N] [--switchboard N] [--presence N] [--auth N]
         [--public-host ADDRESS] [--tls]

Starts one dispatch node, 2 notification, 2 switchboard, 2 presence nodes and 1 auth (or N, 1 to
$instances_max), with a PostgreSQL and a Redis of their own below var/. A system server is never touched.

  dispatch        127.0.0.1:1863               here a client signs in
  notification-i  127.0.1.i:1863
  switchboard-i   127.0.2.i:1863
  PostgreSQL      127.0.0.1:17032              Redis 127.0.0.1:17079
  RPC, admin      auth 17100, presence 172i0, notification 173i0, switchboard 174i0, dispatch 17500;
                  the admin port (/metrics, /healthz, /readyz) is the next one

  --public-host ADDRESS   serve a network from this one address: dispatch on port 1863, notification-i
                          on 1873+i, switchboard-i on 1883+i
  --tls                   (or MONARCH_DEV_TLS=1) the services speak TLS with each other and show certificates,
                          made once in var/certs; without it administration takes the token in var/secrets

Environment, for a second cluster beside the first:
  MONARCH_DEV_PORT_BASE   instead of 17000      MONARCH_DEV_NET   instead of 127.0 (say 127.9)
  MONARCH_DEV_CLIENT_PORT instead of 1863       MONARCH_DEV_VAR   another folder than var/

As root, PostgreSQL runs under the user "postgres", for it refuses root.
EOF
}

help_test() {
  cat <<EOF
./dev test [--nightly | --container] [--preset PRESET] [-R REGEX] [ctest arguments]

Builds everything and runs ctest, two tests at a time (MONARCH_DEV_JOBS). Without arguments it first runs
the unit tests of what needs no world (label pure) under the sanitizers. Some ways to use it:
  ./dev test -R framer        only the tests whose names match
  ./dev test -L unit          only those with a label: unit, pure, cluster, kubernetes, habits …
  ./dev test --preset asan-ubsan   the same tests under the address and undefined sanitizers
  ./dev test --container      installs Docker from Debian first, so that the test of the images is not skipped;
                              a machine with CI=true does so by itself
  ./dev test --nightly        the tests of the cluster with production's heartbeats: a node is dead after 5 s
  ./dev test -N               only list them
Exit status 0 when all have passed. .ci/run calls exactly this.
EOF
}
