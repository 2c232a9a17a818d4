#!/usr/bin/env bats
# shellcheck disable=SC2002,SC2154
# Dumps and restores of one major, ours and stock, in every combination. run.sh chooses the major.

setup_file() { load major; major_setup_file; }
teardown_file() { load major; pg_teardown_file; }

setup() {
  load ../support/common
  load major
  cd "$BATS_TEST_TMPDIR" || exit
}

# restored_alike ARCHIVE: by stock pg_restore from a pipe, a file and in parallel, and by us
restored_alike() {
  createdb r1
  cat "$1" | pg_restore -d r1
  same_as src r1
  createdb r2
  pg_restore -d r2 "$1"
  same_as src r2
  stock_parallel_restore "$1" r3 2
  same_as src r3
  drop r1 r2 r3
  restored_by_us "$1"
}

restored_by_us() {
  local jobs
  for jobs in 1 3; do
    createdb r4
    pgrestore-stream -j $jobs --trust-eof --into r4 <"$1"
    same_as src r4
    drop r4
  done
}

@test "the clients are those of the server" {
  has "$(pg_dump --version)" "PostgreSQL) $MAJOR."
  is "$(sql src -c 'SHOW server_version_num' | head -c 2)" "$MAJOR"
}

@test "our archive" {
  measured pgdump-stream -v -j 3 --split 64K src 2>log
  ((peak < 400 * 1024)) || fail "$peak KiB, where the longest row has 200 MB"
  mv out a.dump
  run ! grep -e "one session" -e "stands in" log
  pgrestore-stream --verify <a.dump
  pg_dump -Fc -Z0 -f b.dump src
  diff <(pg_restore -f - a.dump | strip_key) <(pg_restore -f - b.dump | strip_key)
  diff <(pg_restore -l b.dump | grep -v '^;') <(pgrestore-stream --list <a.dump | grep -v '^;') || fail "another list"
  same_contents a.dump b.dump
  restored_alike a.dump
}

@test "our archive, compressed" {
  pgdump-stream -v -j 3 --split 64K -Z gzip:1 src >a.dump 2>log
  run ! grep -e "one session" log
  pgrestore-stream --verify <a.dump
  pg_dump -Fc -Z1 -f b.dump src
  # The header names the compression as pg_dump does, in a byte since 16; byte 8 is our sign.
  local compression=5
  [ "$MAJOR" -lt 16 ] || compression=1
  header() { head -c 7 "$1" && tail -c +9 "$1" | head -c $((3 + compression)); }
  cmp <(header a.dump) <(header b.dump)
  diff <(pg_restore -f - a.dump | strip_key) <(pg_restore -f - b.dump | strip_key)
  restored_alike a.dump
}

@test "other compressions are pg_dump's own" {
  if [ "$MAJOR" -lt 16 ]; then
    refused 69 "needs pg_dump 16" pgdump-stream -Z zstd:3 src
    return
  fi
  local method
  for method in zstd:3 lz4 gzip:level=2; do
    pgdump-stream -v -j 3 -Z $method src >a.dump 2>log
    has "$(cat log)" "one session copies: -Z $method"
    pgrestore-stream --verify <a.dump
    stock_parallel_restore a.dump r1 2
    same_as src r1
    pgrestore-stream -v -j 3 --create --into r2 <a.dump 2>log
    same_as src r2
    [ $method = gzip:level=2 ] || has "$(cat log)" "one session restores: it is compressed by ${method%:*}"
    drop r1 r2
  done
  refused 64 "compression" pgdump-stream -Z zstd:nonsense src
}

@test "stock archives" {
  pg_dump -Fc -f packed.dump src
  pg_dump -Fc -Z0 -f plain.dump src
  local dump
  for dump in packed.dump plain.dump; do
    pgrestore-stream --verify <$dump
    restored_by_us $dump
  done
}

@test "plain SQL, ours and stock" {
  pgdump-stream -F p src >ours.sql
  pg_dump -Fp src >stock.sql
  diff <(strip_key <ours.sql) <(strip_key <stock.sql)
  pgrestore-stream --create --into r1 <ours.sql
  same_as src r1
  pgrestore-stream --create --into r2 --trust-eof <stock.sql
  same_as src r2
  drop r1 r2
}

@test "a restore that is cut changes nothing" {
  pgdump-stream -j 3 src >a.dump
  createdb r1
  local at
  for at in 100 100000 $(($(stat -c %s a.dump) - 1)); do
    refused 65 "" bash -c "head -c $at a.dump | pgrestore-stream -j 3 --into r1"
    is "$(sql r1 -c 'SELECT count(*) FROM pg_class WHERE oid >= 16384')" 0
  done
  dropdb r1
}

# made_with DATABASE: what pg_database says of it, but for what every database has of its own
made_with() {
  sql postgres -c "SELECT to_jsonb(d) - '{oid,datname,datacl,datfrozenxid,datminmxid}'::text[]
    FROM pg_database d WHERE datname = '$1'"
}

@test "--replace keeps what the database was made with" {
  local ways=("LC_COLLATE 'C' LC_CTYPE 'C'" "CONNECTION LIMIT 7 IS_TEMPLATE true") way before
  [ "$MAJOR" -lt 15 ] || ways+=("LOCALE_PROVIDER icu ICU_LOCALE 'de'")
  [ "$MAJOR" -lt 16 ] || ways+=("LOCALE_PROVIDER icu ICU_LOCALE 'de' ICU_RULES '& a < g'")
  [ "$MAJOR" -lt 17 ] || ways+=("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'")
  createdb new
  sql new -c 'CREATE TABLE t AS SELECT 1 AS a'
  pgdump-stream new >a.dump
  for way in "${ways[@]}"; do
    sql postgres -c "CREATE DATABASE r1 TEMPLATE template0 $way"
    before=$(made_with r1)
    pgrestore-stream --into r1 --replace <a.dump
    is "$(sql r1 -c 'SELECT a FROM t')" 1
    is "$(made_with r1)" "$before" "$way"
    is "$(sql postgres -c "SELECT count(*) FROM pg_database WHERE datname LIKE 'r1%'")" 1
    sql postgres -c 'ALTER DATABASE r1 IS_TEMPLATE false'
    dropdb r1
  done
  dropdb new
}

@test "roles" {
  has "$(pgdump-stream --globals)" "CREATE ROLE sample_reader;"
}

@test "without a client of that major there is a clear line" {
  [ -n "$CHROOT" ] || skip "the machine's own"
  local path=${PATH/"$WRAPPERS:"/} want=69
  # One of a later major may stand in; none of an earlier one.
  [ "$MAJOR" -gt 15 ] || want=0
  local status=0
  PATH=$path pgdump-stream -s src >a.dump 2>err || status=$?
  is "$status" $want "status ($(cat err))"
  if [ $want = 0 ]; then
    has "$(cat err)" "warning: pg_dump: version 15 stands in for $MAJOR"
  else
    has "$(cat err)" "pg_dump: none for PostgreSQL $MAJOR"
    has "$(cat err)" "postgresql-client-$MAJOR"
  fi
}
