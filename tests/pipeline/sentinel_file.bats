#!/usr/bin/env bats
# The health table of sentinel.bash with a directory as store.

load ../support/common
load sentinel

setup() {
  export STORE=file://$BATS_TEST_TMPDIR/store/
  sentinel_setup
}

@test "file: the health table" { sentinel_the_health_table; }
@test "file: a receipt is a fact" { sentinel_a_receipt_is_a_fact; }
@test "file: a failed upload renews nothing" { sentinel_a_failed_upload_renews_nothing; }
