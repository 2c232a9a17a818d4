#!/bin/bash
# s3sync against rclone sync on Ceph's gateway: 10,000 files sent for the first time, then again
# when nothing changed.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
export PATH="${SLUICE_BIN:-$root/build}:$PATH" AWS_EC2_METADATA_DISABLED=true
unset AWS_CA_BUNDLE
trap '"$root/tests/support/rgw.sh" stop "$work/rgw"; rm -rf "$work"' EXIT
"$root/tests/support/rgw.sh" start "$work/rgw"
# shellcheck disable=SC1091
. "$work/rgw/env"
export RCLONE_CONFIG='' RCLONE_CONFIG_RGW_TYPE=s3 RCLONE_CONFIG_RGW_PROVIDER=Ceph \
  RCLONE_CONFIG_RGW_ENV_AUTH=true RCLONE_CONFIG_RGW_ENDPOINT=$AWS_ENDPOINT_URL_S3

files=${BENCH_FILES:-10000}
mkdir "$work/tree"
for ((i = 0; i < files; i++)); do
  directory=$work/tree/$((i % 100))
  [ $i -ge 100 ] || mkdir "$directory"
  head -c $((RANDOM % 8000)) /dev/zero >"$directory/file $i"
done

once() { # LABEL COMMAND...
  local start end
  start=$(date +%s.%N)
  "${@:2}"
  end=$(date +%s.%N)
  awk -v label="$1" -v start="$start" -v end="$end" 'BEGIN {printf "%-28s %6.1f s\n", label, end - start}'
}

for round in 1 2 3; do
  for bucket in "ours$round" "theirs$round"; do "$root/tests/support/rgw.sh" bucket "$work/rgw" "$bucket"; done
  once "s3sync, first" s3sync --delete "file://$work/tree" "s3://ours$round/tree"
  once "rclone sync, first" rclone sync "$work/tree" "rgw:theirs$round/tree"
  once "s3sync, nothing changed" s3sync --delete "file://$work/tree" "s3://ours$round/tree"
  once "rclone sync, nothing changed" rclone sync "$work/tree" "rgw:theirs$round/tree"
done
