#!/usr/bin/env bats
# shellcheck disable=SC2002,SC2016,SC2030,SC2031,SC2154
# pgrestore-stream -j: several sessions, and still all or nothing.

setup_file() {
  load ../support/common
  load ../support/postgres
  pg_setup_file 20000
  sql src -c 'CREATE TABLE archive.long (a int, b text)' \
    -c "INSERT INTO archive.long SELECT i, repeat(md5(i::text), CASE WHEN i % 50 = 0 THEN 300000 ELSE 10 END) FROM generate_series(1, 200) i"
  pgdump-stream -j 4 src >"$PG_DIR-ours.dump"
  pg_dump -Fc -Z0 src >"$PG_DIR-stock.dump"
}

teardown_file() {
  load ../support/postgres
  pg_teardown_file
  rm -f "$PG_DIR"-*
}

setup() {
  load ../support/common
  load ../support/postgres
  load restore
  cd "$BATS_TEST_TMPDIR" || exit
  ours=$PG_DIR-ours.dump stock=$PG_DIR-stock.dump
  before=$(databases)
}

teardown() {
  load ../support/postgres
  load restore
  drop_restored
}

# Nobody is in it, also not a session on its way out.
make_target() {
  createdb target
  until [ "$(sql postgres -c "SELECT count(*) FROM pg_stat_activity WHERE datname = 'target'")" = 0 ]; do sleep 0.05; done
  before=$(databases)
}

@test "the restored database is the dumped one, whatever the number of sessions" {
  local dump jobs
  pg_dump -Fc src >packed.dump
  for dump in "$ours" "$stock" packed.dump; do
    for jobs in 2 3 8; do
      make_target
      pgrestore-stream -v -j $jobs --into target <"$dump" 2>log
      run ! grep 'one session' log
      same_database src target
      is "$(sql target -c "SELECT count(*) FROM pg_stat_user_tables WHERE last_analyze IS NULL")" 0
      dropdb target
    done
  done
}

@test "--create and --replace restore in parallel, too" {
  pgrestore-stream -v -j 4 --into target --create <"$ours" 2>log
  same_database src target
  sql target -c 'CREATE TABLE more (a int)'
  pgrestore-stream -v -j 4 --into target --replace <"$stock" 2>>log
  same_database src target
  run ! grep 'one session' log
}

@test "-v tells tables, rows and the seconds of each phase, as numbers in JSON" {
  local tables rows
  tables=$(pg_restore -l "$ours" | grep -c ' TABLE DATA ')
  pgdump-stream --log-format json -v -j 2 src 2>&1 >again.dump | jq '.rows // empty' >rows
  rows=$(<rows)
  make_target
  pgrestore-stream --log-format json -v -j 2 --into target <"$ours" 2>log
  jq -se --argjson tables "$tables" --argjson rows "$rows" '.[-1] | .tables == $tables and .tables_done == $tables
    and .rows == $rows and .definitions_seconds > 0 and .rows_seconds > 0 and .indexes_seconds > 0
    and .statistics_seconds > 0 and .swap_seconds > 0' log || fail "$(cat log)"
  pgrestore-stream -v --verify <"$ours" 2>log
  has "$(cat log)" ", $tables tables, "
  dropdb target && make_target
  pgrestore-stream -v -j 1 --into target <"$ours" 2>log
  has "$(cat log)" ", $tables tables, "
  has "$(cat log)" "definitions and rows "
}

@test "progress of a restore knows the size of a file" {
  make_target
  { head -c 9000000; sleep 2; cat; } <"$ours" |
    pgrestore-stream --progress always --log-format json -j 2 --no-analyze --trust-eof --into target 2>log
  jq -se '[.[] | select(.level == "progress")][0] | .bytes > 0 and .tables > 1' log || fail "$(cat log)"
  is "$(jq -r '.percent // empty' log)" "" "percent of a pipe"
  pgrestore-stream --progress always --log-format json -j 2 --replace --into target <"$ours" 2>log 3>&- &
  local restore=$!
  # However fast the machine is: it stands still in the middle until a line is due.
  until [ "$(awk '/^pos:/ {print $2}' "/proc/$restore/fdinfo/0")" -gt 1000000 ]; do
    kill -0 "$restore" || fail "it ended: $(cat log)"
    sleep 0.01
  done
  kill -STOP "$restore"
  sleep 1.2
  kill -CONT "$restore"
  wait "$restore"
  jq -se '[.[] | select(.percent)][0] | .percent > 0' log || fail "$(cat log)"
}

@test "who restores by one session, and why" {
  one() { # REASON COMMAND...
    "${@:2}" 2>log
    has "$(cat log)" "one session restores: $1"
    same_database src target
    dropdb --force target
  }
  make_target
  pgdump-stream -T archive.long src | pgrestore-stream -v --into target 2>log
  has "$(cat log)" "one session restores: the dump is small"
  dropdb target
  make_target
  one "so few are wished" pgrestore-stream -v -j 1 --into target <"$ours"
  make_target
  pg_dump -Fc -Z0 --inserts -T archive.long src >commands.dump
  pg_dump -Fc -Z0 -t archive.long src >rest.dump
  pgrestore-stream -v -j 4 --into target <commands.dump 2>log
  has "$(cat log)" "one session restores: its rows are commands"
  dropdb target && make_target
  sql target -c 'SELECT pg_sleep(60)' 3>&- >/dev/null 2>&1 &
  until [ "$(sql postgres -c "SELECT count(*) FROM pg_stat_activity WHERE datname = 'target'")" = 1 ]; do sleep 0.05; done
  one "others are connected" pgrestore-stream -v -j 4 --into target <"$ours"
}

@test "a cut, changed or foreign archive changes nothing" {
  make_target
  local dump size at
  for dump in "$ours" "$stock"; do
    size=$(stat -c %s "$dump")
    for at in 3 5000 $((size / 3)) $((size / 2)) $((size - 300)) $((size - 52)) $((size - 1)); do
      refused 65 "" bash -c "head -c $at $dump | pgrestore-stream -j 3 --into target"
      untouched
    done
  done
  for at in $((size - 200)) $((size / 2)); do
    cp "$ours" changed
    printf '\377' | dd of=changed bs=1 seek="$at" conv=notrunc status=none
    refused 65 "" pgrestore-stream -j 3 --into target <changed
    untouched
  done
}

@test "damage inside a compressed archive changes nothing" {
  make_target
  pg_dump -Fc -Z1 src >packed.dump
  local size at
  size=$(stat -c %s packed.dump)
  for at in $((size - 3000)) $((size / 2)) $((size / 3)); do
    cp packed.dump changed
    printf '\377\0\377\0' | dd of=changed bs=1 seek="$at" conv=notrunc status=none
    refused 65 "damaged" pgrestore-stream -j 3 --into target <changed
    untouched
    refused 65 "damaged" pgrestore-stream --verify <changed
  done
}

@test "what the server refuses is named, and changes nothing" {
  createdb other
  sql other -c 'CREATE TABLE t (a integer)' -c 'INSERT INTO t SELECT 12345 FROM generate_series(1, 1000000)'
  pg_dump -Fc -Z0 other >good.dump
  python3 - <<'EOF2'
data = open("good.dump", "rb").read()
at = data.rindex(b"12345\n")
open("rows.dump", "wb").write(data[:at] + b"1x345\n" + data[at + 6:])
open("table.dump", "wb").write(data.replace(b"a integer", b"a intexer", 1))
EOF2
  dropdb other
  make_target
  refused 65 'TABLE DATA public.t: invalid input syntax for type integer: "1x345"' pgrestore-stream -j 3 --into target <rows.dump
  untouched
  refused 65 'TABLE public.t: type "intexer" does not exist' pgrestore-stream -j 3 --into target <table.dump
  untouched
}

@test "an index that cannot be made changes nothing" {
  createdb other
  sql other -c 'CREATE TABLE t (a integer, b integer PRIMARY KEY)' -c 'INSERT INTO t SELECT 7, i FROM generate_series(1000000, 1000099) i'
  pg_dump -Fc -Z0 other | sed 's/1000001/1000000/' >twice.dump
  dropdb other
  make_target
  refused 65 'CONSTRAINT public.t t_pkey: could not create unique index "t_pkey"' pgrestore-stream -j 3 --into target <twice.dump
  untouched
}

# Anything of ours, at any moment.
strike() { # VICTIM PID
  case $1 in
    program) pkill -KILL -P "$2" pg_restore ;;
    session) sql postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('pg_restore', 'pgrestore-stream') AND datname ~ '^sluice_restore_'" | grep -q t ;;
    *) kill "-$1" "$2" ;;
  esac
}

@test "cut off at random points, the target is as it was, or whole" {
  local victim pid status round rounds=3
  createdb target
  sql target -c "CREATE TABLE kept AS SELECT 'old' AS a"
  before=$(databases)
  [ -z "${SLUICE_LONG:-}" ] || rounds=13
  for round in $(seq $rounds); do
    for victim in TERM KILL program session; do
      with_signals pgrestore-stream -j 3 --into target --replace <"$ours" 2>err 3>&- &
      pid=$!
      sleep "$(shuf -n 1 -i 0-150 | sed 's/.*/&e-2/')"
      strike $victim $pid || true
      status=0
      wait "$pid" || status=$?
      # Until the server has noticed, what was killed is no leftover.
      until [ "$(sql postgres -c "SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('pg_restore', 'pgrestore-stream')")" = 0 ]; do sleep 0.05; done
      if [ "$status" = 0 ]; then
        same_database src target
        psql -Xqc 'DROP DATABASE target' -c 'CREATE DATABASE target' postgres
        sql target -c "CREATE TABLE kept AS SELECT 'old' AS a"
      else
        is "$(sql target -c 'SELECT a FROM kept')" old
      fi
      [ $victim = KILL ] || is "$(databases)" "$before" "databases after $victim, round $round: $(cat err)"
    done
  done
  pgrestore-stream -j 3 --into target --replace <"$ours"
  is "$(databases)" "$before"
  same_database src target
}
