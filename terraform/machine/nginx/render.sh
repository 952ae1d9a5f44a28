#!/bin/sh
# Renders Nginx's templates with the values in $RUN_DIR/environment. Like the containers, it
# replaces only `${NGINX_…}`. The result is used only if Nginx accepts it.
set -eu
. "${MACHINE_ENV:-/etc/starling/machine.env}"

new=$(mktemp -d "$RUN_DIR/nginx.XXXXXX")
trap 'rm -rf "$new"' EXIT
mkdir -p "$(sed -n 's/^NGINX_RUN_DIR=//p' "$RUN_DIR/environment")"

(cd "$TEMPLATES" && find . -name '*.template') | while read -r template; do
  mkdir -p "$new/$(dirname "$template")"
  awk '
    # Read the values first.
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
# Replace the link $RUN_DIR/nginx in one step, so that Nginx finds either the old or the new
# configuration when it starts meanwhile.
old=$(readlink "$RUN_DIR/nginx" || true)
ln -s "$new" "$new.link"
mv -T "$new.link" "$RUN_DIR/nginx"
trap - EXIT
[ -z "$old" ] || rm -rf "$old"
