#!/bin/bash
# Usage: service.sh
# The container's main process: a first backup if there is none yet, then cron with DATABASE_SCHEDULE
# and BACKUP_SCHEDULE, and the restore drill on the first of each month.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
[ $# = 0 ] || die 64 "unknown argument '$1'" "${0##*/} --help"
take_settings
scripts=$here/scripts crontabs=/dev/shm/crontabs
for schedule in "$DATABASE_SCHEDULE" "$BACKUP_SCHEDULE"; do
  [[ $schedule =~ ^([0-9*,/-]+\ +){4}[0-9*,/-]+$ ]] || die 78 "'$schedule' is not a schedule" "five fields as in '30 3 * * *'"
done
mkdir -p $crontabs
{
  # Not in the way of what the machine is for.
  echo "$DATABASE_SCHEDULE nice ionice -c 3 $scripts/backup-all.sh --databases 2>&1 | logger -t backup"
  echo "$BACKUP_SCHEDULE nice ionice -c 3 $scripts/backup-all.sh 2>&1 | logger -t backup"
  echo "0 5 1 * * nice $scripts/restore-drill.sh 2>&1 | logger -t drill"
} >$crontabs/root
[ -e "$STATUS/mark" ] || "$scripts/backup-all.sh" 2>&1 | logger -t backup || true
exec crond -f -l 9 -L /dev/stderr -c $crontabs
