#!/bin/bash
# Usage: restore-database.sh [--yes] [--only DATABASE] [--into DATABASE] [FILE | TIME]
# Restores databases from a full, complete or single backup: FILE, the full backup of TIME
# (20231005_120000), or the newest one. Everything is read to its end before anything is changed. Each
# database is restored beside the old one and takes its place when it is whole.
#   --only DATABASE  only this one; the other is not touched
#   --into DATABASE  under this name, with --only or a single dump
#   --yes            do not ask
# The backend is stopped before and started after, by STOP_BACKEND and START_BACKEND.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
yes=no only='' into='' file=''
while [ $# -gt 0 ]; do
  case $1 in
    --yes) yes=yes ;;
    --only | --into)
      [ -n "${2:-}" ] || die 64 "$1 needs a database"
      if [ "$1" = --only ]; then only=$2; else into=$2; fi
      shift
      ;;
    -*) die 64 "unknown option '$1'" "${0##*/} --help" ;;
    *) [ -z "$file" ] || die 64 "one backup at a time"; file=$1 ;;
  esac
  shift
done
take_settings
file=$(backup_file "$file" "$DATA" full_backup)
restoring "no database was changed"

say "check: $file"
case $file in
  *.sql.gz | *.sql.gz.age) cp --reflink=auto "$file" "$scratch/" ;;
  *) unpack "$file" | tar -x -C "$scratch" || die 65 "$file is damaged" ;;
esac
dumps=() names=()
for dump in "$scratch"/*.sql.gz*; do
  [ -e "$dump" ] || die 65 "$file: there is no dump in it"
  name=${dump##*/} name=${name%_????????_??????.sql.gz*}
  [ -z "$only" ] || [ "$only" = "$name" ] || continue
  verify "$dump" || die 65 "${dump##*/} in $file is damaged"
  dumps+=("$dump") names+=("$name")
done
[ ${#dumps[@]} != 0 ] || die 66 "$file: there is no database $only in it"
[ -z "$into" ] || [ ${#dumps[@]} = 1 ] || die 64 "--into is for one database" "--only DATABASE"
[ -z "$into" ] || names=("$into")

confirm "Replace ${names[*]} by what $file has?"
if [ -n "$STOP_BACKEND" ]; then say "stop: backend"; bash -c "$STOP_BACKEND" >&2; fi
for i in "${!dumps[@]}"; do
  say "restore: ${names[i]} from ${dumps[i]##*/}"
  unpack "${dumps[i]}" | client pgrestore-stream --replace --force --into "${names[i]}"
  done_with="${done_with:+$done_with, }${names[i]} is restored"
done
for name in "${names[@]}"; do "$here/scripts/validate.sh" "$name"; done
if [ -n "$START_BACKEND" ]; then say "start: backend"; bash -c "$START_BACKEND" >&2; fi
say "done: ${names[*]} from $file"
