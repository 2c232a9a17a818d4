#!/bin/bash
# Usage: restore-volumes.sh [--yes] [--only postgres|functions] [FILE | TIME]
# Restores volumes from a backup of both, of one, or an increment with the archive it follows: FILE,
# the volumes_backup of TIME, or the newest one. All is read to its end and unpacked beside the old
# files before these go. The volume of PostgreSQL is refused while the server runs.
#   --only NAME  only this volume; the other is not touched
#   --yes        do not ask
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
yes=no only='' file=''
while [ $# -gt 0 ]; do
  case $1 in
    --yes) yes=yes ;;
    --only) only=${2:-}; shift
      [[ $only == postgres || $only == functions ]] || die 64 "--only: '$only' is neither postgres nor functions" ;;
    -*) die 64 "unknown option '$1'" "${0##*/} --help" ;;
    *) [ -z "$file" ] || die 64 "one backup at a time"; file=$1 ;;
  esac
  shift
done
take_settings
file=$(backup_file "$file" "$DATA/volumes" volumes_backup)
restoring "no volume was changed"

say "check: $file"
archives=()
case ${file##*/} in
  postgres_volume_* | functions_volume_*) archives=("$file") ;;
  functions_increment_*_of_*)
    base=${file##*_of_}
    archives=("${file%/*}/functions_volume_$base" "$file")
    [ -e "${archives[0]}" ] || die 66 "${archives[0]}, which $file follows, is not there"
    ;;
  *)
    unpack "$file" | tar -x -C "$scratch" || die 65 "$file is damaged"
    for archive in "$scratch"/{,volumes/}{postgres,functions}_volume_*; do [ ! -e "$archive" ] || archives+=("$archive"); done
    ;;
esac
of() { local name=${1##*/}; echo "${name%%_*}"; } # FILE: which volume it is of
chosen=()
for archive in "${archives[@]}"; do
  [ -z "$only" ] || [ "$only" = "$(of "$archive")" ] || continue
  verify "$archive" || die 65 "${archive##*/} is damaged"
  chosen+=("$archive")
done
[ ${#chosen[@]} != 0 ] || die 66 "$file: there is no volume ${only:-} in it"

volume() { if [ "$(of "$1")" = postgres ]; then echo "$POSTGRES_VOLUME"; else echo "$FUNCTIONS_VOLUME"; fi; }
for archive in "${chosen[@]}"; do
  [ "$(of "$archive")" = postgres ] || continue
  running=$(in_volume "$POSTGRES_VOLUME" '[ ! -e postmaster.pid ] || echo yes')
  [ "$running" != yes ] || die 73 "PostgreSQL runs on $POSTGRES_VOLUME" "stop it; if it crashed, start and stop it once"
done
confirm "Replace what is in the volumes by what $file has?"

# The name begins with a dot, and takes no part in a backup that somebody makes meanwhile.
# shellcheck disable=SC2016 # the volume's shell
for archive in "${chosen[@]}"; do
  target=$(volume "$archive")
  say "restore: $target from ${archive##*/}"
  case ${archive##*/} in
    functions_increment_*) # over what the archive before it brought, deletions included
      unpack "$archive" | in_volume "$target" 'tar -x -p --numeric-owner --listed-incremental=/dev/null' ;;
    *)
      unpack "$archive" | in_volume "$target" '
        rm -rf .restoring && mkdir -m 700 .restoring
        tar -x -p --numeric-owner -C .restoring
        # A base backup does not have its top directory.
        [ ! -e .restoring/PG_VERSION ] || chown --reference=.restoring/PG_VERSION .restoring
        find . -mindepth 1 -maxdepth 1 ! -name .restoring -exec rm -rf {} +
        chown --reference=.restoring . && chmod --reference=.restoring .
        find .restoring -mindepth 1 -maxdepth 1 -exec mv -t . {} +
        rmdir .restoring'
      ;;
  esac
  done_with="${done_with:+$done_with, }$target is restored"
done
say "done: from $file"
