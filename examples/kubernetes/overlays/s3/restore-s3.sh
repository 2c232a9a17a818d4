#!/bin/bash
# Puts each of DATABASES back to its newest backup in S3; each is exchanged when all of it is there.
set -euo pipefail
for database in $DATABASES; do
  POSTGRES_DB=$database restore latest
done
