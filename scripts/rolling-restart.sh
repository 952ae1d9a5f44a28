#!/bin/sh
# Replaces the instances of docker-compose.yml one after the other, each by a container of the image
# as it is now, while the others serve:
#
#   docker compose build && sh scripts/rolling-restart.sh
#
# An instance gets SIGTERM, finishes what is under way and ends; its successor has the same address
# and gets requests from Nginx once it listens. The next one follows when that is healthy. One that
# does not become healthy in a minute ends this with exit code 1: the ones after it still run what
# they ran before. Takes about a dozen seconds an instance, most of them until Docker looks at its
# health for the first time.
set -eu
cd "$(dirname "$0")/.."

HEALTHY_WITHIN_SECONDS=60

instances=$(docker compose config --services | grep '^app-' | sort)
for instance in $instances; do
  echo "rolling-restart: $instance" >&2
  docker compose up --detach --no-deps --force-recreate --no-build \
    --wait --wait-timeout "$HEALTHY_WITHIN_SECONDS" "$instance" || {
    echo "rolling-restart: $instance is not healthy (docker compose logs $instance); the ones after it were left as they were" >&2
    exit 1
  }
done
echo "rolling-restart: done" >&2
