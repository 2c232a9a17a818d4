#!/bin/bash
# Usage: restore-all.sh [--yes] [--with-postgres-volume] [TIME]
# The whole system from complete_backup_TIME.tar.gz, or the newest one: the backend stops, the volume
# of the functions comes back, the database starts and is waited for, the databases come back, the
# backend starts. Everything is read to its end before anything is stopped.
#   --with-postgres-volume  the server's volume, too, for which the server stops; what the databases
#                           were at that time, roles and settings included
# How services stop and start is in config/.backup.conf.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
yes=no only=(--only functions) time=''
for argument; do
  case $argument in
    --yes) yes=yes ;;
    --with-postgres-volume) only=() ;;
    [0-9]*_[0-9]*) time=$argument ;;
    *) die 64 "unknown argument '$argument'" "${0##*/} --help" ;;
  esac
done
take_settings
if [ -z "$time" ]; then
  file=$(s3ls --latest "file://$DATA/complete_backup_{utc:compact}.tar.gz") || die 66 "there is no complete backup in $DATA"
  file=${file#file://}
else
  file=$DATA/complete_backup_$time.tar.gz
fi
[ -e "$file" ] || die 66 "$file: there is no such backup"

step=check
# shellcheck disable=SC2317 # called at the end
finish() {
  local status=$?
  rm -rf "${scratch:-}"
  [ $status = 0 ] || say "failed at: $step, status $status; run it again when the cause is gone"
}
trap finish EXIT
SECONDS=0
say "check: $file"
scratch=$(mktemp -d "$DATA/.restore.XXXXXX")
unpack "$file" | tar -x -C "$scratch" || die 65 "$file is damaged"
for part in "$scratch"/*.sql.gz* "$scratch"/volumes/*.tar.gz*; do
  verify "$part" || die 65 "${part##*/} in $file is damaged"
done
confirm "Replace the whole system by what $file has?"

service() { # WORD SERVICE COMMAND
  step="$1 $2"
  [ -z "$3" ] || { say "$1: $2"; bash -c "$3" >&2; }
}
service stop backend "$STOP_BACKEND"
[ ${#only[@]} != 0 ] || service stop database "$STOP_DATABASE"
step=volumes
"$here/scripts/restore-volumes.sh" --yes "${only[@]}" "$file"
service start database "$START_DATABASE"
step="wait for the database"
say "wait: database"
for _ in {1..120}; do
  ! sql -d postgres -c 'SELECT 1' >/dev/null 2>&1 || break
  sleep 0.5
done
step=databases
STOP_BACKEND='' START_BACKEND='' "$here/scripts/restore-database.sh" --yes "$file"
service start backend "$START_BACKEND"
say "done: the system is as in ${file##*/}, in $SECONDS s"
