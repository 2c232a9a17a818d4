#!/bin/bash
# Usage: base-backup.sh [--incremental]
# Stores the server's files, by replication protocol, as one tar; PGHOST and the like name the server.
# The WAL from meanwhile is in the archive. KEEP_DAYS deletes what is older.
#   --incremental  only what changed since the last whole one, of which PITR_STATE, a directory, keeps
#                  the manifest (PostgreSQL 17 and newer, summarize_wal = on)
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
[ $# = 0 ] || { [ $# = 1 ] && [ "$1" = --incremental ]; } || die 64 "unknown argument '$1'" "${0##*/} [--incremental]"
[[ ${KEEP_DAYS:=0} =~ ^[0-9]{1,5}$ ]] || die 78 "KEEP_DAYS: '$KEEP_DAYS' is not a number of days"
state=${PITR_STATE:-}
[ -z "$state" ] || { [ -d "$state" ] && [ -w "$state" ]; } || die 78 "PITR_STATE: $state is no directory to write to"

# Lets the tar through and takes the manifest out of it, into $manifest.
keeping_manifest() {
  exec 3> >(tar -xO backup_manifest >"$manifest" && cat >/dev/null)
  local reader=$!
  tee /dev/fd/3
  exec 3>&-
  wait $reader
}
files() { pg_basebackup -Ft -X none -c fast -D - "$@"; }
whole() { if [ -n "$manifest" ]; then files | keeping_manifest | pack; else files | pack; fi; }
changes() { files --incremental="$manifest" | pack; }
export -f keeping_manifest files whole changes

backup() { # FUNCTION URL
  echo "base backup: start: $2" >&2
  SECONDS=0
  s3put --if-absent --receipt - "$2" -- bash -c "set -euo pipefail; $1" >&2
  echo "base backup: done in $SECONDS s" >&2
}
now=$(date -u +%Y%m%d_%H%M%S)
at_this_time() { echo "${1/\{utc:compact\}/$now}"; }

if [ "${1:-}" = --incremental ]; then
  [ -n "$state" ] || die 78 "PITR_STATE is not set" "a directory that keeps the manifest of the last base backup"
  newest=$(choose --latest "$base")
  [ -n "$newest" ] || die 66 "there is no base backup that an increment could follow" "${0##*/} makes one"
  newest=${newest##*/}
  export manifest=$state/${newest%%.*}.manifest
  [ -e "$manifest" ] || die 66 "$state does not have the manifest of $newest, the newest base backup" "${0##*/} makes one that increments can follow"
  backup changes "$(at_this_time "$increment")"
else
  export manifest=${state:+$state/base_$now.part}
  trap 'rm -f "$manifest"' EXIT
  backup whole "$(at_this_time "$base")"
  if [ -n "$state" ]; then
    rm -f "$state"/base_*.manifest
    mv "$manifest" "${manifest%.part}.manifest"
  fi
fi
[ "$KEEP_DAYS" = 0 ] || s3prune --keep-within "${KEEP_DAYS}d" --apply "$base" "$increment" >&2
