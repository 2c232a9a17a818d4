#!/bin/bash
# Usage: backup-all.sh URL
# Backs up every database of a server that one may back up, and its roles, settings and tablespaces,
# below URL (s3://backups/pg or file:///backups/pg): DATABASE_TIME.dump.gz and globals_TIME.sql.gz. PGHOST
# and the like name the server. KEEP_DAYS deletes older ones of each database. One that fails does not
# stop the others, and fails the whole.
set -euo pipefail
[ $# = 1 ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 64; }
url=${1%/}
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/conninfo.sh"

failed=()
# try NAME COMMAND…: goes on when it fails
try() { "${@:2}" || failed+=("$1"); }

globals() { pgdump-stream --globals | zpipe | s3put "$url/globals_{utc}.sql.gz"; }

database() {
  local name=${1//'{'/'{{'}
  name=${name//'}'/'}}'}
  [[ $1 != */* ]] || { echo "backup-all: error: database '$1' has a slash, which no backup's name can have" >&2; return 78; }
  pgdump-stream "$(conninfo "$1")" | zpipe | s3put "$url/${name}_{utc}.dump.gz"
}

databases=$(pgdump-stream --list)
try globals globals
while IFS= read -r name; do
  try "$name" database "$name"
done <<<"$databases"
if [ ${#failed[@]} != 0 ]; then
  echo "backup-all: failed: ${failed[*]}; nothing was deleted" >&2
  exit 1
fi
[ -z "${KEEP_DAYS:-}" ] ||
  s3prune --keep-within "${KEEP_DAYS}d" --apply "$url/{database}_{utc}.dump.gz" "$url/globals_{utc}.sql.gz" >&2
echo "backup-all: done: $(wc -l <<<"$databases") databases" >&2
