#!/bin/sh
# Watches what an instance answers, after it got a new image. The rollout's document calls it
# (terraform/rollout.tf).
#
#   watch.sh ADDRESS    reads the access log for 30 s; fails if over 2 % of what the instance
#   answered were errors
#
# An instance that got no request passes: at night there is nothing to see, and `/readyz` was asked
# before.
set -eu
. "${MACHINE_ENV:-/etc/starling/machine.env}"

case ${1:-} in
  *[!0-9.]* | '') echo "watch.sh: expected an instance's address" >&2; exit 2 ;;
esac
log=$(sed -n 's/^NGINX_ACCESS_LOG=//p' "$RUN_DIR/environment")
from=$(($(wc -c < "$log") + 1))
sleep "${WATCH_S:-30}"
# Only what was tried at this instance alone or first: what another passed on to it began with that
# one's failure.
tail -c "+$from" "$log" | awk -v first="\"instance\":\"$1:$PORT" '
  index($0, first "\"") || index($0, first ",") {
    answers++
    if (/"instance_status":"5/) errors++
  }
  END {
    printf "%d answers, %d of them errors\n", answers, errors
    exit errors * 50 > answers
  }'
