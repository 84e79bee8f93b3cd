#!/usr/bin/env bash
# Runs the commands of README.md: every line of its ```sh blocks, in a scratch folder where the
# names of the repository mean the same. Left out: ./check (we are in it), and lines that say
# `# needs` something of the reader's own.
set -uo pipefail
root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for name in run examples docs; do ln -s "$root/$name" "$scratch/$name"; done
cd "$scratch" || exit 1
PATH="$root/build/release/hosts/cli:$PATH"

passed=0 failed=0 skipped=0
while IFS= read -r command; do
  case "$command" in
    ""|"#"*|./check*|"git clone"*|cd\ *|sudo*) continue ;;
    *"# needs"*) continue ;;
  esac
  if bash -o pipefail -c "$command" > out.txt 2> err.txt < /dev/null; then
    passed=$((passed + 1))
    echo "ok      $command"
  else
    failed=$((failed + 1))
    echo "failed ($?)  $command"
    tail -n 10 err.txt
  fi
done < <(awk '/^```sh/ { on = 1; next } /^```/ { on = 0 } on' "$root/README.md")
[ $((passed + failed)) -gt 0 ] || failed=1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
