#!/bin/bash
# Dumps every database into /backup/backup_YYYYmmdd_HHMMSS/ (UTC). The link `latest` moves there when
# all of them are whole; then old backups go, but for the last KEEP.
set -euo pipefail

backups=${BACKUP_DIR:-/backup}
databases=${DATABASES:-postgres brewget_auth brewget_settings}
[[ ${KEEP:=10} =~ ^[1-9][0-9]*$ ]] || { echo "backup: error: KEEP: '$KEEP' is not a number of backups" >&2; exit 78; }

name=backup_$(date -u +%Y%m%d_%H%M%S)
echo "backup: start: $name"
tell() { local status=$?; [ $status = 0 ] || echo "backup: failed: latest is as before, status $status" >&2; }
trap tell EXIT
umask 077
# A backup that somebody broke off has no place in the count, and goes when it is a day old.
find "$backups" -maxdepth 1 -name 'backup_*.partial' -mtime +0 -exec rm -rf {} +
mkdir "$backups/$name.partial"
for database in $databases; do
  pgdump-stream -F p --wait 60s "$database" | s3put "file://$backups/$name.partial/$database.sql"
  echo "backup: $database: $(stat -c %s "$backups/$name.partial/$database.sql") bytes"
done
# The server's user reads it when a new cluster is made.
[ -z "${BACKUP_OWNER:-}" ] || chown -R "$BACKUP_OWNER" "$backups/$name.partial"
mv -T "$backups/$name.partial" "$backups/$name"
ln -s "$name" "$backups/.latest.$name"
mv -T "$backups/.latest.$name" "$backups/latest"
s3prune --keep-last "$KEEP" --max-delete 100% --apply "file://$backups/backup_{utc:compact}/"
echo "backup: done: $name"
