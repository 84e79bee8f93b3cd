#!/usr/bin/env bash
# bench/instructions.sh [MESSAGES]: instructions a message by stage, counted by callgrind, which no
# neighbour disturbs. Each stage is the difference of two passes over a day of MESSAGES and
# one of twice as many, so that start-up and first touches of a symbol weigh little.
set -euo pipefail
root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
messages=${1:-30000}
bin="$root/build/bench/bench"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "bench/instructions.sh: $1" >&2; exit 1; }
[ -x "$bin/replay_bench" ] && [ -x "$bin/make_day" ] || fail "run bench/run first: it builds"
command -v valgrind > /dev/null || fail "valgrind is missing: apt-get install valgrind"

"$bin/make_day" "$messages" "$work/one.log" 2> /dev/null
"$bin/make_day" $((2 * messages)) "$work/two.log" 2> /dev/null
count() {  # STAGE LOG -> instructions
  valgrind --tool=callgrind --callgrind-out-file="$work/out" \
    "$bin/replay_bench" --until "$1" "$2" 2>&1 > "$work/n" | awk '/Collected/ { print $NF }'
}
before=0
for stage in frame parse stage kernel report; do
  a=$(count "$stage" "$work/one.log"); n=$(cat "$work/n")
  b=$(count "$stage" "$work/two.log"); m=$(cat "$work/n")
  upto=$(( (b - a) / (m - n) ))
  printf '%-8s %6d instructions a message\n' "$stage" $((upto - before))
  before=$upto
done
printf '%-8s %6d\n' all "$before"
