#!/bin/sh
# Writes this machine's parameters to $RUN_DIR/environment, one NAME=value per line. It runs before
# every start of the service, so a change in SSM takes effect with the next start. Only root may
# read the file, because it contains the database's password.
set -eu
. "${MACHINE_ENV:-/etc/starling/machine.env}"

umask 077
mkdir -p "$RUN_DIR"
# Write a new file first, so that a failed call leaves the old one unchanged.
aws ssm get-parameters-by-path --region "$AWS_REGION" --path "$PARAMETERS" --with-decryption --output text \
  --query 'Parameters[].[Name,Value]' > "$RUN_DIR/parameters"
awk -F '\t' '{ sub(/.*\//, "", $1); print $1 "=" $2 }' "$RUN_DIR/parameters" > "$RUN_DIR/environment.new"
rm "$RUN_DIR/parameters"
if [ ! -s "$RUN_DIR/environment.new" ]; then
  echo "environment.sh: no parameters below $PARAMETERS" >&2
  exit 1
fi
mv "$RUN_DIR/environment.new" "$RUN_DIR/environment"
