#!/usr/bin/env bats
# shellcheck disable=SC2002,SC2016,SC2030,SC2031,SC2154
# pgdump-stream against a real server.

setup_file() { load ../support/postgres; pg_setup_file; }
teardown_file() { load ../support/postgres; pg_teardown_file; }

setup() {
  load ../support/common
  load ../support/postgres
  cd "$BATS_TEST_TMPDIR" || exit
}

@test "an archive is read by pg_restore from file and pipe, and is the same database" {
  pgdump-stream src >a.dump
  pgrestore-stream --verify <a.dump
  stock_parallel_restore a.dump from_file 2
  same_database src from_file
  createdb from_pipe
  cat a.dump | pg_restore -d from_pipe
  same_database src from_pipe
  dropdb from_file
  dropdb from_pipe
}

@test "plain SQL is what pg_dump writes, and psql reads it" {
  pgdump-stream -F p src | strip_key >ours
  pg_dump src | strip_key | cmp - ours
  createdb from_plain && psql -X -q -v ON_ERROR_STOP=1 -d from_plain <ours >/dev/null
  same_database src from_plain
  dropdb from_plain
}

@test "pg_dump's filters are handed on" {
  pgdump-stream -n shop -T 'shop.sale*' --no-comments src >part.dump
  pg_dump -Fc -n shop -T 'shop.sale*' --no-comments -f stock.dump src
  diff <(pg_restore -f - part.dump | strip_key) <(pg_restore -f - stock.dump | strip_key)
  pgdump-stream --schema-only src | pgrestore-stream --verify
  pgdump-stream --section pre-data --section post-data src | pgrestore-stream --verify
  refused 66 "no matching" pgdump-stream -t no_such_table src
  refused 69 "unrecognized option" pgdump-stream --exclude-extension=x src
}

@test "a database may be given as operand, option, conninfo, URI or variable" {
  local way
  pgdump-stream --schema-only -F p src | strip_key >want
  for way in "src" "-d src" "dbname=src" "postgresql:///src" "-d dbname=src"; do
    # shellcheck disable=SC2086
    pgdump-stream --schema-only -F p $way | strip_key | cmp - want || fail "$way"
  done
  PGDATABASE=src pgdump-stream --schema-only -F p | strip_key | cmp - want
  printf '[here]\nhost=%s\nport=%s\nuser=postgres\n' "$PGHOST" "$PGPORT" >service
  env -u PGHOST -u PGPORT PGSERVICEFILE=service pgdump-stream -s -F p 'service=here dbname=src' |
    strip_key | cmp - want
}

@test "passwords: wrong, missing, from the environment, a file, .pgpass and a URI" {
  local uri="postgresql://postgres:secret@127.0.0.1:$PGPORT/src"
  refused 78 "role postgres at 127.0.0.1:$PGPORT: password authentication failed" \
    env PGPASSWORD=wrong pgdump-stream -h 127.0.0.1 src
  refused 78 "no password supplied" env PGPASSFILE=/dev/null pgdump-stream -h 127.0.0.1 src
  PGPASSWORD=secret pgdump-stream -h 127.0.0.1 -s src | pgrestore-stream --verify
  echo secret >password
  PGPASSWORD_FILE=password pgdump-stream -h 127.0.0.1 -s src | pgrestore-stream --verify
  echo "127.0.0.1:*:*:postgres:secret" >pgpass && chmod 600 pgpass
  PGPASSFILE=pgpass pgdump-stream -h 127.0.0.1 -s src | pgrestore-stream --verify
  pgdump-stream -s "$uri" | pgrestore-stream --verify
}

@test "what cannot be dumped is one line and a status" {
  refused 66 "database nodb at $PGHOST:$PGPORT: does not exist" pgdump-stream nodb
  refused 75 "server 127.0.0.1:1: connection refused" pgdump-stream -h 127.0.0.1 -p 1 src
  refused 75 "server no.such.host.invalid:$PGPORT: could not translate" \
    pgdump-stream -h no.such.host.invalid src
  refused 64 "connection string" pgdump-stream 'nonsense=1'
  refused 66 "/no/such/pg_dump: no such program" pgdump-stream --pg-dump /no/such/pg_dump src
  psql -qX -c 'CREATE ROLE poor LOGIN'
  refused 77 "permission denied" pgdump-stream -U poor src
  psql -qX -c 'DROP ROLE poor'
}

@test "a server that does not answer is given up after connect_timeout" {
  python3 -c 'import socket,sys,time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
print(s.getsockname()[1], flush=True); time.sleep(60)' >port 3>&- &
  local pid=$!
  until [ -s port ]; do sleep 0.05; done
  refused 75 "no answer within 1 s" \
    pgdump-stream "host=127.0.0.1 port=$(cat port) dbname=src connect_timeout=1"
  kill "$pid"
}

@test "--wait waits for a server that starts, and not after a wrong password" {
  local status=0
  postgres_start "$PG_DIR-late" >/dev/null
  local late_host=$PGHOST late_port=$PGPORT
  pg_ctl_owner() { (cd "$PG_DIR-late" && postgres_as_owner "$(postgres_bin)/pg_ctl" -D "$PG_DIR-late/data" "$@" 3>&-); }
  pg_ctl_owner -m fast stop >/dev/null
  pgdump-stream --wait 60s -h "$late_host" -p "$late_port" postgres >late.dump 3>&- &
  local pid=$!
  sleep 0.5
  pg_ctl_owner -w -o "-p $late_port" -l "$PG_DIR-late/log" start >/dev/null
  wait "$pid" || status=$?
  is "$status" 0
  pgrestore-stream --verify <late.dump
  refused 78 "password" env PGPASSWORD=wrong pgdump-stream --wait 60s -h 127.0.0.1 -p "$late_port" postgres
  postgres_stop "$PG_DIR-late"
}

@test "a standby is refused unless --replica-ok says that it will do" {
  local host=$PGHOST port=$PGPORT standby=$PG_DIR-standby
  mkdir -m 755 "$standby"
  chown "$(stat -c %u:%g "$PG_DIR/data")" "$standby"
  (cd "$standby" && postgres_as_owner "$(postgres_bin)/pg_basebackup" -R -c fast -D "$standby/data")
  postgres_launch "$standby"
  refused 69 "server $standby:$PGPORT: is a standby" pgdump-stream src
  refused 69 "a standby" pgdump-stream --globals
  has "$(pgdump-stream --list)" src
  pgdump-stream --replica-ok -v -j 2 --split 64K src >a.dump 2>log
  has "$(cat log)" "behind its primary"
  run ! grep "one session" log
  pgdump-stream --replica-ok -j 1 src >b.dump
  has "$(pgdump-stream --replica-ok --globals)" "CREATE ROLE sample_reader;"
  postgres_stop "$standby"
  export PGHOST=$host PGPORT=$port
  pgdump-stream --replica-ok --no-unlogged-table-data src >c.dump
  diff <(pg_restore -f - a.dump | strip_key) <(pg_restore -f - c.dump | strip_key)
  diff <(pg_restore -f - b.dump | strip_key) <(pg_restore -f - c.dump | strip_key)
}

@test "a program that writes nothing and ends well has made no dump" {
  local jobs
  for jobs in 1 2; do
    refused 65 "pg_dump" pgdump-stream -j "$jobs" --pg-dump /bin/true src
    [ ! -s out ]
  done
  refused 65 "pg_dump" pgdump-stream -F p --pg-dump /bin/true src
}

@test "--list names the databases, --globals the roles" {
  is "$(pgdump-stream --list)" "$(printf 'postgres\nsrc')"
  is "$(pgdump-stream --list --json | python3 -c 'import json,sys
for line in sys.stdin: d = json.loads(line); assert d["size"] > 1000; print(d["name"])')" \
    "$(printf 'postgres\nsrc')"
  has "$(pgdump-stream --globals)" "CREATE ROLE sample_reader;"
  has "$(pgdump-stream --globals)" "SCRAM-SHA-256"
  [[ $(pgdump-stream --globals --no-role-passwords) != *SCRAM* ]]
  has "$(pgdump-stream --globals --pg-dump "$(postgres_bin)/pg_dump")" "CREATE ROLE sample_reader;"
  pgdump-stream --globals | pgrestore-stream --verify
  pgdump-stream -F p -C src | pgrestore-stream --verify
  psql -qX -c 'CREATE ROLE plain LOGIN'
  run --separate-stderr pgdump-stream --globals -U plain
  is "$status" 0
  has "$stderr" "without passwords"
  psql -qX -c 'DROP ROLE plain'
}

@test "pg_dump killed, its session terminated: a status, no end block, and the reader refuses" {
  local victim pid status
  sql src -c 'CREATE TABLE slow AS SELECT i, repeat(md5(i::text), 50) FROM generate_series(1, 60000) i'
  mkfifo pipe
  for victim in program session; do
    pgdump-stream -j 1 src >pipe 2>err 3>&- &
    pid=$!
    exec 9<pipe
    head -c 100000 <&9 >begin
    case $victim in
      program) kill -KILL "$(pgrep -P "$pid" pg_dump)" ;;
      session) sql postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pg_dump'" ;;
    esac
    cat begin - <&9 >cut.dump
    exec 9<&-
    status=0
    wait "$pid" || status=$?
    is "$status" 75 "status after the $victim was killed: $(cat err)"
    is "$(grep -c ': error: ' err)" 1 "error lines: $(cat err)"
    refused 65 "cut" pgrestore-stream --verify <cut.dump
  done
  sql src -c 'DROP TABLE slow'
}

@test "a dump that fails makes the stages after it fail" {
  run bash -o pipefail -c 'pgdump-stream nodb | zpipe >out.gz'
  is "$status" 65
  has "$output" "reported upstream"
}

# Whoever may create databases would else send the dump, and its password, where he likes.
@test "--list names databases as operands that lead to them" {
  local name
  for name in 'host=elsewhere.example' 'postgres://elsewhere.example/x' "it's = \\ this"; do
    createdb "$name"
    sql "dbname='$(printf %s "$name" | sed "s/[\\\\']/\\\\&/g")'" -c 'CREATE TABLE here AS SELECT 1 AS a'
  done
  pgdump-stream --list | grep -E 'elsewhere|this' >listed
  is "$(wc -l <listed)" 3
  while read -r name; do
    pgdump-stream --format=plain "$name" 3>&- | grep -q 'CREATE TABLE public.here' || fail "$name"
  done <listed
  for name in 'host=elsewhere.example' 'postgres://elsewhere.example/x' "it's = \\ this"; do
    sql postgres -c "DROP DATABASE \"$name\""
  done
}

@test "--serializable-deferrable goes with any number of sessions" {
  pgdump-stream -j4 -v --serializable-deferrable src >deferrable.dump 2>err
  grep -q 'one session copies: --serializable-deferrable' err
  pgrestore-stream --verify <deferrable.dump
}
