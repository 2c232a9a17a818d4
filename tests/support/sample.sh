#!/usr/bin/env bash
# Writes SQL for psql that makes a lively sample database: all that a dump has to carry.
#   tests/support/sample.sh [ROWS]     rows of the largest table (default 20000; 1000000 is 160 MB)
# Roles are global: sample_owner and sample_reader are made unless they exist.
set -eu
rows=${1:-20000}
[[ $rows =~ ^[0-9]+$ ]] || { echo "usage: sample.sh [ROWS]" >&2; exit 64; }
cat <<EOF
\\set ON_ERROR_STOP on
SET client_min_messages = warning;
DO \$\$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sample_owner') THEN CREATE ROLE sample_owner; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sample_reader') THEN CREATE ROLE sample_reader; END IF;
END \$\$;

CREATE SCHEMA shop AUTHORIZATION sample_owner;
CREATE SCHEMA "Größen und ""Maße""";
CREATE SCHEMA archive;
COMMENT ON SCHEMA shop IS 'What is sold; it''s a \\shop\\';

CREATE TYPE shop.mood AS ENUM ('sad', 'ok', 'happy 😀');
CREATE DOMAIN shop.price AS numeric(12, 2) CHECK (VALUE >= 0);
CREATE TYPE shop.address AS (street text, city text);
CREATE SEQUENCE shop.invoice_number START 1000 INCREMENT 7;
SELECT setval('shop.invoice_number', 4242) \\g /dev/null

CREATE TABLE shop.customer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  mood shop.mood DEFAULT 'ok',
  home shop.address,
  gone integer,
  tags text[] DEFAULT '{}',
  photo bytea,
  about jsonb);
ALTER TABLE shop.customer DROP COLUMN gone;
CREATE TABLE shop.item (
  id serial PRIMARY KEY,
  name text NOT NULL UNIQUE,
  price shop.price NOT NULL,
  tax shop.price GENERATED ALWAYS AS (price * 0.19) STORED);
CREATE TABLE shop.sale (
  id bigint NOT NULL,
  customer bigint NOT NULL REFERENCES shop.customer,
  item integer NOT NULL REFERENCES shop.item ON DELETE CASCADE,
  day date NOT NULL,
  note text,
  PRIMARY KEY (id, day, item)) PARTITION BY RANGE (day);
CREATE TABLE shop.sale_2022 PARTITION OF shop.sale FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE TABLE shop.sale_2023 PARTITION OF shop.sale FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')
  PARTITION BY LIST (item);
CREATE TABLE archive.sale_2023_few PARTITION OF shop.sale_2023 FOR VALUES IN (1, 2, 3);
CREATE TABLE archive.sale_2023_rest PARTITION OF shop.sale_2023 DEFAULT;
CREATE TABLE shop.sale_other PARTITION OF shop.sale DEFAULT;
CREATE TABLE "Größen und ""Maße"""."tábla	with tab
and newline 🐘" ("a ""quoted"" column" text, "Ünï" integer, "select" text);
CREATE TABLE archive.nothing ();
CREATE TABLE archive.empty (a integer);
CREATE TABLE archive.parent (a integer);
CREATE TABLE archive.child (b text) INHERITS (archive.parent);
CREATE UNLOGGED TABLE archive.unlogged (a integer);

INSERT INTO shop.customer (name, mood, home, tags, photo, about)
  SELECT 'Zoë ' || i || repeat(' é', i % 5), (enum_range(NULL::shop.mood))[1 + i % 3],
         ROW('Straße ' || i, E'tab\\there')::shop.address, ARRAY['a,b', 'c"d', NULL, '\\N'],
         decode(md5(i::text) || md5((i + 1)::text), 'hex'), jsonb_build_object('n', i, 's', 'x\\y')
  FROM generate_series(1, greatest($rows / 20, 10)) i;
INSERT INTO shop.item (name, price)
  SELECT 'item ' || i, i * 1.5 FROM generate_series(1, 50) i;
INSERT INTO shop.sale
  SELECT i, 1 + i % greatest($rows / 20, 10), 1 + i % 50, date '2021-07-01' + i % 1200,
         CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'\\\\.' WHEN 3 THEN E'two\\nlines\\r\\n'
              WHEN 4 THEN '\\N' WHEN 5 THEN md5(i::text) || ' ' || md5((i * 3)::text)
              ELSE 'plain text, and some more of it to fill the row' END
  FROM generate_series(1, $rows) i;
INSERT INTO "Größen und ""Maße"""."tábla	with tab
and newline 🐘" SELECT 'x' || i, i, NULL FROM generate_series(1, 100) i;
INSERT INTO archive.parent SELECT generate_series(1, 10);
INSERT INTO archive.child SELECT i, 'c' FROM generate_series(1, 10) i;
INSERT INTO archive.unlogged SELECT generate_series(1, 10);
INSERT INTO archive.nothing DEFAULT VALUES;

CREATE INDEX ON shop.sale (customer);
CREATE INDEX customer_tags ON shop.customer USING gin (tags);
CREATE UNIQUE INDEX customer_lower ON shop.customer (lower(name), id) WHERE mood <> 'sad';
ALTER TABLE archive.parent ADD CONSTRAINT small CHECK (a < 1000);

CREATE VIEW shop.happy AS SELECT id, name FROM shop.customer WHERE mood = 'happy 😀';
CREATE MATERIALIZED VIEW shop.turnover AS
  SELECT s.day, sum(i.price) AS sum FROM shop.sale s JOIN shop.item i ON i.id = s.item GROUP BY s.day;
CREATE MATERIALIZED VIEW archive.turnover_by_month AS
  SELECT date_trunc('month', day) AS month, sum(sum) FROM shop.turnover GROUP BY 1;
CREATE UNIQUE INDEX ON shop.turnover (day);

CREATE FUNCTION shop.greet(name text, OUT greeting text) LANGUAGE plpgsql IMMUTABLE AS
\$body\$ BEGIN greeting := 'Hello "' || name || '"; \\ \$x\$'; END \$body\$;
CREATE PROCEDURE shop.tidy() LANGUAGE plpgsql AS
\$body\$
BEGIN
  DELETE FROM archive.empty;
  COMMIT;
  UPDATE archive.child SET b = 'd';
  ROLLBACK;
END
\$body\$;
CREATE FUNCTION shop.note_change() RETURNS trigger LANGUAGE plpgsql AS
\$\$ BEGIN RETURN NEW; END \$\$;
CREATE TRIGGER changed BEFORE UPDATE ON shop.item FOR EACH ROW EXECUTE FUNCTION shop.note_change();
CREATE AGGREGATE shop.longest(text) (SFUNC = textcat, STYPE = text);
CREATE RULE no_delete AS ON DELETE TO archive.parent DO INSTEAD NOTHING;
ALTER TABLE shop.customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON shop.customer FOR SELECT TO sample_reader USING (true);
CREATE PUBLICATION sample FOR TABLE shop.item;
CREATE STATISTICS archive.correlated ON day, item FROM shop.sale;

SELECT lo_from_bytea(0, decode(repeat(md5(i::text), 500 * i), 'hex')) FROM generate_series(1, 5) i \\g /dev/null
SELECT lo_create(0) \\g /dev/null
DO \$\$ DECLARE o oid; BEGIN
  SELECT min(oid) INTO o FROM pg_largeobject_metadata;
  EXECUTE format('ALTER LARGE OBJECT %s OWNER TO sample_owner', o);
  EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO sample_reader', o);
  EXECUTE format('COMMENT ON LARGE OBJECT %s IS %L', o, 'a photo');
END \$\$;

ALTER TABLE shop.item OWNER TO sample_owner;
GRANT USAGE ON SCHEMA shop TO sample_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO sample_reader;
GRANT UPDATE (note) ON shop.sale TO sample_reader;
REVOKE EXECUTE ON FUNCTION shop.greet FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA archive GRANT SELECT ON TABLES TO sample_reader;
COMMENT ON COLUMN shop.item.price IS E'in euros\\nwithout tax';
COMMENT ON FUNCTION shop.greet IS 'says hello';
EOF
