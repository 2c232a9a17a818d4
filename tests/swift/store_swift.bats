#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031  # each test has its own store
# The conformance suite of store.bash on the S3 interface of OpenStack Swift, and what that cannot do.

load ../support/common
load ../pipeline/store

swift() { "$ROOT/tests/support/swift.sh" "$1" "$BATS_FILE_TMPDIR/swift" "${@:2}"; }

setup_file() { swift start; }

setup() {
  # shellcheck disable=SC1091
  . "$BATS_FILE_TMPDIR/swift/env"
  swift bucket "bucket$BATS_TEST_NUMBER"
  export STORE=s3://bucket$BATS_TEST_NUMBER/
}

teardown_file() { swift stop; }

@test "swift: sizes around every boundary" { store_sizes_around_every_boundary; }
@test "swift: lists what is there" { store_lists_what_is_there; }
@test "swift: lists in the order of bytes" { store_lists_in_the_order_of_bytes; }
@test "swift: survives strange keys" { store_survives_strange_keys; }
@test "swift: never replaces unasked" { store_never_replaces_unasked; }
@test "swift: never replaces a large one" { store_never_replaces_a_large_one; }
@test "swift: keeps nothing of a stream that is not whole" { store_keeps_nothing_of_a_stream_that_is_not_whole; }
@test "swift: takes a signal with grace" { store_takes_a_signal_with_grace; }
@test "swift: chooses by template" { store_chooses_by_template; }
@test "swift: filters and adds up" { store_filters_and_totals; }
@test "swift: writes by template" { store_writes_by_template; }
@test "swift: refuses a shrunken stream" { store_refuses_a_shrunken_stream; }
@test "swift: lists sets" { store_lists_sets; }
@test "swift: gives a receipt" { store_gives_a_receipt; }
@test "swift: asks for the receipt first" { store_asks_for_the_receipt_first; }
@test "swift: writes a manifest" { store_writes_a_manifest; }
@test "swift: says that only the manifest failed" { store_says_that_only_the_manifest_failed; }
@test "swift: reads to a reader that leaves" { store_reads_to_a_reader_that_leaves; }

# refused STATUS WORDS OPTION...: in one line, with a hint or without
refused() {
  run s3put "${@:3}" "${STORE}refused" -- echo x
  is "$status" "$1" "${*:3} ($output)"
  is "$(grep -c '^s3put: error: ' <<<"$output")" 1
  has "$output" "$2"
}

@test "swift: what it cannot do is told in one line" {
  head -c 32 /dev/zero >"$BATS_TEST_TMPDIR/key"
  refused 69 "hint: it may not know --tag" --tag a=b
  refused 69 "hint: it may not know --sse" --sse s3
  is "$(s3ls "$STORE")" ""
  refused 69 "keeps no versions, as object lock needs" --lock governance --lock-days 1
  refused 69 "keeps no versions, as object lock needs" --legal-hold
  is "$(s3cat "${STORE}refused")" x
  refused 69 "without encrypting it by that key" --sse-c-key "$BATS_TEST_TMPDIR/key"
}

@test "swift: --if-absent looks before, and says so" {
  run s3put --if-absent "${STORE}x" -- echo x
  is "$status" 0
  has "$output" "warning: ${STORE}x: the server knows no conditional writes; looked before instead"
  run s3put --if-absent "${STORE}x" -- echo y
  is "$status" 73
  has "$(s3put --probe "${STORE}probe")" "conditional PUT: no"
}

