#!/usr/bin/env bats
# The commands backup and restore on the bare machine: a real PostgreSQL, a directory and S3.

setup_file() {
  load ../support/common
  load ../support/s3
  # shellcheck source-path=SCRIPTDIR
  . "$ROOT/tests/support/postgres.sh"
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
  postgres_start "$BATS_FILE_TMPDIR/pg"
  s3_setup_file
  s3_environment
  s3_bucket backups
}

teardown_file() {
  load ../support/common
  load ../support/s3
  . "$ROOT/tests/support/postgres.sh"
  postgres_stop "$BATS_FILE_TMPDIR/pg"
  s3_teardown_file
}

setup() {
  load ../support/common
  load ../support/s3
  cd "$BATS_TEST_TMPDIR" || exit
  PATH="$ROOT/docker/commands:$PATH"
  export POSTGRES_DB=app$BATS_TEST_NUMBER
  createdb "$POSTGRES_DB"
  sql 'CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 2000) i'
}

teardown() { dropdb --if-exists --force "$POSTGRES_DB"; }

sql() { psql -XAtq -v ON_ERROR_STOP=1 "$POSTGRES_DB" -c "$1"; }
rows() { sql 'SELECT count(*), sum(hashtext(t::text)) FROM t'; }
in_s3() { export S3_BUCKET=backups S3_PREFIX=$BATS_TEST_NUMBER; }
in_directory() { export BACKUP_URL=file://$PWD/store/; mkdir store; }

@test "002-17 002-38: backup makes a valid backup and stores it in S3" {
  in_s3
  TZ=Asia/Tokyo backup
  url=$(s3ls "s3://backups/$BATS_TEST_NUMBER/")
  [[ $url =~ /${POSTGRES_DB}_[0-9-]{10}T[0-9:]{8}Z\.sql\.gz$ ]] || fail "$url"
  name=${url#*_}
  age=$(($(date +%s) - $(date -d "${name%.sql.gz}" +%s)))
  ((age >= 0 && age < 100)) || fail "the name's time is $age s ago"
  s3cat "$url" >dump.gz
  gunzip -t dump.gz
  gunzip -c dump.gz | pgrestore-stream --verify
}

@test "002-39: restore fetches the backup and restores it" {
  in_s3
  want=$(rows)
  backup
  sql 'DELETE FROM t'
  restore
  is "$(rows)" "$want"
  dropdb "$POSTGRES_DB"
  restore
  is "$(rows)" "$want"
}

@test "002-40: wrong credentials give the right errors" {
  in_s3
  is "$(AWS_SECRET_ACCESS_KEY=wrong status backup)" 78
  has "$(<out)" "backup: failed: nothing was stored, status 78"
  is "$(PGHOST=127.0.0.1 PGPASSWORD=wrong status backup)" 78
  is "$(PGHOST=127.0.0.1 POSTGRES_PASSWORD=wrong status backup)" 78
  [[ $(<out) != *wrong* ]] || fail "$(<out)"
  is "$(PGHOST=127.0.0.1 PGPORT=1 status backup)" 75
  has "$(<out)" "127.0.0.1"
  is "$(s3ls "s3://backups/$BATS_TEST_NUMBER/")" ""
  is "$(s3ls --incomplete "s3://backups/$BATS_TEST_NUMBER/")" ""
}

@test "002-31: secrets and other settings come from files" {
  in_directory
  echo secret >password
  from_files() { PGHOST='' POSTGRES_HOST=127.0.0.1 POSTGRES_PASSWORD_FILE=$1 backup; }
  from_files "$PWD/password"
  is "$(find store -type f | wc -l)" 1
  is "$(status from_files /nowhere)" 78
  has "$(<out)" "POSTGRES_PASSWORD_FILE: cannot read /nowhere"
}

@test "custom format, zstd, encryption: stock tools open it, restore does" {
  in_directory
  seal-keygen -o key 2>/dev/null
  SEAL_RECIPIENTS=$(seal-keygen -y key)
  export SEAL_RECIPIENTS BACKUP_FORMAT=custom BACKUP_COMPRESSION=zstd SEAL_IDENTITY_FILE=$PWD/key
  want=$(rows)
  backup
  age -d -i key store/*.dump.zst.age | zstd -dc | pg_restore -l | grep 'TABLE DATA public t '
  sql 'DROP TABLE t'
  restore
  is "$(rows)" "$want"
}

@test "a restore keeps what belongs to the database, and on demand the old one" {
  in_directory
  createuser "owner$BATS_TEST_NUMBER"
  sql "ALTER DATABASE $POSTGRES_DB OWNER TO owner$BATS_TEST_NUMBER"
  sql "ALTER DATABASE $POSTGRES_DB SET work_mem = '7MB'"
  sql "REVOKE CONNECT ON DATABASE $POSTGRES_DB FROM PUBLIC"
  described() { psql -XAtq postgres -c "SELECT pg_get_userbyid(datdba),
    (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a), encoding, datcollate,
    (SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = '$POSTGRES_DB'"; }
  want=$(described)
  backup
  sql 'DELETE FROM t'
  restore --keep-old
  is "$(described)" "$want"
  old=$(psql -XAtq postgres -c "SELECT datname FROM pg_database WHERE datname LIKE '${POSTGRES_DB}\_before\_%'")
  is "$(psql -XAtq "$old" -c 'SELECT count(*) FROM t')" 0
  dropdb "$old"
}

@test "a damaged backup leaves the database as it was, and nothing beside it" {
  in_directory
  want=$(rows)
  backup
  file=$(echo store/*)
  size=$(stat -c %s "$file")
  printf '\xff\xff' | dd of="$file" bs=1 seek=$((size / 2)) conv=notrunc status=none
  is "$(status restore)" 65
  truncate -s $((size - 100)) "$file"
  is "$(status restore)" 65
  has "$(<out)" "database $POSTGRES_DB is as it was before"
  is "$(rows)" "$want"
  is "$(psql -XAtq postgres -c "SELECT count(*) FROM pg_database WHERE datname LIKE '${POSTGRES_DB}%'")" 1
}

@test "nothing to restore is said, and the settings are checked before anything is done" {
  in_directory
  is "$(status restore)" 66
  has "$(<out)" "there is no backup like file://"
  is "$(status restore 2023-10-05T12:00:00Z)" 66
  has "$(<out)" "Error: Backup file ${POSTGRES_DB}_2023-10-05T12:00:00Z.sql.gz not found."
  is "$(BACKUP_KEEP_DAYS=0 status backup)" 78
  is "$(BACKUP_KEEP_DAYS=abc status backup)" 78
  is "$(BACKUP_FORMAT=tar status backup)" 78
  is "$(S3_BUCKET=x status backup)" 78
  is "$(POSTGRES_DB='' PGDATABASE='' status backup)" 78
  has "$(<out)" "POSTGRES_DB is not set"
  POSTGRES_PORT=tcp://10.0.0.1:5432 POSTGRES_SERVICE_HOST=10.0.0.1 BACKUP_PORT=tcp://1.2.3.4:1 backup
}

@test "healthy: the last scheduled run, and the age of the newest backup if that is asked for" {
  in_directory
  export BACKUP_HISTORY=$PWD/history
  healthy
  sentinel run -q --name backup --history history -- backup
  healthy
  BACKUP_MAX_AGE=1h healthy
  mv store/*.sql.gz "store/${POSTGRES_DB}_2020-01-01T00:00:00Z.sql.gz"
  is "$(BACKUP_MAX_AGE=1h status healthy)" 1
  has "$(<out)" "dump"
  healthy
  [ "$(PGHOST=127.0.0.1 PGPORT=1 status sentinel run -q --name backup --history history -- backup)" != 0 ]
  is "$(status healthy)" 1
  has "$(<out)" "failures"
}
