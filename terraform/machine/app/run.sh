#!/bin/sh
# Runs the instance's container until it ends. The image is the one that the rollout left in
# $STATE_DIR/digest or, on a new machine, the wanted one.
set -eu
. "${MACHINE_ENV:-/etc/starling/machine.env}"

mkdir -p "$STATE_DIR"
if [ ! -s "$STATE_DIR/digest" ]; then
  /opt/starling/replace.sh pull
  cp "$STATE_DIR/wanted" "$STATE_DIR/digest"
fi
docker rm --force starling > /dev/null 2>&1 || true

# As in docker-compose.yml, the container cannot write to its image and has no privileges. The
# memory limit leaves room for the machine itself. New Relic separates metrics by host name.
exec docker run --rm --name starling --hostname "$INSTANCE_NAME" \
  --read-only --cap-drop ALL --security-opt no-new-privileges --memory 700m \
  --publish "$PORT:3000" \
  --volume /etc/starling/rds-ca.pem:/etc/starling/rds-ca.pem:ro \
  --env NODE_EXTRA_CA_CERTS=/etc/starling/rds-ca.pem \
  --env INSTANCE_NAME="$INSTANCE_NAME" \
  --env-file "$RUN_DIR/environment" \
  --log-driver awslogs --log-opt awslogs-region="$AWS_REGION" --log-opt awslogs-group="$LOG_GROUP" \
  --log-opt awslogs-stream="$INSTANCE_NAME" \
  "$IMAGE@$(cat "$STATE_DIR/digest")"
