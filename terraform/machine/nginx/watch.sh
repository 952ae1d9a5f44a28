#!/bin/sh
# Checks the answers of an instance after it got a new image. The rollout's document calls it
# (terraform/rollout.tf).
#
#   watch.sh ADDRESS    reads the access log for 30 s; fails if over 2 % of the instance's answers
#                       are errors
#
# An instance that got no request passes: at night there may be none, and `/readyz` was checked
# before.
set -eu
. "${MACHINE_ENV:-/etc/starling/machine.env}"

case ${1:-} in
  *[!0-9.]* | '') echo "watch.sh: expected an instance's address" >&2; exit 2 ;;
esac
log=$(sed -n 's/^NGINX_ACCESS_LOG=//p' "$RUN_DIR/environment")
from=$(($(wc -c < "$log") + 1))
sleep "${WATCH_S:-30}"
# Count only requests that Nginx tried at this instance alone or first. A request that Nginx
# passed on from another instance began with a failure of that one.
tail -c "+$from" "$log" | awk -v first="\"instance\":\"$1:$PORT" '
  index($0, first "\"") || index($0, first ",") {
    answers++
    if (/"instance_status":"5/) errors++
  }
  END {
    printf "%d answers, %d of them errors\n", answers, errors
    exit errors * 50 > answers
  }'
