#!/bin/sh
# Fills in Nginx's templates with $RUN_DIR/environment: `${NGINX_…}` only, as the containers do. The
# result is taken only if Nginx accepts it.
set -eu
. "${MACHINE_ENV:-/etc/starling/machine.env}"

new=$(mktemp -d "$RUN_DIR/nginx.XXXXXX")
trap 'rm -rf "$new"' EXIT
mkdir -p "$(sed -n 's/^NGINX_RUN_DIR=//p' "$RUN_DIR/environment")"

(cd "$TEMPLATES" && find . -name '*.template') | while read -r template; do
  mkdir -p "$new/$(dirname "$template")"
  awk '
    # The values first.
    NR == FNR {
      at = index($0, "=")
      value[substr($0, 1, at - 1)] = substr($0, at + 1)
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
# $RUN_DIR/nginx is a link, moved in one step: a start of Nginx meanwhile finds the old
# configuration or the new one.
old=$(readlink "$RUN_DIR/nginx" || true)
ln -s "$new" "$new.link"
mv -T "$new.link" "$RUN_DIR/nginx"
trap - EXIT
[ -z "$old" ] || rm -rf "$old"
