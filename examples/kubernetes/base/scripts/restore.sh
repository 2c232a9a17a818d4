#!/bin/bash
# restore.sh [--init] [BACKUP]: restores /backup/latest, or /backup/BACKUP, into databases that are
# missing or have no tables; those that have tables stay as they are. Each is restored whole or not
# at all. Needs nothing but psql. Status 1 if a database was left alone; with --init that is success.
set -euo pipefail

backups=${BACKUP_DIR:-/backup}
databases=${RESTORE_DATABASES:-brewget_auth brewget_settings}
export PGUSER=${PGUSER:-${POSTGRES_USER:-postgres}}
left_alone=1
[ "${1:-}" != --init ] || { left_alone=0; shift; }
backup=$backups/${1:-latest}

sql() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

whole() { [ "$(grep -c '^-- PostgreSQL database dump complete' <(tail -n 10 "$1"))" != 0 ]; }

[ -d "$backup" ] || { echo "restore: error: there is no backup $backup" >&2; exit 66; }
echo "restore: start: $(readlink -f "$backup")"
# All are looked at before any is touched.
for database in $databases; do
  [ -r "$backup/$database.sql" ] || { echo "restore: error: $backup has no $database.sql" >&2; exit 66; }
  whole "$backup/$database.sql" || { echo "restore: error: $backup/$database.sql is not whole" >&2; exit 65; }
done

status=0
for database in $databases; do
  sql -d postgres -v name="$database" <<'END'
SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
END
  tables=$(sql -d "$database" -c "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema'")
  if [ "$tables" != 0 ]; then
    echo "restore: $database has $tables tables and sequences: left alone"
    status=$left_alone
  elif sql -d "$database" --single-transaction -o /dev/null -f "$backup/$database.sql"; then
    echo "restore: $database: restored"
  else
    echo "restore: error: $database: nothing was restored" >&2
    exit 65
  fi
done
echo "restore: done"
exit $status
