#!/bin/sh
# Turns a new machine into the balancer. May be run again.
set -eu

dnf install -y nginx logrotate
install -d -m 755 /var/log/starling-nginx /var/cache/starling-nginx
install -m 644 /opt/starling/starling-nginx.service /etc/systemd/system/starling-nginx.service
install -m 644 /opt/starling/starling-nginx.logrotate /etc/logrotate.d/starling-nginx
# Run logrotate every 15 minutes: with its default of once a day, the log would fill the disk.
install -d /etc/systemd/system/logrotate.timer.d
printf '[Timer]\nOnCalendar=\nOnCalendar=*:0/15\nRandomizedDelaySec=0\n' > /etc/systemd/system/logrotate.timer.d/often.conf
systemctl disable --now nginx
systemctl daemon-reload
systemctl enable --now starling-nginx logrotate.timer
