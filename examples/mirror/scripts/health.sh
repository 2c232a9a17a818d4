#!/bin/bash
# Each indicator answers one question: are dumps made, are they copied, does the upload run?
set -euo pipefail
template='last/{db}_{local:%Y%m%d_%H%M%S}.dump'
{
  s3ls --json "file://${BACKUPS:-/backups}/$template"
  s3ls --json "s3://$BUCKET/postgres/$template"
  s3cat "s3://$BUCKET/postgres/.last_success"
} | sentinel check --max-age "${MAX_AGE:-26h}" --max-mark-age "${MAX_MARK_AGE:-2h}" \
  --copy "s3://$BUCKET/postgres/" --max-lag "${MAX_LAG:-2h}" --trust-eof
