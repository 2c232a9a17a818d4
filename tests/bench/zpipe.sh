#!/bin/bash
# zpipe against the compressors that people use, on a dump-like stream (SIZE MiB, default 512).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH="${SLUICE_BIN:-$root/build}:$PATH"
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
compare --bytes "$bytes" "levels" 'zpipe -6=zpipe -6 <dump >out' 'zpipe -1=zpipe -1 <dump >out' 'zpipe=zpipe <dump >out'
compare --bytes "$bytes" "compress $size MiB, zstd" \
  'zpipe -F zstd=zpipe -F zstd <dump >out' 'zstd -3 -T2=zstd -q -3 -T2 -c <dump >out' 'zstd -3=zstd -q -3 -c <dump >out'

zpipe dump >ours.gz; gzip -6 -c dump >gzip.gz; bgzip -@2 -c dump >bgzip.gz; pigz -6 -c dump >pigz.gz
zpipe -1 dump >ours1.gz; zpipe -F zstd dump >ours.zst; zstd -q -3 -T2 -c dump >zstd.zst; lbzip2 -c dump >lbzip2.bz2
compare --bytes "$bytes" --svg "$root/docs/bench-decompress.svg" "decompress $size MiB" \
  'zpipe -d=zpipe -d <ours.gz >out' 'bgzip -d -@2=bgzip -d -@2 -c ours.gz >out' \
  'pigz -d=pigz -dc <ours.gz >out' 'gunzip=gunzip -c <ours.gz >out' 'lbzip2 -d=lbzip2 -dc <lbzip2.bz2 >out'
compare --bytes "$bytes" "decompress foreign gzip, $size MiB" \
  'zpipe -d=zpipe -d <gzip.gz >out' 'pigz -d=pigz -dc <gzip.gz >out' 'gunzip=gunzip -c <gzip.gz >out'
compare --bytes "$bytes" "decompress zstd, $size MiB" \
  'zpipe -d=zpipe -d <ours.zst >out' 'zstd -d=zstd -qdc <ours.zst >out' 'zpipe -d foreign=zpipe -d <zstd.zst >out'

# What the libraries take for themselves, by one thread: the CPU column is what counts.
compare --bytes "$bytes" "compress, and the library alone" \
  'zpipe=zpipe <dump >out' 'libdeflate-gzip -5=libdeflate-gzip -5 -c dump >out'
compare --bytes "$bytes" "compress zstd, and the library alone" \
  'zpipe -F zstd=zpipe -F zstd <dump >out' 'zstd -3 --single-thread=zstd -q -3 --single-thread -c dump >out'
compare --bytes "$bytes" "decompress, and the library alone" \
  'zpipe -d=zpipe -d <ours.gz >out' 'libdeflate-gunzip=libdeflate-gunzip -c ours.gz >out'
compare --bytes "$bytes" "decompress zstd, and the library alone" \
  'zpipe -d=zpipe -d <ours.zst >out' 'zstd -d --single-thread=zstd -qdc --single-thread ours.zst >out'

printf '\n### sizes\n\n| output | bytes | ratio |\n|---|---:|---:|\n'
for file in ours.gz gzip.gz bgzip.gz pigz.gz ours1.gz ours.zst zstd.zst lbzip2.bz2; do
  stat -c '%n %s' $file
done | awk -v whole="$bytes" '{printf "| %s | %d | %.3f |\n", $1, $2, whole / $2}'
