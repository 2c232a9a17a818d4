#!/usr/bin/env bats
# examples/streaming, brought up with its own files.

setup_file() {
  load ../support/common
  load systems
  export DB_PASSWORD=dbpassword DB_NAME=appdb AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=s3secretkey
  export S3_BUCKET=backups S3_HOST=s3:9000 BACKUP_SCHEDULE='*/1 * * * *'
  project
  dc up -d --wait backup
  query postgres appdb -c 'CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 50000) i'
}

project() {
  local dir=$ROOT/examples/streaming
  # shellcheck disable=SC2034 # dc uses it
  compose=(-p streaming -f "$dir/docker-compose.yml" -f "$dir/docker-compose.backup.yml" -f "$dir/docker-compose.s3.yml")
}

teardown_file() {
  load ../support/common
  load systems
  project
  dc down -v -t 1
}

setup() {
  load ../support/common
  load systems
  project
  cd "$BATS_TEST_TMPDIR" || exit
}

backup() { dc exec -T backup backup; }
restore() { dc exec -T backup restore "$@"; }
rows() { query postgres appdb -c 'SELECT count(*), sum(hashtext(t::text)) FROM t'; }
# One-shot with other settings, as the image's own user, on a root that cannot be written to.
once() { dc run --rm -T --no-deps --user sluice "$@"; }
# One of the tools, told of the server as it wants to be.
store() { dc exec -T -e AWS_ENDPOINT_URL_S3=http://s3:9000 -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY backup "$@"; }
names() { restore --list | sed 's/.*\///'; }
logged() { dc logs backup | grep pg_backup | grep "$1"; }

@test "002-01 002-10 002-27 002-29 002-37 002-45: the schedule fires and its log shows one start and one result" {
  await logged 'backup: done: s3://backups/appdb_'
  logged 'backup: start: database appdb'
  [[ $(names) =~ ^appdb_[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\.sql\.gz ]]
  has "$(<"$ROOT/examples/streaming/docker-compose.backup.yml")" 'BACKUP_SCHEDULE:-0 0 * * *'
  dc config -q
  has "$(docker inspect -f '{{json .NetworkSettings.Networks}}' streaming-backup-1)" '"streaming_internal"'
  started() { docker inspect -f '{{.State.StartedAt}}' "streaming-$1-1"; }
  [[ $(started postgres) < $(started backup) ]]
}

@test "002-02 002-14 002-15 002-18: a manual backup is one more object, plain SQL in gzip" {
  before=$(names | wc -l)
  backup 2>out
  has "$(<out)" "backup: done: s3://backups/appdb_"
  [ "$(names | wc -l)" -gt "$before" ]
  name=$(names | tail -1)
  store s3cat "s3://backups/$name" >dump.gz
  gunzip -t dump.gz
  gunzip -c dump.gz | head -5 | grep 'PostgreSQL database dump'
  gunzip -c dump.gz | tail -5 | grep 'PostgreSQL database dump complete'
}

@test "002-03 002-04 002-19 002-20 002-41: data deleted, the latest restored, everything compared" {
  want=$(rows)
  backup
  query postgres appdb -c 'DROP TABLE t'
  restore latest 2>out
  has "$(<out)" "restore: done: database appdb is as in appdb_"
  is "$(rows)" "$want"
  query postgres appdb -c 'DELETE FROM t'
  restore
  is "$(rows)" "$want"
}

@test "002-05: a given time is restored; an unknown one is an error and changes nothing" {
  want=$(rows)
  backup 2>out
  time=$(sed -n 's/.*appdb_\(.*\)\.sql\.gz.*/\1/p' out)
  query postgres appdb -c 'DELETE FROM t WHERE i > 7'
  sleep 1.1
  backup
  is "$(status restore 2002-01-01T00:00:00Z)" 66
  has "$(<out)" "Error: Backup file appdb_2002-01-01T00:00:00Z.sql.gz not found."
  is "$(query postgres appdb -c 'SELECT count(*) FROM t')" 7
  restore "$time"
  is "$(rows)" "$want"
}

@test "002-06: read-only root and no temporary file system: backup and restore both stream" {
  is "$(docker inspect -f '{{.HostConfig.ReadonlyRootfs}}' streaming-backup-1)" true
  want=$(rows)
  once backup backup
  once backup restore
  is "$(rows)" "$want"
}

@test "002-07 002-22 002-28: an unreachable server: status, one cause in the log, no object" {
  dc stop -t 1 postgres
  before=$(names)
  is "$(status backup)" 75 "$(<out)"
  has "$(<out)" "postgres"
  await logged 'backup: failed: nothing was stored'
  is "$(names)" "$before"
  is "$(status dc exec -T backup healthy)" 1
  dc up -d --wait postgres
  await dc exec -T backup healthy
}

@test "002-21 002-24: a damaged backup and one with an SQL error restore nothing" {
  want=$(rows)
  put() { store bash -c "$1 | s3put --trust-eof s3://backups/appdb_2001-01-0$2T00:00:00Z.sql.gz"; }
  put 'head -c 20000 /dev/urandom | gzip | head -c 15000' 1
  put 'printf "CREATE TABLE t(i int);\nSELECT nonsense;\n--\n-- PostgreSQL database dump complete\n--\n" | gzip' 2
  is "$(status restore 2001-01-01T00:00:00Z)" 65 "$(<out)"
  has "$(<out)" "database appdb is as it was before"
  [ "$(status restore 2001-01-02T00:00:00Z)" != 0 ] || fail "$(<out)"
  is "$(rows)" "$want"
  is "$(query postgres postgres -c "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1" | xargs)" "appdb postgres"
}

@test "002-23 002-33: a wrong S3 key: its status, the endpoint is named, the secret is not" {
  is "$(status once -e RCLONE_S3_SECRET_ACCESS_KEY=wrongsecret backup backup)" 78 "$(<out)"
  has "$(<out)" "s3:9000"
  [[ $(<out) != *wrongsecret* && $(<out) != *s3secretkey* && $(<out) != *dbpassword* ]]
  [[ $(dc logs) != *s3secretkey* && $(dc logs) != *dbpassword* ]]
}

@test "002-25: a missing bucket stores nothing and says so" {
  is "$(status once -e RCLONE_S3_BUCKET=nowhere backup backup)" 66 "$(<out)"
  has "$(<out)" nowhere
}

@test "002-32 002-34 002-35 002-36: provider, bucket, endpoint and region as rclone has them" {
  once -e RCLONE_S3_ENDPOINT=http://s3:9000 -e RCLONE_S3_REGION= backup backup
  sleep 1.1 # the time is in the name
  once -e RCLONE_S3_ENDPOINT=s3:9000 -e RCLONE_S3_PROVIDER=Strange backup backup 2>out
  has "$(<out)" "warning: RCLONE_S3_PROVIDER: 'Strange'"
  is "$(status once -e RCLONE_S3_BUCKET= backup backup)" 78
  has "$(<out)" "S3_BUCKET is not set"
}

@test "a nonsense schedule, a misspelt name and a contradiction are refused at start, in a line" {
  is "$(status dc run --rm -T --no-deps -e BACKUP_SCHEDULE='99 * * * *' backup)" 78
  has "$(<out)" "BACKUP_SCHEDULE: '99 * * * *' is not a schedule"
  is "$(status dc run --rm -T --no-deps -e BACKUP_SHEDULE=@daily backup)" 78
  has "$(<out)" "BACKUP_SHEDULE: there is no such setting"
  is "$(status dc run --rm -T --no-deps -e S3_BUCKET=other backup)" 78
  has "$(<out)" "S3_BUCKET and RCLONE_S3_BUCKET contradict each other"
}

@test "002-11 002-13 002-42 002-43: the image has what it needs, and says its version without any service" {
  has "$(docker run --rm sluice:15 /usr/local/bin/backup --version)" sluice
  docker run --rm --user sluice --read-only sluice:15 bash -ec '
    for program in pgdump-stream pgrestore-stream zpipe seal s3put s3cat s3ls sentinel pg_dump psql pg_restore; do
      $program --version
    done
    test -x /usr/local/bin/backup; test -x /usr/local/bin/restore' >out
  grep 'pg_dump (PostgreSQL) 15' out
}

@test "002-30: the document's own service definition works, but for the image's name" {
  dir=$ROOT/examples/streaming
  # shellcheck disable=SC2034 # dc uses it
  compose=(-p streaming -f "$dir/docker-compose.yml" -f "$BATS_TEST_DIRNAME/streaming/verbatim.yml" -f "$dir/docker-compose.s3.yml")
  dc up -d --wait --force-recreate backup
  await logged 'backup: done: s3://backups/appdb_'
}
