#!/bin/bash
# A backup now, outside the schedule.
set -euo pipefail
job=postgres-backup-manual-$(date -u +%Y%m%d-%H%M%S)
kubectl -n brewget create job "$job" --from=cronjob/postgres-backup
kubectl -n brewget wait --for=condition=complete --timeout=15m "job/$job" ||
  { kubectl -n brewget logs "job/$job"; exit 1; }
kubectl -n brewget logs "job/$job"
