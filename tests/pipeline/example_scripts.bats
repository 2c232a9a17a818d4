#!/usr/bin/env bats
# The scripts of examples/kubernetes and examples/mirror on the bare machine; tests/systems has them in
# containers.
# shellcheck disable=SC2030,SC2031 # each test is a process

setup_file() {
  load ../support/common
  load ../support/postgres
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
  PG_DIR=$(mktemp -u /tmp/sluice-pg-XXXXXX)
  export PG_DIR
  postgres_start "$PG_DIR"
  "$ROOT/tests/support/rgw.sh" start "$BATS_FILE_TMPDIR/rgw"
  . "$BATS_FILE_TMPDIR/rgw/env"
  "$ROOT/tests/support/rgw.sh" bucket "$BATS_FILE_TMPDIR/rgw" mirror
}

teardown_file() {
  load ../support/postgres
  postgres_stop "$PG_DIR"
  "$ROOT/tests/support/rgw.sh" stop "$BATS_FILE_TMPDIR/rgw"
}

setup() {
  load ../support/common
  load ../support/postgres
  cd "$BATS_TEST_TMPDIR" || exit
  kubernetes=$ROOT/examples/kubernetes/base/scripts
  mirror=$ROOT/examples/mirror/scripts
  export BACKUP_DIR=$PWD/backups BACKUP_SCRIPTS=$kubernetes
  export BACKUPS=$PWD/backups PGDATABASE=postgres BUCKET=mirror
  mkdir backups
}

@test "kubernetes: init, backup, loss of all, init again: the data is back; what has tables stays" {
  unset PGDATABASE
  "$kubernetes/init-databases.sh" >out 2>&1
  has "$(<out)" "init: no backup to restore: a clean start"
  sql brewget_auth -c 'CREATE TABLE users AS SELECT generate_series(1, 1000) i'
  "$kubernetes/backup.sh"
  name=$(readlink backups/latest)
  [[ $name =~ ^backup_[0-9]{8}_[0-9]{6}$ ]] || fail "$name"
  is "$(find backups/latest/ -name '*.sql' -printf '%f\n' | sort | xargs)" "brewget_auth.sql brewget_settings.sql postgres.sql"
  is "$(status "$kubernetes/restore.sh")" 1
  has "$(<out)" "brewget_auth has 1 tables and sequences: left alone"
  dropdb brewget_auth
  dropdb brewget_settings
  "$kubernetes/init-databases.sh" >out 2>&1
  has "$(<out)" "restore: brewget_auth: restored"
  is "$(sql brewget_auth -c 'SELECT count(*) FROM users')" 1000
  # A dump that fails leaves the link.
  sleep 1.1
  [ "$(DATABASES='postgres nowhere' status "$kubernetes/backup.sh")" != 0 ]
  has "$(<out)" "latest is as before"
  is "$(readlink backups/latest)" "$name"
  # A damaged backup restores nothing, and the server starts.
  truncate -s -100 backups/latest/brewget_settings.sql
  dropdb brewget_auth
  "$kubernetes/init-databases.sh" >out 2>&1
  has "$(<out)" "init: error: restore failed"
  is "$(sql brewget_auth -c "SELECT count(*) FROM pg_class WHERE relname = 'users'")" 0
}

@test "mirror: dump, rotation, upload, health, restore from S3" {
  sql postgres -c 'CREATE TABLE books AS SELECT generate_series(1, 1000) i'
  export TZ=America/Los_Angeles
  "$mirror/backup.sh"
  name=$(readlink backups/last/postgres-latest.dump)
  pg_restore -l "backups/last/$name" | grep 'TABLE DATA public books'
  for kind in daily weekly monthly; do cmp "backups/last/$name" "backups/$kind/postgres-latest.dump"; done
  "$mirror/upload.sh" "$PWD/backups" postgres
  is "$(s3ls s3://mirror/postgres/ | grep -c "/$name$")" 4
  [[ $(s3cat s3://mirror/postgres/.last_success) =~ ^[0-9-]{10}T[0-9:]{8}Z\ OK$ ]]
  is "$(status "$mirror/health.sh")" 0 "$(<out)"
  sleep 1.1
  is "$(MAX_AGE=1s status "$mirror/health.sh")" 1
  has "$(<out)" dump
  # An empty source is refused; neither mark nor mirror change.
  mark=$(s3cat s3://mirror/postgres/.last_success)
  mkdir empty
  [ "$(status "$mirror/upload.sh" "$PWD/empty" postgres)" != 0 ]
  is "$(s3ls s3://mirror/postgres/ | grep -c "/$name$")" 4
  is "$(s3cat s3://mirror/postgres/.last_success)" "$mark"
  "$mirror/restore.sh" "s3://mirror/postgres/last/$name" books_again
  is "$(sql books_again -c 'SELECT count(*) FROM books')" 1000
  # A dump that fails changes nothing.
  files() { find backups ! -type d -printf '%p %s %T@ %l\n' | sort; }
  before=$(files)
  [ "$(PGDATABASE=nowhere status "$mirror/backup.sh")" != 0 ]
  is "$(files)" "$before"
}
