#!/bin/bash
# cron in the foreground, running backup.sh at SCHEDULE, in the time zone TZ. The history is what the
# image's health check looks at.
set -euo pipefail
mkdir -p /dev/shm/crontabs
echo "$SCHEDULE sentinel run -q --name backup --history /dev/shm/history -- /scripts/backup.sh 2>&1 | logger -t pg_backup" >/dev/shm/crontabs/root
exec crond -f -l 9 -L /dev/stderr -c /dev/shm/crontabs
