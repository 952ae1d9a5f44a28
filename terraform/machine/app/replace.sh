#!/bin/sh
# Moves this instance to another image. The rollout's document calls it (terraform/rollout.tf).
#
#   replace.sh pull    pulls the image that SSM names, while the instance serves
#   replace.sh start   runs the pulled image; if it is not ready within 90 s, runs the previous
#                      image again and fails
#   replace.sh back    runs the previous image
#
# Files in $STATE_DIR: `wanted` is the digest of the pulled image, `digest` of the running one, and
# `previous` of the one before. A machine that is switched off half-way starts with `digest`.
set -eu
. "${MACHINE_ENV:-/etc/starling/machine.env}"
READY_WITHIN_S=${READY_WITHIN_S:-90}

pull() {
  wanted=$(aws ssm get-parameter --region "$AWS_REGION" --name "$IMAGE_DIGEST" --query Parameter.Value --output text)
  aws ecr get-login-password --region "$AWS_REGION" | docker login --username AWS --password-stdin "${IMAGE%%/*}"
  docker pull --quiet "$IMAGE@$wanted"
  printf '%s' "$wanted" > "$STATE_DIR/wanted"
}

# Stopping drains the instance: the unit sends SIGTERM and waits. Meanwhile Nginx sends new requests
# to the other instances (docs/decisions/0030).
run() { # digest
  systemctl stop starling
  printf '%s' "$1" > "$STATE_DIR/digest"
  systemctl start starling
}

ready() {
  tries=$((READY_WITHIN_S * 2))
  until curl -sf -o /dev/null --max-time 2 "http://127.0.0.1:$PORT/readyz"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.5
  done
}

back() {
  [ -s "$STATE_DIR/previous" ] || { echo "replace.sh: there is no image before this one" >&2; exit 1; }
  run "$(cat "$STATE_DIR/previous")"
  ready || { echo "replace.sh: $(cat "$STATE_DIR/previous") is not ready either" >&2; exit 1; }
}

mkdir -p "$STATE_DIR"
case ${1:-} in
  pull) pull ;;
  start)
    [ -s "$STATE_DIR/wanted" ] || { echo "replace.sh: nothing was pulled" >&2; exit 1; }
    # A second start with the same image must not overwrite the previous one.
    cmp -s "$STATE_DIR/digest" "$STATE_DIR/wanted" || cp "$STATE_DIR/digest" "$STATE_DIR/previous"
    run "$(cat "$STATE_DIR/wanted")"
    ready && exit 0
    echo "replace.sh: $(cat "$STATE_DIR/wanted") was not ready within $READY_WITHIN_S s; going back" >&2
    back
    exit 1
    ;;
  back) back ;;
  *) echo "replace.sh: expected pull, start or back" >&2; exit 2 ;;
esac
