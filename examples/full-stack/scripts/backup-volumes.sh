#!/bin/bash
# Usage: backup-volumes.sh [--incremental]
# Archives both volumes, which are only read, packs the archives together, describes them, and
# applies the retention. Below DATA/volumes:
#   postgres_volume_TIME.tar.gz functions_volume_TIME.tar.gz
#   volumes_backup_TIME.tar.gz  volume_backup_TIME.meta
# While PostgreSQL runs, files of its volume do not fit together: then its archive is a base backup
# of the server, which the same volume starts from.
#   --incremental  only what changed in the functions' volume since its last archive, as
#                  functions_increment_TIME_of_BASE.tar.gz; restore-volumes.sh takes both
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
[ $# = 0 ] || { [ $# = 1 ] && [ "$1" = --incremental ]; } || die 64 "unknown argument '$1'" "${0##*/} --help"
take_settings

increment() {
  local full base file
  full=$(s3ls --latest "file://$DATA/volumes/functions_volume_{utc:compact}.tar.$suffix") ||
    die 66 "there is no archive that an increment could follow" "run ${0##*/} first"
  base=${full##*/functions_volume_} base=${base%.tar.*}
  file=volumes/functions_increment_${BACKUP_TIME}_of_$base.tar.$suffix
  # Each increment is of the archive, not of the increment before: two files restore.
  cp "$DATA/volumes/functions_volume_$base.snar" "$DATA/volumes/.increment.snar"
  store "$file" read_volume "$FUNCTIONS_VOLUME" --listed-incremental=.increment.snar
  rm "$DATA/volumes/.increment.snar"
  verify "$DATA/$file"
  say "done: $file, $(stat -c %s "$DATA/$file") bytes"
}

data_of_server() { client pg_basebackup -Ft -X fetch -c fast -D -; }
export -f data_of_server

# Increments and snapshots follow their archive.
forget_orphans() {
  local file base
  for file in "$DATA"/volumes/functions_increment_*_of_* "$DATA"/volumes/functions_volume_*.snar; do
    base=${file##*/functions_volume_} base=${base##*_of_} base=${base%%.*}
    [ -e "$DATA/volumes/functions_volume_$base.tar.$suffix" ] || rm -f "$file"
  done
}

if [ "${1:-}" = --incremental ]; then increment; exit; fi
# shellcheck disable=SC2317 # called at the end
finish() {
  local status=$?
  [ $status = 0 ] || say "failed: there is no backup of the volumes $BACKUP_TIME, status $status"
}
trap finish EXIT
say "start: volumes, $BACKUP_TIME"
members=("postgres_volume_$BACKUP_TIME.tar.$suffix" "functions_volume_$BACKUP_TIME.tar.$suffix")
running=$(in_volume "$POSTGRES_VOLUME" '[ ! -e postmaster.pid ] || echo yes')
if [ "$running" = yes ]; then
  store "volumes/${members[0]}" data_of_server
else
  store "volumes/${members[0]}" read_volume "$POSTGRES_VOLUME"
fi
store "volumes/${members[1]}" read_volume "$FUNCTIONS_VOLUME" "--listed-incremental=functions_volume_$BACKUP_TIME.snar"
for member in "${members[@]}"; do
  verify "$DATA/volumes/$member" || die 65 "$member cannot be read back"
done
together=volumes_backup_$BACKUP_TIME.tar.gz
pack "volumes/$together" "$DATA/volumes" "${members[@]}"
verify "$DATA/volumes/$together" || die 65 "$together cannot be read back"
describe "volumes/volume_backup_$BACKUP_TIME.meta" "$DATA/volumes" "${members[@]}" "$together"
retain "volumes/postgres_volume_{utc:compact}.tar.$suffix" "volumes/functions_volume_{utc:compact}.tar.$suffix" \
  'volumes/volumes_backup_{utc:compact}.tar.gz' 'volumes/volume_backup_{utc:compact}.meta'
forget_orphans
say "done: $together, $(stat -c %s "$DATA/volumes/$together") bytes"
