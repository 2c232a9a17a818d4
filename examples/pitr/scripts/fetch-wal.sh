#!/bin/bash
# Usage: fetch-wal.sh NAME PATH, as restore_command = 'fetch-wal.sh %f %p'
# Status 1 says that there is no such file, which ends the recovery well. All else must stop it: a
# server that took an outage for the end would start with less than there is.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
[ $# = 2 ] || die 64 "two arguments: NAME PATH"
name=$1 path=$2

status=0
s3cat "$wal/$name$end" 2>"$path.why" | unpack >"$path.part" 2>>"$path.why" || status=${PIPESTATUS[0]}:$?
case $status in
  0) rm "$path.why"; mv "$path.part" "$path"; exit ;;
  66:*) rm "$path.why" "$path.part"; exit 1 ;;
  *) cat "$path.why" >&2; rm -f "$path.why" "$path.part"; exit 255 ;;
esac
