#!/bin/sh
# The one place where PostgreSQL's settings come from: `npm start`, docker-compose.yml and
# terraform/ all run it.
#
#   sh postgres/settings.sh [MEMORY_MB] > postgresql.conf
#
# WAL_ARCHIVE=DIR in the environment: also keeps the write-ahead log there, for point-in-time
# recovery (docs/runbook.md). A folder on another disk than the database's, that the server may
# write to.
#
# MEMORY_MB is what PostgreSQL may count on: by default the container's limit, else the machine's
# memory. Connections: an instance holds 3 for batched reads (three keep a core busy), 3 for the
# other reads, 3 for writes, 1 for first pages to store and 1 for what the instances tell each other
# about quotas. Six make 66, a rolling restart 77, the seeder adds 5: 100 leave room for people. The
# "600 clients" of the system before this one were a pool of 100 in each of six instances; most of
# them waited for each other.
set -eu

# The smaller of the machine's memory and the container's limit, wherever the kernel tells it
# (cgroup 2, cgroup 1).
machine_mb() {
  machine=2048 # no Linux: modest, and right for a laptop
  [ ! -r /proc/meminfo ] || machine=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
  for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    [ -r "$file" ] || continue
    limit=$(cat "$file")
    [ "$limit" = max ] || [ $((limit / 1048576)) -ge "$machine" ] || machine=$((limit / 1048576))
  done
  echo "$machine"
}

between() { # value, least, most
  value=$1
  [ "$value" -ge "$2" ] || value=$2
  [ "$value" -le "$3" ] || value=$3
  echo "$value"
}

memory=${1:-$(machine_mb)}
case $memory in '' | *[!0-9]*) echo "settings.sh: MEMORY_MB must be a whole number of megabytes, not '$memory'" >&2; exit 2 ;; esac
case ${WAL_ARCHIVE:-} in *[!A-Za-z0-9/._-]* | [!/]*) echo "settings.sh: WAL_ARCHIVE must be an absolute path of A-Z a-z 0-9 / . _ -, not '$WAL_ARCHIVE'" >&2; exit 2 ;; esac

cat <<CONF
# Made by postgres/settings.sh for $memory MB.
max_connections = 100
# A quarter for shared buffers; the kernel's cache holds the rest of the hot pages.
shared_buffers = $(between $((memory / 4)) 64 16384)MB
effective_cache_size = $(between $((memory / 2)) 128 65536)MB
# Reads never sort or hash; this is for a person's query and the summaries' recount.
work_mem = $(between $((memory / 256)) 4 64)MB
# Index builds after seeding, each with its workers.
maintenance_work_mem = $(between $((memory / 12)) 32 1024)MB
autovacuum_work_mem = $(between $((memory / 24)) 32 256)MB
# Few, spread checkpoints: each one makes the next write of every page a full one in the WAL.
max_wal_size = $(between $((memory / 2)) 1024 8192)MB
min_wal_size = 256MB
checkpoint_timeout = 15min
wal_buffers = 16MB
# Solid-state disks: a random page costs about what the next one does.
random_page_cost = 1.1
effective_io_concurrency = 64
# Statements here take microseconds; compiling one takes milliseconds.
jit = off
# A statement over the parent table locks every segment and its indexes: 300 segments are 2,100
# locks.
max_locks_per_transaction = 256
# Bulk loads of an empty segment skip the log only at 'minimal'; replicas and point-in-time recovery
# need 'replica'.
wal_level = replica
log_line_prefix = '%m [%p] %a '
# Those of the service hold no values, which are sent beside them; what a person writes is logged as
# it is.
log_min_duration_statement = 1s
# A reviewer's data stays out of the log: an error's DETAIL quotes rows and keys, and a statement
# that failed may have values written into it. The error itself stays, and the client gets the
# rest.
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
CONF

[ -n "${WAL_ARCHIVE:-}" ] || exit 0
cat <<CONF
# A segment of the log is kept when it is full, at the latest after a minute: so much is lost at
# most with the machine.
archive_mode = on
archive_timeout = 60s
# After a crash the server may offer one again that is there: the same is fine, another is an error.
# One with its own name is whole.
archive_command = 'kept="$WAL_ARCHIVE/%f"; if [ -e "\$kept" ]; then cmp -s "%p" "\$kept"; else cp "%p" "\$kept.partial" && sync "\$kept.partial" && mv "\$kept.partial" "\$kept"; fi'
CONF
