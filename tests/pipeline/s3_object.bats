#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031  # the peer of a test is its own
# What an object is given besides its content: on Ceph's gateway where that knows it, else by what
# a scripted peer was sent.

load ../support/common
load ../support/peer
load ../support/s3

setup_file() {
  s3_setup_file objects
  s3_bucket locked 'x-amz-bucket-object-lock-enabled: true'
  head -c 20000000 /dev/zero >"$BATS_FILE_TMPDIR/large"
  head -c 1000 /dev/zero >"$BATS_FILE_TMPDIR/small"
}
teardown_file() { s3_teardown_file; }
setup() {
  s3_environment
  LARGE=$BATS_FILE_TMPDIR/large SMALL=$BATS_FILE_TMPDIR/small
  KEY=$BATS_TEST_TMPDIR/key
  openssl rand -base64 32 >"$KEY"
}

head_of() { s3_curl HEAD "$1" --head | tr -d '\r' | tr '[:upper:]' '[:lower:]'; }

@test "content type, metadata and storage class, of small and large objects and their manifests" {
  local file head
  for file in "$SMALL" "$LARGE"; do
    s3put --content-type application/x-tar --metadata Origin=db1 --metadata 'note=a b=c' --manifest \
      --storage-class STANDARD s3://objects/described "$file"
    head=$(head_of objects/described)
    has "$head" $'\ncontent-type: application/x-tar\n'
    has "$head" $'\nx-amz-meta-origin: db1\n'
    has "$head" $'\nx-amz-meta-note: a b=c\n'
    head=$(head_of objects/described.json)
    has "$head" $'\ncontent-type: application/json\n'
    has "$head" $'\nx-amz-meta-origin: db1\n'
  done
  run s3put --storage-class NOSUCHCLASS s3://objects/nowhere "$SMALL"
  [ "$status" != 0 ]
  is "$(s3ls s3://objects/nowhere)" ""
}

@test "tags" {
  local file
  for file in "$SMALL" "$LARGE"; do
    s3put --tag 'team=a&b' --tag 'kind=über' s3://objects/tagged "$file"
    has "$(s3_curl GET 'objects/tagged?tagging=')" '<Key>team</Key><Value>a&amp;b</Value>'
    has "$(s3_curl GET 'objects/tagged?tagging=')" '<Key>kind</Key><Value>über</Value>'
  done
}

@test "the server encrypts with our key, which reading needs" {
  openssl rand 32 >"$KEY.other"
  local file
  for file in "$SMALL" "$LARGE"; do
    s3put --sse-c-key "$KEY" s3://objects/secret "$file"
    s3cat --sse-c-key "$KEY" s3://objects/secret | cmp - "$file"
    s3put --if-absent --sse-c-key "$KEY" s3://objects/secret "$file"
    run s3cat s3://objects/secret
    [ "$status" != 0 ]
    run s3cat --sse-c-key "$KEY.other" s3://objects/secret
    [ "$status" != 0 ]
  done
  # The same content without the key is not what was asked for.
  for file in "$SMALL" "$LARGE"; do
    s3put --overwrite s3://objects/open "$file"
    run s3put --if-absent --sse-c-key "$KEY" s3://objects/open "$file"
    is "$status" 73
  done
  base64 -d "$KEY" >"$KEY.raw"
  s3cat --sse-c-key "$KEY.raw" s3://objects/secret | cmp - "$LARGE"
  echo short >"$KEY"
  run s3cat --sse-c-key "$KEY" s3://objects/secret
  is "$status" 78
  has "$output" "not a key of 32 bytes"
}

@test "the server encrypts with a key of its KMS" {
  local file
  for file in "$SMALL" "$LARGE"; do
    s3put --sse kms --sse-kms-key testkey s3://objects/kms "$file"
    has "$(head_of objects/kms)" $'\nx-amz-server-side-encryption: aws:kms\n'
    has "$(head_of objects/kms)" $'\nx-amz-server-side-encryption-aws-kms-key-id: testkey\n'
    s3cat s3://objects/kms | cmp - "$file"
  done
}

@test "object lock and legal hold" {
  local file name head
  for file in "$SMALL" "$LARGE"; do
    name=$(basename "$file")
    s3put --lock governance --lock-days 3 --legal-hold "s3://locked/$name" "$file"
    head=$(head_of "locked/$name")
    has "$head" $'\nx-amz-object-lock-mode: governance\n'
    has "$head" $'\nx-amz-object-lock-legal-hold: on\n'
    has "$head" $'\nx-amz-object-lock-retain-until-date: '"$(date -u -d '+3 days' +%Y-%m-%dt)"
  done
}

@test "what this server does not know: the requests are right" {
  PEER=$BATS_TEST_TMPDIR/peer
  peer_start "${AWS_ENDPOINT_URL_S3##*:}"
  local direct=$AWS_ENDPOINT_URL_S3
  AWS_ENDPOINT_URL_S3=http://127.0.0.1:$(<"$PEER/port")
  peer_script '* PUT sse reply 403 AccessDenied'
  run s3put --sse s3 s3://objects/sse "$SMALL"
  peer_saw_header PUT objects/sse 'x-amz-server-side-encryption: AES256$'
  # A bucket that locks by default says what it lacks.
  printf '%s\n' 'X: y' '' '<Error><Code>InvalidRequest</Code><Message>Content-MD5 HTTP header is required for Put Object requests with Object Lock parameters</Message></Error>' >"$PEER/md5"
  peer_script '1 PUT default answer 400 md5'
  s3put s3://objects/default "$SMALL"
  peer_saw_header PUT objects/default "content-md5: $(openssl md5 -binary "$SMALL" | base64)"
  peer_script '1 PUT large.*partNumber answer 400 md5'
  s3put s3://objects/large "$LARGE"
  peer_saw_header PUT objects/large 'content-md5: '
  peer_script '# hand on'
  s3put --legal-hold s3://locked/hold "$LARGE"
  is "$(grep -c 'hold.*partNumber.* content-md5: ' "$PEER/headers")" 3
  # The key goes with what is about contents, and with nothing else.
  s3put --sse-c-key "$KEY" s3://objects/mine "$LARGE"
  is "$(grep -c 'mine.* x-amz-server-side-encryption-customer-key: ' "$PEER/headers")" 4
  # A server that ignores the key has stored nothing secret: that is an error.
  peer_script '* PUT ignored header x-amz-server-side-encryption-customer-algorithm'
  local file
  for file in "$SMALL" "$LARGE"; do
    run s3put --sse-c-key "$KEY" s3://objects/ignored "$file"
    is "$status" 69
    has "$output" "without encrypting it by that key"
  done
  is "$(s3ls s3://objects/ignored; s3ls --incomplete s3://objects/ignored)" ""
  # What it took is taken back, but nothing else; what cannot be is told.
  : >"$PEER/log"
  peer_script '* PUT other header x-amz-server-side-encryption-customer-algorithm' '* HEAD other header ETag "another"'
  run s3put --sse-c-key "$KEY" s3://objects/other "$SMALL"
  is "$status" 69
  is "$(peer_saw DELETE other)" 0
  peer_script '1 PUT twice lose' '* PUT twice header x-amz-server-side-encryption-customer-algorithm'
  run s3put --sse-c-key "$KEY" s3://locked/twice "$SMALL"
  is "$status" 69
  has "$output" "locked/twice: what the server took is still there"
  # An answer that nobody hears: the object itself tells.
  peer_script '* PUT unheard lose' '* HEAD unheard header x-amz-server-side-encryption-customer-algorithm'
  run s3put --retries 1 --sse-c-key "$KEY" s3://objects/unheard "$SMALL"
  [ "$status" != 0 ]
  AWS_ENDPOINT_URL_S3=$direct
  peer_stop
}

# crc KIND <FILE: base64, bit by bit
crc() {
  python3 -c '
import base64, sys
size, polynomial = {"crc32c": (4, 0x82F63B78), "crc64nvme": (8, 0x9A6C9329AC4BC9B5)}[sys.argv[1]]
ones = crc = (1 << 8 * size) - 1
for byte in sys.stdin.buffer.read():
    crc ^= byte
    for _ in range(8):
        crc = crc >> 1 ^ (polynomial if crc & 1 else 0)
print(base64.b64encode((crc ^ ones).to_bytes(size, "big")).decode())' "$1"
}

@test "a checksum for the server to verify and keep" {
  peer_before_server
  local kind
  for kind in crc32c crc64nvme; do
    run s3put --checksum $kind s3://objects/sum "$SMALL"
    is "$status" 0
    has "$output" "does not say that it keeps a checksum"
    peer_saw_header PUT objects/sum "x-amz-checksum-$kind: $(crc $kind <"$SMALL" | sed 's/+/[+]/g')\$"
  done
  # As Amazon's server does, which tells what it keeps: its parts are completed by that.
  local value
  value=$(head -c $((8 << 20)) "$LARGE" | crc crc32c)
  peer_script "* PUT parts header x-amz-checksum-crc32c $value"
  head -c $((16 << 20)) "$LARGE" >"$BATS_TEST_TMPDIR/equal"
  run s3put --part-size 8M --checksum crc32c s3://objects/parts "$BATS_TEST_TMPDIR/equal"
  is "$status" 0
  is "$output" ""
  peer_saw_header POST 'parts[?]uploads' 'x-amz-checksum-algorithm: CRC32C'
  peer_saw_header POST 'parts[?]uploads' 'x-amz-checksum-type: COMPOSITE'
  peer_saw_header POST 'parts[?]uploadId' 'x-amz-checksum-type: COMPOSITE'
  is "$(grep -o "<ChecksumCRC32C>$value</ChecksumCRC32C></Part>" "$PEER/posted" | wc -l)" 2
  peer_script '# none' "* PUT parts header x-amz-checksum-crc64nvme AAAAAAAAAAA="
  run s3put --checksum crc64nvme s3://objects/damaged_parts "$LARGE"
  is "$status" 76
  has "$output" "keeps the checksum AAAAAAAAAAA= of what has"
  peer_saw_header POST 'damaged_parts[?]uploads' 'x-amz-checksum-type: FULL_OBJECT'
  is "$(s3ls s3://objects/damaged; s3ls --incomplete s3://objects/damaged)" ""
  peer_script '# none' "* PUT damaged header x-amz-checksum-crc64nvme AAAAAAAAAAA=" \
    '1 DELETE damaged reply 403 AccessDenied'
  run s3put --checksum crc64nvme s3://objects/damaged "$SMALL"
  is "$status" 76
  has "$output" "what the server took is still there"
  run s3put --checksum crc64nvme s3://objects/damaged "$SMALL"
  is "$status" 76
  is "$(s3ls s3://objects/damaged)" ""
  s3put --checksum none s3://objects/none "$SMALL"
  run ! peer_saw_header PUT objects/none x-amz-checksum
  peer_stop
}

# Such a server takes what it does not know, "?retention" and the like, for an object's new content.
@test "an object is not replaced by its own lock, nor its tags" {
  peer_before_server
  local option
  printf '%s\n' "ETag: \"$(md5sum <"$SMALL" | cut -d' ' -f1)\"" '' '' >"$PEER/taken"
  peer_script '* PUT naive answer 200 taken' '* HEAD naive answer 200 taken'
  for option in '--lock governance --lock-days 2' --legal-hold; do
    # shellcheck disable=SC2086
    run s3put $option s3://objects/naive "$SMALL"
    is "$status" 69
    has "$output" "keeps no versions, as object lock needs"
    is "$(peer_saw PUT naive)" 1 "calls that such a server takes for contents"
    : >"$PEER/log"
  done
  peer_script '1 HEAD naive header x-amz-tagging-count' '1 HEAD naive header ETag "another"'
  run s3put --tag a=b s3://objects/naive "$SMALL"
  is "$status" 76
  has "$output" "took them for another content"
  peer_script '* PUT naive reply 501 NotImplemented'
  run s3put --tag a=b --sse s3 s3://objects/naive "$SMALL"
  is "$status" 69
  has "$output" "hint: it may not know --tag, --sse"
  peer_stop
}

@test "mistakes are told before anything is sent" {
  local options
  for options in '--metadata x' '--metadata =x' '--metadata a=1 --metadata A=2' '--tag x' '--tag a=1 --tag a=2' \
    '--sse aes' '--sse-kms-key x' '--sse s3 --sse-c-key KEY' '--lock governance' '--lock-days 3' \
    '--checksum md5' '--lock maybe --lock-days 3' '--lock governance --lock-days 0' '--metadata a=ü'; do
    # shellcheck disable=SC2086
    run s3put ${options/KEY/$KEY} s3://objects/never "$SMALL"
    is "$status" 64 "$options"
  done
  for options in '--tag a=b' '--checksum crc32c' '--legal-hold' "--sse-c-key $KEY" '--content-type x/y'; do
    # shellcheck disable=SC2086
    run s3put $options "file://$BATS_TEST_TMPDIR/x" "$SMALL"
    is "$status" 64 "$options"
    has "$output" "only an s3:// URL"
  done
}
