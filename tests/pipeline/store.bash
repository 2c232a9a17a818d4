# shellcheck shell=bash disable=SC2154,SC2153
# The conformance suite of a store, run by store_file.bats and store_s3.bats alike. STORE is the
# URL of an empty place, ending in "/".

# put KEY CONTENT
put() { printf %s "$2" | s3put --trust-eof "$STORE$1"; }

# sample BYTES: the same pseudo-random bytes each time
sample() { openssl enc -aes-128-ctr -pass pass:sluice -nosalt -pbkdf2 </dev/zero 2>/dev/null | head -c "$1"; }

a_round_trip() { # BYTES
  sample "$1" >"$BATS_TEST_TMPDIR/in"
  s3put "${STORE}trip" "$BATS_TEST_TMPDIR/in"
  s3cat "${STORE}trip" | cmp - "$BATS_TEST_TMPDIR/in"
}

store_sizes_around_every_boundary() {
  local size
  for size in 0 1 65535 65536 8388607 8388608 8388609 16777216 40000001; do
    a_round_trip "$size" || fail "$size bytes"
  done
}

store_lists_what_is_there() {
  put b/2 x; put a/1 xy; put c z
  is "$(s3ls "$STORE")" "$(printf '%s\n' "${STORE}a/1" "${STORE}b/2" "${STORE}c")"
  is "$(s3ls "${STORE}b/")" "${STORE}b/2"
  is "$(s3ls "${STORE}a/1")" "${STORE}a/1"
  is "$(s3ls "${STORE}nothing/")" ""
  is "$(s3ls --json "${STORE}a/1" | jq -r '.size, .url' | xargs)" "2 ${STORE}a/1"
}

store_lists_in_the_order_of_bytes() {
  local keys=(a/x a-/x a.b a0 A _ __ _a '~' ~a ' ' '^' '`' é z/a 'z a' zé 🐘 $'\uffee') key
  for key in "${keys[@]}"; do put "$key" x; done
  is "$(s3ls -0 "$STORE" | tr '\0' '\n')" "$(printf "$STORE%s\n" "${keys[@]}" | LC_ALL=C sort)"
}

store_survives_strange_keys() {
  local keys=('a b' 'a+b' 'a%20b' '#x?y&z' $'new\nline' '🐘' "it's" '"q"' '{{x}}' 'a=b;c,d' '~a:b@c') key
  for key in "${keys[@]}"; do put "$key" "$key"; done
  for key in "${keys[@]}"; do
    s3cat "$STORE$key" >"$BATS_TEST_TMPDIR/out"
    is "$(cat "$BATS_TEST_TMPDIR/out")" "$key"
  done
  is "$(s3ls -0 "$STORE" | tr -cd '\0' | wc -c)" "${#keys[@]}"
  is "$(s3ls "$STORE" | wc -l)" "${#keys[@]}" "a line for each key"
}

store_never_replaces_unasked() {
  put x one
  put x two                       # a literal URL replaces
  is "$(s3cat "${STORE}x")" two
  run put_if_absent x three
  is "$status" 73
  has "$output" "another content"
  put_if_absent x two             # the same again is success
  is "$(s3cat "${STORE}x")" two
}
put_if_absent() { printf %s "$2" | s3put --trust-eof --if-absent "$STORE$1"; }

store_never_replaces_a_large_one() {
  sample 20000000 >"$BATS_TEST_TMPDIR/one"
  sample 20000001 >"$BATS_TEST_TMPDIR/two"
  s3put --if-absent "${STORE}x" "$BATS_TEST_TMPDIR/one"
  s3put --if-absent "${STORE}x" "$BATS_TEST_TMPDIR/one"
  run s3put --if-absent "${STORE}x" "$BATS_TEST_TMPDIR/two"
  is "$status" 73
  s3cat "${STORE}x" | cmp - "$BATS_TEST_TMPDIR/one"
  is "$(s3ls --incomplete "$STORE")" ""
}

store_keeps_nothing_of_a_stream_that_is_not_whole() {
  local size
  for size in 10 100000 20000000; do
    run bash -c "{ $(declare -f sample); sample $size; } | s3put '${STORE}cut'"
    is "$status" 65 "$size bytes without proof"
    run s3put "${STORE}cut" -- bash -c "$(declare -f sample); sample $size; exit 3"
    is "$status" 65 "$size bytes of a failed command"
    has "$output" "exit status 3"
  done
  run bash -c "s3put '${STORE}cut' </dev/null | cat; true | s3put '${STORE}cut'"
  is "$status" 65
  run s3put --min-size 1K "${STORE}cut" -- echo short
  is "$status" 65
  is "$(s3ls "$STORE")" ""
  is "$(s3ls --incomplete "$STORE")" ""
}

store_takes_a_signal_with_grace() {
  local signal status pid
  for signal in TERM INT HUP; do
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    # (background jobs ignore INT, and who runs the tests perhaps HUP)
    env --default-signal=INT,HUP s3put "${STORE}cut" <"$BATS_TEST_TMPDIR/fifo" 3>&- &
    pid=$!
    exec 7>"$BATS_TEST_TMPDIR/fifo"
    sample 20000000 >&7
    kill "-$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    exec 7>&-
    is "$status" $((128 + $(kill -l "$signal")))
    rm "$BATS_TEST_TMPDIR/fifo"
  done
  is "$(s3ls "$STORE")" ""
  is "$(s3ls --incomplete "$STORE")" ""
}

store_chooses_by_template() {
  local day
  for day in 03 05 04; do put "pg/app_202310${day}_120000.gz" "$day"; done
  put pg/app_staging_20231006_120000.gz no
  put pg/notes.txt no
  put pg/app_20231399_120000.gz no
  local T="${STORE}pg/app_{utc:compact}.gz"
  is "$(s3ls "$T" | wc -l)" 3
  is "$(s3ls --latest "$T")" "${STORE}pg/app_20231005_120000.gz"
  is "$(s3cat --latest "$T")" 05
  is "$(s3cat --at 2023-10-05T11:59:59Z "$T")" 04
  run s3cat --at 2023-10-01 "$T"
  is "$status" 66
  run s3ls --latest "${STORE}pg/web_{utc}"
  is "$status" 1
  is "$output" ""
  is "$(s3ls --latest "${STORE}pg/{db}_{utc:compact}.gz" | wc -l)" 2
  is "$(s3ls --json --latest "$T" | jq -r .time)" 2023-10-05T12:00:00Z
  is "$(s3ls --at 2023-10-05T11:59:59Z "$T")" "${STORE}pg/app_20231004_120000.gz"
  run s3ls --at 2023-10-01 "$T"
  is "$status" 1
  is "$output" ""
  run -64 s3ls --at yesterday "$T"
  run s3cat --latest "${STORE}pg/{db}_{utc:compact}.gz"
  is "$status" 64
}

store_filters_and_totals() {
  put logs/a.txt "$(printf '%010d' 0)"
  put logs/b.gz "$(printf '%0100d' 0)"
  put logs/deep/c.gz "$(printf '%01000d' 0)"
  names() { s3ls "$@" "${STORE}logs/" | sed "s|${STORE}logs/||" | paste -sd' '; }
  is "$(names --match '*.gz')" "b.gz deep/c.gz"
  is "$(names --match '*.txt' --match deep)" "a.txt deep/c.gz"
  is "$(names --match 'd*/c*')" "deep/c.gz"
  is "$(names --min-size 100)" "b.gz deep/c.gz"
  is "$(names --max-size 100)" "a.txt b.gz"
  is "$(names --min-size 11 --max-size 999)" "b.gz"
  is "$(names --older 1d)" ""
  is "$(names --newer 1d | wc -w)" 3
  is "$(s3ls --total --match '*.gz' "${STORE}logs/" | tail -1)" "2 objects, 1.1 KiB"
  is "$(s3ls --json --total "${STORE}logs/" "${STORE}logs/a.txt" | tail -1 | jq -c .)" '{"objects":4,"size":1120}'
  run -64 s3ls -0 --total "$STORE"
  run -64 s3ls --min-size large "$STORE"
}

store_writes_by_template() {
  put 'x_{utc:compact}.gz' now
  local name
  name=$(s3ls "$STORE")
  [[ $name =~ x_20[0-9]{6}_[0-9]{6}\.gz$ ]] || fail "$name"
  is "$(s3cat --latest "${STORE}x_{utc:compact}.gz")" now
  run s3put "${STORE}{db}_{utc}" -- echo x
  is "$status" 64
}

store_refuses_a_shrunken_stream() {
  sample 100000 >"$BATS_TEST_TMPDIR/large"
  sample 40000 >"$BATS_TEST_TMPDIR/small"
  s3put "${STORE}x_20200101_000000" "$BATS_TEST_TMPDIR/large"
  run s3put --max-shrink 50 "${STORE}x_{utc:compact}" "$BATS_TEST_TMPDIR/small"
  is "$status" 65
  has "$output" "--max-shrink"
  s3put --max-shrink 70 "${STORE}x_{utc:compact}" "$BATS_TEST_TMPDIR/small"
}

store_lists_sets() {
  put b_20231005_120000/app.dump 1; put b_20231005_120000/globals.sql 2; put b_20231004_120000/app.dump 3
  is "$(s3ls --latest "${STORE}b_{utc:compact}/" | wc -l)" 2
  is "$(s3ls --json "${STORE}b_{utc:compact}/" | jq -r .set | sort -u | wc -l)" 2
}

store_gives_a_receipt() {
  sample 20000000 >"$BATS_TEST_TMPDIR/in"
  s3put --receipt - "${STORE}r" "$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/receipt"
  is "$(jq -r '.url, .size, .existed, .sha256' "$BATS_TEST_TMPDIR/receipt" | xargs)" "${STORE}r 20000000 false null"
  local at=0 size digests=
  for size in $(jq -r '.parts[]' "$BATS_TEST_TMPDIR/receipt"); do
    digests+=$(tail -c +$((at + 1)) "$BATS_TEST_TMPDIR/in" | head -c "$size" | sha256sum | cut -d' ' -f1)
    at=$((at + size))
  done
  is "$(jq -r .digest "$BATS_TEST_TMPDIR/receipt")" \
    "sha256-of-parts:$(printf %s "$digests" | xxd -r -p | sha256sum | cut -d' ' -f1)"
}

store_writes_a_manifest() {
  local T="${STORE}m_{utc:compact}" name
  sample 20000000 >"$BATS_TEST_TMPDIR/in"
  s3put --manifest --receipt "$BATS_TEST_TMPDIR/receipt" --sha256 "$T" "$BATS_TEST_TMPDIR/in"
  name=$(s3ls "$T")  # the manifest is no backup
  [[ $name =~ /m_[0-9]{8}_[0-9]{6}$ ]] || fail "$name"
  s3cat "$name.json" | cmp - "$BATS_TEST_TMPDIR/receipt"
  is "$(jq -r .sha256 "$BATS_TEST_TMPDIR/receipt")" "$(sha256sum <"$BATS_TEST_TMPDIR/in" | cut -d' ' -f1)"
  run s3put --sha256 "$T" "$BATS_TEST_TMPDIR/in"
  is "$status" 64
  has "$output" "--sha256: needs --receipt or --manifest"
  s3cat --latest "$T" | cmp - "$BATS_TEST_TMPDIR/in"
  is "$(s3prune --keep-last 1 --json "$T" | jq -r '.action, .url' | xargs)" "keep $name"
}

store_says_that_only_the_manifest_failed() {
  put x.json other
  run s3put --if-absent --manifest "${STORE}x" -- echo whole
  is "$status" 73
  has "$output" "${STORE}x: is stored, but not its manifest: "
  is "$(s3cat "${STORE}x")" whole
  is "$(s3cat "${STORE}x.json")" other
  s3put --overwrite --manifest "${STORE}x" -- echo again
  is "$(s3cat "${STORE}x.json" | jq -r .size)" 6
  s3put --if-absent --manifest "${STORE}x" -- echo again  # both are there already
  run s3put --manifest --min-size 1K "${STORE}short" -- echo short
  is "$status" 65
  is "$(s3ls "${STORE}short")" ""
}

store_reads_to_a_reader_that_leaves() {
  a_round_trip 40000001
  run bash -c "set -o pipefail; s3cat '${STORE}trip' | head -c 10 >/dev/null"
  is "$status" 141
  run bash -c "set -o pipefail; s3cat --ok-broken-pipe '${STORE}trip' | head -c 10 >/dev/null"
  is "$status" 0
}

store_asks_for_the_receipt_first() {
  run s3put --receipt "$BATS_TEST_TMPDIR/missing/receipt" "${STORE}x" -- touch "$BATS_TEST_TMPDIR/ran"
  is "$status" 66
  [ ! -e "$BATS_TEST_TMPDIR/ran" ] || fail "the producer ran"
  run bash -c "exec 1</dev/null; s3put --receipt - '${STORE}x' -- touch '$BATS_TEST_TMPDIR/ran'"
  is "$status" 74
  [ ! -e "$BATS_TEST_TMPDIR/ran" ] || fail "the producer ran"
  run s3put --receipt "$BATS_TEST_TMPDIR/receipt" "${STORE}x" -- false
  is "$status" 65
  is "$(find "$BATS_TEST_TMPDIR" -name '*receipt*' -o -name '.sluice-*')" "" "receipts of nothing"
}
