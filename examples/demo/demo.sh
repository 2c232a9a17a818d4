#!/bin/bash
# Backs up a real database through the whole pipeline and restores it, showing what happens.
# usage: demo.sh [file|s3]   (normally called by `make demo`)
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
PATH="${SLUICE_BIN:-$root/build}:$PATH"
# shellcheck source-path=SCRIPTDIR/../..
. "$root/tests/support/postgres.sh"
rgw=$root/tests/support/rgw.sh
mode=${1:-file}

scratch=$(mktemp -d)
chmod 755 "$scratch"
stop() {
  [ ! -d "$scratch/pg" ] || postgres_stop "$scratch/pg"
  [ ! -d "$scratch/rgw" ] || "$rgw" stop "$scratch/rgw"
  rm -rf "$scratch"
}
trap stop EXIT

# On a terminal, steps stand out.
if [ -t 1 ]; then bold=$'\e[1m' green=$'\e[32m' plain=$'\e[0m'; else bold='' green='' plain=''; fi
step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { printf '  $ %s\n' "$1"; }
good() { printf '  %s%s%s\n' "$green" "$*" "$plain"; }
die() { printf '  demo: %s\n' "$*" >&2; exit 1; }

# Everything that a restore must bring back: the schema as SQL, and a sum over every table's rows.
# (Row order, and pg_dump's random \restrict token, are not content.)
fingerprint() {
  pg_dump --schema-only "$1" | grep -v '^\\\(un\)\?restrict '
  psql -XAtq "$1" <<'SQL'
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM %s t;', c.oid::regclass, c.oid::regclass)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_|^information_schema$' ORDER BY c.oid::regclass::text
\gexec
SELECT count(*), coalesce(sum(hashtextextended(encode(data, 'hex'), pageno)), 0) FROM pg_largeobject;
SQL
}

objects() { s3ls "$T" | wc -l; }

step "1. A throw-away PostgreSQL with data in it"
postgres_start "$scratch/pg"
createdb appdb
"$root/tests/support/sample.sh" 100000 | psql -Xq appdb
printf '  appdb: %s, %s tables\n' \
  "$(psql -XAtc 'SELECT pg_size_pretty(pg_database_size(current_database()))' appdb)" \
  "$(psql -XAtc "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^pg_|^information_schema'" appdb)"

case $mode in
  file)
    step "2. The store: a local directory, the embedded default"
    store=$root/build/demo-store
    rm -rf "$store"
    T="file://$store/appdb_{utc}.dump.gz"
    ;;
  s3)
    step "2. The store: a throw-away S3 server (Ceph RGW) on loopback"
    "$rgw" start "$scratch/rgw"
    # shellcheck source=/dev/null
    . "$scratch/rgw/env"
    "$rgw" bucket "$scratch/rgw" backups
    T='s3://backups/pg/appdb_{utc}.dump.gz'
    ;;
  *) die "usage: demo.sh [file|s3]" ;;
esac
show "T='$T'"

step "3. Back up: dump, compress on all cores, store; the object appears when all three succeeded"
# shellcheck disable=SC2016
show 'pgdump-stream appdb | zpipe | s3put "$T"'
pgdump-stream -v appdb | zpipe -v | s3put -v "$T"

step "4. What is there"
# shellcheck disable=SC2016
show 's3ls -l "$T"'
s3ls -l "$T"
[ "$(objects)" = 1 ] || die "there should be one object"

step "5. Restore the latest into a second database, all or nothing"
# shellcheck disable=SC2016
show 's3cat --latest "$T" | zpipe -d | pgrestore-stream --create --into copy'
s3cat --latest "$T" | zpipe -d | pgrestore-stream --create --into copy

step "6. Compare the two databases: schema, every table's rows, large objects"
fingerprint appdb >"$scratch/appdb"
fingerprint copy >"$scratch/copy"
diff "$scratch/appdb" "$scratch/copy" || die "the copy differs"
good "identical: $(wc -l <"$scratch/appdb") lines of schema and sums"

step "7. The same backup opens with stock tools"
# shellcheck disable=SC2016
show 's3cat --latest "$T" | gunzip | pg_restore --list'
s3cat --latest "$T" | gunzip >"$scratch/stock.dump"
pg_restore --list "$scratch/stock.dump" | grep -c 'TABLE DATA' | sed 's/$/ tables with data, says pg_restore/; s/^/  /'

step "8. Now the dump dies half way, by SIGKILL"
# The dump is held up by a slow pipe, so that there is time to kill it.
# shellcheck disable=SC2016
show 'pgdump-stream appdb | zpipe | s3put "$T"      # and: kill -KILL <pgdump-stream>'
set +e
{
  pgdump-stream appdb &
  victim=$!
  sleep 0.1
  kill -KILL "$victim"
  wait "$victim" 2>/dev/null
} 2>/dev/null | { sleep 0.3; zpipe; } | s3put "$T"
status=${PIPESTATUS[2]}
set -e
[ "$status" = 65 ] || die "s3put should have exited 65, not $status"
[ "$(objects)" = 1 ] || die "the broken dump left an object"
good "s3put exited 65, and there is still exactly one object: the good one"

step "Done. Nothing is left running."
case $mode in
  file) printf '  The store is %s\n' "$store" ;;
  s3) printf '  The S3 server and its data are gone.\n' ;;
esac
