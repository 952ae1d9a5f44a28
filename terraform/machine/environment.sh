#!/bin/sh
# Writes this machine's parameters to $RUN_DIR/environment, a NAME=value line each. Run before every
# start of the service, so what was changed in SSM arrives with the next one. Readable by root only:
# among them is the database's password.
set -eu
. "${MACHINE_ENV:-/etc/starling/machine.env}"

umask 077
mkdir -p "$RUN_DIR"
# A new file beside the old one: a failed call leaves the old one.
aws ssm get-parameters-by-path --region "$AWS_REGION" --path "$PARAMETERS" --with-decryption --output text \
  --query 'Parameters[].[Name,Value]' > "$RUN_DIR/parameters"
awk -F '\t' '{ sub(/.*\//, "", $1); print $1 "=" $2 }' "$RUN_DIR/parameters" > "$RUN_DIR/environment.new"
rm "$RUN_DIR/parameters"
if [ ! -s "$RUN_DIR/environment.new" ]; then
  echo "environment.sh: no parameters below $PARAMETERS" >&2
  exit 1
fi
mv "$RUN_DIR/environment.new" "$RUN_DIR/environment"
