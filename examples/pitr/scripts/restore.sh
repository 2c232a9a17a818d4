#!/bin/bash
# Usage: restore.sh [--at TIME] [--base URL] DIRECTORY
# Makes a data directory, which must not have anything in it, from the newest base backup before TIME
# (2026-01-31T12:00:00Z; default: as far as the archive goes) and the newest increment since. A server
# that is then started on it fetches the WAL and opens for all at that time.
#   --base URL  this base backup, as s3ls shows them, and no increment
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
at='' url='' directory=''
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
    --at) at=${2:-}; shift ;;
    --base) url=${2:-}; shift ;;
    -*) die 64 "unknown option '$1'" "${0##*/} --help" ;;
    *) directory=$1 ;;
  esac
  shift
done
[ -n "$directory" ] || die 64 "which directory?" "${0##*/} --help"
[ -z "$at" ] || [[ $at =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}[T\ ][0-9:]{5,8}Z$ ]] || die 64 "--at: '$at' is no time in UTC like 2026-01-31T12:00:00Z"
(umask 077 && mkdir -p "$directory")
[ -z "$(ls -A "$directory")" ] || die 73 "$directory is not empty"

when=(--latest)
[ -z "$at" ] || when=(--at "$at")
time_of() { grep -oE '[0-9]{8}_[0-9]{6}' <<<"${1##*/}"; }
fetch() { # URL DIRECTORY
  s3cat "$1" | unpack | tar -x -p -C "$2" || die "${PIPESTATUS[0]/#0/65}" "$2 is not a whole copy of $1"
}

since=''
if [ -z "$url" ]; then
  url=$(choose "${when[@]}" "$base")
  [ -n "$url" ] || die 66 "there is no base backup${at:+ before $at}" "s3ls ${base%/*}/"
  since=$(choose "${when[@]}" "$increment")
  [ -z "$since" ] || [[ $(time_of "$since") > $(time_of "$url") ]] || since=''
fi
if [ -z "$since" ]; then
  fetch "$url" "$directory"
else
  command -v pg_combinebackup >/dev/null ||
    die 69 "pg_combinebackup is not in PATH" "add the directory of the server's programs, or --base $url takes all changes from WAL"
  parts=$(mktemp -d "${directory%/}.parts-XXXXXX")
  trap 'rm -rf "$parts"' EXIT
  mkdir "$parts"/{base,increment}
  fetch "$url" "$parts/base"
  fetch "$since" "$parts/increment"
  pg_combinebackup -o "$directory" "$parts"/{base,increment} || die 65 "$since is not an increment of $url"
  chown -R --reference="$parts/base/PG_VERSION" "$directory"
fi
scripts=$(dirname "$(readlink -f "$0")")
{
  echo "restore_command = '\"$scripts/fetch-wal.sh\" %f \"%p\"'"
  echo "recovery_target_action = 'promote'"
  [ -z "$at" ] || echo "recovery_target_time = '${at%Z}+00'"
} >>"$directory/postgresql.auto.conf"
touch "$directory/recovery.signal"
# Whose server it was is whose server it is.
chown --reference="$directory/PG_VERSION" "$directory" "$directory"/{recovery.signal,postgresql.auto.conf}
chmod 700 "$directory"
echo "restore: done: start the server on $directory" >&2
