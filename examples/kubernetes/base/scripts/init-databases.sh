#!/bin/bash
# Run by the PostgreSQL image when it has made a new cluster, before anybody can connect: makes the
# databases, and restores the latest backup into them. A backup that cannot be restored leaves the
# databases empty, says so, and lets the server start: starting is not to depend on a backup.
set -euo pipefail

export PGUSER=${POSTGRES_USER:-postgres}
for database in brewget_auth brewget_settings; do
  psql -XAtq -v ON_ERROR_STOP=1 -d postgres -v name="$database" <<'END'
SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
END
  echo "init: database $database is there"
done
if [ ! -e "${BACKUP_DIR:-/backup}/latest" ]; then
  echo "init: no backup to restore: a clean start"
elif bash "${BACKUP_SCRIPTS:-/backup-scripts}/restore.sh" --init; then
  echo "init: restore finished"
else
  echo "init: error: restore failed, the databases that it names are empty" >&2
fi
