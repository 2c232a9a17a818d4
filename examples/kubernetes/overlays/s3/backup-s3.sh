#!/bin/bash
# Backs up each of DATABASES to S3 by the image's `backup`, then puts metrics and a page about all of
# them beside the backups. One database that fails does not stop the others, and fails the job.
set -euo pipefail
status=0
for database in $DATABASES; do
  POSTGRES_DB=$database backup || status=$?
done
export AWS_ENDPOINT_URL_S3=$S3_ENDPOINT AWS_ACCESS_KEY_ID=$S3_ACCESS_KEY AWS_SECRET_ACCESS_KEY=$S3_SECRET_KEY
place=s3://$S3_BUCKET/$S3_PREFIX
facts() { s3ls --json "$place/{db}_{utc}.sql.gz.age"; }
facts | sentinel metrics | s3put --overwrite "$place/status/backups.prom"
facts | sentinel page --expect "${DATABASES// /,}" --max-age 7h --expect-every 6h | s3put --overwrite "$place/status/index.html"
exit $status
