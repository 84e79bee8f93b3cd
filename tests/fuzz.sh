#!/usr/bin/env bash
# tests/fuzz.sh BUILD [SECONDS]: every fuzz target of a build with the preset `fuzz`, for so long
# each (60), from the corpus in fuzz/corpus. What a target finds is kept in BUILD/found, and printed.
set -uo pipefail
build=$(readlink -f -- "$1") seconds=${2:-60}
root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
passed=0 failed=0
for target in "$build"/fuzz/*_fuzz; do
  name=$(basename "$target" _fuzz)
  # What is new goes beside the corpus, which is the repository's.
  mkdir -p "$build/found/$name" "$build/fuzz/grown/$name"
  if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
      -artifact_prefix="$build/found/$name/" "$build/fuzz/grown/$name" "$root/fuzz/corpus/$name" \
      > "$build/found/$name.log" 2>&1; then
    passed=$((passed + 1))
    printf '%-8s %s inputs\n' "$name" "$(grep -oE 'number_of_executed_units: *[0-9]+' "$build/found/$name.log" | grep -oE '[0-9]+$')"
  else
    failed=$((failed + 1))
    echo "FAILED $name: see $build/found/$name.log"
    tail -n 40 "$build/found/$name.log"
  fi
done
[ "$((passed + failed))" -gt 0 ] || { echo "$build holds no fuzz target"; failed=1; }
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
