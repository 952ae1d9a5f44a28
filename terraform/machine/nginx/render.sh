#!/bin/sh
# Fills in Nginx's templates with $RUN_DIR/environment: `${NGINX_…}` only, as the containers do. Instances that $STATE_DIR/drained
# names are marked down. The result is taken only if Nginx accepts it.
set -eu
. "${MACHINE_ENV:-/etc/starling/machine.env}"

new=$RUN_DIR/nginx.new
rm -rf "$new"
mkdir -p "$STATE_DIR" "$(sed -n 's/^NGINX_RUN_DIR=//p' "$RUN_DIR/environment")"
touch "$STATE_DIR/drained"

(cd "$TEMPLATES" && find . -name '*.template') | while read -r template; do
  mkdir -p "$new/$(dirname "$template")"
  awk -v drained="$(tr '\n' ' ' < "$STATE_DIR/drained")" -v port="$PORT" '
    # The values first.
    NR == FNR {
      at = index($0, "=")
      name = substr($0, 1, at - 1)
      value[name] = substr($0, at + 1)
      if (name != "NGINX_INSTANCE_SERVERS") next
      count = split(drained, addresses, " ")
      for (i = 1; i <= count; i++) {
        server = "server " addresses[i] ":" port " "
        found = index(value[name], server)
        if (found) {
          before = substr(value[name], 1, found - 1)
          value[name] = before server "down " substr(value[name], found + length(server))
        }
      }
      next
    }
    {
      rest = $0
      line = ""
      while (match(rest, /\$\{NGINX_[A-Z_]+\}/)) {
        name = substr(rest, RSTART + 2, RLENGTH - 3)
        if (!(name in value)) {
          print "render.sh: " FILENAME " needs " name ", which no parameter gives" > "/dev/stderr"
          exit 1
        }
        line = line substr(rest, 1, RSTART - 1) value[name]
        rest = substr(rest, RSTART + RLENGTH)
      }
      print line rest
    }
  ' "$RUN_DIR/environment" "$TEMPLATES/$template" > "$new/${template%.template}"
done

nginx -t -q -c "$new/nginx.conf"
rm -rf "$RUN_DIR/nginx"
mv "$new" "$RUN_DIR/nginx"
