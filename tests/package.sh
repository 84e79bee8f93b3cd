#!/usr/bin/env bash
# The Debian package of a build: made by CPack, looked into, unpacked into a folder, and run from there.
#
#     tests/package.sh [BUILD]      default build/release; what it needs of it must be built
#
# Nothing is installed. Prints `N passed, N failed, N skipped`.
set -uo pipefail
root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
build=${1:-$root/build/release}
build=$(cd -- "$build" && pwd) || exit 2
for program in cpack dpkg-deb dpkg-shlibdeps file; do
  command -v "$program" > /dev/null || { echo "$program is not installed (tools/install check)"; exit 77; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0 skipped=0

# does WHAT COMMAND...
does() {
  local what=$1
  shift
  if "$@" > "$scratch/said" 2>&1; then
    passed=$((passed + 1)); echo "ok      $what"
  else
    failed=$((failed + 1)); echo "failed  $what: $*"; tail -n 15 "$scratch/said"
  fi
}
has() { grep -qF -- "$2" "$1"; }
hasnt() { ! grep -qE -- "$2" "$1"; }

make_it() { (cd "$build" && cpack -G DEB -B "$scratch/made"); }
does "cpack makes a package" make_it
deb=$(find "$scratch/made" -maxdepth 1 -name 'assay_*.deb' | head -n 1)
if [ -z "$deb" ]; then echo "$passed passed, $failed failed, 0 skipped"; exit 1; fi

# --- what it says of itself
dpkg-deb -f "$deb" > "$scratch/control"
version=$(cat "$root/VERSION")
does "it has the version of the program" has "$scratch/control" "Version: $version"
does "it depends on the C library, as dpkg-shlibdeps finds" grep -qE '^Depends: .*libc6 \(>=' "$scratch/control"
does "it depends on QuickFIX" grep -qE '^Depends: .*libquickfix' "$scratch/control"
does "it depends on adduser" grep -qE '^Depends: .*adduser' "$scratch/control"
dpkg-deb -e "$deb" "$scratch/scripts"
does "what an administrator changes is kept" has "$scratch/scripts/conffiles" /etc/assay/desk.toml
for script in postinst prerm postrm; do
  does "$script is a program of sh" sh -n "$scratch/scripts/$script"
  does "$script can be run" test -x "$scratch/scripts/$script"
done

# --- what is in it
dpkg-deb -c "$deb" > "$scratch/content"
for path in ./usr/bin/assay ./etc/assay/desk.toml ./etc/default/assay ./usr/lib/systemd/system/assay-desk.service \
            ./usr/share/man/man1/assay.1.gz ./usr/share/bash-completion/completions/assay \
            ./usr/share/doc/assay/NOTICE ./usr/share/doc/assay/copyright ./usr/share/doc/assay/docs/desk.md \
            ./usr/share/doc/assay/examples/acme-desk.toml; do
  does "it holds $path" grep -qE "[[:space:]]${path//./\\.}\$" "$scratch/content"
done
does "not everybody may read the configuration" grep -qE '^-rw-r-----.*/etc/assay/desk\.toml$' "$scratch/content"
does "no path of the build is in it" hasnt "$scratch/content" "${build//./\\.}"

# --- unpacked
there=$scratch/root
mkdir "$there"
does "it unpacks" dpkg-deb -x "$deb" "$there"
assay=$there/usr/bin/assay
"$assay" --version > "$scratch/version" 2>&1
does "assay --version runs from there" has "$scratch/version" "assay $version"
does "and acknowledges QuickFIX" has "$scratch/version" "includes software developed by quickfixengine.org"
does "so does NOTICE" has "$there/usr/share/doc/assay/NOTICE" "includes software developed by quickfixengine.org"
gunzip -c "$there/usr/share/man/man1/assay.1.gz" > "$scratch/assay.1"
does "the manual page is the program's own" cmp "$scratch/assay.1" <("$assay" help --format man)

# --- the service, without systemd: as the unit starts and stops it
unit=$there/usr/lib/systemd/system/assay-desk.service
starts=$(sed -n 's/^ExecStart=//p' "$unit")
does "the unit starts the program of the package" test "${starts%% *}" = /usr/bin/assay
for key in NoNewPrivileges=yes ProtectSystem=strict Restart=on-failure KillSignal=SIGTERM StateDirectory=assay; do
  does "the unit says $key" has "$unit" "$key"
done
if command -v systemd-analyze > /dev/null; then
  sed "s#/usr/bin/assay#$assay#" "$unit" > "$scratch/assay-desk.service"
  does "systemd takes the unit" systemd-analyze verify --man=no "$scratch/assay-desk.service"
else
  skipped=$((skipped + 1)); echo "skipped: systemd-analyze is not here to verify the unit"
fi

# The configuration of the package starts a desk that sends nothing, and SIGTERM ends it with 0.
desk_comes_and_goes() {
  "$assay" desk --config "$there/etc/assay/desk.toml" --state "$scratch/state" --listen 127.0.0.1:0 \
    --log-format json > "$scratch/url" 2> "$scratch/log" &
  local pid=$! i code
  for i in $(seq 300); do
    [ -s "$scratch/url" ] && break
    kill -0 "$pid" 2> /dev/null || break
    sleep 0.1
  done
  "$assay" status --url "$(cat "$scratch/url")" --token "$scratch/state/token" > "$scratch/status" || { cat "$scratch/log"; kill "$pid"; return 1; }
  kill -HUP "$pid"
  for i in $(seq 100); do grep -q 'SIGHUP' "$scratch/log" && break; sleep 0.1; done
  kill -TERM "$pid"
  wait "$pid"
  code=$?
  cat "$scratch/log"
  [ "$code" -eq 0 ]
}
does "a desk starts from it, and ends in order" desk_comes_and_goes
does "in the mode that sends nothing" grep -q 'in replay mode' "$scratch/status"
does "its log is JSON, an object a line" python3 -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert lines and all(line["mode"] == "replay" and line["time"].endswith("Z") for line in lines), lines
assert any(line["component"] == "config" and line["fields"]["who"] == "SIGHUP" for line in lines), lines' "$scratch/log"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
