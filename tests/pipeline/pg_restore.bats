#!/usr/bin/env bats
# shellcheck disable=SC2002,SC2016,SC2030,SC2031,SC2154
# pgrestore-stream against a real server: all or nothing.

setup_file() {
  load ../support/common
  load ../support/postgres
  pg_setup_file 5000
  pgdump-stream src >"$PG_DIR-ours.dump"
  pg_dump -Fc src >"$PG_DIR-stock.dump"
  pg_dump -Fp src >"$PG_DIR-plain.sql"
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
  ours=$PG_DIR-ours.dump stock=$PG_DIR-stock.dump plain=$PG_DIR-plain.sql
  before=$(databases)
}

teardown() {
  load ../support/postgres
  load restore
  drop_restored
}

make_target() { createdb target && before=$(databases); }

# A dump of each kind, as a pipe and as a file.
@test "archives and plain SQL, ours and stock, into an empty database" {
  local dump
  for dump in "$ours" "$stock" "$plain"; do
    createdb target
    pgrestore-stream --into target <"$dump"
    same_database src target
    dropdb target
  done
  pgdump-stream src | pgrestore-stream --into target --create
  same_database src target
}

@test "--create makes the database as the dumped one was" {
  createdb -T template0 -E LATIN1 --locale=C other
  sql other -c "CREATE TABLE t AS SELECT 'é' AS c"
  pgdump-stream other | pgrestore-stream --into target --create
  is "$(sql postgres -c "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'target'")" "LATIN1|C"
  is "$(sql target -c 'SELECT c FROM t')" é
  before=$(databases)
  refused 73 "database target: exists already" pgrestore-stream --into target --create <"$ours"
  is "$(databases)" "$before"
}

@test "what a target has besides its contents stays: owner, privileges, settings, comment" {
  sql postgres -c 'CREATE ROLE tenant CREATEDB LOGIN'
  createdb -O tenant target
  sql postgres -c "REVOKE CONNECT ON DATABASE target FROM PUBLIC" \
    -c "GRANT CREATE ON DATABASE target TO sample_reader" \
    -c "COMMENT ON DATABASE target IS 'it''s mine'" \
    -c "ALTER DATABASE target SET work_mem = '5MB'" \
    -c "ALTER DATABASE target SET search_path = shop, \"\$user\", public" \
    -c "ALTER ROLE tenant IN DATABASE target SET application_name = 'x y'" \
    -c "ALTER DATABASE target CONNECTION LIMIT 7"
  properties() {
    sql postgres -c "SELECT pg_get_userbyid(datdba), (SELECT array_agg(a ORDER BY a::text) FROM unnest(datacl) a), datconnlimit, shobj_description(oid, 'pg_database'), encoding, datcollate,
      (SELECT array_agg(setrole::text || setconfig::text ORDER BY 1) FROM pg_db_role_setting WHERE setdatabase = d.oid)
      FROM pg_database d WHERE datname = 'target'"
  }
  local had
  had=$(properties)
  pgrestore-stream --into target <"$plain"
  is "$(properties)" "$had"
  same_database src target
  dropdb target
  sql postgres -c 'DROP ROLE tenant'
}

@test "a target that is missing, filled or there already is not touched" {
  refused 66 "database target: does not exist" pgrestore-stream --into target <"$ours"
  createdb target
  sql target -c 'CREATE SCHEMA mine'
  before=$(databases)
  refused 73 "database target: is not empty: it has schema mine" pgrestore-stream --into target <"$ours"
  refused 73 "database target: is not empty" pgrestore-stream --into target <"$plain"
  is "$(databases)" "$before"
}

@test "--if-empty leaves a filled one alone, fills an empty one, makes a missing one" {
  pgrestore-stream --into target --if-empty <"$ours"
  same_database src target
  run --separate-stderr pgrestore-stream --into target --if-empty <"$ours"
  is "$status" 0
  has "$stderr" "database target: is not empty"
  dropdb target && createdb target
  pgrestore-stream --into target --if-empty <"$plain"
  same_database src target
}

@test "a cut dump changes nothing, wherever it is cut" {
  local dump size at
  make_target
  for dump in "$ours" "$stock" "$plain"; do
    size=$(stat -c %s "$dump")
    for at in 0 3 8 100 5000 $((size / 3)) $((size / 2)) $((size - 300)) $((size - 60)) $((size - 52)) $((size - 51)) $((size - 6)) $((size - 5)) $((size - 1)); do
      # Plain SQL without its last newline is all there.
      [ "$dump:$at" != "$plain:$((size - 1))" ] || continue
      refused 65 "" bash -c "head -c $at $dump | pgrestore-stream --into target"
      untouched
    done
  done
}

@test "an archive cut between two blocks changes nothing, even when somebody vouches for the cut" {
  make_target
  # The blocks of the stock archive, found by their first bytes after the one before.
  python3 - "$stock" >cuts <<'EOF'
import sys
data = open(sys.argv[1], "rb").read()
at = 0
while (at := data.find(b"\0\0\0\0\0\1\0", at + 1)) > 0: print(at + 5)
EOF
  [ "$(wc -l <cuts)" -gt 5 ] || fail "too few places to cut at"
  local at
  for at in $(shuf -n 8 cuts); do
    refused 65 "cut" bash -c "head -c $at $stock | pgrestore-stream --into target --trust-eof"
    refused 65 "cut" bash -c "head -c $at $stock >cut.dump; pgrestore-stream --into target <cut.dump"
    untouched
  done
}

@test "a changed byte changes nothing" {
  make_target
  local size at
  size=$(stat -c %s "$ours")
  for at in $((size - 200)) $((size - 30)) $((size / 2)); do
    cp "$ours" changed
    printf '\377' | dd of=changed bs=1 seek="$at" conv=notrunc status=none
    refused 65 "" pgrestore-stream --into target <changed
    untouched
  done
}

@test "a writer that died changes nothing" {
  make_target
  refused 65 "reported upstream" bash -c 'pgdump-stream nodb 2>/dev/null | pgrestore-stream --into target'
  untouched
  printf '#!/bin/sh\n[ "$1" != --version ] || exec pg_dump --version\nhead -c 9000 %s\nexec sleep 60\n' "$stock" >slow
  printf '#!/bin/sh\npgdump-stream --pg-dump ./slow src 3>&- & sleep 0.5; kill -9 $!\n' >dies
  chmod +x slow dies
  refused 65 "died without a word" bash -c './dies | pgrestore-stream --into target'
  untouched
}

@test "a statement that the server refuses: the object, the server's line, nothing changed" {
  make_target
  sql src -c 'CREATE SCHEMA bad' -c 'CREATE TABLE bad.t (a integer)' -c "INSERT INTO bad.t VALUES (1)"
  pgdump-stream src >good.dump
  sql src -c 'DROP SCHEMA bad CASCADE'
  # The same length, so that only the server can object.
  sed 's/a integer/a intexer/' good.dump >bad.dump
  refused 65 "" pgrestore-stream --into target <bad.dump
  sed 's/a integer/a intexer/' <(pg_restore -f - good.dump) >bad.sql
  refused 65 'type "intexer" does not exist' pgrestore-stream --into target <bad.sql
  has "$(cat err)" "standard input, line "
  untouched
  createdb other
  sql other -c 'CREATE TABLE t (a integer)' -c 'INSERT INTO t VALUES (1)'
  pg_dump -Fc -Z0 other | sed 's/a integer/a intexer/' >bad.dump
  dropdb other
  refused 65 'TABLE public.t: type "intexer" does not exist' pgrestore-stream --into target <bad.dump
  untouched
}

@test "rows that the server refuses are named" {
  createdb other
  sql other -c 'CREATE TABLE t (a integer)' -c 'INSERT INTO t VALUES (12345)'
  pg_dump -Fc -Z0 other | sed 's/12345/1x345/' >bad.dump
  dropdb other
  make_target
  refused 65 'TABLE DATA public.t: invalid input syntax for type integer: "1x345"' \
    pgrestore-stream --into target <bad.dump
  untouched
}

@test "--allow-connect runs a dump that makes databases, whatever their names" {
  local name="it's a \"name\" = é" odd="dbname='it\\'s a \"name\" = é'"
  createdb "$name"
  sql "$odd" -c 'CREATE TABLE t AS SELECT 7 AS a'
  { pg_dump -C "$odd"; pg_dump -C -c src; } >both.sql
  dropdb "$name"
  before=$(databases)
  refused 65 "the dump has a CREATE DATABASE of its own" pgrestore-stream --into postgres <both.sql
  is "$(databases)" "$before"
  sed -i 's/DROP DATABASE src;//; s/CREATE DATABASE src /CREATE DATABASE target /; s/ON DATABASE src /ON DATABASE target /; s/ALTER DATABASE src /ALTER DATABASE target /; s/\\connect src$/\\connect target/' both.sql
  pgrestore-stream --allow-connect --into postgres <both.sql
  is "$(sql "$odd" -c 'SELECT a FROM t')" 7
  dropdb "$name"
  same_database src target
  is "$(sql target -c "SELECT count(*) FROM pg_stat_user_tables WHERE last_analyze IS NULL")" 0
  refused 64 "contradicts" pgrestore-stream --allow-connect --create --into x <both.sql
  refused 64 "as it is" pgrestore-stream --allow-connect --no-owner --into postgres <both.sql
}

@test "--allow-connect runs the dump of a whole cluster" {
  local host=$PGHOST port=$PGPORT
  pg_dumpall | sed '/^CREATE ROLE postgres;/d' >all.sql
  refused 65 "the dump of a whole cluster" pgrestore-stream --into postgres <all.sql
  postgres_start "$PG_DIR-second"
  pgrestore-stream --allow-connect --into postgres <all.sql
  diff <(pg_dump src | strip_key) <(pg_dump -h "$host" -p "$port" src | strip_key)
  postgres_stop "$PG_DIR-second"
  export PGHOST=$host PGPORT=$port
}

@test "--allow-connect: what is wrong is told with its line, and nothing else runs" {
  cut_after() { printf '%s\n' '--' '-- PostgreSQL database dump' '--' 'SELECT 1;' "$@" '--' '-- PostgreSQL database dump complete' '--' ''; }
  createdb target
  cut_after '\connect target' 'CREATE TABLE before (a int);' '\! touch ran' >bad.sql
  refused 65 "line 7: a command to psql" pgrestore-stream --allow-connect --into postgres <bad.sql
  has "$(cat err)" "warning: what the dump did so far stays done"
  [ ! -e ran ]
  sql target -c 'DROP TABLE before'
  cut_after '\connect target' 'SELECT 1;' 'SELECT nonsense;' >bad.sql
  refused 65 "line 7: column" pgrestore-stream --allow-connect --into postgres <bad.sql
  cut_after '\connect target user host' >bad.sql
  refused 65 "line 5: a \connect that names more than a database" pgrestore-stream --allow-connect --into postgres <bad.sql
  cut_after '\connect nowhere' >bad.sql
  refused 66 "database nowhere" pgrestore-stream --allow-connect --into postgres <bad.sql
  cut_after '\connect target' 'COPY t FROM stdin;' '\connect postgres' '\.' >bad.sql
  refused 65 'line 6: relation "t" does not exist' pgrestore-stream --allow-connect --into postgres <bad.sql
  cut_after '\connect target' 'CREATE TABLE late (a int);' | head -c -20 >cut.sql
  refused 65 "" pgrestore-stream --allow-connect --into postgres <cut.sql
  is "$(sql target -c 'SELECT count(*) FROM pg_class WHERE oid >= 16384')" 0
}

@test "commands to psql in a dump do not run, other databases are not touched" {
  make_target
  printf -- '--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE t (a int);\n\\! touch ran\n--\n-- PostgreSQL database dump complete\n--\n\n' >bad.sql
  refused 65 "line 6: a command to psql" pgrestore-stream --into target <bad.sql
  [ ! -e ran ]
  pg_dump -C -c src >switching.sql
  refused 65 "the dump has a DROP DATABASE of its own" pgrestore-stream --into target <switching.sql
  pg_dump -C src >switching.sql
  refused 65 "the dump has a CREATE DATABASE of its own" pgrestore-stream --into target <switching.sql
  pg_dumpall -g >globals.sql
  refused 65 "whole cluster" pgrestore-stream --into target <globals.sql
  untouched
}

@test "what is no dump is refused with the stage that is missing" {
  make_target
  gzip -c "$plain" >plain.gz
  refused 65 "gzip data, not a dump" pgrestore-stream --into target <plain.gz
  has "$(cat err)" "hint: put zpipe -d before this stage"
  head -c 10000 /dev/urandom >junk
  refused 65 "neither" pgrestore-stream --into target <junk
  refused 65 "empty" bash -c 'true | pgrestore-stream --into target'
  refused 65 "something follows" bash -c "cat $ours $ours | pgrestore-stream --into target"
  untouched
}

@test "parts of an archive" {
  pgrestore-stream --into target --create --schema-only <"$ours"
  is "$(sql target -c 'SELECT count(*) FROM shop.sale')" 0
  dropdb target
  createdb other
  sql other -c 'CREATE SCHEMA a AUTHORIZATION sample_owner' -c 'CREATE TABLE a.t AS SELECT 1 AS x' \
    -c 'CREATE SCHEMA b' -c 'CREATE TABLE b.t AS SELECT 2 AS x' -c 'CREATE TABLE b.u AS SELECT 3 AS x'
  pgdump-stream other >other.dump
  tables() { sql target -c "SELECT string_agg(oid::regclass::text, ' ' ORDER BY 1) FROM pg_class WHERE oid >= 16384 AND relkind = 'r'"; }
  createdb target
  pgrestore-stream --into target -n a <other.dump
  is "$(tables)" a.t
  is "$(sql target -c "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'a'")" sample_owner
  dropdb target && createdb target
  pgrestore-stream --into target -n b -t t <other.dump
  is "$(tables)" b.t
  dropdb target && createdb target
  pgrestore-stream --into target -t u <other.dump
  is "$(sql target -c 'SELECT x FROM b.u')" 3
  dropdb target
  before=$(databases)
  refused 64 "plain SQL" pgrestore-stream --into target --create --no-owner <"$plain"
  untouched
}

@test "--data-only fills the tables that exist, in one transaction" {
  createdb other
  sql other -c 'CREATE TABLE t (a integer)' -c 'INSERT INTO t SELECT generate_series(1, 1000)'
  pgdump-stream other >t.dump
  createdb target
  sql target -c 'CREATE TABLE t (a integer)'
  refused 65 "cut" bash -c 'head -c -60 t.dump | pgrestore-stream --into target --data-only'
  is "$(sql target -c 'SELECT count(*) FROM t')" 0
  pgrestore-stream --into target --data-only <t.dump
  is "$(sql target -c 'SELECT count(*) FROM t')" 1000
}

@test "a missing role is said before anything is done, and --no-owner helps" {
  createdb other
  sql other -c 'CREATE ROLE gone' -c 'CREATE TABLE t (a int)' -c 'ALTER TABLE t OWNER TO gone'
  pgdump-stream other >t.dump
  sql other -c 'ALTER TABLE t OWNER TO postgres' -c 'DROP ROLE gone'
  make_target
  refused 66 "role gone: owns objects of the dump" pgrestore-stream --into target <t.dump
  has "$(cat err)" "--no-owner"
  untouched
  pgrestore-stream --into target --no-owner <t.dump
  is "$(sql target -c "SELECT count(*) FROM pg_class WHERE relname = 't'")" 1
}

@test "without the right to create databases an archive still goes into an empty one" {
  sql postgres -c 'DROP ROLE IF EXISTS tenant' -c 'CREATE ROLE tenant LOGIN'
  createdb -O tenant target
  createdb other
  sql other -c 'CREATE TABLE t AS SELECT 1 AS a'
  pgdump-stream other | pgrestore-stream -U tenant --into target --no-owner
  is "$(sql target -c 'SELECT a FROM t')" 1
  before=$(databases)
  refused 77 "role tenant" bash -c 'pgdump-stream other | pgrestore-stream -U tenant --into fresh --create'
  is "$(databases)" "$before"
  dropdb target
  sql postgres -c 'DROP ROLE tenant'
}

@test "others connected to the target at the swap: a status, nothing changed, sibling gone" {
  make_target
  sql target -c 'SELECT pg_sleep(60)' 3>&- >/dev/null 2>&1 &
  local pid=$!
  refused 75 "database target: others are connected" pgrestore-stream --into target <"$plain"
  kill "$pid"
  sql postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'target'" >/dev/null
  untouched
}

@test "a signal, a killed client, a killed session: the target is as it was" {
  make_target
  local dump victim pid status
  mkfifo pipe
  for dump in "$ours" "$plain"; do
    for victim in TERM INT program session; do
      with_signals pgrestore-stream -j 1 --into target <pipe 2>err 3>&- &
      pid=$!
      exec 9>pipe
      head -c -400 "$dump" >&9
      until pgrep -P "$pid" 'pg_restore|psql' >/dev/null; do sleep 0.05; done
      case $victim in
        program) kill -KILL "$(pgrep -P "$pid" 'pg_restore|psql')" ;;
        session) until [ -n "$(sql postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('pg_restore', 'psql') AND datname IN (SELECT datname FROM pg_database WHERE datname ~ 'target') AND pid <> pg_backend_pid()")" ]; do sleep 0.05; done ;;
        *) kill "-$victim" "$pid" ;;
      esac
      { tail -c 400 "$dump" >&9; } 2>/dev/null || true
      exec 9>&-
      status=0
      wait "$pid" || status=$?
      case $victim in
        TERM) is "$status" 143 ;;
        INT) is "$status" 130 ;;
        *) is "$status" 75 "status after the $victim was killed: $(cat err)" ;;
      esac
      untouched
    done
  done
}

@test "SIGKILL leaves the target as it was, and the next run removes what is left" {
  make_target
  mkfifo pipe
  local dump pid
  for dump in "$ours" "$plain"; do
    pgrestore-stream -j 1 --into target <pipe 2>err 3>&- &
    pid=$!
    exec 9>pipe
    head -c -400 "$dump" >&9
    until pgrep -P "$pid" 'pg_restore|psql' >/dev/null; do sleep 0.05; done
    kill -KILL "$pid"
    wait "$pid" || true
    exec 9>&-
    is "$(sql target -c 'SELECT count(*) FROM pg_class WHERE oid >= 16384')" 0
  done
  has "$(databases)" "sluice_restore_target_"
  pgdump-stream --list | grep sluice_restore && fail "--list shows the leftover"
  pgrestore-stream --into target <"$plain"
  is "$(databases)" "$before"
  same_database src target
}

@test "what somebody made in the target while the restore ran is kept, also by the next restore" {
  make_target
  mkfifo pipe
  pgrestore-stream --into target <pipe 2>err 3>&- &
  local pid=$! status=0 old
  exec 9>pipe
  head -c -400 "$plain" >&9
  until pgrep -P "$pid" psql >/dev/null; do sleep 0.05; done
  sql target -c 'CREATE TABLE precious AS SELECT 1 AS a'
  tail -c 400 "$plain" >&9
  exec 9>&-
  wait "$pid" || status=$?
  is "$status" 0
  old=$(databases | tr ' ' '\n' | grep '^target_before_')
  has "$(cat err)" "was filled while the restore ran (table public.precious): it is kept as $old"
  createdb other
  pgrestore-stream --into other <"$plain"
  is "$(sql "$old" -c 'SELECT a FROM precious')" 1
}

@test "a database is a leftover by its mark, not by its name" {
  make_target
  local theirs=sluice_restore_appdb_2023_10051200 left=sluice_restore_appdb_2023_10051201
  createdb "$theirs"
  sql postgres -c "COMMENT ON DATABASE $theirs IS 'mine'"
  has "$(pgdump-stream --list)" "$theirs"
  createdb "$left"
  sql postgres -c "COMMENT ON DATABASE $left IS 'half a restore of pgrestore-stream, session 2023_10051201'"
  pgrestore-stream --into target <"$plain"
  is "$(databases)" "postgres $theirs src target template0 template1"
  is "$(sql postgres -c "SELECT shobj_description(oid, 'pg_database') IS NULL FROM pg_database WHERE datname = 'target'")" t
}

@test "a leftover whose run died while the database was made is known by its connection limit" {
  make_target
  local theirs=sluice_restore_appdb_2023_10051200 left=sluice_restore_appdb_2023_10051201
  createdb "$theirs"
  sql postgres -c "CREATE DATABASE $left CONNECTION LIMIT = 736985"
  pgrestore-stream --into target <"$plain"
  is "$(databases)" "postgres $theirs src target template0 template1"
  is "$(sql postgres -c "SELECT datconnlimit FROM pg_database WHERE datname = 'target'")" -1
}

@test "a leftover that cannot be dropped is a warning; a subscription is no empty database" {
  make_target
  local left=sluice_restore_appdb_2023_10051201
  createdb "$left"
  sql postgres -c "COMMENT ON DATABASE $left IS 'half a restore of pgrestore-stream, session 2023_10051201'" \
    -c "ALTER DATABASE $left IS_TEMPLATE true"
  sql "$left" -c "CREATE SUBSCRIPTION s CONNECTION 'dbname=src' PUBLICATION p WITH (connect = false)" 2>/dev/null
  refused 73 "subscription s" pgrestore-stream --into "$left" <"$plain"
  run --separate-stderr pgrestore-stream --into target <"$plain"
  is "$status" 0
  has "$stderr" "$left: is left from a restore that died, but cannot be dropped"
  same_database src target
  sql postgres -c "ALTER DATABASE $left IS_TEMPLATE false"
  run --separate-stderr pgrestore-stream --replace --into target <"$plain"
  is "$status" 0
  is "$(databases)" "postgres src target template0 template1"
}

@test "a restore with a subscription that fails leaves no database behind" {
  createdb subscriber
  sql subscriber -c 'CREATE TABLE t AS SELECT 1 AS a' \
    -c "CREATE SUBSCRIPTION s CONNECTION 'dbname=src' PUBLICATION p WITH (connect = false)" 2>/dev/null
  pgdump-stream subscriber >subscriber.dump
  make_target
  PGAPPNAME=busy psql -qX target -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 3>&- &
  until [ "$(sql postgres -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'busy'")" = 1 ]; do sleep 0.1; done
  refused 75 "others are connected" pgrestore-stream --replace --into target <subscriber.dump
  is "$(databases)" "postgres src subscriber target template0 template1"
  sql subscriber -c 'ALTER SUBSCRIPTION s SET (slot_name = NONE)' -c 'DROP SUBSCRIPTION s'
  sql postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'busy'" >/dev/null
  dropdb subscriber
}

@test "--force keeps off clients that come back at once" {
  make_target
  local clients=()
  for _ in 1 2 3 4 5 6 7 8; do
    (while [ ! -e enough ]; do PGAPPNAME=stubborn psql -qX target -c 'SELECT pg_sleep(60)' >/dev/null 2>&1; done) 3>&- &
    clients+=($!)
  done
  until [ "$(sql postgres -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stubborn'")" = 8 ]; do sleep 0.1; done
  for _ in 1 2 3; do
    pgrestore-stream --replace --force --into target <"$plain"
  done
  touch enough
  sql postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stubborn'" >/dev/null
  wait "${clients[@]}" || true
  same_database src target
}

# A dump's owner may be anybody: what he has put into the way must not run with our rights.
@test "what a database's owner chose does not run with the rights of who dumps or restores it" {
  createdb evil
  sql postgres -c 'CREATE ROLE mallory LOGIN' -c 'ALTER DATABASE evil OWNER TO mallory'
  sql evil -c 'CREATE TABLE t AS SELECT 1 AS a' -c 'ALTER TABLE t OWNER TO mallory' \
    -c 'CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE plpgsql AS $$BEGIN
          IF current_user <> $q$mallory$q$ THEN ALTER ROLE mallory SUPERUSER; END IF;
          RETURN pg_catalog.now(); END$$' \
    -c 'CREATE FUNCTION public.set_config(text, text, boolean) RETURNS text LANGUAGE plpgsql AS $$BEGIN
          IF current_user <> $q$mallory$q$ THEN ALTER ROLE mallory SUPERUSER; END IF;
          RETURN pg_catalog.set_config($1, $2, $3); END$$' \
    -c 'CREATE FUNCTION public.greater(oid, int) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
          IF current_user <> $q$mallory$q$ THEN ALTER ROLE mallory SUPERUSER; END IF;
          RETURN $1 OPERATOR(pg_catalog.>=) $2::oid; END$$' \
    -c 'CREATE OPERATOR public.>= (LEFTARG = oid, RIGHTARG = int, FUNCTION = public.greater)' \
    -c 'ALTER DATABASE evil SET search_path = public, pg_catalog'
  local way
  for way in 'pgdump-stream evil' 'pgdump-stream -j4 evil' "pgrestore-stream --into evil" "pgrestore-stream --if-empty --into evil"; do
    $way <"$plain" >/dev/null 2>&1 || true
    is "$(sql postgres -c "SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'")" f "$way"
  done
  dropdb evil
  sql postgres -c 'DROP ROLE mallory'
}

@test "rows alone: what a failure leaves, and what a success sets" {
  createdb other
  sql other -c 'CREATE TABLE t (id serial, a text)' -c 'CREATE TABLE u (id serial)' \
    -c "INSERT INTO t (a) SELECT repeat('x', 100) FROM generate_series(1, 5)" \
    -c "SELECT lo_from_bytea(0, convert_to(repeat('y', 300000), 'UTF8'))" >/dev/null
  pgdump-stream other >other.dump
  pgdump-stream --schema-only other | pgrestore-stream --trust-eof --create --into second
  sql second -c "SELECT setval('t_id_seq', 1000), setval('u_id_seq', 1000)" >/dev/null
  run bash -c 'head -c -1000 other.dump | pgrestore-stream --trust-eof -a --into second'
  is "$status" 65
  is "$(sql second -c 'SELECT last_value FROM t_id_seq')" 1000
  is "$(sql second -c 'SELECT count(*) FROM t')" 0
  pgrestore-stream -a --into second <other.dump
  is "$(sql second -c 'SELECT count(*) FROM t')" 5
  is "$(sql second -c 'SELECT last_value, is_called FROM t_id_seq')" "5|t"
  is "$(sql second -c 'SELECT last_value, is_called FROM u_id_seq')" "1|f"
  dropdb other
  dropdb second
}

@test "names in the archive's own encoding" {
  sql postgres -c 'CREATE ROLE "zoé"'
  createdb other
  sql other -c 'CREATE SCHEMA "sché" AUTHORIZATION "zoé"' -c 'CREATE TABLE "sché".t AS SELECT 1 AS a'
  pgdump-stream -E LATIN1 other >latin1.dump
  pgdump-stream other >utf8.dump
  for jobs in 1 2; do
    pgrestore-stream -j $jobs --into second --create <latin1.dump
    same_database other second
    dropdb second
    PGCLIENTENCODING=LATIN1 pgrestore-stream -j $jobs --into second --create <utf8.dump
    same_database other second
    dropdb second
  done
  dropdb other
  sql postgres -c 'DROP ROLE "zoé"'
}

@test "a dump that leaves a transaction open replaces nothing" {
  make_target
  sql target -c 'CREATE TABLE precious AS SELECT 1 AS a'
  printf '%s\n' -- '-- PostgreSQL database dump' -- '' 'BEGIN;' 'CREATE TABLE t (a int);' -- \
    '-- PostgreSQL database dump complete' -- '' >open.sql
  refused 65 "a transaction is open at its end" pgrestore-stream --replace --into target <open.sql
  is "$(sql target -c 'SELECT a FROM precious')" 1
}

@test "sessions wait for the stream, whatever the role's timeouts" {
  createdb slow
  sql postgres -c 'CREATE ROLE hasty SUPERUSER LOGIN' -c "ALTER ROLE hasty SET idle_session_timeout = '500ms'" \
    -c "ALTER ROLE hasty SET statement_timeout = '20ms'"
  pgdump-stream src >src.dump
  for jobs in 1 4; do
    { head -c 20000 src.dump; sleep 2; tail -c +20001 src.dump; } |
      pgrestore-stream --trust-eof -U hasty -j $jobs --replace --into slow
    same_database src slow
  done
  dropdb slow
  sql postgres -c 'DROP ROLE hasty'
}

@test "a role that may connect to its own database only restores into it" {
  sql postgres -c 'CREATE ROLE recluse LOGIN' -c 'CREATE DATABASE cell OWNER recluse' \
    -c 'REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC'
  createdb other
  sql other -c 'CREATE TABLE t AS SELECT 1 AS a'
  pgdump-stream --no-owner --no-privileges other >other.dump
  pgrestore-stream -U recluse --no-owner --into cell <other.dump
  is "$(sql cell -c 'SELECT a FROM t')" 1
  run pgrestore-stream -U recluse --no-owner --replace --into cell <other.dump
  is "$status" 77
  sql postgres -c 'GRANT CONNECT ON DATABASE postgres, template1 TO PUBLIC'
  dropdb cell
  dropdb other
  sql postgres -c 'DROP ROLE recluse'
}

@test "-j where an owner has no rights to his own table" {
  sql postgres -c 'CREATE ROLE poor CREATEDB LOGIN' -c 'CREATE DATABASE poor OWNER poor'
  psql -qX -U poor poor -c 'CREATE TABLE t AS SELECT generate_series(1, 1000) AS a' \
    -c 'REVOKE ALL ON t FROM poor' -c 'GRANT SELECT ON t TO PUBLIC'
  pgdump-stream -j2 poor >poor.dump
  pgrestore-stream -U poor -j2 --replace --into poor <poor.dump
  is "$(sql poor -c 'SELECT count(*) FROM t')" 1000
  is "$(sql poor -c "SELECT has_table_privilege('poor', 't', 'INSERT')")" f
  dropdb poor
  sql postgres -c 'DROP ROLE poor'
}

@test "the owner's revoked rights, slots and what initdb made are not lost in a swap" {
  make_target
  sql postgres -c 'REVOKE ALL ON DATABASE target FROM CURRENT_USER'
  sql target -c 'CREATE TABLE t ()'
  local acl="SELECT datacl FROM pg_database WHERE datname = 'target'"
  local before
  before=$(sql postgres -c "$acl")
  pgrestore-stream --replace --into target <"$plain"
  is "$(sql postgres -c "$acl")" "$before"
  dropdb target
  make_target
  sql target -c 'GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO sample_reader'
  refused 73 "privileges of its own on function pg_ls_dir" pgrestore-stream --into target <"$plain"
  dropdb target
  make_target
  sql target -c "COMMENT ON SCHEMA public IS 'mine'"
  refused 73 "a comment of its own on schema public" pgrestore-stream --into target <"$plain"
}

@test "what an empty target has all the same is kept, or the restore refused" {
  local addition
  createdb other
  sql other -c 'CREATE TABLE t AS SELECT 1 AS a'
  pgdump-stream other >other.dump
  pg_dump other >other.sql
  dropdb other
  for addition in 'CREATE EXTENSION tcn' 'GRANT CREATE ON SCHEMA public TO sample_reader' \
    'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO sample_reader'; do
    createdb target
    sql target -c "$addition"
    before=$(databases)
    refused 73 "which the database that takes its place would not have" pgrestore-stream --into target <other.sql
    refused 73 "database target: has " pgrestore-stream --into target --schema-only <other.dump
    pgrestore-stream --into target <other.dump
    case $addition in
      *EXTENSION*) is "$(sql target -c "SELECT count(*) FROM pg_extension WHERE extname = 'tcn'")" 1 ;;
      *public*) is "$(sql target -c "SELECT has_schema_privilege('sample_reader', 'public', 'CREATE')")" t ;;
      *) is "$(sql target -c "SELECT has_table_privilege('sample_reader', 't', 'SELECT')")" t ;;
    esac
    is "$(databases)" "$before"
    dropdb target
  done
  createdb target
  sql target -c 'CREATE OPERATOR FAMILY mine USING btree'
  refused 73 "mine" pgrestore-stream --into target <other.sql
}

@test "no bytes are no dump, also from a file and from a stage that ended well" {
  : >empty
  refused 65 "empty" pgrestore-stream --into target --create <empty
  refused 65 "empty" bash -c 'zpipe <empty | zpipe -d | pgrestore-stream --into target --create'
  refused 65 "empty" pgrestore-stream --verify <empty
  untouched
  pgrestore-stream --verify --allow-empty <empty
}

@test "a selection that the archive does not have is missing" {
  make_target
  refused 66 "has no table nosuch" pgrestore-stream --into target -t nosuch <"$ours"
  refused 66 "has no schema nosuch" pgrestore-stream --into target -n nosuch <"$ours"
  refused 66 "has no table nosuch" pgrestore-stream --into target -n shop -t nosuch <"$ours"
  untouched
}

@test "a signal after the commit ends the gathering of statistics, not the success" {
  make_target
  mkfifo pipe
  # Statistics of an expression call this function, which sleeps then.
  createdb other
  sql other -c 'CREATE TABLE public.t AS SELECT 1 AS a' \
    -c 'CREATE FUNCTION public.slow(a int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$BEGIN
         IF current_query() LIKE $q$ANALYZE%$q$ THEN PERFORM pg_sleep(60); END IF; RETURN a; END$$' \
    -c 'CREATE INDEX ON public.t (public.slow(a))'
  pgdump-stream other >other.dump
  pgrestore-stream --into target <other.dump 2>err 3>&- &
  local pid=$! status=0
  until [ "$(sql postgres -c "SELECT count(*) FROM pg_stat_activity WHERE query = 'ANALYZE' AND state = 'active'")" = 1 ]; do
    kill -0 "$pid" || fail "it has ended: $(cat err)"
    sleep 0.05
  done
  kill -TERM "$pid"
  wait "$pid" || status=$?
  is "$status" 0
  has "$(cat err)" "statistics are not gathered: interrupted"
  is "$(sql target -c 'SELECT a FROM t')" 1
  sql postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'ANALYZE'"
}

@test "the right to create databases is enough; a temporary table leaves nothing that counts" {
  sql postgres -c 'CREATE ROLE tenant CREATEDB LOGIN'
  createdb -O tenant target
  sql target -c 'CREATE TEMPORARY TABLE t AS SELECT 1 AS a'
  before=$(databases)
  createdb other
  sql other -c 'CREATE TABLE t AS SELECT 1 AS a'
  pg_dump --no-owner other >other.sql
  dropdb other
  pgrestore-stream -U tenant --into target <other.sql
  is "$(sql target -c 'SELECT a FROM t')" 1
  is "$(databases)" "$before"
  dropdb target
  sql postgres -c 'DROP ROLE tenant'
}

@test "a server that only reads is a matter of rights" {
  make_target
  local -x PGOPTIONS='-c default_transaction_read_only=on'
  refused 77 "read-only" pgrestore-stream --into target <"$plain"
  refused 77 "read-only" pgrestore-stream --into target <"$ours"
}

@test "a target that goes away while the restore runs is missing" {
  make_target
  mkfifo pipe
  pgrestore-stream --into target <pipe 2>err 3>&- &
  local pid=$! status=0
  exec 9>pipe
  head -c -400 "$plain" >&9
  until pgrep -P "$pid" psql >/dev/null; do sleep 0.05; done
  dropdb target
  tail -c 400 "$plain" >&9
  exec 9>&-
  wait "$pid" || status=$?
  is "$status" 66
  has "$(cat err)" "database target: has gone"
  is "$(databases)" "postgres src template0 template1"
}

@test "--verify and --list judge a stream without a server" {
  local -x PGHOST=/nowhere
  pgrestore-stream --verify <"$ours"
  pgrestore-stream --verify <"$stock"
  pgrestore-stream --verify <"$plain"
  diff <(pgrestore-stream --list <"$ours" | grep -v '^;') <(pg_restore -l "$ours" | grep -v '^;')
  refused 65 "cut" bash -c "head -c -1 $ours | pgrestore-stream --verify"
  refused 65 "digest" bash -c "sed 's/item 7/item 8/' $ours | pgrestore-stream --verify"
  refused 65 "plain SQL has no table of contents" pgrestore-stream --list <"$plain"
}

@test "--replace: the old one serves until the new one takes its place" {
  createdb target
  sql target -c "CREATE TABLE old AS SELECT 1 AS a"
  sql postgres -c "COMMENT ON DATABASE target IS 'mine'" -c "ALTER DATABASE target SET work_mem = '5MB'"
  before=$(databases)
  mkfifo pipe
  pgrestore-stream -j 1 --into target --replace <pipe 3>&- &
  local pid=$!
  exec 9>pipe
  head -c -400 "$ours" >&9
  until pgrep -P "$pid" pg_restore >/dev/null; do sleep 0.05; done
  is "$(sql target -c 'SELECT a FROM old')" 1
  tail -c 400 "$ours" >&9
  exec 9>&-
  wait "$pid"
  is "$(databases)" "$before"
  same_database src target
  is "$(sql target -c 'SHOW work_mem' -c "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'target'")" "$(printf '5MB\nmine')"
}

@test "--replace that fails leaves the old one, whatever goes wrong" {
  createdb target
  sql target -c "CREATE TABLE old AS SELECT 1 AS a"
  before=$(databases)
  refused 65 "cut" bash -c "head -c -60 $ours | pgrestore-stream --into target --replace --force"
  refused 65 "" bash -c "head -c 9000 $plain | pgrestore-stream --into target --replace --force"
  refused 65 "reported" bash -c 'pgdump-stream nodb 2>/dev/null | pgrestore-stream --into target --replace'
  sql target -c 'SELECT pg_sleep(60)' 3>&- >/dev/null 2>&1 &
  until [ "$(sql postgres -c "SELECT count(*) FROM pg_stat_activity WHERE datname = 'target'")" = 1 ]; do sleep 0.1; done
  refused 75 "others are connected" pgrestore-stream --into target --replace <"$ours"
  is "$(databases)" "$before"
  is "$(sql target -c 'SELECT a FROM old')" 1
  pgrestore-stream --into target --replace --force <"$ours"
  is "$(databases)" "$before"
  same_database src target
}

@test "--keep-old keeps it under another name" {
  createdb target
  sql target -c "CREATE TABLE old AS SELECT 1 AS a"
  pgrestore-stream --into target --replace --keep-old <"$plain"
  same_database src target
  local old
  old=$(databases | tr ' ' '\n' | grep '^target_before_')
  is "$(sql "$old" -c 'SELECT a FROM old')" 1
}

@test "empty input that somebody vouches for restores nothing" {
  make_target
  run --separate-stderr bash -c 'true | pgrestore-stream --into target --allow-empty'
  is "$status" 0
  has "$stderr" "nothing was restored"
  untouched
}

@test "usage" {
  refused 64 "--into" pgrestore-stream <"$ours"
  refused 64 "contradict" pgrestore-stream --into x --create --if-empty <"$ours"
  refused 64 "contradict" pgrestore-stream --into x -s -a <"$ours"
  refused 64 "goes with --replace" pgrestore-stream --into x --force <"$ours"
  refused 64 "contradicts" pgrestore-stream --into x --replace --create <"$ours"
  refused 64 "part of a dump" pgrestore-stream --into x --replace -n shop <"$ours"
  refused 64 "names no database" pgrestore-stream --into host=/tmp <"$ours"
}
