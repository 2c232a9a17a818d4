#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2153  # each test has an environment of its own
# What every request carries, where it goes, and how much memory and how many connections are spent
# on them: Ceph's gateway, with a scripted peer before it that notes what was sent.

load ../support/common
load ../support/peer
load ../support/s3

setup_file() {
  s3_setup_file requests
  head -c 20000000 /dev/zero >"$BATS_FILE_TMPDIR/large"
  head -c 1000 /dev/zero >"$BATS_FILE_TMPDIR/small"
}
teardown_file() { s3_teardown_file; }
setup() {
  s3_environment
  peer_before_server
  LARGE=$BATS_FILE_TMPDIR/large SMALL=$BATS_FILE_TMPDIR/small
}
teardown() { peer_stop; }

hash_of() { sha256sum | cut -d' ' -f1; }

# every METHOD REGEX HEADER: each of those requests carries it, and there is one
every() {
  local all
  all=$(grep -cE "^$1 [^ ]*$2[^ ]* host: " "$PEER/headers" || true)
  [ "$all" -gt 0 ] || fail "no $1 $2"
  is "$(grep -cE "^$1 [^ ]*$2[^ ]* $3" "$PEER/headers")" "$all" "$1 $2 with $3"
}

@test "every body is signed with its hash, so that the server verifies it" {
  s3put s3://requests/small "$SMALL"
  every PUT requests/small "x-amz-content-sha256: $(hash_of <"$SMALL")\$"
  s3put s3://requests/large "$LARGE"
  peer_saw_header PUT 'large.*partNumber=1&' "x-amz-content-sha256: $(head -c 8388608 "$LARGE" | hash_of)\$"
  peer_saw_header PUT 'large.*partNumber=3&' "x-amz-content-sha256: $(tail -c +16777217 "$LARGE" | hash_of)\$"
  every POST large 'x-amz-content-sha256: [0-9a-f]{64}$'
  s3cat s3://requests/large | cmp - "$LARGE"
  every GET large "x-amz-content-sha256: $(hash_of </dev/null)\$"
}

@test "what proxies change is neither signed nor sent" {
  s3put s3://requests/x "$SMALL"
  s3cat s3://requests/x | cmp - "$SMALL"
  every '(PUT|GET|HEAD)' requests/x \
    'authorization: AWS4-HMAC-SHA256 .*SignedHeaders=(if-match;)?(host)(;if-match)?(;range)?(;x-amz-[a-z0-9-]+)+,'
  is "$(grep -ciE ' (accept-encoding|expect|x-amz-trailer|x-amz-sdk-checksum-algorithm): ' "$PEER/headers")" 0
}

@test "a deletion of many carries Content-MD5" {
  s3put s3://requests/old_20200101_000000 "$SMALL"
  s3put s3://requests/old_20200102_000000 "$SMALL"
  s3prune --apply --keep-last 1 's3://requests/old_{utc:compact}'
  every POST 'requests/\?delete' 'content-md5: [A-Za-z0-9+/]{22}==$'
}

@test "less than a part is one PUT, a part and more are a multipart upload" {
  local size
  for size in 0 1 8388608; do
    : >"$PEER/log"
    head -c $size "$LARGE" | s3put --trust-eof --allow-empty s3://requests/size
    is "$(cut -d' ' -f1,3 "$PEER/log")" 'PUT 200' "$size bytes"
  done
  : >"$PEER/log"
  head -c 8388609 "$LARGE" | s3put --trust-eof s3://requests/size
  is "$(peer_saw PUT partNumber)" 2
  : >"$PEER/log"
  s3put --part-size 5M s3://requests/size "$LARGE"
  is "$(peer_saw PUT partNumber)" 4
  : >"$PEER/log"
  run s3put --max-parts 3 --part-size 5M --expect-size 20M s3://requests/never "$LARGE"
  is "$status" 64
  is "$(wc -l <"$PEER/log")" 0 "requests for what does not fit"
  run s3put --max-parts 3 --part-size 5M s3://requests/never -- cat "$LARGE"
  is "$status" 69
  is "$(s3ls s3://requests/never)$(s3ls --incomplete s3://requests/never)" ""
}

@test "a server that asks for time is given it" {
  printf '%s\n' 'Retry-After: 3000' '' '<Error><Code>SlowDown</Code></Error>' >"$PEER/later"
  peer_script '* PUT later answer 503 later'
  run s3put --timeout 100s s3://requests/later "$SMALL"
  is "$status" 75
  is "$(peer_saw PUT later)" 1
}

# Four refusals leave one request at a time, each success allows a little more.
@test "SlowDown lowers the number of connections" {
  peer_script '4 PUT partNumber reply 503 SlowDown' '* PUT partNumber run sleep 0.5'
  s3put --part-size 5M s3://requests/slow "$LARGE"
  is "$(grep -c 'partNumber.* reply' "$PEER/inside")" 4
  is "$(grep 'partNumber.* run' "$PEER/inside" | awk '$NF > 2')" "" "requests at once"
  peer_script '* PUT partNumber run sleep 0.5'
  s3put --part-size 5M s3://requests/fast "$LARGE"
  is "$(grep 'fast.*partNumber.* run' "$PEER/inside" | awk '{print $NF}' | sort -n | tail -1)" 4
}

@test "memory stays within its budget, also where parts are large" {
  local peak options
  for options in '--memory 16M' '--memory 64M --part-size 32M'; do
    # shellcheck disable=SC2086
    measured s3put $options --endpoint "$DIRECT" s3://requests/much -- head -c 300000000 /dev/zero
    ((peak < 40 * 1024 + 1024 * $(grep -o '[0-9]*' <<<"$options" | head -1))) || fail "s3put $options: $peak KiB"
  done
  measured s3cat --memory 16M --endpoint "$DIRECT" s3://requests/much
  ((peak < 56 * 1024)) || fail "s3cat: $peak KiB"
}

@test "the server: option, variables, profile, in that order" {
  export AWS_CONFIG_FILE=$BATS_TEST_TMPDIR/config AWS_SHARED_CREDENTIALS_FILE=$BATS_TEST_TMPDIR/none
  local peer=$AWS_ENDPOINT_URL_S3 nobody=http://127.0.0.1:1
  printf '%s\n' '[default]' "endpoint_url = $nobody" >"$AWS_CONFIG_FILE"
  AWS_ENDPOINT_URL_S3=$nobody s3ls --endpoint "$peer" s3://requests/
  AWS_ENDPOINT_URL=$nobody s3ls s3://requests/
  unset AWS_ENDPOINT_URL_S3
  AWS_ENDPOINT_URL=$peer s3ls s3://requests/
  printf '%s\n' '[default]' "endpoint_url = $peer" >"$AWS_CONFIG_FILE"
  s3ls s3://requests/
  is "$(peer_saw GET /requests)" 4
}

@test "the region: option, variables, profile, in that order" {
  export AWS_CONFIG_FILE=$BATS_TEST_TMPDIR/config AWS_SHARED_CREDENTIALS_FILE=$BATS_TEST_TMPDIR/none
  printf '%s\n' '[default]' "region = eu-four-1" >"$AWS_CONFIG_FILE"
  AWS_REGION=eu-two-1 s3ls --region eu-one-1 s3://requests/
  AWS_REGION=eu-two-1 AWS_DEFAULT_REGION=eu-three-1 s3ls s3://requests/
  unset AWS_REGION
  AWS_DEFAULT_REGION=eu-three-1 s3ls s3://requests/
  s3ls s3://requests/
  is "$(grep -o 'eu-[a-z]*-1' "$PEER/headers" | xargs)" "eu-one-1 eu-two-1 eu-three-1 eu-four-1"
}

@test "a proxy of the environment is used, and not for those that it leaves out" {
  local server=http://s3.somewhere.internal:9000
  peer_script '* GET somewhere keys 3'
  is "$(http_proxy=$AWS_ENDPOINT_URL_S3 no_proxy='' s3ls --endpoint $server s3://requests/ | wc -l)" 3
  is "$(peer_saw GET "$server/requests")" 1
  http_proxy=http://127.0.0.1:1 no_proxy=127.0.0.1 s3ls s3://requests/
}

@test "certificates are those of AWS_CA_BUNDLE or --ca-bundle" {
  local file=$BATS_TEST_TMPDIR/tls port
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$file.key" -out "$file.pem" 2>/dev/null
  openssl s_server -accept 0 -cert "$file.pem" -key "$file.key" -www >"$file.out" 2>&1 3>&- &
  TLS=$!
  until port=$(grep -oE 'ACCEPT .*:[0-9]+' "$file.out" | grep -oE '[0-9]+$'); do sleep 0.05; done
  run s3ls --endpoint "https://localhost:$port" s3://requests/
  is "$status" 78
  has "$output" "not trusted"
  AWS_CA_BUNDLE=$file.pem run s3ls --endpoint "https://localhost:$port" s3://requests/
  is "$status" 76 "an answer, though not S3's"
  run s3ls --ca-bundle "$file.pem" --endpoint "https://localhost:$port" s3://requests/
  is "$status" 76
  kill "$TLS"
}
