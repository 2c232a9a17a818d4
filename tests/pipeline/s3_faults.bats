#!/usr/bin/env bats
# What servers and networks do wrong, and what must come of it: a whole object and status 0, or no
# object, no orphaned upload and the right status. Ceph's gateway, with a scripted peer before it.

load ../support/common
load ../support/peer
load ../support/s3

setup_file() {
  s3_setup_file faults
  openssl enc -aes-128-ctr -pass pass:sluice -nosalt -pbkdf2 </dev/zero 2>/dev/null |
    head -c 20000000 >"$BATS_FILE_TMPDIR/large"
  head -c 1000 "$BATS_FILE_TMPDIR/large" >"$BATS_FILE_TMPDIR/small"
}

teardown_file() { s3_teardown_file; }

setup() {
  s3_environment
  peer_before_server
  LARGE=$BATS_FILE_TMPDIR/large SMALL=$BATS_FILE_TMPDIR/small
  ROW=0
}

teardown() { peer_stop; }

# direct TOOL ARGUMENT...: past the peer
direct() { "$1" --endpoint "$DIRECT" "${@:2}"; }

# upload FILE STATUS SCRIPT [OPTION]...: one row of a table. Status 0 wants the whole object there,
# any other none; neither leaves an unfinished upload.
upload() {
  local file=$1 want=$2 script=$3 got=0
  ROW=$((ROW + 1))
  local key=key$BATS_TEST_NUMBER.$ROW
  peer_script "${script//KEY/$key}"
  : >"$PEER/log"
  s3put --retries 3 "${@:4}" "s3://faults/$key" "$file" 2>"$BATS_TEST_TMPDIR/err" || got=$?
  is "$got" "$want" "status of row $ROW ($script), $(<"$BATS_TEST_TMPDIR/err")"
  [[ $script = \** ]] || grep -q . "$PEER/log" || fail "row $ROW: the peer saw nothing"
  if [ "$want" = 0 ]; then
    direct s3cat "s3://faults/$key" | cmp - "$file" || fail "row $ROW ($script): another content"
  else
    is "$(direct s3ls "s3://faults/$key")" "" "objects after row $ROW ($script)"
    is "$(grep -c ': error: ' "$BATS_TEST_TMPDIR/err")" 1 "error lines of row $ROW"
  fi
  is "$(direct s3ls --incomplete "s3://faults/$key")" "" "orphans after row $ROW ($script)"
}

@test "a part fails, once or for good" {
  upload "$LARGE" 0  '1 PUT partNumber=2 reply 500 InternalError'
  upload "$LARGE" 0  '2 PUT partNumber=2 reply 503 SlowDown'
  upload "$LARGE" 0  '1 PUT partNumber=2 reply 429 TooManyRequests'
  upload "$LARGE" 0  '1 PUT partNumber=2 reply 409 OperationAborted'
  upload "$LARGE" 0  '1 PUT partNumber=2 reply 408 RequestTimeout'
  upload "$LARGE" 0  '1 PUT partNumber=2 reply 499 ClientClosedRequest'
  upload "$LARGE" 0  '1 PUT partNumber=1 lose'
  upload "$LARGE" 0  '1 PUT partNumber=3 close'
  upload "$LARGE" 0  '2 PUT partNumber cut 0'
  upload "$LARGE" 75 '* PUT partNumber=2 reply 503 SlowDown'
  upload "$LARGE" 75 '* PUT partNumber=2 lose'
  upload "$LARGE" 77 '* PUT partNumber=3 reply 403 AccessDenied'
  upload "$LARGE" 78 '* PUT partNumber=3 reply 400 ExpiredToken'
  upload "$LARGE" 75 '* PUT partNumber=1 stall 4' --timeout 2s
  is "$(grep -c "key$BATS_TEST_NUMBER.$ROW?partNumber=1&.* host: " "$PEER/headers")" 1 "tries within the time"
  upload "$LARGE" 76 '* PUT partNumber=1 header ETag '
}

@test "an upload cannot be begun" {
  upload "$LARGE" 0  '1 POST uploads reply 503 SlowDown'
  upload "$LARGE" 0  '1 POST uploads lose'
  upload "$LARGE" 0  '2 POST uploads replace 500 InternalError'
  upload "$LARGE" 75 '* POST uploads close'
  upload "$LARGE" 77 '* POST uploads reply 403 AccessDenied'
  upload "$LARGE" 66 '* POST uploads reply 404 NoSuchBucket'
  upload "$LARGE" 76 '* POST uploads reply 200'
}

@test "Complete: errors inside a success, lost answers, lies" {
  upload "$LARGE" 0  '1 POST uploadId reply 200 InternalError'
  upload "$LARGE" 76 '* POST uploadId reply 200 InternalError'
  upload "$LARGE" 0  '* POST uploadId replace 200 InternalError'
  upload "$LARGE" 0  '1 POST uploadId lose'
  upload "$LARGE" 0  '* POST uploadId lose'
  upload "$LARGE" 0  '1 POST uploadId replace 500 InternalError'
  upload "$LARGE" 0  '* POST uploadId replace 404 NoSuchUpload'
  upload "$LARGE" 0  '* POST uploadId body nonsense'
  upload "$LARGE" 0  '* POST uploadId cut 20'
  upload "$LARGE" 75 '* POST uploadId reply 503 SlowDown'
  upload "$LARGE" 75 '* POST uploadId reply 404 NoSuchUpload'
  upload "$LARGE" 76 '* POST uploadId reply 200'
  upload "$LARGE" 77 '* POST uploadId reply 403 AccessDenied'
}

# The server may be at it still, and to abort then may take the parts from under the new object.
@test "a Complete of which nothing was heard is not aborted, and another object stays" {
  local fault
  head -c 20000000 /dev/zero | direct s3put --trust-eof s3://faults/taken
  for fault in close 'reply 500 InternalError' 'reply 504 GatewayTimeout'; do
    peer_script "* POST uploadId $fault"
    : >"$PEER/log"
    run s3put --retries 1 s3://faults/taken "$LARGE"
    is "$status" 75
    has "$output" "s3prune --incomplete removes them"
    is "$(peer_saw DELETE uploadId)" 0 "aborts after $fault"
    direct s3cat s3://faults/taken | cmp - <(head -c 20000000 /dev/zero)
    is "$(direct s3ls --incomplete s3://faults/taken | wc -l)" 1
    sleep 2.1
    direct s3prune --incomplete 1s --apply s3://faults/taken
    is "$(direct s3ls --incomplete s3://faults/taken)" ""
  done
}

@test "a signal during Complete waits for its answer, and nothing is aborted" {
  peer_script '* POST uploadId run sleep 2'
  s3put s3://faults/signal "$LARGE" 3>&- &
  local put=$! got=0
  until grep -q 'POST .*uploadId.* run' "$PEER/inside"; do sleep 0.05; done
  kill -TERM $put
  wait $put || got=$?
  [[ $got = 0 || $got = 143 ]] || fail "status $got"
  is "$(peer_saw DELETE uploadId)" 0
  direct s3cat s3://faults/signal | cmp - "$LARGE"
}

@test "of two that begin an upload of one key at once, neither ends the other's" {
  peer_script '1 PUT partNumber=2 run sleep 3'
  s3put s3://faults/both "$LARGE" 3>&- &
  until grep -q 'PUT .*partNumber=2.* run' "$PEER/inside"; do sleep 0.05; done
  peer_script '2 POST uploads reply 503 SlowDown' '1 POST uploads replace 500 InternalError'
  s3put s3://faults/both "$LARGE"
  wait $!
  direct s3cat s3://faults/both | cmp - "$LARGE"
  is "$(direct s3ls --incomplete s3://faults/both)" ""
}

@test "a single PUT: lost answers, lies, conditions that a server does not know" {
  upload "$SMALL" 0  '1 PUT KEY reply 503 SlowDown'
  upload "$SMALL" 0  '1 PUT KEY lose'
  upload "$SMALL" 0  '* PUT KEY lose'
  upload "$SMALL" 0  '1 PUT KEY lose' --if-absent
  upload "$SMALL" 0  '* PUT KEY replace 500 InternalError'
  upload "$SMALL" 0  '1 PUT KEY reply 501 NotImplemented' --if-absent
  grep -q 'no conditional writes; looked before instead' "$BATS_TEST_TMPDIR/err"
  upload "$SMALL" 75 '* PUT KEY close'
  upload "$SMALL" 69 '* PUT KEY reply 501 NotImplemented'
  upload "$SMALL" 76 '* PUT KEY reply 200'
  upload "$SMALL" 76 '* PUT KEY reply 418 Teapot'
  upload "$SMALL" 76 '* * KEY header ETag 00000000000000000000000000000000'
}

@test "the clock is wrong, the region is wrong, the bucket moved" {
  printf '%s\n' "Date: $(LC_ALL=C date -u -d '+10 minutes' '+%a, %d %b %Y %H:%M:%S GMT')" '' \
    '<Error><Code>RequestTimeTooSkewed</Code></Error>' >"$PEER/skewed"
  upload "$SMALL" 0  '1 PUT KEY answer 403 skewed'
  grep -q 'warning: this machine.s clock' "$BATS_TEST_TMPDIR/err"
  local signed
  signed=$(grep -oE 'x-amz-date: .*' "$PEER/headers" | tail -n 1)
  [[ $signed > "x-amz-date: $(date -u -d '+9 minutes' +%Y%m%dT%H%M%SZ)" ]] || fail "signed for $signed"
  upload "$SMALL" 78 '* PUT KEY answer 403 skewed'
  printf '%s\n' 'x-amz-bucket-region: eu-west-9' '' '' >"$PEER/region"
  upload "$SMALL" 0  '1 PUT KEY answer 301 region'
  printf '%s\n' 'X: y' '' \
    '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-north-7</Region></Error>' >"$PEER/malformed"
  upload "$SMALL" 0  '1 PUT KEY answer 400 malformed'
  printf '%s\n' "Location: $DIRECT/elsewhere" '' '' >"$PEER/moved"
  upload "$LARGE" 0  '1 POST uploads answer 307 moved'
  is "$(peer_saw PUT partNumber)" 0 "parts that still went to the old host"
}

@test "an abort that fails at first is tried again" {
  peer_script '1 DELETE uploadId reply 503 SlowDown'
  run s3put s3://faults/aborted -- bash -c "cat '$LARGE'; exit 1"
  is "$status" 65
  is "$(direct s3ls --incomplete s3://faults/aborted)" ""
  # Parts that were in flight turn up after it: once more.
  printf '%s\n' 'X: y' '' '<ListPartsResult><Part><PartNumber>1</PartNumber></Part></ListPartsResult>' >"$PEER/parts"
  peer_script '1 GET max-parts answer 200 parts'
  : >"$PEER/log"
  run s3put s3://faults/aborted -- bash -c "cat '$LARGE'; exit 1"
  is "$status" 65
  is "$(peer_saw DELETE uploadId)" 2
}

# fetch STATUS SCRIPT: one row; status 0 wants every byte, any other an error and no proof
fetch() {
  local want=$1 got=0
  peer_script "$2"
  s3cat --retries 3 "${@:3}" s3://faults/source >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || got=$?
  is "$got" "$want" "status of $2, $(<"$BATS_TEST_TMPDIR/err")"
  if [ "$want" = 0 ]; then cmp "$BATS_TEST_TMPDIR/out" "$LARGE" || fail "$2"; fi
}

@test "a producer that fails does not wait for parts under way" {
  peer_script '* PUT partNumber=1 stall 60'
  run timeout 30 s3put s3://faults/given_up -- sh -c "cat '$LARGE'; exit 3"
  is "$status" 65
  is "$(direct s3ls s3://faults/given_up; direct s3ls --incomplete s3://faults/given_up)" ""
}

@test "a download breaks, stalls, is answered wrongly" {
  direct s3put s3://faults/source "$LARGE"
  fetch 0  '1 GET source cut 1000'
  is "$(grep -cE '^GET .* range: bytes=(0|8388608|16777216)-' "$PEER/headers")" 3
  is "$(grep -cE '^GET .* range: bytes=(1000|8389608|16778216)-' "$PEER/headers")" 1 "ranges from where one broke"
  fetch 0  '3 GET source cut 1000000'
  fetch 0  '1 GET source short 1000'
  fetch 0  '2 GET source close'
  fetch 0  '1 GET source reply 503 SlowDown'
  fetch 0  '1 HEAD source lose'
  fetch 75 '* GET source cut 1000'
  fetch 75 '* GET source stall 4' --timeout 2s
  fetch 75 '* GET source reply 412 PreconditionFailed'
  fetch 76 '* GET source header Content-Range bytes_0-1/2'
  fetch 76 '* GET source reply 200'
  fetch 76 '* HEAD source header Content-Length 5'
  fetch 76 '* HEAD source header Content-Length'
  fetch 75 '3 GET source header ETag "00000000000000000000000000000000"'
  fetch 0  '1 GET source header ETag'
  printf '%s\n' 'Content-Length: 20000000' '' 'bytes of another range' >"$PEER/whole"
  fetch 76 '1 GET source answer 200 whole'
  fetch 0  '1 HEAD source reply 403 AccessDenied'
  fetch 77 '* GET source reply 403 AccessDenied'
}

@test "an object that is replaced while it is read is an error, not a mixture" {
  direct s3put s3://faults/source "$LARGE"
  peer_script "1 GET source run $(command -v s3put) --endpoint $DIRECT s3://faults/source $SMALL"
  run s3cat s3://faults/source
  is "$status" 75
  has "$output" "replaced while it was read"
}

@test "a listing that cannot be complete is no listing" {
  direct s3put s3://faults/source "$SMALL"
  peer_script '1 GET list-type reply 503 SlowDown'
  s3ls s3://faults/ | grep -q source
  peer_script '* GET list-type body <ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'
  run s3ls s3://faults/
  is "$status" 76
  peer_script '* GET list-type body <ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>'
  run s3ls s3://faults/
  is "$status" 76
  peer_script '* GET uploads body <ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker></ListMultipartUploadsResult>'
  run timeout 20 s3ls --incomplete s3://faults/
  is "$status" 76
  has "$output" "in circles"
  peer_script '* GET list-type body <html>proxy</html>'
  run s3ls s3://faults/
  is "$status" 76
  peer_script '* GET list-type cut 10'
  run s3ls --retries 1 s3://faults/
  is "$status" 75
}
