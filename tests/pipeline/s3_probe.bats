#!/usr/bin/env bats
# s3put --probe: on Ceph's gateway, and with a scripted peer that takes abilities away.

load ../support/common
load ../support/peer
load ../support/s3

setup_file() { s3_setup_file probe; }
teardown_file() { s3_teardown_file; }
setup() {
  s3_environment
  peer_before_server
}
teardown() { peer_stop; }

clean() { # the probe leaves nothing
  is "$(s3ls --endpoint "$DIRECT" s3://probe/)$(s3ls --endpoint "$DIRECT" --incomplete s3://probe/)" ""
}

@test "what a real server can do" {
  run s3put --probe 's3://probe/pg/app_{utc}'
  is "$status" 0
  has "$output" "checksum: every request is verified"
  has "$output" "conditional PUT: yes"
  has "$output" "conditional Complete: no"
  has "$output" "unequal parts: yes"
  has "$output" "abort: yes"
  has "$output" "options: none needed"
  [[ $output =~ clock:\ -?[0-9]\ s ]] || fail "$output"
  clean
}

@test "what a server cannot do" {
  peer_script '2 POST uploadId reply 400 InvalidPart'
  run s3put --probe s3://probe/pg/app
  is "$status" 0
  has "$output" "unequal parts: no"
  has "$output" "options: --part-size=16M"
  clean
}

@test "conditions that a server does not know are none that it keeps" {
  printf '%s\n' 'X: y' '' '<Error><Code>NotImplemented</Code></Error>' >"$PEER/unknown"
  peer_script '2 PUT pg/[^?]*$ pass' '1 PUT pg/[^?]*$ answer 501 unknown' '1 POST uploadId answer 501 unknown'
  run s3put --probe s3://probe/pg/app
  is "$status" 0
  has "$output" "conditional PUT: no"
  has "$output" "conditional Complete: no"
  clean
}

@test "a server that does not do what is needed" {
  peer_script '* POST uploads reply 501 NotImplemented'
  run s3put --probe s3://probe/x
  is "$status" 69
  clean
  run s3put --probe s3://missing/x
  is "$status" 66
  run s3put --probe file:///tmp/x
  is "$status" 64
}
