#!/usr/bin/env bats
# examples/mirror, with Ceph's gateway as its S3.

setup_file() {
  load ../support/common
  load systems
  project
  docker network create mirror_default
  docker run -d --name mirror-s3 --network mirror_default --network-alias s3 -e RGW_NAME=s3 \
    -e RGW_ACCESS_KEY=key -e RGW_SECRET_KEY=secretkey sluice-ceph
  docker network inspect mirror_default >/dev/null
  dc up -d --wait db db-backup
  docker run --rm --network mirror_default -e S3_ACCESS_KEY=key -e S3_SECRET_KEY=secretkey \
    -e S3_BUCKET=mirror -e S3_ENDPOINT=http://s3:9000 sluice:15 create-bucket
  query db ardua_books -c 'CREATE TABLE books AS SELECT i, md5(i::text) FROM generate_series(1, 2000) i'
}

project() {
  export POSTGRES_PASSWORD=dbpassword AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secretkey
  export S3_BUCKET=mirror S3_ENDPOINT=http://s3:9000 SCHEDULE='*/1 * * * *'
  # shellcheck disable=SC2034 # dc uses it
  compose=(-f "$ROOT/examples/mirror/docker-compose.yml" -f "$BATS_TEST_DIRNAME/mirror/network.yml")
}

teardown_file() {
  load ../support/common
  load systems
  project
  dc --profile job down -v -t 1
  docker rm -f -v mirror-s3
  docker network rm mirror_default
}

setup() {
  load ../support/common
  load systems
  project
  cd "$BATS_TEST_TMPDIR" || exit
}

in_backup() { dc exec -T db-backup "$@"; }
job() { dc run --rm -T "$@"; }
keys() { job db-backup-upload bash -c "s3ls s3://mirror/$1" 2>/dev/null | sed "s|^s3://mirror/$1||" | sort; }
files() { in_backup find /backups -type f -printf '%P\n' | sort; }
# The cron of db-backup does not fire any more: what follows makes its own dumps.
quiet() { SCHEDULE='0 0 1 1 *' dc up -d --wait db-backup; }

@test "004-01 004-02 004-03 004-06 004-07: cron makes a dump, pg_restore reads it, links lead to it" {
  await in_backup ls /backups/last/ardua_books-latest.dump
  quiet
  name=$(in_backup readlink /backups/last/ardua_books-latest.dump)
  [[ $name =~ ^ardua_books_[0-9]{8}_[0-9]{6}\.dump$ ]] || fail "$name"
  in_backup pg_restore -l "/backups/last/$name" | grep 'TABLE DATA public books'
  for kind in last daily weekly monthly; do
    is "$(in_backup cat /backups/$kind/ardua_books-latest.dump | sha256sum)" "$(in_backup cat "/backups/last/$name" | sha256sum)"
  done
  is "$(in_backup date +%Z)" "$(TZ=America/Los_Angeles date +%Z)"
}

@test "004-08: a dump that fails changes nothing" {
  before=$(in_backup ls -lR /backups)
  dc stop -t 1 db
  is "$(status in_backup /scripts/backup.sh)" 65 "$(<out)"
  is "$(in_backup ls -lR /backups)" "$before"
  dc up -d --wait db
}

@test "004-04 004-05: a year of dumps, one a day: each directory keeps what is its own" {
  # shellcheck disable=SC2016 # the container's shell
  in_backup bash -c 'for day in $(seq 1 365); do
      name=ardua_books_$(date -d "$day days ago" +%Y%m%d)_000000.dump
      for kind in last daily weekly monthly; do echo x >/backups/$kind/$name; done
    done'
  in_backup /scripts/backup.sh >out
  number() { in_backup find "/backups/$1" -type f | wc -l; }
  is "$(number last) $(number daily) $(number weekly) $(number monthly)" "10 7 4 6"
  before=$(files)
  in_backup bash -c 's3prune --tz local --keep-daily 7 --apply "file:///backups/daily/ardua_books_{local:%Y%m%d_%H%M%S}.dump"'
  is "$(files)" "$before"
}

@test "004-09 004-10 004-11 004-12 004-13 004-18 004-20: the upload is an exact mirror, without links" {
  job db-backup-upload
  is "$(keys postgres/ | grep -v '^\.last_success$')" "$(files)"
  run ! grep latest <(keys postgres/)
  [[ $(job db-backup-upload s3cat s3://mirror/postgres/.last_success) =~ ^[0-9-]{10}T[0-9:]{8}Z\ OK$ ]]
  # shellcheck disable=SC2016
  in_backup bash -c 'rm /backups/daily/*0101_000000.dump; echo changed >/backups/daily/new.dump; echo y >>/backups/weekly/$(ls /backups/weekly | head -1)' || true
  job db-backup-upload
  is "$(keys postgres/ | grep -v '^\.last_success$')" "$(files)"
  in_backup rm /backups/daily/new.dump
  job db-backup-upload
  is "$(job db-backup-upload s3sync --delete --exclude .last_success file:///backups s3://mirror/postgres)" ""
}

@test "004-14 004-19 004-21: a failed upload and an empty source leave the mark and the mirror" {
  before=$(keys postgres/)
  mark=$(job db-backup-upload s3cat s3://mirror/postgres/.last_success)
  [ "$(status job -e AWS_SECRET_ACCESS_KEY=wrong db-backup-upload)" != 0 ]
  [ "$(status job db-backup-upload bash -c 'mkdir /dev/shm/empty; /scripts/upload.sh /dev/shm/empty postgres')" != 0 ]
  is "$(keys postgres/)" "$before"
  is "$(job db-backup-upload s3cat s3://mirror/postgres/.last_success)" "$mark"
}

@test "004-15 004-16 004-32: receipts go the same way, and come back" {
  docker run --rm -v mirror_receipts:/r sluice:15 bash -c 'cd /r; mkdir -p 2025/12; for i in $(seq 200); do echo $i >"2025/12/receipt $i é&+%.txt"; done'
  job receipts-backup
  is "$(keys receipts/ | grep -vc '^\.last_success$')" 200
  docker run --rm -v mirror_receipts:/r sluice:15 bash -c 'rm "/r/2025/12/receipt 7 é&+%.txt"'
  job receipts-backup
  is "$(keys receipts/ | grep -vc '^\.last_success$')" 199
  docker run --rm --network mirror_default -v mirror_receipts:/r:ro -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY \
    -e AWS_ENDPOINT_URL_S3=http://s3:9000 -e AWS_REGION=us-east-1 sluice:15 \
    bash -c 's3sync --exclude .last_success s3://mirror/receipts file:///tmp/back && diff -r /r /tmp/back'
}

@test "004-23 004-24 004-25 004-27 004-28: health says which of the two is to blame" {
  in_backup /scripts/backup.sh
  job db-backup-upload
  is "$(status job health)" 0 "$(<out)"
  is "$(status job -e MAX_AGE=1s health)" 1
  has "$(<out)" "dump"
  in_backup /scripts/backup.sh
  is "$(status job -e MAX_LAG=0s -e MAX_MARK_AGE=1s health)" 1
  has "$(<out)" "upload"
}

@test "004-30 004-31 004-33: a chosen dump from S3 becomes a database" {
  query db ardua_books -c 'DELETE FROM books'
  key=$(keys postgres/ | grep '^last/' | tail -1)
  job --no-deps -e PGHOST=db -e PGUSER=postgres -e PGPASSWORD=dbpassword db-backup-upload /scripts/restore.sh "s3://mirror/postgres/$key" ardua_books
  is "$(query db ardua_books -c 'SELECT count(*) FROM books')" 2000
  job --no-deps -e PGHOST=db -e PGUSER=postgres -e PGPASSWORD=dbpassword db-backup-upload /scripts/restore.sh "s3://mirror/postgres/$key" drill
  is "$(query db drill -c 'SELECT count(*) FROM books')" 2000
}
