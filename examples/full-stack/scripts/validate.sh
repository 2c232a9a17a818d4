#!/bin/bash
# Usage: validate.sh DATABASE
# Connects to a restored database and looks at what must be right: indexes and constraints are valid,
# and VALIDATE answers t in the main database. Prints every table with its number of rows.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
[[ $# = 1 && $1 != -* ]] || die 64 "which database?" "${0##*/} --help"
take_settings

sql -d "$1" -F ' ' <<'SQL' || die 65 "$1 cannot be read"
SELECT format('SELECT %L, count(*) FROM %s', c.oid::regclass, c.oid::regclass)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY c.oid::regclass::text \gexec
SQL
broken=$(sql -d "$1" -c "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid
  UNION ALL SELECT conrelid::regclass FROM pg_constraint WHERE NOT convalidated")
[ -z "$broken" ] || die 65 "$1 has invalid indexes or constraints: ${broken//$'\n'/ }"
if [ "$1" = "$MAIN_DB" ]; then
  answer=$(sql -d "$1" -c "$VALIDATE")
  [ "$answer" = t ] || die 65 "$1: VALIDATE answers '$answer', not t"
fi
say "$1: valid"
