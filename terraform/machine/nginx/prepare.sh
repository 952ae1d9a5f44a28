#!/bin/sh
# Makes a new machine the balancer. May be run again.
set -eu

dnf install -y nginx logrotate
install -d -m 755 /var/log/starling-nginx /var/cache/starling-nginx
install -m 644 /opt/starling/starling-nginx.service /etc/systemd/system/starling-nginx.service
install -m 644 /opt/starling/starling-nginx.logrotate /etc/logrotate.d/starling-nginx
# Once a day, as it comes, would fill the disk.
install -d /etc/systemd/system/logrotate.timer.d
printf '[Timer]\nOnCalendar=\nOnCalendar=*:0/15\nRandomizedDelaySec=0\n' > /etc/systemd/system/logrotate.timer.d/often.conf
systemctl disable --now nginx
systemctl daemon-reload
systemctl enable --now starling-nginx logrotate.timer
