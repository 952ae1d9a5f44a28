#!/bin/sh
# `sh k6/run.sh --help` says what this does. Exit code: 2 for a wrong argument, 127 without k6, else
# that of k6 for the script that failed (99: the run crossed a threshold).
set -eu
here=$(cd "$(dirname "$0")" && pwd)

help() {
  cat <<'END'
Usage: npm run load-test -- [URL] [SCRIPT…]

Runs load tests against a running Starling, one after the other, and stops at the first that fails.
URL is http://127.0.0.1:8080 unless you name another. The scripts are smoke and load unless you name
others: smoke, load, stress, spike, soak, writes, throttle.

The scripts read RATE, DURATION, KEY and other variables: k6/README.md lists them. Reports go to
k6/reports/, or to the folder REPORTS.

Examples:
  npm run load-test
  RATE=500 npm run load-test -- https://reviews.example.com load
END
}

fail() {
  echo "starling: $1 (npm run load-test -- --help)" >&2
  exit 2
}

url=http://127.0.0.1:8080
case ${1:-} in
  -h | --help) help; exit 0 ;;
  http://* | https://*) url=$1; shift ;;
esac
for script; do
  case $script in -*) fail "unknown option '$script'" ;; esac
  [ -f "$here/$script.ts" ] ||
    fail "there is no script '$script': smoke, load, stress, spike, soak, writes, throttle"
done
[ $# -gt 0 ] || set -- smoke load

for k6 in "${K6:-k6}" "${GOPATH:-$HOME/go}/bin/k6" ''; do
  ! command -v "$k6" >/dev/null 2>&1 || break
done
if [ -z "$k6" ]; then
  echo 'starling: k6 is missing: go install go.k6.io/k6@latest, or https://grafana.com/docs/k6 (1.0 or newer)' >&2
  exit 127
fi

export BASE_URL="$url" REPORTS="${REPORTS:-$here/reports}"
# k6 must send no usage report and load no extensions.
export K6_NO_USAGE_REPORT=true K6_AUTO_EXTENSION_RESOLUTION=false
mkdir -p "$REPORTS"
for script; do
  # Without k6's control port: two runs on one machine would want the same port.
  "$k6" run --quiet --address '' "$here/$script.ts"
done
