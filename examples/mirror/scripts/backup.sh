#!/bin/bash
# One dump into last/, the same file (a link, no copy) into daily/, weekly/ and monthly/, each with
# its DATABASE-latest.dump; then old ones go. A dump that fails changes nothing at all.
set -euo pipefail

backups=${BACKUPS:-/backups}
name=${PGDATABASE}_$(date +%Y%m%d_%H%M%S).dump
# Times in names are local, as TZ has it; the retention reads them the same way.
template="${PGDATABASE}_{local:%Y%m%d_%H%M%S}.dump"

latest() { # DIRECTORY: its link, moved at once
  ln -s "$name" "$1/.latest"
  mv -T "$1/.latest" "$1/$PGDATABASE-latest.dump"
}

echo "backup: start: $PGDATABASE"
mkdir -p "$backups"/{last,daily,weekly,monthly}
pgdump-stream | s3put "file://$backups/last/$name"
latest "$backups/last"
for kind in daily weekly monthly; do
  ln "$backups/last/$name" "$backups/$kind/$name"
  latest "$backups/$kind"
done
# The newest of each day, week and month, not the first.
s3prune --tz local --max-delete 100% --keep-last "${KEEP_LAST:-10}" --apply "file://$backups/last/$template"
s3prune --tz local --max-delete 100% --keep-daily "${KEEP_DAYS:-7}" --apply "file://$backups/daily/$template"
s3prune --tz local --max-delete 100% --keep-weekly "${KEEP_WEEKS:-4}" --apply "file://$backups/weekly/$template"
s3prune --tz local --max-delete 100% --keep-monthly "${KEEP_MONTHS:-6}" --apply "file://$backups/monthly/$template"
echo "backup: done: last/$name"
