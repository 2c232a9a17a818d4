#!/bin/bash
# Usage: replicate-volumes.sh [--every SECONDS]
# Copies DATA to all destinations of REPLICATE; what is there already is not sent again. One that
# fails does not keep the others from being tried, and fails the run in the end.
#   --every SECONDS  again and again, with that pause, until it is ended; failures are logged
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
every=''
if [ $# != 0 ]; then
  { [ $# = 2 ] && [ "$1" = --every ]; } || die 64 "unknown argument '$1'" "${0##*/} --help"
  every=$2
  [[ $every =~ ^[1-9][0-9]{0,5}$ ]] || die 64 "--every: '$every' is not a number of seconds"
fi
take_settings
[ -n "${REPLICATE//[[:space:]]/}" ] || die 78 "REPLICATE is not set: no destination"

by_s3sync() { # URL
  local options=(--exclude '.*' --exclude 'volumes/.*')
  [ "$REPLICATE_DELETE" = no ] || options+=(--delete)
  [ "$REPLICATE_CHECK" = no ] || options+=(--checksum)
  s3sync "${options[@]}" "file://$DATA" "$1" >&2
}

by_rsync() { # USER@HOST:DIRECTORY
  local options=(-a --exclude='.*') remote="ssh -o BatchMode=yes -p $RSYNC_PORT"
  [ -z "$RSYNC_KEY" ] || remote+=" -o IdentitiesOnly=yes -i $RSYNC_KEY"
  [ "$REPLICATE_DELETE" = no ] || options+=(--delete)
  [ "$REPLICATE_CHECK" = no ] || options+=(--checksum)
  rsync "${options[@]}" -e "$remote ${RSYNC_SSH_OPTIONS:-}" "$DATA/" "$1"
}

replicate() {
  local destination result=0 status command
  while IFS= read -r destination; do
    status=0
    case $destination in
      '') continue ;;
      file:///* | s3://*) by_s3sync "$destination" || status=$? ;;
      rsync:*) by_rsync "${destination#rsync:}" || status=$? ;;
      command:*)
        read -ra command <<<"${destination#command:}"
        "${command[@]}" "$DATA" || status=$?
        ;;
      *) die 78 "REPLICATE: '$destination' is no destination" "file:///, s3://, rsync: or command:" ;;
    esac
    if [ $status = 0 ]; then say "done: $destination"; else
      say "failed: $destination, status $status"
      result=$status
    fi
  done <<<"$REPLICATE"
  return $result
}

if [ -z "$every" ]; then replicate; exit; fi
while :; do
  replicate || true
  sleep "$every" &
  wait $!
done
