# Building with a preset: configure when something asks for it, then let Ninja find what changed.

# build PRESET TARGET…
build() {
  local preset=$1 dir=$root/build/$1
  shift
  local log=$var/log/build-$preset.log
  exec 8>"$var/run/build.lock"
  if ! flock -n 8; then
    say "  another ./dev is building in this checkout; waiting for it"
    flock -w 3600 8 || die "the other build did not end within an hour"
  fi
  if [[ -f $dir/CMakeCache.txt ]] &&
    ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$dir/CMakeCache.txt"; then
    rm -rf "$dir" # The checkout has been moved; CMake refuses such a directory.
  fi
  if [[ ! -f $dir/build.ninja || $root/CMakePresets.json -nt $dir/build.ninja ]]; then
    step "configuring ($preset)" "$log" cmake -S "$root" --preset "$preset" 8>&- ||
      { show_end_of "$log"; die "cmake failed; everything it said is in $log"; }
  fi
  if ! step "building ($preset)" "$log" cmake --build "$dir" --target "$@" 8>&-; then
    grep -m 1 -A 25 -E '^FAILED:|error:|^CMake Error' "$log" >&2 || show_end_of "$log"
    die "the build failed; everything it said is in $log"
  fi
  exec 8>&-
}
