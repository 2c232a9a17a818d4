#!/bin/bash
# Backs up the database in the line JOB_COMPLETION_INDEX + 1 of the list: HOST PORT DATABASE.
set -euo pipefail
list=${FLEET:-/fleet/databases}
lines=$(grep -c . "$list")
# A list that outgrew the Job would have databases that nobody backs up.
[ "$lines" -le "$FLEET_SIZE" ] || { echo "fleet: error: $list has $lines databases, the Job only $FLEET_SIZE" >&2; exit 78; }
read -r host port database < <(sed -n "$((JOB_COMPLETION_INDEX + 1))p" "$list") || true
[ -n "${database:-}" ] || { echo "fleet: index $JOB_COMPLETION_INDEX: nothing to do" >&2; exit; }
export POSTGRES_HOST=$host POSTGRES_PORT=$port POSTGRES_DB=$database S3_PREFIX=$S3_PREFIX/$host
exec sentinel run --name "$host/$database" -- backup
