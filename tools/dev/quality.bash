# test, fuzz, format, tidy, docs.

# Found by looking, not by asking git: a tarball has none, and git refuses a checkout of another user.
sources() {
  find "$root"/{libs,services,tools,tests} -type f \( -name "*.cpp" -o -name "${1:-*.cpp}" \) 2>/dev/null | sort
}

# The tests of the build that the cluster runs from; with --preset asan-ubsan (or tsan) those of another
# build, under the sanitizers. Without any argument the pure rooms' unit tests run under them first.
run_tests() {
  local preset=dev container=0
  if [[ ${1:-} == --nightly ]]; then
    shift
    export MONARCH_TEST_NIGHTLY=1 # read by libs/testing/cluster
    set -- -L cluster "$@"
  fi
  if [[ ${1:-} == --container ]]; then
    container=1
    shift
  fi
  if [[ ${1:-} == --preset ]]; then
    preset=${2:-}
    [[ $preset =~ ^(dev|release|asan-ubsan|tsan)$ ]] ||
      die "test --preset takes dev, release, asan-ubsan or tsan, not '$preset'"
    shift 2
  fi
  install_missing build runtime test
  # A person decides for himself whether Docker comes to his machine. A build machine gets it where it can be had.
  if ((container)); then
    install_missing container
  elif [[ ${CI:-} == true ]] && ((EUID == 0)); then
    (install_missing container) || warn "no Docker from Debian here: the test of the images will be skipped"
  fi
  kubernetes_parts
  monitoring_parts
  build "$preset" all
  [[ $preset != dev ]] || build fuzz fuzzers
  if [[ $preset == dev ]] && (($# == 0)); then
    build asan-ubsan pure_tests
    step "testing what is pure under the sanitizers" "$var/log/test-pure.log" \
      ctest --test-dir "$root/build/asan-ubsan" -L pure --output-on-failure --no-tests=error \
      --parallel "${MONARCH_DEV_JOBS:-2}" ||
      { show_end_of "$var/log/test-pure.log" 60; die "a test failed under the sanitizers"; }
  fi
  say "  testing"
  cd "$root" || die "cannot enter $root"
  exec ctest --test-dir "$root/build/$preset" --output-on-failure --no-tests=error \
    --parallel "${MONARCH_DEV_JOBS:-2}" "$@" </dev/null
}

run_format() {
  install_missing test
  local -a files
  mapfile -t files < <(sources "*.hpp")
  case ${1:-} in
    '') printf '%s\0' "${files[@]}" | xargs -0 -r -n 20 -P "$(nproc)" clang-format -i ;;
    --check)
      printf '%s\0' "${files[@]}" |
        xargs -0 -r -n 20 -P "$(nproc)" clang-format --dry-run --Werror --ferror-limit=3 ||
        die "some files are not as .clang-format says; ./dev format puts them right"
      ;;
    *) die "format takes --check or nothing" ;;
  esac
  say "${#files[@]} files in order"
}

# clang 14 hides <coroutine> of libstdc++ 12 unless told that it knows coroutines, and GCC's flags in
# the compilation database are not all its own. Tests are left out unless named: a file that includes
# GoogleTest takes it half a minute.
run_tidy() {
  install_missing build test
  build dev monarch_proto # their headers are made by the build
  local -a files
  if (($#)); then
    mapfile -t files < <(realpath -- "$@")
  else
    mapfile -t files < <(sources | grep -v '_test\.cpp$')
  fi
  say "  clang-tidy over ${#files[@]} files"
  printf '%s\0' "${files[@]}" | xargs -0 -r -n 1 -P "$(nproc)" \
    clang-tidy -p "$root/build/dev" --quiet --extra-arg=-D__cpp_impl_coroutine=201902L \
    --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-builtin-macro-redefined \
    2> >(grep -vE '^[0-9]+ warnings? (generated|and)|^Suppressed|^Use -header' >&2) ||
    die "clang-tidy has found something"
}

# Fuzzes one target from its corpus, which is only read. What it finds is kept below
# var/fuzz: new inputs in a folder, and what fails as a file beside it. --built: take the fuzzer that is
# there (for ctest, which must not build).
run_fuzz() {
  local target=${1:-} seconds=${2:-}
  if [[ ${3:-} != --built ]]; then
    install_missing build test
    build fuzz fuzzers
  fi
  local dir=$root/build/fuzz/bin
  if [[ -z $target || ! -x $dir/${target}_fuzz ]]; then
    [[ -z $target ]] || warn "there is no fuzz target '$target'"
    say "usage: ./dev fuzz TARGET SECONDS, where TARGET is one of:"
    find "$dir" -maxdepth 1 -name '*_fuzz' -type f -printf '  %f\n' 2>/dev/null | sed 's/_fuzz$//' | sort
    exit 1
  fi
  need_number SECONDS "$seconds" 1 86400
  local found=$var/fuzz/$target corpus=$root/tests/fuzz/corpus/$target
  mkdir -p "$found"
  cd "$var/fuzz" || exit 1
  exec "$dir/${target}_fuzz" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=1024 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$var/fuzz/$target-" "$found" "$corpus"
}

# The pages of docs/reference, by the test that otherwise compares them (tests/reference).
run_docs() {
  (($# == 0)) || die "docs takes no arguments"
  install_missing build runtime test
  build dev cluster monarch_reference_test
  cd "$root" || die "cannot enter $root"
  step "asking the programs" "$var/log/build-docs.log" \
    env MONARCH_RENEW_REFERENCE=1 "$root/build/dev/bin/monarch_reference_test" ||
    { show_end_of "$var/log/build-docs.log" 60; die "docs/reference could not be renewed"; }
  say "  docs/reference/settings.md and metrics.md are as the programs say; commit what has changed"
}
