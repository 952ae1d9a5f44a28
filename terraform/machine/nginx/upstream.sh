#!/bin/sh
# Takes an instance out of the balancer and puts it back. The rollout's documents call it (terraform/rollout.tf).
#
#   upstream.sh down ADDRESS    no new requests go there; returns when the last one there has been answered, or after 30 s
#   upstream.sh up ADDRESS      requests go there again; refused while the instance is not ready
#   upstream.sh watch ADDRESS   reads the access log for 30 s; fails if over 2 % of what the instance answered were errors
#
# One instance at most is out at a time, so that two rollouts at once cannot take the service apart. What is out is kept in
# $STATE_DIR/drained and survives a restart of Nginx.
set -eu
MACHINE_ENV=${MACHINE_ENV:-/etc/starling/machine.env}
export MACHINE_ENV
. "$MACHINE_ENV"
WATCH_S=${WATCH_S:-30}
here=$(dirname "$0")
drained=$STATE_DIR/drained

# A new configuration without a new list of parameters: a rollout changes nothing else.
reload() {
  "$here/render.sh"
  nginx -q -c "$RUN_DIR/nginx/nginx.conf" -s reload
}

down() {
  other=$(grep -v -x -F "$1" "$drained" || true)
  if [ -n "$other" ]; then
    echo "upstream.sh: $other is out; one at a time. upstream.sh up $other puts it back" >&2
    exit 1
  fi
  if ! grep -q -F "server $1:$PORT " "$RUN_DIR/environment"; then
    echo "upstream.sh: $1 is no instance of this balancer" >&2
    exit 1
  fi
  echo "$1" > "$drained"
  reload
  # Nginx's old processes end with their last request, and with them the connections to the instance.
  tries=60
  while [ -n "$(ss -Htn state established "dst $1 and dport = :$PORT")" ]; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
      echo "upstream.sh: $1 still has connections after 30 s; it will end them itself when it is stopped" >&2
      return
    fi
    sleep 0.5
  done
}

up() {
  if ! curl -sf -o /dev/null --max-time 2 --retry 5 --retry-connrefused "http://$1:$PORT/readyz"; then
    echo "upstream.sh: $1 is not ready; it stays out" >&2
    exit 1
  fi
  : > "$drained"
  reload
}

# Only what was tried at this instance alone or first: what another passed on to it is that one's failure.
watch() {
  log=$(sed -n 's/^NGINX_ACCESS_LOG=//p' "$RUN_DIR/environment")
  from=$(($(wc -c < "$log") + 1))
  sleep "$WATCH_S"
  tail -c "+$from" "$log" | awk -v first="\"instance\":\"$1:$PORT" '
    index($0, first "\"") || index($0, first ",") { answers++ }
    (index($0, first "\"") || index($0, first ",")) && /"instance_status":"5/ { errors++ }
    END {
      printf "%d answers, %d of them errors\n", answers, errors
      exit errors * 50 > answers
    }'
}

touch "$drained"
case ${1:-} in
  down | up | watch) ;;
  *) echo "upstream.sh: expected down, up or watch, and an instance's address" >&2; exit 2 ;;
esac
[ -n "${2:-}" ] || { echo "upstream.sh: expected an instance's address" >&2; exit 2; }
"$1" "$2"
