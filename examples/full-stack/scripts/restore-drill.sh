#!/bin/bash
# Usage: restore-drill.sh
# Proves that the newest backup restores: into a database that is thrown away afterwards, which is then
# dumped again and compared with the backup, line by line. Prints the time it took; STATUS/history
# and the notifications say how it went. For the crontab, once a month.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
[ $# = 0 ] || die 64 "unknown argument '$1'" "${0##*/} --help"
take_settings
if [ -z "${BACKUP_RUN:-}" ]; then
  export BACKUP_RUN=1
  exec sentinel run --name drill --history "$STATUS/history" ${MAIL_TO:+--mail "$MAIL_TO"} \
    ${MAIL_SERVER:+--mail-server "$MAIL_SERVER"} -- "$0"
fi

# What differs from dump to dump of the same content.
content() { grep -v -e '^\\\(un\)\?restrict ' -e '^--' | sort -T "$STATUS" | sha256sum; }

SECONDS=0
drill=drill_$BACKUP_TIME
# shellcheck disable=SC2064 # as it is now
trap "sql -d postgres -c 'DROP DATABASE IF EXISTS \"$drill\"' 2>/dev/null" EXIT
for database in "$MAIN_DB" "$FUNCTIONS_DB"; do
  url=$(s3ls --latest "file://$DATA/${database}_{utc:compact}.sql.$suffix") || die 66 "there is no backup of $database"
  file=${url#file://}
  unpack "$file" | client pgrestore-stream --create --into "$drill"
  want=$(unpack "$file" | content)
  got=$(client pgdump-stream -F p "$drill" | content)
  [ "$got" = "$want" ] || die 65 "${file##*/}: what was restored is not what was backed up"
  size=$(sql -d "$drill" -c 'SELECT pg_size_pretty(pg_database_size(current_database()))')
  sql -d postgres -c "DROP DATABASE \"$drill\""
  say "restored and compared: ${file##*/}, $size"
done
say "done: $SECONDS s"
