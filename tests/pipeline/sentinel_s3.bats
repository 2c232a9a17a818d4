#!/usr/bin/env bats
# The health table of sentinel.bash on Ceph's gateway.

load ../support/common
load ../support/s3
load sentinel

setup_file() {
  s3_setup_file
}

setup() {
  s3_environment
  bucket=bucket$BATS_TEST_NUMBER
  s3_bucket "$bucket"
  export STORE=s3://$bucket/
  sentinel_setup
}

teardown_file() { s3_teardown_file; }

@test "s3: the health table" { sentinel_the_health_table; }
@test "s3: a receipt is a fact" { sentinel_a_receipt_is_a_fact; }
@test "s3: a failed upload renews nothing" { sentinel_a_failed_upload_renews_nothing; }
