#!/bin/bash
# restore-postgres.sh [BACKUP]: restores the latest backup, or /backup/BACKUP, into databases that
# have no tables. To go back to a backup, drop the database first: nothing here does that.
set -euo pipefail
kubectl -n brewget exec postgres-0 -- /backup-scripts/restore.sh "$@"
