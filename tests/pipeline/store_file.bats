#!/usr/bin/env bats
# The conformance suite of store.bash on a directory.

load ../support/common
load store

setup() { export STORE=file://$BATS_TEST_TMPDIR/store/; }

@test "file: sizes around every boundary" { store_sizes_around_every_boundary; }
@test "file: lists what is there" { store_lists_what_is_there; }
@test "file: lists in the order of bytes" { store_lists_in_the_order_of_bytes; }
@test "file: survives strange keys" { store_survives_strange_keys; }
@test "file: never replaces unasked" { store_never_replaces_unasked; }
@test "file: never replaces a large one" { store_never_replaces_a_large_one; }
@test "file: keeps nothing of a stream that is not whole" { store_keeps_nothing_of_a_stream_that_is_not_whole; }
@test "file: takes a signal with grace" { store_takes_a_signal_with_grace; }
@test "file: chooses by template" { store_chooses_by_template; }
@test "file: filters and adds up" { store_filters_and_totals; }
@test "file: writes by template" { store_writes_by_template; }
@test "file: refuses a shrunken stream" { store_refuses_a_shrunken_stream; }
@test "file: lists sets" { store_lists_sets; }
@test "file: gives a receipt" { store_gives_a_receipt; }
@test "file: asks for the receipt first" { store_asks_for_the_receipt_first; }
@test "file: writes a manifest" { store_writes_a_manifest; }
@test "file: says that only the manifest failed" { store_says_that_only_the_manifest_failed; }
@test "file: reads to a reader that leaves" { store_reads_to_a_reader_that_leaves; }

@test "the latest link moves with each backup" {
  dir=$BATS_TEST_TMPDIR/store
  s3put --latest-link latest "${STORE}x_1" -- echo one
  is "$(readlink "$dir/latest")" x_1
  s3put --latest-link latest "${STORE}{utc:%Y}/x_{utc:compact}" -- echo two
  is "$(readlink "$dir/latest")" "$(cd "$dir" && echo 2*/x_*)"
  is "$(s3cat "${STORE}latest")" two
  is "$(s3ls "$STORE" | wc -l)" 2 "a link is no object"
  run s3put --latest-link latest "${STORE}cut" -- sh -c 'echo three; exit 1'
  is "$status" 65
  is "$(s3cat "${STORE}latest")" two
  is "$(find "$dir" -name '.sluice-*')" ""
}

@test "a link replaces nothing but a link" {
  dir=$BATS_TEST_TMPDIR/store
  put mine x
  run s3put --latest-link mine "${STORE}x" -- echo one
  is "$status" 73
  has "$output" "no symbolic link"
  is "$(s3ls "$STORE")" "${STORE}mine"
  # in the way only when the object is there
  run s3put --latest-link late "${STORE}x" -- sh -c "echo one; mkdir '$dir/late'"
  is "$status" 73
  has "$output" "${STORE}x: is stored, but not its link: $dir/late: exists"
  is "$(s3cat "${STORE}x")" one
}

@test "links have names, and only in directories" {
  for name in a/b .. . .sluice-x; do
    run s3put --latest-link "$name" "${STORE}x" -- echo one
    is "$status" 64 "$name"
  done
  run s3put --latest-link x "${STORE}x" -- echo one
  is "$status" 64
  run s3put --latest-link latest s3://bucket/x -- echo one
  is "$status" 64
  is "$(s3ls "$STORE")" ""
}
