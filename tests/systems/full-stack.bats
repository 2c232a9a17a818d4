#!/usr/bin/env bats
# examples/full-stack in containers, in a copy of its folder; what its scripts do in detail is in
# tests/pipeline/full_stack.bats.
# shellcheck disable=SC2016,SC2030,SC2031 # each test is a process; other shells' text

setup_file() {
  load ../support/common
  load systems
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
  cp -r "$ROOT/examples/full-stack" "$BATS_FILE_TMPDIR/"
  docker build -q -t sluice-full-stack -f "$BATS_FILE_TMPDIR/full-stack/config/Dockerfile" "$BATS_FILE_TMPDIR/full-stack" >/dev/null
}

teardown_file() {
  load ../support/common
  load systems
  project
  dc --profile job --profile monitor down -v -t 1
}

project() {
  cd "$BATS_FILE_TMPDIR/full-stack" || exit
  export POSTGRES_PASSWORD=stackpassword HEALTH_INTERVAL=1s
  # shellcheck disable=SC2034 # dc uses it
  compose=(-f docker-compose.yml -f config/docker-compose.backup.yml)
}

setup() {
  load ../support/common
  load systems
  project
}

main() { query postgres dart_cloud "$@"; }
in_backup() { dc exec -T backup "$@"; }
files() { find data -name "$1" | sort; }
health() { docker inspect -f '{{.State.Health.Status}}' full-stack-backup-1; }
is_health() { [ "$(health)" = "$1" ]; }

@test "001-17 001-18 001-20 001-69: the commands of QUICKSTART.md, one after the other" {
  sed -n 's/^\$ //p' docs/QUICKSTART.md >commands
  [ "$(wc -l <commands)" -ge 20 ]
  # Data, once there is a server, and what must be back in the end.
  cat >fill <<'FILL'
docker compose exec -T postgres psql -Xq -U postgres -v ON_ERROR_STOP=1 dart_cloud -c 'CREATE TABLE users AS SELECT i, md5(i::text) FROM generate_series(1, 3000) i'
docker compose exec -T postgres psql -Xq -U postgres -v ON_ERROR_STOP=1 functions_db -c 'CREATE TABLE functions AS SELECT i FROM generate_series(1, 300) i'
docker compose exec -T backend bash -c 'mkdir -p /functions/a && echo code >/functions/a/run && chmod 750 /functions/a/run'
FILL
  { sed -n 1,2p commands; cat fill; sed -n '3,$p' commands; } >script
  # Backups of one second would have one name.
  sed -i 's/^docker compose exec -T backup backup-all.sh$/sleep 1; &/' script
  bash -euxo pipefail script >log 2>&1 </dev/null || fail "$(tail -40 log)"
  is "$(main -c 'SELECT count(*) FROM users')" 3000
  is "$(query postgres functions_db -c 'SELECT count(*) FROM functions')" 300
  is "$(dc exec -T backend stat -c '%a %s' /functions/a/run)" "750 5"
  grep -E 'restore-drill.sh: done: [0-9]+ s' log
  await is_health healthy
}

@test "001-12 001-19 001-21 001-22 001-23 001-70: cron backs up and applies the retention, gently, a start line and an end line" {
  old=data/dart_cloud_20200101_000000.sql.gz
  for month in 01 02; do cp "$(files 'dart_cloud_*' | tail -1)" "data/dart_cloud_2020${month}01_000000.sql.gz"; done
  before=$(files 'full_backup_*')
  DATABASE_SCHEDULE='*/1 * * * *' dc up -d --wait backup
  in_backup cat /dev/shm/crontabs/root >lines
  grep '^\*/1 \* \* \* \* nice ionice -c 3 /opt/backup/scripts/backup-all.sh --databases' lines
  grep '^30 3 \* \* \* nice ionice -c 3 /opt/backup/scripts/backup-all.sh 2>&1' lines
  # Twice, so that one run's time is not another's.
  for _ in 1 2; do
    another() { [ "$(files 'full_backup_*')" != "$before" ]; }
    await another
    before=$(files 'full_backup_*')
  done
  logged() { dc logs backup | grep 'backup: backup-all.sh: done:'; }
  await logged
  dc logs backup | grep 'backup: backup-all.sh: start:'
  run ! grep failed <(dc logs backup)
  is "$(docker inspect -f '{{.HostConfig.LogConfig.Config}}' full-stack-backup-1)" "map[max-file:3 max-size:1m]"
  # All of these months stay, as long as there are no twelve.
  [ -e $old ]
  dc up -d --wait backup
  sleep 1.1
  in_backup env KEEP_MONTHLY=1 KEEP_WEEKLY=1 KEEP_DAILY=1 MAX_DELETE=100% backup-all.sh --databases
  [ ! -e $old ]
}

@test "001-20: a stale mark is unhealthy, a fresh one healthy; no access to Docker, nothing writable" {
  cp status/mark fresh
  echo '2026-01-01T00:00:00Z OK' >status/mark
  await is_health unhealthy
  sleep 1.1
  in_backup backup-all.sh --databases
  await is_health healthy
  is "$(docker inspect -f '{{.HostConfig.ReadonlyRootfs}}' full-stack-backup-1)" true
  [ "$(status in_backup touch /volumes/functions/x)" != 0 ]
  [ "$(status in_backup ls /var/run/docker.sock)" != 0 ]
}

# The scripts on the host, with the server's container and Docker's volumes.
on_host() {
  local engine
  engine=$(command -v docker)
  PATH="$ROOT/examples/full-stack/scripts:$BATS_FILE_TMPDIR/bin:$PATH"
  export DATABASE_CONTAINER=full-stack-postgres-1 DATA=$BATS_FILE_TMPDIR/host STATUS=$BATS_FILE_TMPDIR/host-status
  export POSTGRES_VOLUME=full-stack_postgres_data FUNCTIONS_VOLUME=full-stack_functions_data MIN_FREE=1M
  mkdir -p "$BATS_FILE_TMPDIR/bin"
  printf '#!/bin/bash\necho "$*" >>%q\n[ "$1" != exec ] || echo $$ >%q\nexec %q "$@"\n' "$BATS_FILE_TMPDIR/called" "$BATS_FILE_TMPDIR/pid" "$engine" >"$BATS_FILE_TMPDIR/bin/docker"
  chmod +x "$BATS_FILE_TMPDIR/bin/docker"
}

@test "001-10 001-11: by docker exec, and with temporary containers that only read the volumes" {
  dc stop -t 1 backup
  containers=$(docker ps -aq | sort)
  on_host
  backup-all.sh
  grep "exec -e PGPASSWORD full-stack-postgres-1 pg_dump -U postgres dart_cloud" "$BATS_FILE_TMPDIR/called"
  grep -- "--rm -v full-stack_functions_data:/volume:ro " "$BATS_FILE_TMPDIR/called"
  run ! grep stackpassword "$BATS_FILE_TMPDIR/called"
  is "$(docker ps -aq | sort)" "$containers"
  main -c 'DELETE FROM users'
  dc exec -T backend rm -r /functions/a
  restore-all.sh --yes
  is "$(main -c 'SELECT count(*) FROM users')" 3000
  is "$(dc exec -T backend stat -c '%a %s' /functions/a/run)" "750 5"
  is "$(docker ps -aq | sort)" "$containers"
}

@test "001-11: a docker exec that is killed leaves no backup" {
  on_host
  before=$(find "$DATA" -name 'dart_cloud_*' -o -name 'full_*')
  (main -c 'BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60)' >/dev/null 2>&1 3>&- || true) &
  locked() { [ "$(query postgres postgres -c "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted")" != 0 ]; }
  await locked
  backup-database.sh >out 2>&1 3>&- &
  waits() { query postgres postgres -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'pg_dump'" | grep .; }
  await waits
  kill -KILL "$(<"$BATS_FILE_TMPDIR/pid")"
  ended=0
  wait $! || ended=$?
  query postgres postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" >/dev/null
  [ "$ended" != 0 ]
  is "$(find "$DATA" -name 'dart_cloud_*' -o -name 'full_*')" "$before"
}

@test "001-42: the monitor's page and metrics" {
  dc --profile monitor up -d monitor
  there() { grep -q dart_cloud status/backups.prom && grep -q '<title>Backups of' status/backups.html; }
  await there
}
