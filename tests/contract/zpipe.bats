#!/usr/bin/env bats
# shellcheck disable=SC2154 # bats sets stderr
# zpipe against the stock tools, in both directions.

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || exit
}

# sample SIZE: text that compresses like a dump
sample() { seq -f 'row number %.0f of a table' 1 1000000 | head -c "$1"; }

readonly SIZES="0 1 65279 65280 65281 522239 522240 522241 1044481 2097152 4194305"

@test "gunzip, pigz, bgzip and python read every gzip output" {
  for size in $SIZES; do
    sample "$size" >plain
    zpipe plain >packed.gz
    for reader in 'gunzip -c' 'pigz -dc' 'bgzip -dc' \
      'python3 -c "import gzip,sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())"'; do
      eval "$reader packed.gz" | cmp - plain || fail "$reader, $size bytes"
    done
  done
}

@test "zstd reads every zstd output" {
  for size in $SIZES; do
    sample "$size" >plain
    zpipe -F zstd plain | zstd -dcq | cmp - plain || fail "$size bytes"
  done
}

@test "zpipe -d reads gzip, pigz, bgzip, zstd and its own" {
  for size in $SIZES; do
    sample "$size" >plain
    for writer in 'gzip -c' 'pigz -c' 'bgzip -c' 'zstd -cq' 'zstd -cq --long=27 -19' zpipe 'zpipe -F zstd'; do
      $writer plain >packed
      zpipe -d packed | cmp - plain || fail "$writer, $size bytes"
      zpipe -t packed
    done
  done
}

@test "a round trip keeps every byte whatever the sizes of stream and writes" {
  for size in $SIZES; do
    sample "$size" >plain
    for write in 1 4096 9973 1048576; do
      [ "$write" != 1 ] || [ "$size" -lt 70000 ] || continue  # a system call a byte
      for format in gzip zstd; do
        dd if=plain bs="$write" status=none | zpipe --trust-eof --allow-empty -1 -F $format |
          dd bs="$write" status=none | zpipe -d | cmp - plain || fail "$size bytes, $format, writes of $write"
      done
    done
  done
}

@test "a round trip of 1 GiB" {
  gib() { yes 'a line of a large table' | head -c 1073741824; }
  for format in gzip zstd; do
    gib | zpipe --trust-eof -1 -F $format | zpipe -d | cmp - <(gib)
  done
}

@test "concatenated streams decompress to concatenated content" {
  sample 200000 >plain
  { zpipe plain; bgzip -c plain; gzip -c plain; zpipe plain; } >packed
  zpipe -d packed | cmp - <(cat plain plain plain plain)
  { zpipe -F zstd plain; zstd -cq plain; zpipe -F zstd plain; } >packed
  zpipe -d packed | cmp - <(cat plain plain plain)
}

@test "foreign streams behind ours decompress, too" {
  sample 200000 >plain
  { zpipe plain; gzip -c plain; } >packed
  zpipe -d packed | cmp - <(cat plain plain)
  { zpipe -F zstd plain; zstd -cq plain; } >packed
  zpipe -d packed | cmp - <(cat plain plain)
  { zpipe plain; head -c 512 /dev/zero; } >packed
  zpipe -d packed | cmp - plain
}

@test "many tiny frames do not fill the memory" {
  printf x >plain
  zstd -cq --no-check plain >one
  for _ in 1 2 3 4 5 6 7 8 9 10; do cat one one one one >four; mv four one; done  # 1,048,576 frames
  run -0 --separate-stderr bash -c 'zpipe -d one | { sleep 2; wc -c; }; '
  is "$output" 1048576
  command time -f %M -o rss zpipe -d one >/dev/null
  [ "$(<rss)" -lt 65536 ] || fail "$(<rss) KiB"
}

@test "threads that cannot be made are one clear line" {
  sample 3000000 >plain
  run -75 bash -c 'ulimit -v 300000; zpipe -p 200 plain >/dev/null'
  has "$output" "zpipe: error: "
}

@test "zero padding after gzip is accepted, other bytes are trailing garbage with their offset" {
  sample 100000 | gzip -c >packed
  size=$(stat -c %s packed)
  { cat packed; head -c 1000 /dev/zero; } >padded
  zpipe -t padded
  for garbage in x '\0\0x' "$(printf '\\0%.0s' {1..600})x"; do
    # shellcheck disable=SC2059
    { cat packed; printf "$garbage"; } >bad
    run -65 zpipe -t bad
    has "$output" "byte $size: trailing garbage"
  done
}

@test "damage is status 65 and names the offset" {
  sample 400000 >plain
  for writer in 'gzip -c' zpipe 'zpipe -F zstd' 'zstd -cq'; do
    $writer plain >packed
    size=$(stat -c %s packed)
    { head -c $((size / 2)) packed; tail -c +$((size / 2 + 1)) packed | head -c 4 | tr '\0-\377' '\1-\377\0'
      tail -c +$((size / 2 + 5)) packed; } >bad
    run -65 zpipe -t bad
    has "$output" "at byte"
    head -c $((size - 5)) packed >bad
    run -65 zpipe -t bad
  done
}

@test "the corpus: good files decode, bad ones are refused" {
  for file in "$ROOT"/tests/corpus/zip/good-*; do zpipe -t "$file" || fail "$file"; done
  for file in "$ROOT"/tests/corpus/zip/bad-*; do run -65 zpipe -t "$file"; done
}

@test "other formats are refused, not passed through" {
  echo hello >plain
  run -65 zpipe -d plain
  has "$output" "neither gzip nor zstd"
  run -65 zpipe -d - <<<x
}

@test "a window above 128 MiB is refused with a hint" {
  head -c 1000000 /dev/zero | zstd -q --long=30 >packed  # a pipe: zstd cannot shrink the window
  run -69 zpipe -d packed
  has "$output" "hint: decompress it with zstd -d --long=31"
}

@test "levels: every one works, contradictions and nonsense are usage errors" {
  sample 50000 >plain
  for level in 1 4 9 12; do zpipe --level $level plain | gunzip -c | cmp - plain; done
  for level in -5 1 19; do zpipe -F zstd --level=$level plain | zstd -dcq | cmp - plain; done
  zpipe -9 plain | gunzip -c | cmp - plain
  for bad in '-1 -9' '-12' '-1 --level 2' '--level 0' '--level 13' '--level 1x' '--level -1' '-F zstd --level 20' \
    '-F lz4' '-d -1' '-d -t' '-d -F gzip' '-p 0' '-p x' '--flush-after 0'; do
    # shellcheck disable=SC2086
    run -64 zpipe $bad plain
  done
}

@test "gzip's -k, -f and -n are refused with a hint" {
  for option in -k -f -n; do
    run -64 zpipe $option /dev/null
    has "$output" "hint: zpipe "
  done
}

@test "-c and -dc are accepted" {
  sample 1000 >plain
  zpipe -c plain | zpipe -dc | cmp - plain
}

@test "compressing what is compressed warns once" {
  sample 1000 | gzip -c >packed
  run -0 --separate-stderr zpipe packed
  is "$stderr" "zpipe: warning: packed: already gzip, compressed once more"
}

@test "--flush-after writes a block when the input pauses" {
  mkfifo in
  zpipe --flush-after 50 --trust-eof <in >out &
  exec 5>in
  echo first >&5
  for _ in $(seq 100); do [ -s out ] && break; sleep 0.1; done
  is "$(head -c "$(stat -c %s out)" out | gunzip -c 2>/dev/null)" first
  echo second >&5
  exec 5>&-
  wait $!
  is "$(gunzip -c out)" $'first\nsecond'
}

@test "a terminal as stdout is refused" {
  run -64 script -qec "zpipe /dev/null" /dev/null
  has "$output" "not for a terminal"
}

@test "-v prints one summary line" {
  sample 100000 >plain
  run -0 --separate-stderr zpipe -v plain
  [[ $stderr =~ ^zpipe:\ 97\.7\ KiB\ in,\ .*\ out,\ .*\ s,\ ratio\ [0-9.]+$ ]] || fail "$stderr"
}

@test "a missing file, a directory and a full disk" {
  run -66 zpipe nothing
  has "$output" "error: nothing: No such file"
  run -74 zpipe .
  run -74 bash -c 'seq 1000000 > plain; zpipe plain > /dev/full'
  has "$output" "standard output: No space left"
}

@test "a reader that goes away ends zpipe by SIGPIPE" {
  sample 5000000 >plain
  bash -c 'zpipe -1 plain | head -c 10 >/dev/null; exit "${PIPESTATUS[0]}"' || status=$?
  is "$status" 141
}

@test "skippable frames alone are no zstd stream that is whole" {
  printf '\x50\x2a\x4d\x18\x04\x00\x00\x00abcd' >skippable
  run bash -c 'cat skippable | zpipe -d'
  is "$status" 65
  : | zpipe --allow-empty -F zstd >nothing.zst
  run bash -c 'cat nothing.zst | zpipe -d --allow-empty | wc -c'
  is "$output" 0
}
