#!/bin/bash
# Usage: backup-database.sh
# Dumps both databases, packs the dumps together, describes them, and applies the retention.
#   DATA/dart_cloud_TIME.sql.gz  DATA/functions_db_TIME.sql.gz
#   DATA/full_backup_TIME.tar.gz DATA/backup_TIME.meta
# If one of them fails, there is no full backup of that time, and nothing is deleted.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
[ $# = 0 ] || die 64 "unknown argument '$1'" "${0##*/} --help"
take_settings

plain_sql() { # DATABASE
  if [ -n "$DATABASE_CONTAINER" ]; then
    docker exec -e PGPASSWORD "$DATABASE_CONTAINER" pg_dump -U "$PGUSER" "$1"
  else
    pgdump-stream -F p "$1"
  fi
}
export -f plain_sql

# shellcheck disable=SC2317 # called at the end
finish() {
  local status=$?
  [ $status = 0 ] || say "failed: there is no full backup $BACKUP_TIME, status $status"
}
trap finish EXIT
say "start: databases, $BACKUP_TIME"
server=$(sql -d postgres -c 'SHOW server_version')
members=()
for database in "$MAIN_DB" "$FUNCTIONS_DB"; do
  member=${database}_$BACKUP_TIME.sql.$suffix
  store "$member" plain_sql "$database"
  verify "$DATA/$member" || die 65 "$member cannot be read back"
  members+=("$member")
done
pack "full_backup_$BACKUP_TIME.tar.gz" "$DATA" "${members[@]}"
verify "$DATA/full_backup_$BACKUP_TIME.tar.gz" || die 65 "full_backup_$BACKUP_TIME.tar.gz cannot be read back"
describe "backup_$BACKUP_TIME.meta" "$DATA" "${members[@]}" "full_backup_$BACKUP_TIME.tar.gz"
retain "${MAIN_DB}_{utc:compact}.sql.$suffix" "${FUNCTIONS_DB}_{utc:compact}.sql.$suffix" \
  'full_backup_{utc:compact}.tar.gz' 'backup_{utc:compact}.meta'
say "done: full_backup_$BACKUP_TIME.tar.gz, $(stat -c %s "$DATA/full_backup_$BACKUP_TIME.tar.gz") bytes"
