#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031  # the peer of a test is its own
# Old versions and deletions in a bucket that keeps them: found by s3ls --versions, read by
# s3cat --version-id. Ceph's gateway, with a scripted peer for what other servers say.

load ../support/common
load ../support/peer
load ../support/s3

setup_file() {
  s3_setup_file versions
  s3_environment
  openssl enc -aes-128-ctr -pass pass:sluice -nosalt -pbkdf2 </dev/zero 2>/dev/null |
    head -c 20000000 >"$BATS_FILE_TMPDIR/large"
  s3put s3://versions/pg/app_20200101_000000 -- echo unversioned
  s3_versioning versions Enabled
  s3put --overwrite s3://versions/pg/app_20200101_000000 "$BATS_FILE_TMPDIR/large"
  s3put --overwrite s3://versions/pg/app_20200101_000000 -- echo newest
  s3put s3://versions/pg/app_20200101_000000.json -- echo beside it
  s3put 's3://versions/odd/a b+c%d#é' -- echo odd
  aws --endpoint-url "$AWS_ENDPOINT_URL_S3" s3api delete-object --bucket versions \
    --key pg/app_20200101_000000 >/dev/null
}
teardown_file() { s3_teardown_file; }
setup() {
  s3_environment
  URL=s3://versions/pg/app_20200101_000000
  T='s3://versions/pg/app_{utc:compact}'
  LARGE=$BATS_FILE_TMPDIR/large
}
teardown() { [ -z "${PEER:-}" ] || peer_stop; }

# ids URL: of its versions, the newest first
ids() { s3ls --versions "$1" | cut -d ' ' -f 1; }

@test "s3ls tells versions and deletions, the newest first" {
  is "$(s3ls "$URL")" ""
  is "$(s3ls --json --versions "$URL" | jq -r '"\(.key) \(.size) \(.latest) \(.deleted)"')" \
    "pg/app_20200101_000000 0 true true
pg/app_20200101_000000 7 false false
pg/app_20200101_000000 20000000 false false
pg/app_20200101_000000 12 false false"
  is "$(s3ls --json --versions "$URL" | jq -r '.url + " " + .version')" \
    "$(s3ls --versions "$URL" | awk '{print $2, $1}')"
  is "$(s3ls --versions "$URL" | tail -n 1)" "null $URL"
  is "$(s3ls -l --versions "$URL" | awk 'NF == 4 && $2 == "deleted" && $4 == "'"$URL"'"' | wc -l)" 1
  is "$(s3ls -l --versions "$URL" | awk 'NF == 5 && $5 == "'"$URL"'"' | wc -l)" 3
}

@test "s3ls tells versions of odd names, prefixes and templates, filtered and added up" {
  is "$(s3ls -0 --versions s3://versions/odd/ | tr '\0' '\n' | cut -d ' ' -f 2-)" 's3://versions/odd/a b+c%d#é'
  is "$(s3ls --versions s3://versions/pg/ | wc -l)" 5
  is "$(s3ls --versions s3://versions/odd/ s3://versions/pg/ | wc -l)" 6
  is "$(s3ls --versions s3://versions/pg | wc -l)" 0
  is "$(s3ls --versions "$T" | wc -l)" 4
  is "$(s3ls --json --versions "$T" | jq -r .time | sort -u)" 2020-01-01T00:00:00Z
  is "$(s3ls --json --versions --min-size 8 "$T" | jq .size)" $'20000000\n12'
  is "$(s3ls --versions --match '*.json' s3://versions/ | wc -l)" 1
  is "$(s3ls --versions --newer 1h s3://versions/pg/ | wc -l)" 5
  is "$(s3ls --versions --older 1h s3://versions/pg/ | wc -l)" 0
  is "$(s3ls --versions --max-size 8 --total "$T" | tail -n 1)" "2 versions, 7 B"
  is "$(s3ls --json --versions --total "$T" | tail -n 1)" '{"versions":4,"size":20000019}'
}

@test "s3ls goes on from page to page, and not in circles" {
  peer_before_server
  peer_script '* GET versions versions 2500'
  is "$(s3ls --versions s3://versions/ | sort -u | wc -l)" 2500
  is "$(peer_saw GET 'key-marker=key&.*version-id-marker=v00000[01]999')" 2
  # One object's versions are read no farther than they go.
  : >"$PEER/log"
  is "$(s3ls --versions s3://versions/k | wc -l)" 0
  is "$(peer_saw GET versions)" 1
  peer_script '* GET versions body <ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker></ListVersionsResult>'
  run s3ls --versions s3://versions/
  is "$status" 76
  has "$output" "in circles"
  peer_script '* GET versions body <ListVersionsResult><IsTruncated>true</IsTruncated></ListVersionsResult>'
  run s3ls --versions s3://versions/
  is "$status" 76
}

@test "s3cat reads every version, whole and by its ID alone" {
  local all
  mapfile -t all < <(ids "$URL")
  s3put --receipt "$BATS_TEST_TMPDIR/receipt" s3://versions/new "$LARGE"
  is "$(jq -r '.version + " " + .etag' "$BATS_TEST_TMPDIR/receipt")" \
    "$(s3ls --json --versions s3://versions/new | jq -r '.version + " " + .etag')"
  is "$(s3cat --version-id "${all[1]}" "$URL")" newest
  is "$(s3cat --version-id null "$URL")" unversioned
  peer_before_server
  s3cat --version-id "${all[2]}" "$URL" | cmp - "$LARGE"
  is "$(peer_saw HEAD "versionId=${all[2]}")" 1
  is "$(peer_saw GET "versionId=${all[2]}")" 3
  is "$(wc -l <"$PEER/log")" 4
  is "$(grep -c "^GET .* if-match: " "$PEER/headers")" 3
}

@test "an object of a bucket that stopped keeping versions is read without asking for one" {
  s3_bucket suspended
  s3_versioning suspended Enabled
  s3_versioning suspended Suspended
  s3put s3://suspended/x "$LARGE"
  peer_before_server
  peer_script '* HEAD suspended header x-amz-version-id null'
  s3cat s3://suspended/x | cmp - "$LARGE"
  is "$(peer_saw GET versionId)" 0
}

# refused STATUS WORDS ARGUMENT...: s3cat says it in one line
refused() {
  run s3cat "${@:3}"
  is "$status" "$1" "${*:3} ($output)"
  is "$(grep -c ': error: ' <<<"$output")" 1
  has "$output" "$2"
}

@test "a version that is not there, is no ID or a deletion" {
  local deletion
  deletion=$(ids "$URL" | head -n 1)
  refused 66 "no such version, or a deletion: $deletion" --version-id "$deletion" "$URL"
  refused 66 "no such version, or a deletion: x/&y" --version-id 'x/&y' "$URL"
  peer_before_server
  peer_script '* HEAD versionId reply 405' '* GET versionId reply 405 MethodNotAllowed'
  refused 66 "$URL: that version is a deletion" --version-id "$deletion" "$URL"
  peer_script '* HEAD versionId reply 400' '* GET versionId reply 400 InvalidArgument'
  refused 66 "$URL: scripted (InvalidArgument from " --version-id x "$URL"
  has "$output" "s3ls --versions lists the IDs"
  peer_script '* HEAD versionId reply 404' '* GET versionId reply 404 NoSuchVersion'
  refused 66 "$URL: no such version" --version-id x "$URL"
}

@test "what does not go together" {
  refused 64 "--version-id" --version-id x --latest "$T"
  refused 64 "--version-id" --version-id x --at 2020-01-01T00:00:00Z "$T"
  refused 64 "--version-id" --version-id x "$T"
  refused 64 "only a bucket keeps versions" --version-id x "file://$LARGE"
  local options
  for options in --latest '--at 2020-01-01T00:00:00Z' --incomplete; do
    # shellcheck disable=SC2086
    run s3ls --versions $options "$T"
    is "$status" 64 "$options"
    has "$output" "contradict --versions"
  done
  for options in '' s3://; do
    # shellcheck disable=SC2086
    run s3ls --versions $options
    is "$status" 64 "operand '$options'"
  done
  run s3ls --versions file:///tmp/
  is "$status" 64
  has "$output" "/tmp/: only a bucket keeps versions"
}
