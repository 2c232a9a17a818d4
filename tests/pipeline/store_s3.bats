#!/usr/bin/env bats
# The conformance suite of store.bash on Ceph's gateway.

load ../support/common
load ../support/s3
load store

setup_file() {
  s3_setup_file
}

setup() {
  s3_environment
  s3_bucket "bucket$BATS_TEST_NUMBER"
  export STORE=s3://bucket$BATS_TEST_NUMBER/
}

teardown_file() { s3_teardown_file; }

@test "s3: sizes around every boundary" { store_sizes_around_every_boundary; }
@test "s3: lists what is there" { store_lists_what_is_there; }
@test "s3: lists in the order of bytes" { store_lists_in_the_order_of_bytes; }
@test "s3: survives strange keys" { store_survives_strange_keys; }
@test "s3: never replaces unasked" { store_never_replaces_unasked; }
@test "s3: never replaces a large one" { store_never_replaces_a_large_one; }
@test "s3: keeps nothing of a stream that is not whole" { store_keeps_nothing_of_a_stream_that_is_not_whole; }
@test "s3: takes a signal with grace" { store_takes_a_signal_with_grace; }
@test "s3: chooses by template" { store_chooses_by_template; }
@test "s3: filters and adds up" { store_filters_and_totals; }
@test "s3: writes by template" { store_writes_by_template; }
@test "s3: refuses a shrunken stream" { store_refuses_a_shrunken_stream; }
@test "s3: lists sets" { store_lists_sets; }
@test "s3: gives a receipt" { store_gives_a_receipt; }
@test "s3: asks for the receipt first" { store_asks_for_the_receipt_first; }
@test "s3: writes a manifest" { store_writes_a_manifest; }
@test "s3: says that only the manifest failed" { store_says_that_only_the_manifest_failed; }
@test "s3: reads to a reader that leaves" { store_reads_to_a_reader_that_leaves; }
