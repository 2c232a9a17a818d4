#!/bin/bash
# Usage: archive-wal.sh PATH NAME, as archive_command = 'archive-wal.sh %p %f'
# Stores one file of WAL, and never another one under its name. Again with the same content, as after
# a crash, is success: the plain file's sum is stored first, for encryption never gives the same twice.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
[ $# = 2 ] || die 64 "two arguments: PATH NAME"
path=$1 name=$2

sum=$(sha256sum <"$path")
echo "${sum%% *}" | s3put --trust-eof --if-absent "$wal/$name.sha256"
status=0
pack <"$path" | s3put --if-absent "$wal/$name$end" || status=$?
# It is there, and by the sum it is this one.
[ $status != 73 ] || status=0
exit $status
