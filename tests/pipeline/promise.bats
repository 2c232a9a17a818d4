#!/usr/bin/env bats
# shellcheck disable=SC2016 # pipelines are given as text
# The one promise, on real pipelines: an object exists only if every stage that made it succeeded.
# Each test runs against a directory and against S3.

setup_file() {
  load ../support/common
  load ../support/s3
  # shellcheck source-path=SCRIPTDIR
  . "$ROOT/tests/support/postgres.sh"
  PG_DIR=$(mktemp -d)/pg
  chmod 755 "${PG_DIR%/*}"
  export PG_DIR
  postgres_start "$PG_DIR"
  createdb appdb
  # Text that does not compress away, so that an upload has several parts.
  psql -Xq appdb -c "CREATE TABLE noise AS SELECT i, md5(i::text) || md5((i * 7)::text) AS text
                     FROM generate_series(1, 400000) i"
  createdb small
  psql -Xq small -c 'CREATE TABLE one AS SELECT 1 AS x'
  s3_setup_file
  s3_environment
  s3_bucket promise
}

teardown_file() {
  load ../support/common
  load ../support/s3
  . "$ROOT/tests/support/postgres.sh"
  postgres_stop "$PG_DIR"
  rmdir "${PG_DIR%/*}"
  s3_teardown_file
}

setup() {
  load ../support/common
  load ../support/s3
  cd "$BATS_TEST_TMPDIR" || exit
  mkdir store
}

stores() { echo "file://$BATS_TEST_TMPDIR/store/"; echo "s3://promise/$BATS_TEST_NUMBER/"; }

# pipeline TEXT: its status under pipefail; what it says is in err
pipeline() {
  local status=0
  bash -o pipefail -c "$1" >out 2>err || status=$?
  echo "$status"
}

stores_nothing() { # TEXT [STATUS]: fails, and leaves no object and no upload in $S
  local status
  status=$(pipeline "$1")
  is "$(s3ls "$S")" "" "objects after: $1"
  is "$(s3ls --incomplete "$S")" "" "uploads after: $1"
  [ "$status" != 0 ] || fail "status 0: $1"
  [ -z "${2:-}" ] || is "$status" "$2" "$1"
}

stores_one() { # TEXT
  is "$(pipeline "$1")" 0 "$1: $(<err)"
  is "$(s3ls "$S" | wc -l)" 1 "$1"
}

# A stage that the tests can kill: tells its process id, then becomes the command.
stage() { echo "$BASHPID" >"pid.$1"; exec "$@"; }
export -f stage

backup() { # the whole backup, each stage killable
  stage pgdump-stream appdb | stage zpipe -1 | stage s3put "${S}appdb_{utc:%Y%m%d%H%M%S}_$1.dump.gz"
}

@test "50 SIGKILLs of each stage at random moments leave no object that is not whole" {
  for S in $(stores); do
    for victim in pgdump-stream zpipe s3put; do
      for i in $(seq 50); do
        rm -f pid.*
        (set -o pipefail; backup "$i" 2>/dev/null) & job=$!
        until [ -s pid.$victim ]; do sleep 0.002; done
        # A third of them before the first byte, the others until after the end.
        [ $((i % 3)) = 0 ] || sleep "0.$(printf %03d $((RANDOM % 500)))"
        killed=yes
        kill -KILL "$(<pid.$victim)" 2>/dev/null || killed=no
        status=0
        wait $job || status=$?
        objects=$(s3ls "$S")
        if [ -n "$objects" ]; then
          s3cat "$objects" | zpipe -d | pgrestore-stream --verify || fail "$victim, $i: not whole: $objects"
          [ "$status" = 0 ] || [ $victim = s3put ] || [ $killed = no ] || fail "$victim, $i: stored, but status $status"
        else
          [ "$status" != 0 ] || fail "$victim, $i: status 0 and no object"
        fi
        [ $victim = s3put ] || is "$(s3ls --incomplete "$S")" "" "$victim, $i: orphaned uploads"
        rm -rf store/* store/.[!.]*
        [ -z "$objects" ] || [[ $S != s3:* ]] || remove "$objects"
      done
    done
  done
}

# The tests' own broom; not a tool of ours, so that nothing is taken for granted.
remove() { aws --endpoint-url "$AWS_ENDPOINT_URL_S3" s3 rm --quiet "$1"; }

@test "SIGTERM and SIGINT to s3put leave nothing at all behind" {
  for S in $(stores); do
    for signal in TERM INT HUP; do
      for delay in 0.05 0.2 0.4; do
        rm -f pid.*
        (backup "$signal" 2>/dev/null) & job=$!
        until [ -s pid.s3put ]; do sleep 0.002; done
        sleep $delay
        kill -$signal "$(<pid.s3put)" 2>/dev/null || true
        wait $job || true
        is "$(s3ls --incomplete "$S")" "" "$signal after $delay"
        is "$(find store -name '.sluice-*')" "" "$signal after $delay"
        objects=$(s3ls "$S")
        rm -rf store/*
        [ -z "$objects" ] || [[ $S != s3:* ]] || remove "$objects"
      done
    done
  done
}

@test "the plain pipeline stores one object, without false alarm, 50 times and random sizes" {
  for S in $(stores); do
    for i in $(seq 25); do
      head -c $((RANDOM * RANDOM % 20000000)) /dev/urandom >random
      zpipe -1 random | s3put "${S}random_$i"
      s3cat "${S}random_$i" | zpipe -d | cmp - random
    done
  done
}

@test "a missing database stores nothing" {
  for S in $(stores); do
    stores_nothing "pgdump-stream nodb | zpipe | s3put '${S}x'" 65
    has "$(<err)" "pgdump-stream: error: "
    has "$(<err)" nodb
  done
}

@test "stock programs without proof are refused, with a hint that names the ways out" {
  for S in $(stores); do
    stores_nothing "pg_dump appdb | gzip -1 | s3put '${S}x'" 65
    for way in zpipe '-- COMMAND' --trust-eof; do has "$(<err)" "$way"; done
    stores_one "pg_dump small | s3put '${S}x'"  # plain SQL has an end of its own
  done
}

@test "s3put runs the producer itself and commits only its success" {
  for S in $(stores); do
    stores_nothing "s3put '${S}x' -- bash -o pipefail -c 'pg_dump nodb | gzip'" 65
    stores_nothing "s3put '${S}x' -- bash -c 'pg_dump small; exit 3'" 65
    has "$(<err)" "exit status 3"
    stores_nothing "s3put '${S}x' -- bash -c 'pg_dump small; kill -KILL \$\$'" 65
    stores_nothing "s3put '${S}x' -- no-such-program" 66
    stores_nothing "pgdump-stream -F p nodb | s3put '${S}x' -- gzip -c" 65
    stores_one "pgdump-stream -F p small | s3put '${S}x' -- gzip -c"
    s3cat "${S}x" | gunzip | grep -q 'dump complete'
    stores_one "s3put '${S}x' -- bash -o pipefail -c 'pg_dump small | gzip'"
    s3cat "${S}x" | gunzip | grep -q 'dump complete'
  done
}

@test "groups and loops: all members finished, or nothing is stored" {
  for S in $(stores); do
    stores_nothing "{ pgdump-stream -F p small; pgdump-stream -F p nodb; } | zpipe | s3put '${S}x'" 65
    stores_nothing "{ pgdump-stream -F p nodb; pgdump-stream -F p small; } | zpipe | s3put '${S}x'" 65
    stores_nothing "for db in small nodb small; do pgdump-stream -F p \$db; done | zpipe | s3put '${S}x'" 65
    stores_nothing "n=1; until pgdump-stream -F p \$([ \$n = 2 ] && echo small || echo nodb); do n=2; done | zpipe | s3put '${S}x'" 65
    stores_nothing "printf '%s\n' appdb appdb | xargs -P2 -I{} pgdump-stream -F p {} | zpipe -1 | s3put '${S}x'" 65
    stores_one "{ pgdump-stream -F p small; pgdump-stream -F p small; } | zpipe | s3put '${S}x'"
    is "$(s3cat "${S}x" | zpipe -d | grep -c 'dump complete')" 2
    stores_one "for db in small small small; do pgdump-stream -F p \$db; done | zpipe | s3put '${S}x'"
  done
}

@test "command not found, at either end, stores nothing" {
  for S in $(stores); do
    stores_nothing "no-such-dump | zpipe | s3put '${S}x'" 65
    stores_nothing "pgdump-stream small | no-such-zip | s3put '${S}x'" 65
  done
}

@test "pv in the middle: failures still show, success still passes" {
  for S in $(stores); do
    stores_nothing "pgdump-stream nodb | pv -q | zpipe | pv -q | s3put '${S}x'" 65
    stores_nothing "pgdump-stream small | zpipe | head -c 100 | s3put '${S}x'" 65
    stores_nothing "pgdump-stream small | zpipe -F zstd | head -c 100 | s3put '${S}x'" 65
    stores_one "pgdump-stream small | pv -q | zpipe | pv -q | s3put '${S}x'"
  done
}

@test "a dump under another user, as cron lines have it" {
  [ "$(id -u)" = 0 ] || skip "needs root"
  chmod 755 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  bin=$(mktemp -d)
  chmod 755 "$bin"
  cp "$(command -v pgdump-stream)" "$bin/"
  other="setpriv --reuid=postgres --regid=postgres --clear-groups $bin/pgdump-stream"
  for S in $(stores); do
    stores_nothing "$other nodb | zpipe | s3put '${S}x'" 65
    stores_nothing "$other -F p nodb | s3put '${S}x'" 65
    stores_nothing "{ $other -F p small; $other -F p nodb; } | zpipe | s3put '${S}x'" 65
    stores_one "$other small | zpipe | s3put '${S}x'"
    stores_one "su -s /bin/bash postgres -c '$bin/pgdump-stream small' | zpipe | s3put '${S}x'"
  done
  rm -rf "$bin"
}

@test "the server dies in the middle of the dump" {
  for S in $(stores); do
    rm -f pid.*
    (set -o pipefail; backup dies 2>err) & job=$!
    until [ -s pid.s3put ]; do sleep 0.002; done
    sleep 0.3
    psql -XAtq postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE datname = 'appdb'" >/dev/null
    status=0
    wait $job || status=$?
    if [ "$status" = 0 ]; then continue; fi  # it had finished
    is "$(s3ls "$S")" ""
    is "$(s3ls --incomplete "$S")" ""
  done
}

@test "what we wrote, stock tools read; what they wrote, we read" {
  for S in $(stores); do
    pgdump-stream appdb | zpipe | s3put "${S}ours"
    fetch "${S}ours" ours.gz
    gunzip -t ours.gz
    bgzip -dc ours.gz >ours.dump
    pg_restore -l ours.dump | grep -q 'TABLE DATA public noise'
    createdb stock
    pg_restore -d stock ours.dump
    pgdump-stream -F p small | psql -Xq -v ON_ERROR_STOP=1 -o /dev/null stock
    is "$(psql -XAtc 'SELECT count(*) FROM noise' stock)" 400000
    dropdb stock

    pg_dump -Fc -Z0 -f stock.dump appdb
    pigz -f stock.dump
    store stock.dump.gz "${S}theirs"
    s3cat "${S}theirs" | zpipe -d | pgrestore-stream --create --into stock
    is "$(psql -XAtc 'SELECT count(*) FROM noise' stock)" 400000
    dropdb stock
  done
}
fetch() { case $1 in s3:*) aws --endpoint-url "$AWS_ENDPOINT_URL_S3" s3 cp --quiet "$1" "$2" ;; *) cp "${1#file://}" "$2" ;; esac; }
store() { case $2 in s3:*) aws --endpoint-url "$AWS_ENDPOINT_URL_S3" s3 cp --quiet "$1" "$2" ;; *) cp "$1" "${2#file://}" ;; esac; }

@test "a full disk and an unreachable store say so, and store nothing" {
  S="file://$BATS_TEST_TMPDIR/full/"
  mkdir full
  mount -t tmpfs -o size=1M tmpfs full 2>/dev/null || skip "cannot mount a small file system"
  status=$(pipeline "pgdump-stream appdb | zpipe | s3put '${S}x'")
  left=$(find full -type f)
  umount full
  is "$status" 74 "$(<err)"
  has "$(<err)" "No space left"
  is "$left" ""
}

@test "a wrong key, a missing bucket and a dead endpoint have their own statuses" {
  is "$(AWS_SECRET_ACCESS_KEY=wrong pipeline "pgdump-stream small | zpipe | s3put s3://promise/x")" 78
  is "$(grep -c 's3put: error: ' err)" 1
  is "$(pipeline "pgdump-stream small | zpipe | s3put s3://no-such-bucket/x")" 66
  has "$(<err)" no-such-bucket
  is "$(AWS_ENDPOINT_URL_S3=http://127.0.0.1:9 pipeline "pgdump-stream small | zpipe | s3put --retries 0 s3://promise/x")" 75
  has "$(<err)" 127.0.0.1:9
}
