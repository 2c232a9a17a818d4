#!/usr/bin/env bats
# examples/pitr with increments, which the server knows since 17. Its WAL is archived by cp here: the
# server's own file system has no tools of ours; tests/pipeline/pitr.bats has the scripts for WAL.

setup_file() {
  load major
  [ "$MAJOR" -ge 17 ] || return 0
  PG_DIR=$(mktemp -u /tmp/sluice-pg-XXXXXX)
  export PG_DIR
  mkdir "$PG_DIR-wal"
  chmod 777 "$PG_DIR-wal"
  cd /tmp || return
  POSTGRES_CONF="summarize_wal = on
archive_mode = on
full_page_writes = on
archive_command = 'cp \"%p\" \"$PG_DIR-wal/%f\"'" postgres_start "$PG_DIR" "$MAJOR"
}

teardown_file() {
  load major
  [ "$MAJOR" -lt 17 ] || postgres_stop "$PG_DIR"
  rm -rf "${PG_DIR:-/nothing}-wal"
}

setup() {
  load ../support/common
  load major
  [ "$MAJOR" -ge 17 ] || skip "PostgreSQL $MAJOR makes no increments"
  again=''
  cd "$BATS_TEST_TMPDIR" || exit
  chmod 755 .
  scripts=$ROOT/examples/pitr/scripts
  seal-keygen -q -o key
  SEAL_RECIPIENTS=$(seal-keygen -y key)
  export SEAL_RECIPIENTS SEAL_IDENTITY_FILE=$PWD/key PITR_URL=file://$PWD/store PITR_STATE=$PWD/state
  mkdir state store
}

teardown() {
  [ "$MAJOR" -ge 17 ] || return 0
  [ ! -d "${again:-/nothing}" ] || postgres_stop "$again"
  psql -Xq postgres -c 'DROP TABLE IF EXISTS t, u'
}

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

# A second server, on what was restored; from there: where it is in $again.
start_again() {
  again=$(mktemp -d /tmp/sluice-pg-XXXXXX)
  chmod 755 "$again"
  "$scripts/restore.sh" "$@" "$again/data"
  echo "restore_command = 'cp \"$PG_DIR-wal/%f\" \"%p\"'" >>"$again/data/postgresql.auto.conf"
  start_restored "$again"
}
restored() { PGHOST=$again sql postgres -c "$1"; }

@test "base backup, increments, WAL: back to moments after each of them" {
  local first second
  psql -Xq postgres -c 'CREATE TABLE t AS SELECT generate_series(1, 200000) AS i'
  "$scripts/base-backup.sh"
  psql -Xq postgres -c 'INSERT INTO t SELECT generate_series(1, 1000)'
  sleep 1.1
  "$scripts/base-backup.sh" --incremental
  sleep 1.1
  first=$(now)
  sleep 1.1
  psql -Xq postgres -c 'DELETE FROM t WHERE i <= 10; CREATE TABLE u ()'
  "$scripts/base-backup.sh" --incremental
  sleep 1.1
  psql -Xq postgres -c 'INSERT INTO t VALUES (0)'
  sleep 1.1
  second=$(now)
  sleep 1.1
  psql -Xq postgres -c 'DROP TABLE t'
  psql -Xq postgres -c 'SELECT pg_switch_wal()' >/dev/null

  is "$(find store/base -type f | wc -l)" 1
  is "$(find store/increment -type f | wc -l)" 2
  local base=(store/base/*) increments=(store/increment/*)
  [ "$(($(stat -c %s "${increments[0]}") * 3))" -lt "$(stat -c %s "${base[0]}")" ]

  start_again --at "$first"
  is "$(restored 'SELECT count(*) FROM t')" 201000
  run ! restored 'SELECT * FROM u'
  postgres_stop "$again"
  # The newest increment is made of the base backup, not of the increment between.
  rm "${increments[0]}"
  start_again --at "$second"
  is "$(restored 'SELECT count(*) FROM t')" $((201000 - 20 + 1))
  restored 'SELECT * FROM u'
  [ "$(id -u)" != 0 ] || is "$(find "$again/data" ! -user "$(stat -c %u "$PG_DIR/data")" | wc -l)" 0
  postgres_stop "$again"
  # A named base backup, and all changes since from WAL.
  start_again --at "$second" --base "file://$PWD/${base[0]}"
  is "$(restored 'SELECT count(*) FROM t')" $((201000 - 20 + 1))
}

@test "an increment needs the manifest of the newest base backup; a failed one leaves nothing" {
  is "$(status "$scripts/base-backup.sh" --incremental)" 66
  has "$(<out)" "no base backup"
  PITR_STATE='' "$scripts/base-backup.sh"
  is "$(status "$scripts/base-backup.sh" --incremental)" 66
  has "$(<out)" "does not have the manifest of base_"
  is "$(PITR_STATE='' status "$scripts/base-backup.sh" --incremental)" 78
  is "$(PITR_STATE=/nowhere status "$scripts/base-backup.sh")" 78
  sleep 1.1
  "$scripts/base-backup.sh"
  is "$(find state -type f | wc -l)" 1
  [ "$(PGHOST=/nowhere status "$scripts/base-backup.sh" --incremental)" != 0 ]
  [ "$(PGHOST=/nowhere status "$scripts/base-backup.sh")" != 0 ]
  is "$(find store/increment -type f 2>/dev/null | wc -l)" 0
  is "$(find store/base -type f | wc -l)" 2
  is "$(find state -type f | wc -l)" 1
  "$scripts/base-backup.sh" --incremental
  # Without the program that puts them together there is a way out.
  is "$(PATH=${PATH/"$WRAPPERS:"/} status "$scripts/restore.sh" "$PWD/data")" 69
  has "$(<out)" "--base file://"
}

@test "an increment of another base backup is refused" {
  "$scripts/base-backup.sh"
  sleep 1.1
  "$scripts/base-backup.sh" --incremental
  sleep 1.1
  PITR_STATE='' "$scripts/base-backup.sh"
  sleep 1.1
  local increments=(store/increment/*)
  mv "${increments[0]}" "store/increment/increment_$(date -u +%Y%m%d_%H%M%S).tar.gz.age"
  is "$(status "$scripts/restore.sh" "$PWD/data")" 65
  has "$(<out)" "is not an increment of"
}
