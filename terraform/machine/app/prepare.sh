#!/bin/sh
# Turns a new machine into an instance. May be run again.
set -eu

dnf install -y docker
# The instances verify the database's certificate with this file, because Node knows only the public
# authorities.
curl -sSf --retry 10 -o /etc/starling/rds-ca.pem https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
install -m 644 /opt/starling/starling.service /etc/systemd/system/starling.service
systemctl daemon-reload
systemctl enable --now docker starling
