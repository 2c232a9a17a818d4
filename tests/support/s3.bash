# shellcheck shell=bash
# Ceph's gateway for a bats file: s3_setup_file [BUCKET]... and s3_teardown_file in those functions,
# s3_environment in setup.

s3_setup_file() {
  "$ROOT/tests/support/rgw.sh" start "$BATS_FILE_TMPDIR/rgw"
  local bucket
  for bucket; do s3_bucket "$bucket"; done
}

s3_teardown_file() { "$ROOT/tests/support/rgw.sh" stop "$BATS_FILE_TMPDIR/rgw"; }

# s3_bucket NAME [HEADER]
s3_bucket() { "$ROOT/tests/support/rgw.sh" bucket "$BATS_FILE_TMPDIR/rgw" "$@"; }

# s3_versioning BUCKET Enabled|Suspended
s3_versioning() {
  aws --endpoint-url "$AWS_ENDPOINT_URL_S3" s3api put-bucket-versioning --bucket "$1" \
    --versioning-configuration "Status=$2"
}

# shellcheck disable=SC1091
s3_environment() { . "$BATS_FILE_TMPDIR/rgw/env"; }

# s3_curl METHOD PATH-AND-QUERY [CURL-OPTION]...: one signed request, the answer on stdout
s3_curl() {
  curl -sS -X "$1" --aws-sigv4 aws:amz:us-east-1:s3 -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
    -H "x-amz-content-sha256: $(sha256sum </dev/null | cut -d' ' -f1)" "${@:3}" "$AWS_ENDPOINT_URL_S3/$2"
}
