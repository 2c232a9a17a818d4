#!/usr/bin/env bats
# The conformance suite of store.bash on a directory.

load ../support/common
load store

setup() { export STORE=file://$BATS_TEST_TMPDIR/store/; }

@test "file: sizes around every boundary" { store_sizes_around_every_boundary; }
@test "file: lists what is there" { store_lists_what_is_there; }
@test "file: survives strange keys" { store_survives_strange_keys; }
@test "file: never replaces unasked" { store_never_replaces_unasked; }
@test "file: never replaces a large one" { store_never_replaces_a_large_one; }
@test "file: keeps nothing of a stream that is not whole" { store_keeps_nothing_of_a_stream_that_is_not_whole; }
@test "file: takes a signal with grace" { store_takes_a_signal_with_grace; }
@test "file: chooses by template" { store_chooses_by_template; }
@test "file: writes by template" { store_writes_by_template; }
@test "file: refuses a shrunken stream" { store_refuses_a_shrunken_stream; }
@test "file: lists sets" { store_lists_sets; }
@test "file: gives a receipt" { store_gives_a_receipt; }
@test "file: reads to a reader that leaves" { store_reads_to_a_reader_that_leaves; }
