#!/bin/bash
# s3sync against rclone sync on Ceph's gateway: 10,000 files, among them empty ones, odd names,
# symbolic links and old times, sent for the first time, again when nothing changed, and again when
# some were changed, added and deleted. Both must leave the same in the bucket each time.
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
plant() { # FIRST LAST
  python3 - "$work/tree" "$1" "$2" <<'END'
import os, random, sys
tree, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
odd = ["file", "a b", "+%20", "#?&=;,@~", "ü🐘", "it's \"q\"", "<x>", "{{y}}", ".hidden", "*", "tab\there", "a.b-c"]
for i in range(first, last):
    name = os.path.join(tree, f"{i % 100}", odd[i % len(odd)] + f" {i}")
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "wb") as file:
        file.write(b"" if i % 50 == 0 else random.randbytes(random.randrange(8000)))
    os.utime(name, ns=(0, random.randrange(10**9, 17 * 10**8) * 10**9 + random.randrange(10**9)))
    if i % 100 == 7 and not os.path.lexists(name + ".link"):
        os.symlink(name, name + ".link")
END
}

# facts BUCKET: name, size, MD5 and time of every object
facts() {
  rclone lsjson -R --files-only --hash --metadata "rgw:$1/tree" |
    jq -r '.[] | [.Path, .Size, .Hashes.md5, .ModTime] | @tsv' | sort
}

# same ROUND LABEL: both left the same, and all of the tree
same() {
  facts "ours$1" >"$work/ours"
  facts "theirs$1" >"$work/theirs"
  diff "$work/theirs" "$work/ours" || { echo "$2: the buckets differ"; exit 1; }
  [ "$(wc -l <"$work/ours")" = "$(find "$work/tree" -type f -printf x | wc -c)" ] ||
    { echo "$2: not all files are there"; exit 1; }
  echo "$2: the same $(wc -l <"$work/ours") objects"
}

once() { # LABEL COMMAND...
  local start end
  start=$(date +%s.%N)
  "${@:2}"
  end=$(date +%s.%N)
  awk -v label="$1" -v start="$start" -v end="$end" 'BEGIN {printf "%-28s %6.1f s\n", label, end - start}'
}

both() { # ROUND LABEL
  once "s3sync, $2" s3sync --delete "file://$work/tree" "s3://ours$1/tree"
  once "rclone sync, $2" rclone sync -q "$work/tree" "rgw:theirs$1/tree"
}

for round in $(seq "${BENCH_ROUNDS:-3}"); do
  rm -rf "$work/tree"
  plant 0 "$files"
  for bucket in "ours$round" "theirs$round"; do "$root/tests/support/rgw.sh" bucket "$work/rgw" "$bucket"; done
  both "$round" first
  same "$round" first
  both "$round" "nothing changed"
  find "$work/tree" -type f -name '*7' -delete
  plant $((files - files / 20)) $((files + files / 20))
  both "$round" "some changed"
  same "$round" "some changed"
done
