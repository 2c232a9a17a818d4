#!/usr/bin/env bats
# examples/all-databases: everything of a server, and back.

setup() {
  load ../support/common
  load ../support/postgres
  cd "$BATS_TEST_TMPDIR" || exit
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"
  PG_DIR=$(mktemp -u /tmp/sluice-pg-XXXXXX)
  PATH="$ROOT/examples/all-databases:$(postgres_bin):$PATH"
  postgres_start "$PG_DIR"
  url=file://$PWD/store
  createdb one
  createdb "an odd {name}'s"
  sql one -c 'CREATE TABLE t AS SELECT generate_series(1, 1000) i'
  sql "dbname='an odd {name}\\'s'" -c 'CREATE TABLE t AS SELECT generate_series(1, 10) i'
  sql postgres -c "CREATE ROLE keeper LOGIN PASSWORD 'secret'" -c 'ALTER DATABASE one OWNER TO keeper' -c 'ALTER ROLE keeper SET work_mem = 7000'
}

teardown() {
  postgres_stop "$PG_DIR"
  [ ! -d "$PG_DIR-new" ] || postgres_stop "$PG_DIR-new"
}

names() { find store -name '*.gz' -printf '%f\n' | sed 's/_[^_]*$//' | sort | uniq -c | awk '{$1=$1};1'; }

@test "every database and the roles, restored on a new server" {
  backup-all.sh "$url"
  is "$(names)" "1 an odd {name}'s
1 globals
1 one
1 postgres"
  old=$PGHOST
  postgres_start "$PG_DIR-new"
  restore-all.sh "$url"
  is "$(databases)" "an odd {name}'s one postgres template0 template1"
  is "$(sql one -c 'SELECT count(*) FROM t') $(sql "dbname='an odd {name}\\'s'" -c 'SELECT count(*) FROM t')" "1000 10"
  is "$(sql postgres -c "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'one'")" keeper
  is "$(sql postgres -c "SELECT rolconfig FROM pg_roles WHERE rolname = 'keeper'")" "{work_mem=7000}"
  PGHOST=$old
}

@test "one that fails does not stop the others, fails the whole and deletes nothing" {
  mkdir store
  echo x >"store/one_2020-01-01T00:00:00Z.dump.gz"
  sql one -c 'ALTER TABLE t OWNER TO keeper'
  sql postgres -c 'CREATE ROLE weak LOGIN' -c 'GRANT pg_read_all_settings TO weak'
  sql "dbname='an odd {name}\\'s'" -c 'GRANT SELECT ON t TO weak'
  # A role that may not read the table of one.
  is "$(PGUSER=weak KEEP_DAYS=7 status backup-all.sh "$url")" 1
  has "$(<out)" "backup-all: failed:"
  has "$(tail -1 out)" " one"
  names | grep "1 an odd {name}'s"
  [ -e "store/one_2020-01-01T00:00:00Z.dump.gz" ]
  sleep 1.1 # two backups of one second have one name
  KEEP_DAYS=7 backup-all.sh "$url"
  [ ! -e "store/one_2020-01-01T00:00:00Z.dump.gz" ]
  # The newest of one is damaged: it stays as it was, the others are restored.
  file=$(find store -name 'one_*.gz')
  truncate -s -50 "$file"
  sql one -c 'DELETE FROM t WHERE i > 5'
  sql "dbname='an odd {name}\\'s'" -c 'DELETE FROM t'
  is "$(status restore-all.sh "$url")" 1
  has "$(tail -1 out)" "failed: one"
  is "$(sql one -c 'SELECT count(*) FROM t') $(sql "dbname='an odd {name}\\'s'" -c 'SELECT count(*) FROM t')" "5 10"
}
