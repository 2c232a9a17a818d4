#!/bin/bash
# cron in the foreground, running backup.sh at SCHEDULE, in the time zone TZ.
set -euo pipefail
mkdir -p /dev/shm/crontabs
echo "$SCHEDULE /scripts/backup.sh 2>&1 | logger -t pg_backup" >/dev/shm/crontabs/root
exec crond -f -l 9 -L /dev/stderr -c /dev/shm/crontabs
