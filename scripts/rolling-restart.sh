#!/bin/sh
# Replaces the instances of docker-compose.yml one after another with containers of the current
# image, while the others serve:
#
#   docker compose build && sh scripts/rolling-restart.sh
#
# Each instance gets SIGTERM, finishes the requests in progress and ends. Its successor has the same
# address and gets requests from Nginx as soon as it listens. The script continues when the
# successor is healthy. If one does not become healthy within a minute, the script ends with exit
# code 1, and the remaining instances still run the old image. It takes about twelve seconds per
# instance, mostly until Docker's first health check.
set -eu
cd "$(dirname "$0")/.."

HEALTHY_TIMEOUT_SECONDS=60

instances=$(docker compose config --services | grep '^app-' | sort)
for instance in $instances; do
  echo "rolling-restart: $instance" >&2
  docker compose up --detach --no-deps --force-recreate --no-build \
    --wait --wait-timeout "$HEALTHY_TIMEOUT_SECONDS" "$instance" || {
    echo "rolling-restart: $instance is not healthy (docker compose logs $instance); the instances after it still run the old image" >&2
    exit 1
  }
done
echo "rolling-restart: done" >&2
