#!/bin/bash
# restore.sh URL DATABASE: restores one dump, whose URL `s3ls` shows, into a database, which is as
# before if anything fails. The links *-latest.dump are not needed, and not in S3.
set -euo pipefail
s3cat "$1" | pgrestore-stream --replace --force --into "$2"
echo "restore: done: $2 is as in $1"
