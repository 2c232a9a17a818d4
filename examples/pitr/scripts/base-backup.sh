#!/bin/bash
# Usage: base-backup.sh
# Stores the server's files, by replication protocol, as one tar; PGHOST and the like name the server.
# The WAL from meanwhile is in the archive. KEEP_DAYS deletes base backups that are older.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
[ $# = 0 ] || die 64 "no arguments"
[[ ${KEEP_DAYS:=0} =~ ^[0-9]{1,5}$ ]] || die 78 "KEEP_DAYS: '$KEEP_DAYS' is not a number of days"

echo "base backup: start" >&2
SECONDS=0
s3put --receipt - "$base" -- bash -c 'set -euo pipefail; pg_basebackup -Ft -X none -c fast -D - | pack' >&2
[ "$KEEP_DAYS" = 0 ] || s3prune --keep-within "${KEEP_DAYS}d" --apply "$base" >&2
echo "base backup: done in $SECONDS s" >&2
