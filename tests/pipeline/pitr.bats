#!/usr/bin/env bats
# examples/pitr: a server that archives its WAL, put back to a moment between two changes.
# shellcheck disable=SC2030,SC2031 # each test is a process

setup_file() {
  load ../support/common
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
  "$ROOT/tests/support/rgw.sh" start "$BATS_FILE_TMPDIR/rgw"
  . "$BATS_FILE_TMPDIR/rgw/env"
  "$ROOT/tests/support/rgw.sh" bucket "$BATS_FILE_TMPDIR/rgw" backups
  # The server's user may have no way into this checkout.
  mkdir -m 755 "$BATS_FILE_TMPDIR/bin"
  for tool in zpipe seal s3put s3cat s3ls s3prune; do cp "$(command -v $tool)" "$BATS_FILE_TMPDIR/bin/"; done
  cp -r "$ROOT/examples/pitr/scripts" "$BATS_FILE_TMPDIR/"
  chmod -R a+rX "$BATS_FILE_TMPDIR/scripts"
}

teardown_file() { "$ROOT/tests/support/rgw.sh" stop "$BATS_FILE_TMPDIR/rgw"; }

setup() {
  load ../support/common
  load ../support/postgres
  cd "$BATS_TEST_TMPDIR" || exit
  chmod 755 .
  PATH="$(postgres_bin):$BATS_FILE_TMPDIR/bin:$PATH"
  scripts=$BATS_FILE_TMPDIR/scripts
}

teardown() {
  [ ! -d "${PG_DIR:-}" ] || postgres_stop "$PG_DIR"
  [ ! -d "${PG_DIR:-}-again" ] || postgres_stop "$PG_DIR-again"
}

archiving_server() {
  PG_DIR=$(mktemp -u /tmp/sluice-pg-XXXXXX)
  POSTGRES_CONF="archive_mode = on
full_page_writes = on
archive_command = '\"$scripts/archive-wal.sh\" \"%p\" %f'" postgres_start "$PG_DIR"
}
count() { psql -XAtq postgres -c 'SELECT count(*) FROM t'; }
now() { psql -XAtq postgres -c "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"; }
archived() { # all that has been written until now
  local segment _
  segment=$(psql -XAtq postgres -c 'SELECT pg_walfile_name(pg_switch_wal())')
  for _ in {1..200}; do
    [ -z "$(s3ls "$PITR_URL/wal/$segment.gz${SEAL_RECIPIENTS:+.age}")" ] || return 0
    sleep 0.1
  done
  cat "$PG_DIR/log"
  fail "$segment is not archived"
}
# A second server, on what was restored.
start_again() {
  mkdir -m 755 "$PG_DIR-again"
  "$scripts/restore.sh" "$@" "$PG_DIR-again/data"
  export PGHOST=$PG_DIR-again
  start_restored "$PGHOST"
}

# there_and_back: two changes, back to the moment between them
there_and_back() {
  archiving_server
  psql -Xq postgres -c 'CREATE TABLE t AS SELECT generate_series(1, 1000)'
  "$scripts/base-backup.sh"
  psql -Xq postgres -c 'INSERT INTO t SELECT generate_series(1, 500)'
  sleep 1.1
  moment=$(now)
  sleep 1.1
  psql -Xq postgres -c 'DELETE FROM t'
  archived
  start_again --at "$moment"
  is "$(count)" 1500
  psql -Xq postgres -c 'CREATE TABLE open_for_all ()'
}

@test "003-40: S3, encrypted: back to a moment between two changes" {
  export PITR_URL=s3://backups/encrypted
  seal-keygen -o key 2>/dev/null
  chmod 644 key
  SEAL_RECIPIENTS=$(seal-keygen -y key)
  export SEAL_RECIPIENTS SEAL_IDENTITY_FILE=$PWD/key
  there_and_back
  s3ls "$PITR_URL/base/" | grep -E '/base_[0-9]{8}_[0-9]{6}\.tar\.gz\.age$'
  s3cat --latest "$PITR_URL/base/base_{utc:compact}.tar.gz.age" | age -d -i key | gunzip | tar -t | grep '^PG_VERSION$'
}

@test "003-40: a directory, plain; without a time, all that was archived" {
  mkdir -m 777 store
  export PITR_URL=file://$PWD/store
  there_and_back
  postgres_stop "$PG_DIR-again"
  start_again
  is "$(count)" 0
  is "$(status "$scripts/restore.sh" "$PG_DIR-again/data")" 73
  is "$(status "$scripts/restore.sh" --at 2020-01-01T00:00:00Z "$PWD/other")" 66
  is "$(status "$scripts/restore.sh" --at yesterday "$PWD/other")" 64
}

@test "the same WAL again is success, another one of that name is refused, encrypted or not" {
  export PITR_URL=s3://backups/twice
  seal-keygen -o key 2>/dev/null
  head -c 100000 /dev/urandom >segment
  for SEAL_RECIPIENTS in '' "$(seal-keygen -y key)"; do
    export SEAL_RECIPIENTS SEAL_IDENTITY_FILE=$PWD/key
    "$scripts/archive-wal.sh" segment "0001$BATS_TEST_NUMBER${SEAL_RECIPIENTS:+e}"
    "$scripts/archive-wal.sh" segment "0001$BATS_TEST_NUMBER${SEAL_RECIPIENTS:+e}"
    "$scripts/fetch-wal.sh" "0001$BATS_TEST_NUMBER${SEAL_RECIPIENTS:+e}" back
    cmp segment back
    echo other >other
    is "$(status "$scripts/archive-wal.sh" other "0001$BATS_TEST_NUMBER${SEAL_RECIPIENTS:+e}")" 73
    "$scripts/fetch-wal.sh" "0001$BATS_TEST_NUMBER${SEAL_RECIPIENTS:+e}" back
    cmp segment back
  done
}

@test "what is not there ends a recovery, what cannot be read stops it" {
  mkdir store
  export PITR_URL=file://$PWD/store
  head -c 100000 /dev/urandom >segment
  "$scripts/archive-wal.sh" segment 0001
  is "$(status "$scripts/fetch-wal.sh" 0002 back)" 1
  is "$(PITR_URL=s3://backups/x AWS_SECRET_ACCESS_KEY=wrong status "$scripts/fetch-wal.sh" 0001 back)" 255
  has "$(<out)" "s3cat: error"
  truncate -s 50000 store/wal/0001.gz
  is "$(status "$scripts/fetch-wal.sh" 0001 back)" 255
  run ! ls back*
  rm -r store
  is "$(status "$scripts/archive-wal.sh" segment 0003)" 0
}

@test "a base backup that fails leaves none, and old ones go" {
  mkdir store
  export PITR_URL=file://$PWD/store
  [ "$(PGHOST=/nowhere status "$scripts/base-backup.sh")" != 0 ]
  is "$(find store -type f)" ""
  archiving_server
  mkdir -p store/base
  echo x >store/base/base_20200101_000000.tar.gz
  chmod -R 777 store
  KEEP_DAYS=7 "$scripts/base-backup.sh"
  is "$(find store/base -type f | wc -l)" 1
  is "$(KEEP_DAYS=week status "$scripts/base-backup.sh")" 78
}
