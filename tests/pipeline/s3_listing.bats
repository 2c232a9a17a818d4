#!/usr/bin/env bats
# Listings larger than any that a test would upload: a scripted peer plays the bucket.

load ../support/common
load ../support/peer

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  PEER=$BATS_TEST_TMPDIR/peer
  peer_start
  AWS_ENDPOINT_URL_S3=http://127.0.0.1:$(<"$PEER/port")
  export AWS_ENDPOINT_URL_S3 AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret AWS_REGION=us-east-1
  MANY=${SLUICE_LONG:+1000000}
  MANY=${MANY:-100000}
}

teardown() { peer_stop; }

# listed COUNT ARGUMENT...: what s3ls prints of a bucket with that many goes to "out"
listed() {
  peer_script "* GET list-type keys $1"
  measured s3ls "${@:2}"
}

@test "memory does not grow with the number of keys" {
  local peak few
  listed 2000 -l s3://bucket/
  is "$(wc -l <out)" 2000
  few=$peak
  listed "$MANY" -l s3://bucket/
  is "$(wc -l <out) $(awk '{print $NF}' out | sort -u | wc -l)" "$MANY $MANY"
  ((peak < few + 2048)) || fail "$few KiB for 2,000 keys, $peak KiB for $MANY"
}

@test "nor with the number of versions" {
  local peak few
  peer_script '* GET versions versions 2000'
  measured s3ls -l --versions s3://bucket/
  is "$(wc -l <out)" 2000
  few=$peak
  peer_script "* GET versions versions $MANY"
  measured s3ls -l --versions s3://bucket/
  is "$(wc -l <out) $(awk '{print $(NF - 1)}' out | sort -u | wc -l)" "$MANY $MANY"
  ((peak < few + 2048)) || fail "$few KiB for 2,000 versions, $peak KiB for $MANY"
}

@test "nor does a choice among them, with a total" {
  local peak few choice=(--match 'key*7' --total s3://bucket/)
  listed 2000 "${choice[@]}"
  few=$peak
  listed "$MANY" "${choice[@]}"
  is "$(wc -l <out)" $((MANY / 10 + 1))
  ((peak < few + 2048)) || fail "$few KiB for 2,000 keys, $peak KiB for $MANY"
}
