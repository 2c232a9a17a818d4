#!/bin/bash
# As the official image's: a new cluster is made, its scripts are run against a server that only
# listens on its socket, then the server starts for all.
set -euo pipefail

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
[ "${1:-}" = postgres ] || exec "$@"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres} password=${POSTGRES_PASSWORD:-}
  [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(<"$POSTGRES_PASSWORD_FILE")
  initdb -D "$PGDATA" -U "$user" -E UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 \
    --pwfile=<(echo "${password:?POSTGRES_PASSWORD is not set}")
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  export PGUSER=$user PGHOST=/var/run/postgresql
  pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
  [ "${POSTGRES_DB:-postgres}" = postgres ] || createdb "$POSTGRES_DB"
  export PGDATABASE=${POSTGRES_DB:-postgres} PGPASSWORD=$password POSTGRES_USER=$user
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh) bash "$script" ;;
      *.sql) psql -X -v ON_ERROR_STOP=1 -f "$script" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGUSER PGHOST PGDATABASE PGPASSWORD
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "${@:2}"
