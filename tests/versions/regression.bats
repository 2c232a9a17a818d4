#!/usr/bin/env bats
# shellcheck disable=SC2002,SC2154
# The regression database of the server's own source, dumped and restored in every combination.
# $REGRESS is src/test/regress of that source, built, as the server sees it.

setup_file() {
  load major
  PG_DIR=$(mktemp -u /tmp/sluice-pg-XXXXXX)
  export PG_DIR
  cd /tmp || return
  postgres_start "$PG_DIR" "$MAJOR"
  mkdir -p "$PG_DIR/regress"/{sql,expected} # which those before 15 write to
  chown -R "$(stat -c %u:%g "$PG_DIR/data")" "$PG_DIR/regress"
  # Expected texts may differ from one build to another; what matters is the database that it leaves.
  (cd "$PG_DIR/regress" && postgres_as_owner "$REGRESS/pg_regress" --bindir="$(postgres_bin)" --dlpath="$REGRESS" \
    --inputdir="$REGRESS" --outputdir="$PG_DIR/regress" --schedule="$REGRESS/parallel_schedule" \
    --max-concurrent-tests=20 --dbname=src --host="$PGHOST" --port="$PGPORT" --user=postgres) \
    >"$PG_DIR/regress.log" 2>&1 || true
}

teardown_file() {
  load major
  pg_teardown_file
}

setup() {
  load ../support/common
  load major
  cd "$BATS_TEST_TMPDIR" || exit
}

@test "the regression database is there" {
  local tables
  tables=$(sql src -c "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND oid >= 16384")
  [ "$tables" -gt 500 ] || fail "$tables tables only: $(tail -20 "$PG_DIR/regress.log")"
}

# What stock pg_dump and pg_restore make of it: some columns of inherited tables come in another
# order than in the source.
@test "stock dump and restore" {
  pg_dump -Fc -f b.dump src
  createdb stock
  pg_restore -d stock b.dump
}

# rows_lost ARCHIVE: the tables whose rows pg_restore -j refuses. That of 18 attaches a partition of
# this database before it loads the rows that its parent would refuse, from any archive that tells no
# sizes, as none from a pipe does.
rows_lost() {
  createdb lossy
  pg_restore -j 2 -d lossy "$1" 2>&1 | grep -o 'COPY failed for table "[^"]*"' || true
  dropdb lossy
}

@test "our archive, by stock pg_restore and by us" {
  local compression
  pg_dump -Fp src | strip_key | grep -v '^--' >want
  for compression in none gzip:1; do
    pgdump-stream -v -j 3 --split 64K -Z $compression src >a.dump 2>log
    run ! grep "one session" log
    pg_dump -Fc -Z0 -f b.dump src
    same_contents a.dump b.dump
    pgrestore-stream --verify <a.dump
    pg_restore -f - a.dump | strip_key | grep -v '^--' | cmp - want
    createdb piped
    cat a.dump | pg_restore -d piped
    same_as stock piped
    if [ "$MAJOR" -lt 18 ]; then
      stock_parallel_restore a.dump parallel 2
      same_as stock parallel
      dropdb parallel
    else
      pg_dump -Fc -Z0 src | cat >c.dump
      is "$(rows_lost a.dump)" "$(rows_lost c.dump)"
    fi
    pgrestore-stream -j 3 --create --into ours <a.dump
    same_as stock ours
    dropdb piped
    dropdb ours
  done
  pgrestore-stream -j 1 --create --into ours <a.dump
  same_as stock ours
  dropdb ours
}

@test "stock archive and SQL, by us" {
  pg_dump -Fc -f b.dump src
  pgrestore-stream -j 3 --create --into ours <b.dump
  same_as stock ours
  dropdb ours
  pg_dump -Fp src >b.sql
  pgrestore-stream --create --into ours --trust-eof <b.sql
  same_as stock ours
  dropdb ours
}
