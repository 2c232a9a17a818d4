# For bats files that need a PostgreSQL server: postgres.sh, and short checks.
#
#   setup_file() { load ../support/postgres; pg_setup_file; }
#   teardown_file() { load ../support/postgres; pg_teardown_file; }

# shellcheck source=tests/support/postgres.sh
. "${BASH_SOURCE[0]%/*}/postgres.sh"

# A server for the whole file, with a database "src" of ROWS rows.
pg_setup_file() { # [ROWS]
  PATH="$(postgres_bin):$PATH"
  PG_DIR=$(mktemp -u /tmp/sluice-pg-XXXXXX)
  export PATH PG_DIR
  postgres_start "$PG_DIR" || return
  createdb src
  "${BASH_SOURCE[0]%/*}/sample.sh" "${1:-20000}" | psql -X -q src
}

pg_teardown_file() { postgres_stop "$PG_DIR"; }

# A plain dump without the key that is another one each time.
strip_key() { sed '/^\\\(un\)\{0,1\}restrict /d'; }

# same_database A B: definitions, rows (in any order), sequences, large objects, privileges and
# comments.
same_database() {
  diff <(pg_dump "$1" | strip_key | sort) <(pg_dump "$2" | strip_key | sort) >differences ||
    fail "$1 and $2 differ: $(head -20 differences)"
}

# The databases there are, on one line.
databases() { psql -XAtc "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database" postgres; }

sql() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

# drop NAME...: databases; a subscription, although it is off, would hold its own.
drop() {
  local name
  for name; do
    sql "$name" -c 'DROP SUBSCRIPTION IF EXISTS "Off"'
    dropdb "$name"
  done
}

# stock_parallel_restore ARCHIVE DATABASE JOBS: into a new database. The sessions of pg_restore -j lock
# each other out now and then, whosever the archive is: one attaches an index, another adds a foreign
# key to its table. Such a deadlock, and nothing else, is tried again.
stock_parallel_restore() {
  local try
  for try in 1 2 3 4 5; do
    createdb "$2"
    ! pg_restore -j "$3" -d "$2" "$1" 2>errors || return 0
    grep -q 'deadlock detected' errors || break
    drop "$2"
  done
  fail "pg_restore -j $3, try $try: $(<errors)"
}

# start_restored DIR: a server of its own on DIR/data, data files of PG_DIR's, with its socket in DIR and
# the port of PG_DIR's; archives nothing. Waits until it has recovered.
start_restored() {
  [ "$(id -u)" != 0 ] || chown -R "$(stat -c %u "$PG_DIR/data")" "$1"
  (cd / && postgres_as_owner "$(postgres_bin)/pg_ctl" -D "$1/data" -w -t 60 -l "$1/log" \
    -o "-k $1 -c archive_mode=off -p $PGPORT -c listen_addresses=''" start) >started 2>&1 3>&- ||
    fail "$(cat started "$1/log")"
  local _
  for _ in {1..100}; do [ "$(PGHOST=$1 sql postgres -c 'SELECT pg_is_in_recovery()')" = t ] || return 0; sleep 0.1; done
  fail "still in recovery: $(tail "$1/log")"
}

# refused STATUS PART COMMAND...: that status, one error line with PART in it.
# Its stdout is in the file "out", its stderr in "err".
refused() {
  local want=$1 part=$2 got=0
  shift 2
  "$@" >out 2>err || got=$?
  is "$got" "$want" "status of $* ($(cat err))"
  is "$(grep -c ': error: ' err)" 1 "error lines in $(cat err)"
  has "$(cat err)" "$part"
}
