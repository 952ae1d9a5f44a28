#!/bin/sh
# Prints PostgreSQL's configuration. `npm start`, docker-compose.yml and terraform/ all use it, so
# the settings are decided here only.
#
#   sh postgres/settings.sh [MEMORY_MB] > postgresql.conf
#
# MEMORY_MB is the memory that PostgreSQL may use, in megabytes. The default is the container's
# limit or, without one, the machine's memory.
#
# In the environment:
#
#   DATA_DIR=DIR        the folder of the database, which may not exist yet (default: PGDATA, or this
#                       folder). A fifth of the free space of its disk goes to the write-ahead log
#   WAL_MB=N            the size of the log in megabytes instead, on a disk that this machine cannot
#                       see, or one that something else will fill
#   POSTGRES=PROGRAM    the server's program (default: the `postgres` of the PATH). The script asks it
#                       whether it can compress the log with lz4
#   WAL_COMPRESSION=C   lz4 or off, if the program is on another machine
#
# WAL_ARCHIVE=DIR in the environment also keeps the write-ahead log in DIR, for point-in-time
# recovery (docs/runbook.md). Choose a folder that the server may write to, on another disk than the
# database.
#
# Connections: each instance holds 3 for batched reads (three keep a core busy), 3 for the other
# reads, 3 for writes, 1 for storing first pages and 1 for exchanging quotas with the other
# instances. Six instances hold 66, a rolling restart 77, and the seeder adds 5, so a limit of 100
# leaves some for operators. The "600 clients" of the previous system were a pool of 100 in each of
# six instances; most of them waited for each other.
set -eu

# Prints the smaller of the machine's memory and the container's limit (cgroup 2 or cgroup 1).
machine_mb() {
  machine=2048 # not Linux: a modest value that suits a laptop
  [ ! -r /proc/meminfo ] || machine=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
  for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    [ -r "$file" ] || continue
    limit=$(cat "$file")
    [ "$limit" = max ] || [ $((limit / 1048576)) -ge "$machine" ] || machine=$((limit / 1048576))
  done
  echo "$machine"
}

between() { # value, minimum, maximum
  value=$1
  [ "$value" -ge "$2" ] || value=$2
  [ "$value" -le "$3" ] || value=$3
  echo "$value"
}

# Prints the free megabytes of the disk that holds the folder $1. The log that the folder holds
# already counts as free.
free_mb() {
  there=$1
  until [ -d "$there" ]; do there=$(dirname "$there"); done
  log=0
  [ ! -d "$1/pg_wal" ] || log=$(du -sk "$1/pg_wal" | awk '{ print $1 }')
  df -Pk "$there" | awk -v log_kb="$log" 'NR == 2 { print int(($4 + log_kb) / 1024) }'
}

# Prints lz4 if the server's program was built with it. It checks the value as at a start.
wal_compression() {
  if "${POSTGRES:-postgres}" -C wal_compression -c wal_compression=lz4 \
    -c config_file=/dev/null -D /tmp > /dev/null 2>&1; then echo lz4; else echo off; fi
}

memory=${1:-$(machine_mb)}
wal=${WAL_MB:-}
compression=${WAL_COMPRESSION:-$(wal_compression)}
case $memory in '' | *[!0-9]*) echo "settings.sh: MEMORY_MB must be a whole number of megabytes, not '$memory'" >&2; exit 2 ;; esac
case $wal in *[!0-9]* | 0* | ? | [1-5]? | 6[0-3]) echo "settings.sh: WAL_MB must be a whole number of megabytes, at least 64, not '$wal'" >&2; exit 2 ;; esac
case $compression in lz4 | off) ;; *) echo "settings.sh: WAL_COMPRESSION must be lz4 or off, not '$compression'" >&2; exit 2 ;; esac
case ${WAL_ARCHIVE:-} in *[!A-Za-z0-9/._-]* | [!/]*) echo "settings.sh: WAL_ARCHIVE must be an absolute path of A-Z a-z 0-9 / . _ -, not '$WAL_ARCHIVE'" >&2; exit 2 ;; esac
# At least 1 GB: with less, a load of reviews waits for checkpoints. At most 24 GB: a quarter of an
# hour of 4,200 reviews a second writes 12 GB, and PostgreSQL begins a checkpoint when the log is
# about half full.
wal=${wal:-$(between $(($(free_mb "${DATA_DIR:-${PGDATA:-.}}") / 5)) 1024 24576)}

cat <<CONF
# Made by postgres/settings.sh for $memory MB.
max_connections = 100
# A quarter for shared buffers; the kernel's cache holds the rest of the hot pages.
shared_buffers = $(between $((memory / 4)) 64 16384)MB
effective_cache_size = $(between $((memory / 2)) 128 65536)MB
# The service's reads never sort or hash. This is for queries by operators and for recounting
# summaries.
work_mem = $(between $((memory / 256)) 4 64)MB
# For index builds after seeding, each with its workers.
maintenance_work_mem = $(between $((memory / 12)) 32 1024)MB
autovacuum_work_mem = $(between $((memory / 24)) 32 256)MB
# Few checkpoints, spread out: after each, the first write to a page puts the full page into the log.
# The timer should begin them, not the size of the log (docs/decisions/0053). After a crash the
# server replays up to a quarter of an hour of log before it answers.
max_wal_size = ${wal}MB
min_wal_size = 256MB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
wal_buffers = 16MB
# Compresses the full pages. pglz takes more time than it saves, so it is never used.
wal_compression = $compression
# Solid-state disks read a random page about as fast as the next one.
random_page_cost = 1.1
effective_io_concurrency = 64
# Statements take microseconds here; compiling one takes milliseconds.
jit = off
# A statement over the parent table locks every segment and its indexes: 300 segments are 2,100
# locks.
max_locks_per_transaction = 256
# Bulk loads of an empty segment skip the WAL only with 'minimal', but replicas and point-in-time
# recovery need 'replica'.
wal_level = replica
log_line_prefix = '%m [%p] %a '
# Statements of the service contain no values, because values are sent as parameters. A statement
# that an operator types is logged as it is.
log_min_duration_statement = 1s
# Keeps reviewers' data out of the log: the DETAIL of an error quotes rows and keys, and a failed
# statement may contain values. The error itself is logged, and the client that sent the statement
# gets the rest.
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
CONF

[ -n "${WAL_ARCHIVE:-}" ] || exit 0
cat <<CONF
# Archives each WAL file when it is full, or after a minute at the latest. So losing the machine
# loses at most a minute.
archive_mode = on
archive_timeout = 60s
# After a crash the server may archive a file again that is already there. The same content is
# accepted; different content is an error. The file is copied under another name and then renamed,
# so a file under its final name is complete.
archive_command = 'kept="$WAL_ARCHIVE/%f"; if [ -e "\$kept" ]; then cmp -s "%p" "\$kept"; else cp "%p" "\$kept.partial" && sync "\$kept.partial" && mv "\$kept.partial" "\$kept"; fi'
CONF
