#!/usr/bin/env bats
# examples/rustfs-stack by the targets of the top Makefile, with Ceph's gateway in RustFS's place.

setup_file() {
  load ../support/common
  load systems
  project
  export BACKUP_SCHEDULE='*/1 * * * *'
  make_target backup-up
  query db nextgopg -c 'CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 5000) i'
}

project() {
  local dir=$ROOT/examples/rustfs-stack
  # shellcheck disable=SC2034 # dc uses it
  compose=(-f "$dir/docker-compose.yml" -f "$dir/docker-compose.ceph.yml")
}

# Zero configuration: nothing but PATH, and what names the engine.
make_target() {
  env -i PATH="$PATH" DOCKER_HOST="$DOCKER_HOST" DOCKER_CONFIG="$DOCKER_CONFIG" HOME="$HOME" \
    ${BACKUP_SCHEDULE:+BACKUP_SCHEDULE="$BACKUP_SCHEDULE"} \
    make --no-print-directory -C "$ROOT" "$1" BACKUP_COMPOSE=docker-compose.ceph.yml </dev/null
}

teardown_file() {
  load ../support/common
  load systems
  project
  dc down -v -t 5
}

setup() {
  load ../support/common
  load systems
  project
  cd "$BATS_TEST_TMPDIR" || exit
  [ "$BATS_TEST_NUMBER" = 1 ] || unset BACKUP_SCHEDULE
}

rows() { query db nextgopg -c 'SELECT count(*), sum(hashtext(t::text)) FROM t'; }
names() { make_target backup-list 2>/dev/null | sed 's/.*\///'; }
number() { names | wc -l; }
store() { dc exec -T -e AWS_ENDPOINT_URL_S3=http://rustfs:9000 -e AWS_ACCESS_KEY_ID=rustfsadmin \
  -e AWS_SECRET_ACCESS_KEY=rustfsadmin pg-backup "$@"; }
put() { store bash -c "echo x | s3put --trust-eof --overwrite 's3://backups/postgres/$1'"; }
ago() { date -u -d "$1 days ago" +%Y-%m-%dT%H:%M:%SZ; }
logged() { dc logs pg-backup | grep pg_backup | grep "$1"; }

@test "000-01 000-08 000-11 000-23: after backup-up alone, without any setting, backups appear" {
  await logged 'backup: done: s3://backups/postgres/nextgopg_'
  [[ $(dc logs pg-backup) != *failed* ]]
}

@test "000-02 000-22 000-24 000-25 000-28: services, ports, the bucket; up once more is nothing new" {
  make_target backup-up
  is "$(dc config --services | sort | xargs)" "db pg-backup rustfs rustfs-init"
  is "$(docker inspect -f '{{.State.ExitCode}}' backup-stack-rustfs-init-1)" 0
  is "$(docker inspect -f '{{.State.Health.Status}}' backup-stack-rustfs-1)" healthy
  "$ROOT/tests/support/docker.sh" in "$SLUICE_DOCKER" curl -s http://127.0.0.1:9000/ | grep -E 'ListAllMyBuckets|<Error>'
  dc port rustfs 9001 | grep ':9001$'
  dc exec -T pg-backup cat /dev/shm/crontabs/sluice | grep '^# @daily$'
  is "$(docker inspect -f '{{len .HostConfig.PortBindings}}' backup-stack-pg-backup-1)" 0
}

@test "000-04 000-05 000-17 000-18: backup-now, backup-list, and pg_restore reads what there is" {
  before=$(number)
  make_target backup-now
  [ "$(number)" -gt "$before" ]
  make_target backup-list >list
  grep -E '^[0-9T:-]+Z +[0-9.]+ [KM]?i?B? *.*s3://backups/postgres/nextgopg_[0-9TZ:-]+\.dump\.gz$' list
  store bash -c "s3cat --latest 's3://backups/postgres/nextgopg_{utc}.dump.gz' | gunzip | pg_restore -l" >toc
  grep 'TABLE DATA public t ' toc
}

@test "000-04 000-19 000-30: with the database stopped, backup-now fails, stores and deletes nothing" {
  put "nextgopg_$(ago 9).dump.gz"
  dc stop -t 1 db
  before=$(names)
  [ "$(status make_target backup-now)" != 0 ]
  has "$(<out)" "backup: failed: nothing was stored"
  is "$(names)" "$before"
  dc up -d --wait db
}

@test "000-12 000-19 000-20 000-21: after a backup older ones go, and only this database's" {
  put "nextgopg_$(ago 8).dump.gz"
  put "nextgopg_$(ago 6).dump.gz"
  put "nextgopg_staging_$(ago 30).dump.gz"
  put notes.txt
  make_target backup-now
  store s3ls s3://backups/postgres/ >list
  for kept in "nextgopg_$(ago 6 | cut -dT -f1)" nextgopg_staging_ notes.txt; do grep "$kept" list; done
  run ! grep -E "nextgopg_$(ago 8 | cut -dT -f1)|nextgopg_$(ago 9 | cut -dT -f1)" list
  dc exec -T -e BACKUP_KEEP_DAYS=2 pg-backup backup
  store s3ls s3://backups/postgres/ >list
  run ! grep "nextgopg_$(ago 6 | cut -dT -f1)" list
  for value in 0 abc; do is "$(status dc exec -T -e BACKUP_KEEP_DAYS=$value pg-backup backup)" 78; done
}

@test "000-06 000-07 000-29: backup-restore brings the rows back and says which object" {
  want=$(rows)
  make_target backup-now
  query db nextgopg -c 'DELETE FROM t WHERE i % 3 = 0'
  make_target backup-restore >out 2>&1
  has "$(<out)" "restore: done: database nextgopg is as in nextgopg_"
  is "$(rows)" "$want"
}

@test "000-07: with the newest object damaged: an error, no success, the database as before" {
  want=$(rows)
  # s3put would refuse it, and does in other tests; curl does not care.
  store bash -c "s3cat --ok-broken-pipe --latest 's3://backups/postgres/nextgopg_{utc}.dump.gz' | head -c 20000 >/dev/shm/cut"
  request -H "x-amz-content-sha256: $(store sha256sum /dev/shm/cut | cut -d' ' -f1)" -T /dev/shm/cut \
    http://rustfs:9000/backups/postgres/nextgopg_2090-01-01T00%3A00%3A00Z.dump.gz
  [ "$(status make_target backup-restore)" != 0 ]
  run ! grep -iwE 'complete|success|done' out
  is "$(rows)" "$want"
  request -H "x-amz-content-sha256: $(sha256sum </dev/null | cut -d' ' -f1)" -X DELETE \
    http://rustfs:9000/backups/postgres/nextgopg_2090-01-01T00%3A00%3A00Z.dump.gz
}
request() { store curl -sSf --aws-sigv4 aws:amz:us-east-1:s3 -u rustfsadmin:rustfsadmin "$@"; }

@test "000-14 000-15: the user is POSTGRES_USER; a wrong password is a line, and no secret is logged" {
  is "$(status dc exec -T -e POSTGRES_PASSWORD=wrongpassword pg-backup backup)" 78
  has "$(<out)" 'postgres'
  [[ $(<out) != *wrongpassword* ]]
  [[ $(dc logs pg-backup) != *rustfsadmin* ]]
}

@test "000-09 000-10 000-13 000-16: defaults, and an override reaches server and client" {
  dc config >shown
  for line in 'S3_ACCESS_KEY: rustfsadmin' 'S3_SECRET_KEY: rustfsadmin' 'S3_SECRET_KEY: rustfsadmin' 'BACKUP_SCHEDULE: .@daily.' \
    'BACKUP_KEEP_DAYS: "7"' 'POSTGRES_DB: nextgopg' 'POSTGRES_USER: postgres' 'POSTGRES_PASSWORD: postgres' \
    'POSTGRES_HOST: db' 'S3_ENDPOINT: http://rustfs:9000' 'S3_BUCKET: backups' 'S3_PREFIX: postgres'; do
    grep -E "$line" shown
  done
  S3_ACCESS_KEY=other S3_SECRET_KEY=another dc config >shown
  is "$(grep -c 'S3_ACCESS_KEY: other' shown)" 2
  grep 'RGW_ACCESS_KEY: other' shown
  is "$(grep -c 'S3_SECRET_KEY: another' shown)" 2
  grep 'RGW_SECRET_KEY: another' shown
  # Every variable of the file is in the README's table.
  # shellcheck disable=SC2016
  for name in $(grep -o '\${[A-Z0-9_]*' "$ROOT/examples/rustfs-stack/docker-compose.yml" | tr -d '${' | sort -u); do
    grep "| \`$name\` |" "$ROOT/examples/rustfs-stack/README.md"
  done
}

@test "000-31: beside a stack that runs already: the backup joins its network" {
  docker network create other-stack
  docker run -d --name other-db --network other-stack -e POSTGRES_PASSWORD=postgres -e POSTGRES_DB=nextgopg postgres:15
  dir=$ROOT/examples/rustfs-stack
  compose+=(-f "$dir/docker-compose.external-db.yml" -p beside)
  export BACKUP_NETWORK=other-stack POSTGRES_HOST=other-db S3_PORT=19000 CONSOLE_PORT=19001
  dc up -d --wait pg-backup
  await docker exec other-db pg_isready -h 127.0.0.1
  result=$(status dc exec -T pg-backup backup)
  dc down -v -t 1
  docker rm -f other-db
  docker network rm other-stack
  is "$result" 0 "$(<out)"
}

@test "000-03 000-27: backup-down ends every container; the volume and the objects stay" {
  make_target backup-now
  before=$(names)
  make_target backup-down
  is "$(docker ps -aq --filter label=com.docker.compose.project=backup-stack)" ""
  docker volume inspect backup-stack_rustfs_data >/dev/null
  make_target backup-up
  is "$(names)" "$before"
}
