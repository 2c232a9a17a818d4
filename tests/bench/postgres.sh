#!/bin/bash
# Dump, backup and restore of a database of about SIZE MiB (default 1536), one of whose tables has
# 60 %, against pg_dump, pg_restore and the pipelines that people build of them; the same server
# behind a proxy that adds 2 ms each way; and a database of 1,500 tables.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/support/postgres.sh
. "$root/tests/support/postgres.sh"
PATH="$(postgres_bin):${SLUICE_BIN:-$root/build}:$PATH"
compare() { python3 "$root/tests/bench/compare.py" --bytes "$bytes" "$@"; }

work=$(mktemp -d -p "${BENCH_DIR:-/var/tmp}")
chmod 755 "$work" # the server is another user's
export PG_DIR=$work/pg AWS_EC2_METADATA_DISABLED=true
unset AWS_CA_BUNDLE
proxy=
stop() {
  [ -z "$proxy" ] || kill "$proxy"
  "$root/tests/support/rgw.sh" stop "$work/rgw"
  postgres_stop "$PG_DIR"
  rm -rf "$work"
}
trap stop EXIT
postgres_start "$PG_DIR"
"$root/tests/support/rgw.sh" start "$work/rgw"
# shellcheck disable=SC1091
. "$work/rgw/env"
"$root/tests/support/rgw.sh" bucket "$work/rgw" bench
export RCLONE_CONFIG='' RCLONE_CONFIG_RGW_TYPE=s3 RCLONE_CONFIG_RGW_PROVIDER=Ceph \
  RCLONE_CONFIG_RGW_ENV_AUTH=true RCLONE_CONFIG_RGW_ENDPOINT=$AWS_ENDPOINT_URL_S3
cd "$work"

rows=$((${SIZE:-1536} * 5000)) # 210 bytes each
createdb bench
psql -Xq -v ON_ERROR_STOP=1 bench <<SQL
CREATE TABLE event (id bigint, at timestamptz, customer int, kind text, amount numeric(12,2), note text);
INSERT INTO event SELECT i, timestamptz '2024-01-01' + i * interval '1.7 s', (i * 7919) % 100003,
    (ARRAY['order', 'return', 'payment', 'visit'])[1 + i % 4], (i * 31 % 1000003) / 100.0,
    md5(i::text) || ' ' || repeat('the quick brown fox ', 4) || md5((i / 10)::text)
  FROM generate_series(1::bigint, $rows * 6 / 10) i;
$(for t in 1 2 3 4; do
  echo "CREATE TABLE part$t (id bigint PRIMARY KEY, name text, data text);
    INSERT INTO part$t SELECT i, 'name ' || i, md5(i::text) || repeat(' lazy dog', 10) || md5((i * $t)::text) FROM generate_series(1, $rows / 10) i;"
done)
ALTER TABLE event ADD PRIMARY KEY (id);
CREATE INDEX ON event (customer);
CREATE INDEX ON event (at);
CREATE INDEX ON part1 (name);
VACUUM ANALYZE;
CHECKPOINT;
SQL
pg_dump -Fc -Z0 bench >stock.dump
pgdump-stream bench >ours.dump
bytes=$(stat -c %s stock.dump)
echo "the archive: $((bytes >> 20)) MiB"

compare --svg "$root/docs/bench-dump.svg" "dump to /dev/null" \
  'pgdump-stream=pgdump-stream bench >/dev/null' 'pg_dump -Fc -Z0=pg_dump -Fc -Z0 bench >/dev/null'
key=$(seal-keygen -o key.txt 2>&1 | grep -o 'age1[a-z0-9]*')
compare --runs 3 "compressed" \
  'pgdump-stream, zpipe=pgdump-stream bench | zpipe >ours.gz' \
  'pgdump-stream, zpipe zstd=pgdump-stream bench | zpipe -F zstd >ours.zst' \
  'pg_dump -Fc=pg_dump -Fc bench >stock.gz.dump'
compare --runs 3 "compressed inside" 'pgdump-stream -Z gzip:1=pgdump-stream -Z gzip:1 bench >ours.z1' \
  'pg_dump -Fc -Z1=pg_dump -Fc -Z1 bench >stock.z1'
for file in ours.z1 stock.z1 ours.gz ours.zst stock.gz.dump; do # what ONLY has left
  [ ! -e $file ] || stat -c '%n: %s bytes' $file
done
compare --runs 3 "the whole backup, zstd" \
  "sluice=pgdump-stream bench | zpipe -F zstd | seal -r $key | s3put --overwrite s3://bench/ours" \
  "pg_dump, zstd -3, age, aws=pg_dump -Fc -Z0 bench | zstd -q -T2 | age -r $key | aws s3 cp --quiet - s3://bench/theirs"
compare --runs 3 "the whole backup, gzip" \
  'sluice=pgdump-stream bench | zpipe | s3put --overwrite s3://bench/ours' \
  'pg_dump, gzip, rclone=pg_dump bench | gzip | rclone rcat RGW:bench/theirs'

again='dropdb --if-exists target; createdb target;'
compare --runs 3 --svg "$root/docs/bench-restore.svg" "restore" \
  "pgrestore-stream=$again cat ours.dump | pgrestore-stream --trust-eof --no-analyze --into target" \
  "pg_restore from a pipe=$again cat stock.dump | pg_restore -d target" \
  "pg_restore -j2 from a file=$again pg_restore -j2 -d target stock.dump"

"$root/tests/support/slow-proxy.py" 2 "$PG_DIR" >proxy.port &
proxy=$!
until [ -s proxy.port ]; do sleep 0.1; done
far="PGPASSWORD=secret PGHOST=127.0.0.1 PGPORT=$(<proxy.port)"
compare --runs 3 "dump, 2 ms away" "pgdump-stream=$far pgdump-stream bench >/dev/null" \
  "pg_dump -Fc -Z0=$far pg_dump -Fc -Z0 bench >/dev/null"
compare --runs 3 "restore, 2 ms away" \
  "pgrestore-stream=$again $far pgrestore-stream --no-analyze --into target <ours.dump" \
  "pg_restore from a pipe=$again cat stock.dump | $far pg_restore -d target"

createdb many
psql -Xq many <<'SQL'
SELECT format('CREATE TABLE t%s (id int PRIMARY KEY, a text, b int)', i), format('INSERT INTO t%s SELECT g, g::text, g FROM generate_series(1, 100) g', i)
  FROM generate_series(1, 1500) i \gexec
SQL
compare "1,500 tables" 'pgdump-stream=pgdump-stream many >/dev/null' 'pg_dump -Fc -Z0=pg_dump -Fc -Z0 many >/dev/null'
