#!/bin/bash
# s3put, s3cat and s3ls against aws, rclone and s3cmd: on Ceph's gateway, and against a sink that
# costs nothing (nginx), where the client's own work is what takes the time.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
export PATH="${SLUICE_BIN:-$root/build}:/usr/bin:$PATH" AWS_EC2_METADATA_DISABLED=true
unset AWS_CA_BUNDLE
finish() {
  [ ! -e "$work/nginx.pid" ] || kill "$(<"$work/nginx.pid")"
  "$root/tests/support/rgw.sh" stop "$work/rgw"
  rm -rf "$work"
}
trap finish EXIT
chmod 755 "$work"

# Every round replaces what the one before stored.
RGW_STORE=${RGW_STORE:-bluestore} RGW_BYTES=17179869184 RGW_GC_WAIT=2 "$root/tests/support/rgw.sh" start "$work/rgw"
# shellcheck disable=SC1091
. "$work/rgw/env"
export AWS_DEFAULT_REGION=$AWS_REGION
for bucket in bench small many; do "$root/tests/support/rgw.sh" bucket "$work/rgw" "$bucket"; done
sink=$("$root/tests/support/sink.sh" "$work")

bytes=${BENCH_BYTES:-1073741824}
small=${BENCH_SMALL:-100}
keys=${BENCH_KEYS:-100000}
which=${BENCH_ONLY:-upload sink download small list}
source="head -c $bytes /dev/zero | openssl enc -aes-128-ctr -pass pass:x -nosalt -pbkdf2 2>/dev/null"
eval "$source" >"$work/data"

# NAME ENDPOINT: how the command of that client begins
aws() { echo "aws --endpoint-url $1 s3"; }
rclone() { echo "RCLONE_CONFIG= rclone --s3-provider Ceph --s3-env-auth --s3-endpoint $1 --s3-no-check-bucket"; }
s3cmd() {
  echo "s3cmd --no-progress --no-ssl --host ${1#http://} --host-bucket ${1#http://} --config /dev/null" \
    "--access_key $AWS_ACCESS_KEY_ID --secret_key $AWS_SECRET_ACCESS_KEY"
}
compare() { "$root/tests/bench/compare.py" "$@"; }

# The other end of a pipe is not the client's work: nobody waits for it, so it is not counted.
from_pipe="< <(cat $work/data)" to_pipe='> >(cat >/dev/null)'
upload() { # TITLE ENDPOINT [NAME=COMMAND]...
  compare --bytes "$bytes" "$1" \
    "s3put=s3put --endpoint $2 --trust-eof s3://bench/ours $from_pipe" \
    "aws=$(aws "$2") cp - s3://bench/aws --expected-size $bytes $from_pipe" "${@:3}"
}

server=$AWS_ENDPOINT_URL_S3
for part in $which; do
  case $part in
    upload)
      upload "Upload from a pipe, Ceph's gateway" "$server" \
        "rclone=$(rclone "$server") rcat :s3:bench/rclone --size $bytes $from_pipe" \
        "s3cmd=$(s3cmd "$server") put - s3://bench/s3cmd $from_pipe"
      ;;
    sink) # s3cmd wants the MD5 of every part as its ETag, rclone sees the object missing
      upload "Upload from a pipe, a sink that costs nothing" "$sink"
      ;;
    download)
      s3put s3://bench/object "$work/data"
      compare --bytes "$bytes" "Download to a pipe, Ceph's gateway" \
        "s3cat=s3cat s3://bench/object $to_pipe" \
        "aws=$(aws "$server") cp s3://bench/object - $to_pipe" \
        "rclone=$(rclone "$server") cat :s3:bench/object $to_pipe" \
        "s3cmd=$(s3cmd "$server") get s3://bench/object - $to_pipe"
      ;;
    small)
      head -c 10000 "$work/data" >"$work/object"
      loop="for i in \$(seq $small); do"
      compare "$small small objects, a command each" \
        "s3put=$loop s3put s3://small/\$i $work/object; done" \
        "rclone=$loop $(rclone "$server") rcat :s3:small/\$i <$work/object; done"
      ;;
    list)
      mkdir "$work/tree"
      (cd "$work/tree" && seq -f 'key%06.0f' "$keys" | xargs touch)
      s3sync "file://$work/tree" s3://many/
      compare "Listing of $keys objects" \
        "s3ls=s3ls s3://many/ | wc -l" \
        "aws=$(aws "$server") ls s3://many/ | wc -l" \
        "rclone=$(rclone "$server") lsf --files-only :s3:many | wc -l" \
        "s3cmd=$(s3cmd "$server") ls s3://many/ | wc -l"
      ;;
  esac
done
