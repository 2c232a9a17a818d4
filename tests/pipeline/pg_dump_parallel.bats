#!/usr/bin/env bats
# shellcheck disable=SC2002,SC2016,SC2030,SC2031,SC2154
# pgdump-stream -j: one archive from many sessions, as if pg_dump had written it.

setup_file() { load ../support/postgres; pg_setup_file 60000; }
teardown_file() { load ../support/postgres; pg_teardown_file; }

setup() {
  load ../support/common
  load ../support/postgres
  cd "$BATS_TEST_TMPDIR" || exit
}

# A table that fills every buffer between the server and a reader that does not read, and comes
# first in the archive.
make_slow() {
  sql src -c 'CREATE SCHEMA a' -c 'CREATE TABLE a.slow AS SELECT i, repeat(md5(i::text), 50) FROM generate_series(1, 120000) i'
}

# starts a dump into the FIFO "pipe" and reads its beginning; then it waits for its reader
begin_dump() { # OPTION...
  mkfifo pipe
  pgdump-stream "$@" >pipe 2>err 3>&- &
  dump_pid=$!
  exec 9<pipe
  head -c 300000 <&9 >begin
}

# reads the rest into "dump" and sets dump_status
end_dump() {
  cat begin - <&9 >dump
  exec 9<&-
  rm pipe
  dump_status=0
  wait "$dump_pid" || dump_status=$?
}

# a dump, while somebody waits to lock one of its tables, has that table all the same
dump_while_locked() { # OPTION...
  make_slow
  sql src -c 'CREATE TABLE a.zlocked AS SELECT generate_series(1, 1000) AS i'
  begin_dump -j 2 "$@" -n a src
  sql src -c 'ALTER TABLE a.zlocked ADD COLUMN j int' 3>&- &
  local altering=$!
  until [ "$(sql postgres -c "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'")" = 1 ]; do sleep 0.05; done
  end_dump
  is "$dump_status" 0 "status: $(cat err)"
  wait "$altering"
  pgrestore-stream --verify <dump
  is "$(pg_restore --data-only -t zlocked -f - dump | grep -c '^[0-9]')" 1000
}

teardown() { sql src -c 'DROP SCHEMA IF EXISTS a CASCADE' 2>/dev/null; }

@test "the archive says the same, row by row, as pg_dump's" {
  local split
  pg_dump -Fp src | strip_key >want
  for split in auto never 64K; do
    pgdump-stream -v -j 3 --split "$split" src >a.dump 2>log
    run ! grep "one session" log
    pgrestore-stream --verify <a.dump
    pg_restore -f - a.dump | strip_key | diff <(grep -v '^--' want) <(pg_restore -f - a.dump | strip_key | grep -v '^--') >differences ||
      fail "--split $split: $(head differences)"
  done
}

@test "stock pg_restore reads it from a pipe, a file, and in parallel; so do we" {
  pgdump-stream -j 4 --split 100K src >a.dump
  createdb r1
  cat a.dump | pg_restore -d r1
  same_database src r1
  stock_parallel_restore a.dump r2 3
  same_database src r2
  pgrestore-stream --into r3 --create <a.dump
  same_database src r3
  dropdb r1
  dropdb r2
  dropdb r3
}

# compressed_as ARCHIVE STOCK: the same header, rows and objects
compressed_as() {
  cmp <(head -c 7 "$1"; tail -c +9 "$1" | head -c 7) <(head -c 7 "$2"; tail -c +9 "$2" | head -c 7)
  diff <(pg_restore -f - "$1" | strip_key) <(pg_restore -f - "$2" | strip_key) >differences || fail "$(head differences)"
}

@test "-Z compresses inside the archive, and stock pg_restore and we read it" {
  local level
  for level in 1 9; do
    pgdump-stream -v -j 4 --split 64K -Z gzip:$level src >a.dump 2>log
    run ! grep "one session" log
    pg_dump -Fc -Z$level -f b.dump src
    compressed_as a.dump b.dump
    pgrestore-stream --verify <a.dump
    [ "$(stat -c %s a.dump)" -lt $(($(stat -c %s b.dump) * 12 / 10)) ] || fail "$(ls -l)"
    createdb r1
    cat a.dump | pg_restore -d r1
    same_database src r1
    stock_parallel_restore a.dump r2 3
    same_database src r2
    createdb r3
    pgrestore-stream -v -j 3 --into r3 <a.dump 2>log
    same_database src r3
    run ! grep "one session" log
    pgrestore-stream -j 1 --create --into r4 <a.dump
    same_database src r4
    dropdb r1
    dropdb r2
    dropdb r3
    dropdb r4
  done
  pgdump-stream -j 1 -Z 1 src >a.dump
  pg_dump -Fc -Z1 -f b.dump src
  compressed_as a.dump b.dump
  pgdump-stream -j 3 -Z none src >a.dump
  pg_dump -Fc -Z0 -f b.dump src
  compressed_as a.dump b.dump
}

@test "a table that no worker can lock is compressed all the same" {
  dump_while_locked -Z gzip:1
}

# json FIELD FILE: the field of each line that has it
json() { jq -r "select(.$1 != null) | .$1" "$2"; }

@test "-v tells tables, rows and the seconds of each phase, as numbers in JSON" {
  local tables
  tables=$(pg_dump -Fc src | pg_restore -l | grep -c ' TABLE DATA ')
  pgdump-stream -v -j 2 --split 64K src 2>log >a.dump
  has "$(cat log)" ", $tables tables, "
  has "$(cat log)" " rows, "
  has "$(cat log)" ": catalogue "
  pgdump-stream -v --log-format json -j 2 --split 64K src 2>log >a.dump
  is "$(json tables log) $(json tables_done log)" "$tables $tables"
  is "$(json rows log)" "$(sql src -c "SELECT sum((xpath('//c/text()', query_to_xml(format('SELECT count(*) AS c FROM ONLY %s', c.oid::regclass), false, true, '')))[1]::text::bigint)
    FROM pg_class c WHERE relkind = 'r' AND relnamespace > 16384")" rows
  is "$(json bytes log)" "$(stat -c %s a.dump)"
  jq -se '.[-1] | .catalogue_seconds > 0 and .rows_seconds > 0 and .seconds >= .rows_seconds' log
  # One session of pg_dump's own: tables, but not rows.
  pgdump-stream -v --log-format json -j 1 src 2>log >a.dump
  is "$(json tables log) $(json tables_done log)" "$tables $tables"
  is "$(json rows log)" ""
}

@test "progress: bytes, rate, tables done of all, and the time left" {
  make_slow
  mkfifo pipe
  pgdump-stream --progress always --log-format json -j 2 -n a src >pipe 2>log 3>&- &
  local pid=$!
  exec 9<pipe
  head -c 60000000 <&9 >/dev/null
  until grep -q seconds_left log; do sleep 0.1; done
  cat <&9 >/dev/null
  exec 9<&-
  wait "$pid"
  jq -se '.[0] | .level == "progress" and .bytes > 0 and .tables == 1 and .tables_done == 0' log
  jq -se '[.[] | select(.percent)][0] | .percent > 0 and .percent < 100 and .seconds_left > 0' log
  has "$(json message log | tail -1)" "/s"
  has "$(json message log | tail -1)" " rows, 0 of 1 table "
}

@test "what -Z cannot mean is refused" {
  local wrong
  for wrong in gzip:0 gzip:10 10 -1 bzip2 none:1 gzip:; do
    refused 64 "--compress: no method and level" pgdump-stream -Z "$wrong" src
  done
  refused 64 "goes with archives only" pgdump-stream -F p -Z 1 src
  refused 69 "needs pg_dump 16" pgdump-stream -Z zstd:3 --pg-dump "$(postgres_bin 15)/pg_dump" src
}

@test "an extension's configuration table gives the rows that its filter lets through" {
  sql src -c 'CREATE SCHEMA a' -c 'CREATE TABLE a.config (id int, note text)' -c "INSERT INTO a.config SELECT i, 'n' || i FROM generate_series(1, 10) i"
  # An extension cannot be made from SQL alone: the catalogue is told that plpgsql has this table.
  sql src -c "UPDATE pg_extension SET extconfig = ARRAY['a.config'::regclass]::oid[], extcondition = ARRAY['WHERE id > 5'] WHERE extname = 'plpgsql'"
  pgdump-stream -j 2 src >a.dump
  pg_dump -Fc -f b.dump src
  sql src -c "UPDATE pg_extension SET extconfig = NULL, extcondition = NULL WHERE extname = 'plpgsql'"
  diff <(pg_restore -f - a.dump | strip_key) <(pg_restore -f - b.dump | strip_key)
}

@test "what is not known to us is left to pg_dump" {
  pgdump-stream -v -j 2 --inserts -t shop.item src 2>err >a.dump
  has "$(cat err)" "one session copies: --inserts"
  pgrestore-stream --verify <a.dump
  has "$(pg_restore -f - a.dump)" "INSERT INTO shop.item"
  pgdump-stream -v src 2>err >a.dump
  has "$(cat err)" "one session copies: the database is small"
  pgdump-stream -v -j 2 -t archive.empty src 2>err >a.dump
  pgrestore-stream --verify <a.dump
}

@test "filters hold for several sessions too" {
  pgdump-stream -j 2 --split 64K -n shop --exclude-table-data 'shop.sale*' src >a.dump
  pg_dump -Fc -n shop --exclude-table-data 'shop.sale*' -f b.dump src
  diff <(pg_restore -f - a.dump | strip_key) <(pg_restore -f - b.dump | strip_key)
}

@test "a role and an encoding hold for several sessions too" {
  createdb other
  sql other -c "CREATE TABLE t AS SELECT 'é' || i AS c, i / 7.0::float8 AS f FROM generate_series(1, 50000) i"
  sql other -c 'GRANT SELECT ON t TO sample_reader'
  pgdump-stream -v -j 2 -E LATIN1 --role sample_reader --extra-float-digits 0 other >a.dump 2>err
  run ! grep "one session" err
  pg_dump -Fc -E LATIN1 --role sample_reader --extra-float-digits 0 -f b.dump other
  cmp <(pg_restore -f - a.dump | strip_key) <(pg_restore -f - b.dump | strip_key)
  dropdb other
}

@test "under writers every dump is one snapshot" {
  local i
  sql src -c 'CREATE SCHEMA a'
  for i in 1 2 3 4 5 6 7 8; do
    sql src -c "CREATE TABLE a.t$i AS SELECT i, 1000 AS amount, repeat('x', 500) FROM generate_series(1, 2000) i" \
      -c "ALTER TABLE a.t$i ADD PRIMARY KEY (i)"
  done
  cat >transfer.sql <<'EOF'
\set from random(1, 8)
\set to random(1, 8)
\set i random(1, 2000)
BEGIN;
UPDATE a.t:from SET amount = amount - 7 WHERE i = :i;
UPDATE a.t:to SET amount = amount + 7 WHERE i = :i;
COMMIT;
EOF
  pgbench -n -c 3 -T 600 -f transfer.sql src >/dev/null 2>&1 3>&- &
  local writers=$!
  for i in 1 2 3 4 5 6 7 8 9 10; do
    pgdump-stream -j 4 --split 200K -n a src >a.dump || fail "dump $i"
    is "$(pg_restore --data-only -f - a.dump | awk -F'\t' 'NF == 3 { sum += $2 } END { print sum }')" 16000000 "sum of dump $i"
  done
  kill "$writers"
  wait "$writers" || true
}

@test "a table that somebody waits to lock is copied all the same, and nobody is deadlocked" {
  dump_while_locked
}

@test "sessions that queue for exclusive locks all the time never stop a dump" {
  local i pids=()
  sql src -c 'CREATE SCHEMA a'
  for i in 1 2 3 4 5 6; do sql src -c "CREATE TABLE a.t$i AS SELECT generate_series(1, 3000) AS i"; done
  for i in 1 3 5; do
    (while :; do sql src -c "BEGIN; LOCK TABLE a.t$i IN ACCESS EXCLUSIVE MODE; COMMIT" || break; done) >/dev/null 2>&1 3>&- &
    pids+=($!)
  done
  for i in 1 2 3 4 5 6 7 8; do
    timeout 60 pgdump-stream -j 3 -n a src >a.dump || fail "dump $i: status $?"
    is "$(pg_restore --data-only -f - a.dump | grep -c '^[0-9]')" 18000
  done
  kill "${pids[@]}"
  wait "${pids[@]}" || true
}

@test "a session of ours that is terminated is a failed dump, without an end block" {
  local victim
  make_slow
  for victim in "pid = (SELECT min(pid) FROM pg_stat_activity WHERE application_name = 'pgdump-stream')" \
    "application_name = 'pgdump-stream' AND query ~ 'COPY'"; do
    begin_dump -j 2 -n a src
    sql postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $victim" >/dev/null
    end_dump
    is "$dump_status" 75 "status: $(cat err)"
    is "$(grep -c ': error: ' err)" 1 "error lines: $(cat err)"
    refused 65 "cut" pgrestore-stream --verify <dump
  done
}

@test "a signal ends the dump and its sessions" {
  make_slow
  begin_dump -j 2 -n a src
  kill -TERM "$dump_pid"
  end_dump
  is "$dump_status" 143
  until [ "$(sql postgres -c "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ 'pgdump-stream'")" = 0 ]; do sleep 0.1; done
  refused 65 "cut" pgrestore-stream --verify <dump
}

@test "when the server has no room for more sessions, fewer copy" {
  sql postgres -c "CREATE ROLE few LOGIN CONNECTION LIMIT 3" -c "ALTER ROLE few IN DATABASE src SET work_mem = '4MB'"
  sql src -c 'GRANT pg_read_all_data TO few' -c 'GRANT USAGE ON SCHEMA shop TO few'
  make_slow
  pgdump-stream -v -U few -j 4 -n a src >a.dump 2>err
  has "$(cat err)" "sessions copy"
  pgrestore-stream --verify <a.dump
  is "$(pg_restore --data-only -f - a.dump | grep -c '^[0-9]')" 120000
  sql src -c 'REVOKE pg_read_all_data FROM few' -c 'REVOKE USAGE ON SCHEMA shop FROM few'
  sql postgres -c 'DROP ROLE few'
}

@test "sessions work side by side, also on tables larger than what is kept of one" {
  sql src -c 'CREATE SCHEMA a'
  local table
  for table in b c d; do
    sql src -c "CREATE TABLE a.$table AS SELECT i, repeat(md5(i::text), 300000) FROM generate_series(1, 5) i"
  done
  begin_dump -j 3 src
  until [ "$(sql src -c "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY a.%'")" = 3 ]; do sleep 0.05; done
  end_dump
  is "$dump_status" 0
  createdb r1
  pg_restore -d r1 dump
  same_database src r1
  dropdb r1
}
