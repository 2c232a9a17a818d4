#!/usr/bin/env bats
# The health table of sentinel.bash on Ceph's gateway.

load ../support/common
load sentinel

setup_file() {
  "$ROOT/tests/support/rgw.sh" start "$BATS_FILE_TMPDIR/rgw"
}

setup() {
  # shellcheck disable=SC1091
  . "$BATS_FILE_TMPDIR/rgw/env"
  bucket=bucket$BATS_TEST_NUMBER
  "$ROOT/tests/support/rgw.sh" bucket "$BATS_FILE_TMPDIR/rgw" "$bucket"
  export STORE=s3://$bucket/
  sentinel_setup
}

teardown_file() { "$ROOT/tests/support/rgw.sh" stop "$BATS_FILE_TMPDIR/rgw"; }

@test "s3: the health table" { sentinel_the_health_table; }
@test "s3: a receipt is a fact" { sentinel_a_receipt_is_a_fact; }
@test "s3: a failed upload renews nothing" { sentinel_a_failed_upload_renews_nothing; }
