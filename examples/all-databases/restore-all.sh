#!/bin/bash
# Usage: restore-all.sh URL
# Restores what backup-all.sh stored below URL: roles and settings that are missing, then the newest
# backup of every database. Each takes the place of the old one when it is whole; one that fails stays
# as it was, does not stop the others, and fails the whole.
set -euo pipefail
[ $# = 1 ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 64; }
url=${1%/}
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/conninfo.sh"

# Roles that exist are an error for each, which psql prints and passes; what is missing comes.
s3cat --latest "$url/globals_{utc}.sql.gz" | zpipe -d | psql -Xq -d postgres -o /dev/null

failed=()
backups=$(s3ls --latest "$url/{database}_{utc}.dump.gz")
while IFS= read -r backup; do
  name=${backup##*/}
  name=${name%_*.dump.gz}
  # A brace is doubled in URLs.
  name=${name//'{{'/'{'} name=${name//'}}'/'}'}
  s3cat "$backup" | zpipe -d | pgrestore-stream --replace --force --into "$(conninfo "$name")" ||
    failed+=("$name")
done <<<"$backups"
[ ${#failed[@]} = 0 ] || { echo "restore-all: failed: ${failed[*]}" >&2; exit 1; }
echo "restore-all: done: $(wc -l <<<"$backups") databases" >&2
