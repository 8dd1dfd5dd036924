# bench: monarch-load against a cluster of its own, built for release, on ports of its own. What is
# measured and how is in docs/benchmarks.md.

bench_var=$var/bench
bench_preset=${MONARCH_BENCH_PRESET:-release}
bench_pairs=(idle sign-in presence)

run_bench() {
  local what=${1:-all}
  (($#)) && shift
  case $what in
    all) ;;
    idle | sign-in | presence) bench_pairs=("$what") ;;
    micro) run_micro_benchmarks "$@" ;;
    *) die "bench takes idle, sign-in, presence, all or micro, not '$what'" ;;
  esac
  install_missing build runtime
  build "$bench_preset" cluster monarch-load
  trap 'bench_ended' EXIT
  bench_dev down >/dev/null 2>&1
  rm -rf "$bench_var"
  mkdir -p "$bench_var"
  for what in "${bench_pairs[@]}"; do
    "bench_${what/-/_}" "$@"
  done
  say "results as JSON: $bench_var/*.json"
}

# The benchmarks of single parts, that is, programs of Google Benchmark.
run_micro_benchmarks() {
  install_missing build runtime test
  build release all
  local program ran=0
  for program in "$root"/build/release/bin/*_bench; do
    [[ -x $program ]] || continue
    ran=1
    say "$bold$(basename "$program")$plain"
    "$program" "$@" || die "$(basename "$program") failed"
  done
  ((ran)) || die "this checkout has no benchmarks of single parts yet"
  exit 0
}

# ./dev for the benchmark's own cluster; it keeps its database from one scenario to the next, but
# each begins with fresh processes, for memory that was used once stays with a process.
bench_dev() {
  MONARCH_DEV_PRESET=$bench_preset MONARCH_DEV_VAR=$bench_var MONARCH_DEV_GRACE=1 \
    MONARCH_DEV_PORT_BASE=${MONARCH_BENCH_PORT_BASE:-27000} \
    MONARCH_DEV_NET=${MONARCH_BENCH_NET:-127.27} "$root/dev" "$@"
}

bench_ended() { bench_dev down >/dev/null 2>&1; }

bench_fresh_cluster() {
  bench_dev down >/dev/null 2>&1
  bench_dev up --detach >"$bench_var/up.log" 2>&1 || { show_end_of "$bench_var/up.log"; die "no cluster"; }
}

# bench_accounts PREFIX USERS: makes the accounts that are not there yet.
bench_accounts() {
  [[ ! -e $bench_var/$1.csv ]] || return 0
  "$root/build/$bench_preset/bin/monarch-load" accounts --prefix "$1" --users "$2" >"$bench_var/$1.csv"
  bench_dev ctl account import "$bench_var/$1.csv" >/dev/null || die "the accounts could not be made"
}

# bench_load NAME PREFIX USERS SCENARIO FLAG…: one scenario on the running cluster.
bench_load() {
  local name=$1 prefix=$2 users=$3
  shift 3
  bench_accounts "$prefix" "$users"
  "$root/build/$bench_preset/bin/monarch-load" "$1" --cluster "$bench_var/run" --prefix "$prefix" \
    --users "$users" --json "$bench_var/$name.json" "${@:2}" 2>/dev/null ||
    die "the benchmark $name failed; its cluster's logs are in $bench_var/log"
}

bench_idle() {
  bench_fresh_cluster
  bench_load idle lone 4000 idle --contacts 0 --direct --seconds 5 "$@"
  bench_fresh_cluster
  bench_load idle-contacts ten 1000 idle --contacts 10 --direct --seconds 5 "$@"
}

bench_sign_in() {
  bench_fresh_cluster
  bench_load sign-in lone 4000 sign-in --contacts 0 "$@"
}

bench_presence() {
  bench_fresh_cluster
  bench_load presence-rate friends 500 presence --rate 100 --seconds 8 "$@"
  bench_load presence friends 500 presence --seconds 8 "$@"
}
