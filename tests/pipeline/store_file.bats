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

@test "what real tar programs write is whole, and cut where it is cut" {
  cd "$BATS_TEST_TMPDIR"
  truncate -s 40M sparse
  printf x | dd of=sparse bs=1 seek=30000000 conv=notrunc status=none
  head -c 1000000 /dev/zero >zeros
  local form
  for form in '-S' '--format=posix -S' '--format=posix' '--format=gnu'; do
    # shellcheck disable=SC2086
    tar -c $form -f archive sparse zeros
    run bash -c "cat archive | s3put ${STORE}whole.tar --overwrite"
    is "$status" 0 "$form"
    run bash -c "head -c -600000 archive | s3put ${STORE}cut.tar"
    is "$status" 65 "$form"
  done
}

@test "the end of a producer is seen, whatever is inherited" {
  run bash -c "trap '' CHLD; exec s3put ${STORE}x -- sh -c 'echo half; exit 1'"
  is "$status" 65
  is "$(s3ls "$STORE")" ""
  (trap '' HUP; exec s3put --overwrite "${STORE}hup" -- sh -c 'kill -HUP $$; echo lives')
  is "$(s3cat "${STORE}hup")" lives
}

@test "a file that is written to while it is read is no whole one" {
  local change
  cd "$BATS_TEST_TMPDIR"
  for change in 'truncate -s 1000000 growing' 'printf more >>growing' 'printf new | dd of=growing conv=notrunc status=none'; do
    seq 1000000 >growing
    mkfifo out
    zpipe growing >out 2>err &
    exec 7<out
    head -c 1 <&7 >/dev/null
    sleep 0.3
    eval "$change"
    cat <&7 >/dev/null
    exec 7<&-
    local got=0
    wait $! || got=$?
    rm out
    is "$got" 65 "$change: $(<err)"
  done
}

@test "--if-absent finds out that what it compared is gone" {
  printf precious | s3put --trust-eof "${STORE}k"
  run bash -c "(printf prec; sleep 1; rm '${STORE#file://}k'; printf ious) | s3put --trust-eof --if-absent '${STORE}k'"
  is "$status" 75
}

@test "a receipt does not take the place of what it tells of" {
  cd "$BATS_TEST_TMPDIR"
  echo content >in
  local dir=${STORE#file://} receipt
  for receipt in "${dir}x" "${dir}x.json" in; do
    run s3put --receipt "$receipt" "${STORE}x" in
    is "$status" 64 "$receipt"
  done
  is "$(<in)" content
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
