# test, bench, fuzz, format, tidy.

# Found by looking, not by asking git: a tarball has none, and git refuses a checkout of another user.
sources() {
  find "$root"/{libs,services,tools,tests} -type f \( -name "*.cpp" -o -name "${1:-*.cpp}" \) 2>/dev/null | sort
}

run_tests() {
  install_missing build runtime test
  build dev all
  say "  testing"
  cd "$root" || die "cannot enter $root"
  exec ctest --test-dir "$root/build/dev" --output-on-failure --no-tests=error \
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
# the compilation database are not all its own.
run_tidy() {
  install_missing build test
  build dev all
  local -a files
  if (($#)); then
    mapfile -t files < <(realpath -- "$@")
  else
    mapfile -t files < <(sources)
  fi
  say "  clang-tidy over ${#files[@]} files"
  printf '%s\0' "${files[@]}" | xargs -0 -r -n 1 -P "$(nproc)" \
    clang-tidy -p "$root/build/dev" --quiet --extra-arg=-D__cpp_impl_coroutine=201902L \
    --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-builtin-macro-redefined \
    2> >(grep -vE '^[0-9]+ warnings? (generated|and)|^Suppressed|^Use -header' >&2) ||
    die "clang-tidy has found something"
}

# names_of DIRECTORY PATTERN: the programs there, without the fixed part of their names.
run_fuzz() {
  install_missing build test
  local target=${1:-} seconds=${2:-}
  build fuzz all
  local dir=$root/build/fuzz/bin
  if [[ -z $target || ! -x $dir/fuzz_$target ]]; then
    [[ -z $target ]] || warn "there is no fuzz target '$target'"
    say "usage: ./dev fuzz TARGET SECONDS, where TARGET is one of:"
    find "$dir" -maxdepth 1 -name 'fuzz_*' -type f -printf '  %f\n' 2>/dev/null | sed 's/fuzz_//' | sort
    exit 1
  fi
  need_number SECONDS "$seconds" 1 86400
  # New inputs are kept below var/, the corpus in the repository is only read.
  local found=$var/fuzz/$target kept=$root/tests/fuzz/corpus/$target
  mkdir -p "$found"
  [[ -d $kept ]] || kept=
  cd "$found/.." || exit 1
  exec "$dir/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
    -artifact_prefix="$var/fuzz/$target-" "$found" ${kept:+"$kept"}
}

run_bench() {
  install_missing build runtime test
  build release all
  local program ran=0
  for program in "$root"/build/release/bin/*_bench; do
    [[ -x $program ]] || continue
    ran=1
    say "$bold$(basename "$program")$plain"
    "$program" "$@" || die "$(basename "$program") failed"
  done
  ((ran)) || die "this checkout has no benchmarks yet"
}
