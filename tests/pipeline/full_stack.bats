#!/usr/bin/env bats
# The scripts of examples/full-stack on the bare machine: a real PostgreSQL, directories as volumes, a
# real S3 server, sshd, and services whose stops and starts are lines in a file.
# shellcheck disable=SC2016,SC2030,SC2031 # each test is a process; other programs' text

setup_file() {
  load ../support/common
  load ../support/postgres
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
  PG_DIR=$(mktemp -u /tmp/sluice-pg-XXXXXX)
  export PG_DIR
  postgres_start "$PG_DIR"
  createdb dart_cloud
  createdb functions_db
  psql -Xq -v ON_ERROR_STOP=1 dart_cloud -c "CREATE TABLE users AS SELECT i, md5(i::text) FROM generate_series(1, 3000) i"
  psql -Xq -v ON_ERROR_STOP=1 functions_db -c "CREATE TABLE functions AS SELECT i, repeat('x', i) FROM generate_series(1, 300) i"
}

teardown_file() {
  load ../support/postgres
  postgres_stop "$PG_DIR"
}

setup() {
  load ../support/common
  load ../support/postgres
  cd "$BATS_TEST_TMPDIR" || exit
  PATH="$ROOT/examples/full-stack/scripts:$PATH"
  export DATA=$PWD/data STATUS=$PWD/status POSTGRES_HOST=$PGHOST POSTGRES_PORT=$PGPORT POSTGRES_USER=$PGUSER
  # A cluster that does not run is archived file by file; what runs is in one of the tests.
  mkdir -m 700 cold
  echo 15 >cold/PG_VERSION
  export POSTGRES_VOLUME=$PWD/cold FUNCTIONS_VOLUME=$PWD/functions MIN_FREE=1M
  mkdir -m 711 functions functions/sub
  echo 'a file' >functions/one
  echo 'odd name' >"functions/sub/ö ä"
  chmod 640 functions/one
  chown 1234:4321 functions/sub 2>/dev/null || true
  ln -s one functions/link
  events=$PWD/events
  export STOP_BACKEND="echo stop backend >>$events" START_BACKEND="echo start backend >>$events"
}

teardown() {
  # shellcheck disable=SC2086 # words are meant
  [ -z "${PIDS:-}" ] || kill $PIDS 2>/dev/null || true
  [ ! -e rgw/env ] || "$ROOT/tests/support/rgw.sh" stop "$PWD/rgw"
}

# eventually COMMAND…: until it succeeds, for at most 20 s
eventually() {
  local _
  for _ in {1..200}; do
    ! "$@" 2>/dev/null || return 0
    sleep 0.1
  done
  fail "never: $*"
}
users() { sql dart_cloud -c 'SELECT count(*), sum(hashtext(u::text)) FROM users u'; }
functions() { sql functions_db -c 'SELECT count(*), sum(hashtext(f::text)) FROM functions f'; }
tree() { (cd "$1" && find . -printf '%p %m %U %G %l\n' | sort && find . -type f -exec sha256sum {} + | sort); }
flip() { printf '\xff\xff\xff' | dd of="$1" bs=1 seek=$(($(stat -c %s "$1") / 2)) conv=notrunc status=none; }

@test "001-01 001-02 001-03 001-04 001-05 001-58 001-63: dumps, the full backup, and what describes them" {
  umask 022
  backup-database.sh
  main=$(basename data/dart_cloud_*.sql.gz)
  [[ $main =~ ^dart_cloud_([0-9]{8}_[0-9]{6})\.sql\.gz$ ]]
  time=${BASH_REMATCH[1]}
  for name in dart_cloud functions_db; do
    gunzip -t "data/${name}_$time.sql.gz"
    gunzip -c "data/${name}_$time.sql.gz" | tail -9 | grep 'PostgreSQL database dump complete'
  done
  is "$(tar tzf "data/full_backup_$time.tar.gz" | xargs)" "dart_cloud_$time.sql.gz functions_db_$time.sql.gz"
  (cd data && sha256sum -c --strict "backup_$time.meta")
  grep "^# size: $(stat -c %s "data/$main") $main" "data/backup_$time.meta"
  grep -E '^# (start|end): [0-9-]{10}T[0-9:]{8}Z$' "data/backup_$time.meta"
  grep -E '^# versions: .*[0-9], PostgreSQL 1[0-9]' "data/backup_$time.meta"
  is "$(find data -type f ! -perm 600)" ""
  is "$(find data -type d ! -perm 700)" ""
}

@test "001-06 001-07 001-51 001-54: volumes and back, owners and modes too, the other one untouched" {
  backup-volumes.sh
  (cd data/volumes && sha256sum -c --strict volume_backup_*.meta)
  is "$(tar tzf data/volumes/volumes_backup_*.tar.gz | sed 's/_[0-9].*//' | xargs)" "postgres_volume functions_volume"
  want=$(tree functions)
  echo changed >functions/one
  rm -r functions/sub
  echo new >functions/new
  echo changed >cold/PG_VERSION
  restore-volumes.sh --yes --only functions
  is "$(tree functions)" "$want"
  is "$(<cold/PG_VERSION)" changed
  restore-volumes.sh --yes
  is "$(<cold/PG_VERSION)" 15
}

@test "001-06: the volume of a running server is a base backup that a server starts from" {
  export POSTGRES_VOLUME=$PG_DIR/data
  backup-volumes.sh
  is "$(status restore-volumes.sh --yes --only postgres)" 73
  has "$(<out)" "PostgreSQL runs on"
  export POSTGRES_VOLUME=$PG_DIR-restored
  mkdir "$POSTGRES_VOLUME"
  restore-volumes.sh --yes --only postgres
  mkdir "$PG_DIR-socket"
  chmod 777 "$PG_DIR-socket"
  run_as_owner() { (cd / && postgres_as_owner "$(postgres_bin)/$1" "${@:2}"); }
  run_as_owner pg_ctl -D "$POSTGRES_VOLUME" -w -l "$PG_DIR-socket/log" -o "-c listen_addresses='' -k $PG_DIR-socket -p 5432" start >started 2>&1 3>&- || fail "$(<started)"
  rows=$(psql -XAtq -h "$PG_DIR-socket" -p 5432 dart_cloud -c 'SELECT count(*) FROM users') || true
  run_as_owner pg_ctl -D "$POSTGRES_VOLUME" -w -m fast stop
  rm -rf "$POSTGRES_VOLUME" "$PG_DIR-socket"
  is "$rows" 3000
}

@test "001-08 001-28 001-71: backup-all: everything side by side, one archive, every file in the manifest" {
  backup-all.sh 2>log
  time=$(basename data/complete_backup_*.tar.gz .tar.gz)
  time=${time#complete_backup_}
  (cd data && sha256sum -c --strict "backup_manifest_$time.txt")
  is "$(tar tzf "data/complete_backup_$time.tar.gz" | sort | xargs)" \
    "backup_$time.meta dart_cloud_$time.sql.gz functions_db_$time.sql.gz volumes/functions_volume_$time.tar.gz volumes/postgres_volume_$time.tar.gz volumes/volume_backup_$time.meta"
  is "$(cd data && find . -type f ! -name '*.snar' ! -name 'backup_manifest_*' -printf '%P\n' | sort)" \
    "$(grep -v '^#' "data/backup_manifest_$time.txt" | cut -c67- | sort)"
  # Both began before either was done.
  is "$(grep -E 'start: (databases|volumes)|done: (full|volumes)' log | head -2 | grep -c start)" 2
  is "$(grep -c '^backup-all.sh: start:' log) $(grep -c '^backup-all.sh: done:' log)" "1 1"
}

@test "001-09 001-24 001-26: what cannot succeed is not begun; what fails leaves nothing combined" {
  is "$(POSTGRES_PORT=1 status backup-all.sh)" 75
  has "$(<out)" "nothing was begun"
  is "$(POSTGRES_HOST=127.0.0.1 POSTGRES_PASSWORD=wrong status backup-all.sh)" 78
  [[ $(<out) != *wrong* ]]
  is "$(FUNCTIONS_DB=nowhere status backup-all.sh)" 66
  is "$(find data -type f)" ""
  # The volume's failure is seen only on the way.
  is "$(FUNCTIONS_VOLUME=$PWD/nowhere status backup-all.sh)" 65 "$(<out)"
  sleep 1.1 # two backups of one second have one name
  is "$(FUNCTIONS_VOLUME=$PWD/nowhere PARALLEL=no status backup-all.sh)" 65
  sleep 1.1
  is "$(FUNCTIONS_DB=nowhere status backup-database.sh)" 65 "$(<out)"
  has "$(<out)" "does not exist"
  is "$(find data -name 'complete_*' -o -name 'volumes_*' -o -name '*.meta' -newer out)" ""
  [ ! -e status/mark ]
}

@test "001-25: without room nothing is begun, nothing is deleted" {
  mkdir data
  touch data/keep
  is "$(MIN_FREE=100000G status backup-all.sh)" 73
  has "$(<out)" "bytes are free"
  is "$(find data -type f)" data/keep
}

@test "001-27: what cannot be read back fails the run" {
  mkdir bin
  printf '#!/bin/bash\nPATH=${PATH#*:} s3put "$@" || exit\n[[ $2 != *functions_db* ]] || flip "${2#file://}"\n' >bin/s3put
  chmod +x bin/s3put
  export -f flip
  is "$(PATH=$PWD/bin:$PATH status backup-database.sh)" 65
  has "$(<out)" "cannot be read back"
  is "$(find data -name 'full_*')" ""
}

@test "001-12 001-13 001-16 001-22: three years become 7 days, 4 weeks, 12 months, each kind by itself" {
  backup-database.sh
  for day in $(seq 1 1095); do
    name=$(date -u -d "2026-01-01 - $day days" +%Y%m%d)_020000
    echo x | tee "data/dart_cloud_$name.sql.gz" "data/full_backup_$name.tar.gz" >"data/backup_$name.meta"
  done
  echo x | tee data/notes.txt data/dart_cloud_copy.sql.gz >/dev/null
  is "$(status backup-database.sh)" 1 # more than half would go
  has "$(<out)" "max-delete"
  kept() { find data -name "$1_*" | sed "s/.*$1_//; s/_.*//" | grep '^[0-9]' | sort; }
  sleep 1.1
  printf 'MAX_DELETE=100%%\nKEEP_WEEKLY=3\n' >conf
  BACKUP_CONF=$PWD/conf backup-database.sh
  sleep 1.1
  MAX_DELETE=100% backup-database.sh
  is "$(kept dart_cloud)" "$(kept full_backup)"
  [ -e data/notes.txt ]
  # 7 days; of the 4 weeks and 12 months those that are not among them.
  kept dart_cloud >names
  python3 - <<'PY'
names = open("names").read().split()
months = {n[:6] for n in names}
assert len(months) == 12, months
assert 14 <= len(names) <= 22, names
PY
  printf 'KEEP_FOREVER=1\n' >conf
  is "$(BACKUP_CONF=$PWD/conf status backup-database.sh)" 78
  has "$(<out)" "there is no setting 'KEEP_FOREVER'"
}

@test "001-29: the level is a setting" {
  LEVEL=1 backup-database.sh
  mv data fast
  LEVEL=12 backup-database.sh
  [ "$(cat fast/dart_cloud_* | wc -c)" -gt "$(cat data/dart_cloud_* | wc -c)" ]
  is "$(zcat fast/dart_cloud_* | strip_key | sha256sum)" "$(zcat data/dart_cloud_* | strip_key | sha256sum)"
  is "$(LEVEL=best status backup-database.sh)" 78
}

@test "001-30: archive and increment restore what there was, deletions too" {
  head -c 3000000 /dev/urandom >functions/large
  backup-volumes.sh
  echo more >>functions/one
  rm -r functions/sub
  mkdir functions/later
  echo new >functions/later/file
  sleep 1.1
  backup-volumes.sh --incremental
  increment=$(echo data/volumes/functions_increment_*)
  [ "$(stat -c %s "$increment")" -lt 10000 ]
  want=$(tree functions)
  rm -r functions/later functions/large
  restore-volumes.sh --yes --only functions "$increment"
  is "$(tree functions)" "$want"
}

@test "001-50 001-53 001-54 001-55 001-56: a restore asks, stops the backend, brings one database back" {
  backup-database.sh
  want=$(users) other=$(sql functions_db -c 'SELECT xmin, * FROM functions ORDER BY i LIMIT 5')
  sql dart_cloud -c 'DELETE FROM users WHERE i % 2 = 0'
  less=$(users)
  is "$(status restore-database.sh)" 77
  has "$(<out)" "--yes means yes"
  echo n | script -qec restore-database.sh /dev/null >answer || true
  has "$(<answer)" "nothing was changed"
  is "$(users)" "$less"
  [ ! -e events ]
  restore-database.sh --yes --only dart_cloud 2>log
  is "$(users)" "$want"
  is "$(sql functions_db -c 'SELECT xmin, * FROM functions ORDER BY i LIMIT 5')" "$other"
  is "$(xargs <events)" "stop backend start backend"
  restore-database.sh --yes data/functions_db_*.sql.gz >out
  has "$(<out)" "functions 300"
  restore-database.sh --yes --into elsewhere data/functions_db_*.sql.gz
  is "$(sql elsewhere -c 'SELECT count(*) FROM functions')" 300
  is "$(VALIDATE='SELECT false' status restore-database.sh --yes)" 65
  has "$(<out)" "VALIDATE answers 'f'"
  dropdb elsewhere
}

@test "001-52 001-57: a damaged backup stops no service and changes nothing" {
  backup-all.sh
  want=$(users)$(functions)$(tree functions)
  for file in data/full_backup_*.tar.gz data/dart_cloud_*.sql.gz; do
    flip "$file"
    is "$(status restore-database.sh --yes "$file")" 65 "$file: $(<out)"
  done
  for file in data/volumes/volumes_backup_*.tar.gz data/volumes/functions_volume_*.tar.gz; do
    truncate -s -100 "$file"
    is "$(status restore-volumes.sh --yes --only functions "$file")" 65 "$file: $(<out)"
  done
  flip data/complete_backup_*.tar.gz
  is "$(status restore-all.sh --yes)" 65
  has "$(<out)" "failed at: check"
  is "$(status restore-database.sh --yes 19990101_000000)" 66
  [ ! -e events ]
  is "$(users)$(functions)$(tree functions)" "$want"
  # Whole, but with an error in it.
  { echo 'SELECT 1/0;'; zcat data/functions_db_*.sql.gz; } | gzip >bad.sql.gz
  cp bad.sql.gz data/functions_db_20300101_000000.sql.gz
  [ "$(status restore-database.sh --yes data/functions_db_20300101_000000.sql.gz)" != 0 ]
  run ! grep -wE 'done|complete' out
  is "$(users)$(functions)$(tree functions)" "$want"
}

@test "001-55 001-69: the whole system comes back, in order; a step that fails is named" {
  backup-all.sh
  want=$(users)$(functions)$(tree functions)
  sql dart_cloud -c 'DROP TABLE users'
  dropdb functions_db
  rm -r functions/sub
  START_DATABASE="echo start database >>$events" restore-all.sh --yes 2>log
  is "$(users)$(functions)$(tree functions)" "$want"
  is "$(xargs <events)" "stop backend start database start backend"
  is "$(sed -n 's/^restore-all.sh: \([a-z]*:\).*/\1/p' log | xargs)" "check: stop: start: wait: start: done:"
  grep -E 'in [0-9]+ s$' log
  is "$(STOP_BACKEND=false status restore-all.sh --yes)" 1
  has "$(<out)" "failed at: stop backend"
}

@test "001-31 001-33 001-38 001-39 001-60 001-64: a directory, S3 and the original are three equal copies" {
  "$ROOT/tests/support/rgw.sh" start "$PWD/rgw"
  . rgw/env
  "$ROOT/tests/support/rgw.sh" bucket "$PWD/rgw" replica
  export REPLICATE="file://$PWD/copy"$'\n'"s3://replica/backups"
  backup-all.sh
  is "$(tree data | grep -v ' 600 \| 700 ')" "$(tree copy | grep -v ' 600 \| 700 \| 644 \| 755 ')"
  aws --endpoint-url "$AWS_ENDPOINT_URL_S3" s3 ls --recursive s3://replica/backups/ | awk '{print $4}' | sed 's|^backups/||' | sort >keys
  is "$(<keys)" "$(cd data && find . -type f -printf '%P\n' | sort)"
  replicate-volumes.sh >again 2>&1
  run ! grep -v 'done: ' again
  # What somebody changed in a copy is found by its contents, and put right.
  file=$(basename data/full_backup_*.tar.gz)
  touch -r "copy/$file" stamp
  flip "copy/$file"
  touch -r stamp "copy/$file"
  replicate-volumes.sh
  cmp "data/$file" "copy/$file"
  # Deletions are followed only where that is asked for.
  rm data/dart_cloud_*
  replicate-volumes.sh
  ls copy/dart_cloud_*
  REPLICATE_DELETE=yes replicate-volumes.sh
  run ! ls copy/dart_cloud_*
  is "$(REPLICATE=s3://nowhere/x status backup-all.sh)" 66 "$(<out)"
  is "$(REPLICATE=s3://replica/x AWS_SECRET_ACCESS_KEY=wrong status backup-all.sh)" 78 "$(<out)"
  # monitor.sh knows the copies' lag.
  sleep 1.1
  REPLICATE='' backup-all.sh
  monitor.sh
  grep -E 'replication_lag_seconds.* [0-9.]+$' status/backups.prom
  # The last day of a server that is gone.
  "$ROOT/tests/support/rgw.sh" kill "$PWD/rgw"
  is "$(status s3sync --retries 0 "file://$DATA" s3://replica/backups)" 75 "$(<out)"
}

@test "001-32 001-34 001-37: rsync with a key, a command; one that fails does not stop the others" {
  ssh-keygen -q -t ed25519 -N '' -f host
  ssh-keygen -q -t ed25519 -N '' -f key
  ssh-keygen -q -t ed25519 -N '' -f wrong
  mkdir -p /run/sshd 2>/dev/null || true # only root's sshd needs it
  cp key.pub authorized
  port=$((RANDOM % 10000 + 20000))
  /usr/sbin/sshd -D -e -p $port -o ListenAddress=127.0.0.1 -h "$PWD/host" -o StrictModes=no -o UsePAM=no \
    -o "AuthorizedKeysFile=$PWD/authorized" -o PidFile=none >sshd.log 2>&1 3>&- &
  PIDS=$!
  answers() { (echo >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
  eventually answers
  export RSYNC_PORT=$port RSYNC_KEY=$PWD/key
  export RSYNC_SSH_OPTIONS="-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
  backup-database.sh
  REPLICATE="rsync:127.0.0.1:$PWD/remote" replicate-volumes.sh
  is "$(tree remote)" "$(tree data)"
  printf '#!/bin/bash\ncp -r "$2" "$1"\n' >copier
  chmod +x copier
  REPLICATE="command:$PWD/copier $PWD/custom" replicate-volumes.sh
  is "$(tree custom)" "$(tree data)"
  export REPLICATE="rsync:127.0.0.1:$PWD/other"$'\n'"command:false"$'\n'"file://$PWD/copy"
  [ "$(RSYNC_KEY=$PWD/wrong status replicate-volumes.sh)" != 0 ]
  has "$(<out)" "failed: rsync:"
  has "$(<out)" "failed: command:false"
  has "$(<out)" "done: file://"
  is "$(cd copy && find . -type f | sort)" "$(cd data && find . -type f | sort)"
}

@test "001-35 001-36 001-40 001-41: again and again: a new file follows, an error is a line, TERM ends it" {
  export REPLICATE=file://$PWD/copy
  backup-database.sh
  replicate-volumes.sh --every 1 >log 2>&1 3>&- &
  PIDS=$!
  copied() { [ -e "$(echo copy/full_backup_*)" ]; }
  eventually copied
  echo new >data/new
  eventually [ -e copy/new ]
  chmod 600 copy
  mv copy moved
  echo >copy # no directory any more
  eventually grep -q 'failed: file://' log
  rm copy
  mv moved copy
  chmod 700 copy
  echo newer >data/newer
  eventually [ -e copy/newer ]
  kill "$PIDS"
  ended=0
  wait "$PIDS" || ended=$?
  PIDS=''
  is "$ended" 143
}

@test "001-47 001-48 001-49: a failure is told by mail and webhook, and who does not answer holds up nothing" {
  sink() {
    mkdir "$1"
    python3 "$ROOT/tests/support/sink.py" "$2" "$PWD/$1" 3>&- &
    PIDS="${PIDS:-} $!"
    eventually [ -s "$1/port" ]
  }
  sink hook http
  sink mail smtp
  sink dead hang
  SENTINEL_WEBHOOK_URL=http://127.0.0.1:$(<hook/port)/hook
  MAIL_SERVER=smtp://127.0.0.1:$(<mail/port)
  export SENTINEL_WEBHOOK_URL MAIL_SERVER MAIL_TO=admin@example.com
  is "$(POSTGRES_PORT=1 status backup-all.sh)" 75
  eventually [ -e hook/1 ]
  eventually [ -e mail/1 ]
  grep -x 'application/json' hook/1
  is "$(tail -1 hook/1 | jq -r .status)" failed
  tail -1 hook/1 | jq -er .timestamp
  grep '^Subject: Backup Failure Alert' mail/1
  grep -E 'Backup failed at .*20[0-9]{2}' mail/1
  backup-all.sh
  [ ! -e mail/2 ]
  sleep 1.1
  SENTINEL_WEBHOOK_URL=http://127.0.0.1:$(<dead/port)/ backup-all.sh
}

@test "001-42 001-43 001-45 001-46 001-67: the monitor shows what there is, and says what is wrong" {
  backup-all.sh
  monitor.sh >shown
  grep -E '^backups: 2$' shown
  grep -E '^newest: (dart_cloud|functions_db)_' shown
  grep -E '^used: .*, free: ' shown
  grep dart_cloud status/backups.html
  monitor.sh --check
  is "$(MIN_FREE=100000G status monitor.sh --check)" 1
  for _ in 1 2 3; do is "$(POSTGRES_PORT=1 status backup-all.sh)" 75; done
  is "$(status monitor.sh --check)" 1
  has "$(<out)" "3 failures in a row"
  rm status/history
  is "$(status monitor.sh --check)" 0 "$(<out)"
  # The newest is half of those before.
  for file in data/dart_cloud_*.sql.gz; do
    for hour in 1 2 3; do cp "$file" "data/dart_cloud_$(date -u -d "$hour hours ago" +%Y%m%d_%H%M%S).sql.gz"; done
    truncate -s "$(($(stat -c %s "$file") / 2))" "$file"
  done
  is "$(status monitor.sh --check)" 1
  has "$(<out)" "shrink"
  rm data/dart_cloud_* data/functions_db_*
  is "$(status monitor.sh --check)" 1
  sentinel mark >status/mark
  monitor.sh --mark
  echo '2026-01-01T00:00:00Z OK' >status/mark
  is "$( status monitor.sh --mark)" 1
}

@test "001-44: a run that took far longer than those before is a finding" {
  backup-all.sh
  for i in $(seq 10); do
    echo "{\"name\":\"all\",\"start\":\"2026-01-01T0$((i % 10)):00:00Z\",\"duration\":60,\"status\":\"success\",\"exit\":0,\"tries\":1,\"reason\":\"\"}"
  done >status/history
  monitor.sh --check
  echo '{"name":"all","start":"2026-01-02T00:00:00Z","duration":600,"status":"success","exit":0,"tries":1,"reason":""}' >>status/history
  is "$(status monitor.sh --check)" 1
  has "$(<out)" "duration"
}

@test "001-59 001-62: encrypted with age's keys, changed later, restored with the new one" {
  seal-keygen -o key 2>/dev/null
  seal-keygen -o key2 2>/dev/null
  RECIPIENTS=$(seal-keygen -y key)
  export RECIPIENTS SEAL_IDENTITY_FILE=$PWD/key
  backup-all.sh
  age -d -i key data/dart_cloud_*.sql.gz.age | gunzip | tail -9 | grep complete
  want=$(users)
  sql dart_cloud -c 'DELETE FROM users'
  restore-database.sh --yes --only dart_cloud
  is "$(users)" "$want"
  file=$(echo data/dart_cloud_*.sql.gz.age)
  seal --rewrap -i key -r "$(seal-keygen -y key2)" -o new "$file"
  run ! age -d -i key new
  age -d -i key2 new | gunzip -t
  # A backup does not need the key.
  unset SEAL_IDENTITY_FILE
  sleep 1.1
  backup-database.sh
}

@test "001-61: passwords from files; none in the tree" {
  echo secret >password
  POSTGRES_HOST=127.0.0.1 POSTGRES_PASSWORD_FILE=$PWD/password backup-database.sh
  is "$(POSTGRES_HOST=127.0.0.1 POSTGRES_PASSWORD_FILE=/nowhere status backup-database.sh)" 78
  run ! git -C "$ROOT" grep -niE "(password|secret)[a-z_]*=[\"']?[a-z0-9]" -- examples/full-stack
  run ! git -C "$ROOT" grep -niE "(password|secret)[a-z_]*: *[\"']?[a-z0-9]" -- 'examples/full-stack/*.yml'
}

@test "001-65 001-66 001-68: the drill restores, compares, throws away and says how long it took" {
  backup-all.sh
  before=$(databases)
  restore-drill.sh 2>log
  grep -E '^restore-drill.sh: done: [0-9]+ s$' log
  is "$(grep -c 'restored and compared' log)" 2
  is "$(databases)" "$before"
  is "$(tail -1 status/history | jq -r '.name, .status' | xargs)" "drill success"
  # What is not what was backed up is found.
  sleep 1.1
  zcat data/functions_db_*.sql.gz | sed 's/^-- Name: functions; Type: TABLE;.*/&\nCREATE TABLE public.extra ();/' >plain
  sed '/^CREATE TABLE public.extra/d' plain | gzip >/dev/null
  time=$(date -u +%Y%m%d_%H%M%S)
  { sed '$d' plain; echo 'DROP TABLE public.extra;'; tail -1 plain; } | gzip >"data/functions_db_$time.sql.gz"
  [ "$(status restore-drill.sh)" != 0 ]
  is "$(databases)" "$before"
}

@test "001-14 001-15: the scripts, their help, the layout" {
  for script in backup-database backup-volumes backup-all restore-database restore-volumes replicate-volumes \
    restore-all restore-drill monitor validate service; do
    "$script.sh" --help | grep "^Usage: $script.sh"
    is "$(status "$script.sh" --frobnicate)" 64 "$script"
  done
  cd "$ROOT/examples/full-stack"
  git check-ignore data/x status/x
  for path in scripts config/.backup.conf config/docker-compose.backup.yml docs/README.md docs/QUICKSTART.md docs/BACKUP_ARCHITECTURE.md; do
    [ -e "$path" ]
  done
}
