#!/bin/sh
# Runs load tests one after another against a running Starling, and stops at the first that fails:
#
#   sh k6/run.sh [URL] [SCRIPT…]        defaults: http://127.0.0.1:8080, smoke and load
#
# k6/README.md lists the settings that scripts read from the environment (RATE, DURATION, KEY, …).
# Reports go to k6/reports/, or to the folder REPORTS. The exit code is k6's own, of the script that
# failed (99: a threshold was crossed).
set -eu
here=$(cd "$(dirname "$0")" && pwd)

url=http://127.0.0.1:8080
case ${1:-} in http://* | https://*) url=$1; shift ;; esac
[ $# -gt 0 ] || set -- smoke load

for k6 in "${K6:-k6}" "${GOPATH:-$HOME/go}/bin/k6" ''; do
  ! command -v "$k6" >/dev/null 2>&1 || break
done
if [ -z "$k6" ]; then
  echo 'run.sh: k6 is missing: go install go.k6.io/k6@latest, or https://grafana.com/docs/k6 (1.0 or newer)' >&2
  exit 127
fi

for script; do
  [ -f "$here/$script.ts" ] || {
    echo "run.sh: there is no script '$script': smoke, load, stress, spike, soak, writes, throttle" >&2
    exit 2
  }
done

export BASE_URL="$url" REPORTS="${REPORTS:-$here/reports}"
# k6 must send no usage report and load no extensions.
export K6_NO_USAGE_REPORT=true K6_AUTO_EXTENSION_RESOLUTION=false
mkdir -p "$REPORTS"
for script; do
  # Without k6's control port: two runs on one machine would want the same port.
  "$k6" run --quiet --address '' "$here/$script.ts"
done
