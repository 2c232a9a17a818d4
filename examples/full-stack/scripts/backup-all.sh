#!/bin/bash
# Usage: backup-all.sh [--databases]
# Looks whether a backup can succeed, then backs up databases and volumes (--databases: only those),
# packs all into complete_backup_TIME.tar.gz, lists it in backup_manifest_TIME.txt, and replicates.
# If any part fails, the run fails and there is no complete backup of that time. One run at a time.
# A failure is told by mail and webhook; STATUS/history has all runs.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
[ $# = 0 ] || { [ $# = 1 ] && [ "$1" = --databases ]; } || die 64 "unknown argument '$1'" "${0##*/} --help"
take_settings
scripts=$here/scripts
if [ -z "${BACKUP_RUN:-}" ]; then
  export BACKUP_RUN=1
  name=all
  [ $# = 0 ] || name=databases
  exec sentinel run --name $name --lock "$STATUS/lock" --history "$STATUS/history" \
    --metrics "$STATUS/run.prom" ${MAIL_TO:+--mail "$MAIL_TO"} ${MAIL_SERVER:+--mail-server "$MAIL_SERVER"} -- "$0" "$@"
fi

check_room() {
  local newest=0 url need free
  if url=$(s3ls --latest "file://$DATA/complete_backup_{utc:compact}.tar.gz"); then newest=$(stat -c %s "${url#file://}"); fi
  # Parts, those together, and all together.
  need=$(($(numfmt --from=iec "$MIN_FREE") + newest * 3))
  free=$(df --output=avail -B1 "$DATA" | tail -1)
  [ "$free" -ge "$need" ] || die 73 "$DATA: $free bytes are free, and $need may be needed" "nothing was begun"
}

check_all() {
  local database destination databases status=0
  databases=$(client pgdump-stream --list) || status=$?
  [ $status = 0 ] || die $status "the server cannot be asked" "nothing was begun"
  for database in "$MAIN_DB" "$FUNCTIONS_DB"; do
    grep -qxF -- "$database" <<<"$databases" || die 66 "there is no database $database" "nothing was begun"
  done
  while IFS= read -r destination; do
    [[ $destination != s3://* ]] || s3ls "${destination%/}/" >/dev/null || die $? "$destination cannot be listed" "nothing was begun"
  done <<<"$REPLICATE"
  check_room
}

back_up() { # SCRIPT…: side by side, or one after the other
  local script pids=() pid status=0
  if [ "$PARALLEL" = no ]; then
    for script; do "$scripts/$script"; done
    return
  fi
  for script; do "$scripts/$script" & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || status=$?; done
  return $status
}

export BACKUP_TIME
check_all
say "start: $BACKUP_TIME"
if [ "${1:-}" = --databases ]; then
  back_up backup-database.sh
else
  back_up backup-database.sh backup-volumes.sh
  members=("${MAIN_DB}_$BACKUP_TIME.sql.$suffix" "${FUNCTIONS_DB}_$BACKUP_TIME.sql.$suffix" "backup_$BACKUP_TIME.meta"
    volumes/{postgres,functions}"_volume_$BACKUP_TIME.tar.$suffix" "volumes/volume_backup_$BACKUP_TIME.meta")
  complete=complete_backup_$BACKUP_TIME.tar.gz
  pack "$complete" "$DATA" "${members[@]}"
  verify "$DATA/$complete" || die 65 "$complete cannot be read back"
  describe "backup_manifest_$BACKUP_TIME.txt" "$DATA" "${members[@]}" "full_backup_$BACKUP_TIME.tar.gz" \
    "volumes/volumes_backup_$BACKUP_TIME.tar.gz" "$complete"
  retain 'complete_backup_{utc:compact}.tar.gz' 'backup_manifest_{utc:compact}.txt'
fi
[ -z "${REPLICATE//[[:space:]]/}" ] || "$scripts/replicate-volumes.sh"
sentinel mark | s3put --overwrite "file://$STATUS/mark"
say "done: $BACKUP_TIME"
