#!/bin/bash
# zpipe against the compressors that people use, on a dump-like stream (SIZE MiB, default 512).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH="${SLUICE_BIN:-$root/build}:$PATH"
# sizes PLAIN FILE…: a row of a table each, with the ratio to PLAIN bytes
sizes() {
  local plain=$1 && shift
  stat -c '%n %s' "$@" | awk -v plain="$plain" '{printf "| %s | %d | %.3f |\n", $1, $2, plain / $2}'
}
compare() { python3 "$root/tests/bench/compare.py" "$@"; }

size=${SIZE:-512}
dir=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 "$root/tests/bench/corpus.py" "$size" >dump
bytes=$(stat -c %s dump)

compare --bytes "$bytes" --svg "$root/docs/bench-compress.svg" "compress $size MiB" \
  'zpipe=zpipe <dump >out' 'bgzip -@2=bgzip -@2 -c <dump >out' 'pigz -6=pigz -6 -c <dump >out' \
  'gzip -6=gzip -6 -c <dump >out' 'lbzip2=lbzip2 -c <dump >out'
python3 "$root/tests/bench/corpus.py" "$((size / 2))" dense >rows
compare --bytes "$((bytes / 2))" "compress $((size / 2)) MiB of dense rows" \
  'zpipe=zpipe <rows >out' 'bgzip -@2=bgzip -@2 -c <rows >out' 'pigz -6=pigz -6 -c <rows >out' \
  'gzip -6=gzip -6 -c <rows >out'
zpipe rows >ours-dense.gz; gzip -6 -c rows >gzip-dense.gz
printf '\n### sizes, dense rows\n\n| output | bytes | ratio |\n|---|---:|---:|\n'
sizes $((bytes / 2)) ours-dense.gz gzip-dense.gz
rm rows ours-dense.gz gzip-dense.gz
compare --bytes "$bytes" "levels" 'zpipe -6=zpipe -6 <dump >out' 'zpipe -1=zpipe -1 <dump >out' 'zpipe=zpipe <dump >out'
compare --bytes "$bytes" "compress $size MiB, zstd" \
  'zpipe -F zstd=zpipe -F zstd <dump >out' 'zstd -3 -T2=zstd -q -3 -T2 -c <dump >out' 'zstd -1 -T2=zstd -q -1 -T2 -c <dump >out' \
  'zstd -3=zstd -q -3 -c <dump >out'

zpipe dump >ours.gz; gzip -6 -c dump >gzip.gz; bgzip -@2 -c dump >bgzip.gz; pigz -6 -c dump >pigz.gz
zpipe -1 dump >ours1.gz; zpipe -F zstd dump >ours.zst; zstd -q -1 -T2 -c dump >zstd1.zst; zstd -q -3 -T2 -c dump >zstd.zst; lbzip2 -c dump >lbzip2.bz2
# To /dev/null, because a file in tmpfs costs more than most of these decoders.
compare --bytes "$bytes" --svg "$root/docs/bench-decompress.svg" "decompress $size MiB" \
  'zpipe -d=zpipe -d <ours.gz' 'bgzip -d -@2=bgzip -d -@2 -c ours.gz' \
  'pigz -d=pigz -dc <ours.gz' 'gunzip=gunzip -c <ours.gz' 'lbzip2 -d=lbzip2 -dc <lbzip2.bz2'
compare --bytes "$bytes" "decompress $size MiB to a file in tmpfs" \
  'zpipe -d=zpipe -d <ours.gz >out' 'bgzip -d -@2=bgzip -d -@2 -c ours.gz >out' \
  'pigz -d=pigz -dc <ours.gz >out' 'gunzip=gunzip -c <ours.gz >out'
compare --bytes "$bytes" "decompress foreign gzip, $size MiB" \
  'zpipe -d=zpipe -d <gzip.gz' 'pigz -d=pigz -dc <gzip.gz' 'gunzip=gunzip -c <gzip.gz'
compare --bytes "$bytes" "decompress zstd, $size MiB" \
  'zpipe -d=zpipe -d <ours.zst' 'zstd -d=zstd -qdc <ours.zst' 'zpipe -d foreign=zpipe -d <zstd.zst' \
  'zstd -d foreign=zstd -qdc <zstd.zst'

# What the libraries take for themselves: the CPU column is what counts. Two threads at once may
# share a core, and then each second of CPU does less: compare like with like.
alone="$root/tests/bench/libdeflate-alone.py"
compare --bytes "$bytes" "compress, and the library alone" \
  'zpipe -p 2=zpipe -p 2 <dump >out' "libdeflate, 2 processes=$alone 5 2 <dump" \
  'zpipe -p 1=zpipe -p 1 <dump >out' "libdeflate, 1 process=$alone 5 1 <dump"
compare --bytes "$bytes" "compress zstd, and the library alone" \
  'zpipe -F zstd=zpipe -F zstd <dump >out' 'zstd -1 --single-thread=zstd -q -1 --single-thread -c dump >out'
compare --bytes "$bytes" "decompress, and the library alone" \
  'zpipe -d=zpipe -d <ours.gz' 'libdeflate-gunzip=libdeflate-gunzip -c ours.gz'
compare --bytes "$bytes" "decompress zstd, and the library alone" \
  'zpipe -d=zpipe -d <ours.zst' 'zstd -d --single-thread=zstd -qdc --single-thread ours.zst'

printf '\n### sizes\n\n| output | bytes | ratio |\n|---|---:|---:|\n'
sizes "$bytes" ours.gz gzip.gz bgzip.gz pigz.gz ours1.gz ours.zst zstd1.zst zstd.zst lbzip2.bz2
