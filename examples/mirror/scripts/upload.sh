#!/bin/bash
# upload.sh DIRECTORY PREFIX: makes s3://BUCKET/PREFIX hold exactly what the directory holds, without
# links, and then leaves the mark .last_success there. The mark says that uploads work, and nothing
# about how old the dumps are.
set -euo pipefail
s3sync --delete --exclude .last_success "file://$1" "s3://$BUCKET/$2"
sentinel mark | s3put --overwrite "s3://$BUCKET/$2/.last_success"
