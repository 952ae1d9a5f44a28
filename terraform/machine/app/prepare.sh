#!/bin/sh
# Makes a new machine an instance. May be run again.
set -eu

dnf install -y docker
# What the instances check the database's certificate with: Node knows only the public authorities.
curl -sSf --retry 10 -o /etc/starling/rds-ca.pem https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
install -m 644 /opt/starling/starling.service /etc/systemd/system/starling.service
systemctl daemon-reload
systemctl enable --now docker starling
