#!/usr/bin/env bats
# --print-policy: a user who has that policy, and no other right, can do what was asked and nothing
# else. Ceph's gateway takes it as the bucket's policy, with its second account as the principal.

load ../support/common
load ../support/s3

setup_file() {
  s3_setup_file
  head -c 20000000 /dev/zero >"$BATS_FILE_TMPDIR/large"
}
teardown_file() { s3_teardown_file; }

setup() {
  s3_environment
  LARGE=$BATS_FILE_TMPDIR/large
  B=policy$BATS_TEST_NUMBER
  s3_bucket "$B"
}

# as_other COMMAND...: as the account that has only what the policy grants
as_other() { AWS_ACCESS_KEY_ID=testother AWS_SECRET_ACCESS_KEY=testothersecret "$@"; }

put_policy() {
  curl -sSf -X PUT --aws-sigv4 aws:amz:us-east-1:s3 -u testaccess:testsecret \
    -H "x-amz-content-sha256: $(sha256sum "$1" | cut -d' ' -f1)" --data-binary "@$1" "$AWS_ENDPOINT_URL_S3/$B?policy="
}

# granted COMMAND...: it can do its work under the policy that it prints, and not without each
# action that ESSENTIAL names
granted() {
  local policy=$BATS_TEST_TMPDIR/policy action
  "$1" --print-policy "${@:2}" | jq '.Statement[].Principal = {"AWS": "arn:aws:iam:::user/other"}' >"$policy"
  for action in $ESSENTIAL; do
    jq "(.Statement[].Action) -= [\"s3:$action\"] | .Statement |= map(select(.Action != []))" "$policy" >"$policy.less"
    s3_curl DELETE "$B?policy="
    [ "$(jq '.Statement | length' "$policy.less")" = 0 ] || put_policy "$policy.less"
    run as_other "$@"
    is "$status" 77 "$* without $action ($output)"
  done
  put_policy "$policy"
  as_other "$@"
}

@test "policy of s3put" {
  ESSENTIAL='PutObject' granted s3put "s3://$B/a/x" "$LARGE"
  ESSENTIAL='PutObject' granted s3put "s3://$B/pg/app_{utc:compact}" "$LARGE"
  run as_other s3put "s3://$B/other" "$LARGE"
  is "$status" 77
  run as_other s3ls "s3://$B/pg/app_x"
  is "$status" 0
  ESSENTIAL='PutObject ListBucket' granted s3put --max-shrink 50 --manifest "s3://$B/q/app_{utc:compact}" "$LARGE"
  is "$(s3put --print-policy --manifest "s3://$B/k" | jq -r '[.Statement[].Resource] | unique | join(" ")')" \
    "arn:aws:s3:::$B arn:aws:s3:::$B/k arn:aws:s3:::$B/k.json"
}

@test "policy of s3cat" {
  s3put "s3://$B/a/x_20200101_000000" "$LARGE"
  ESSENTIAL='GetObject' granted s3cat "s3://$B/a/x_20200101_000000" | cmp - "$LARGE"
  ESSENTIAL='GetObject ListBucket' granted s3cat --latest "s3://$B/a/x_{utc:compact}" | cmp - "$LARGE"
  run as_other s3cat "s3://$B/a/missing"
  is "$status" 66
  run as_other s3put "s3://$B/a/x_20200101_000000" "$LARGE"
  is "$status" 77
}

@test "policy of s3ls" {
  s3put "s3://$B/a/x" -- echo x
  ESSENTIAL='ListBucket' granted s3ls "s3://$B/a/"
  run as_other s3ls "s3://$B/"
  is "$status" 77
  ESSENTIAL='GetObject' granted s3ls "s3://$B/a/x"
  ESSENTIAL='ListBucketMultipartUploads' granted s3ls --incomplete "s3://$B/a/"
}

@test "policy of versions" {
  s3_versioning "$B" Enabled
  s3put "s3://$B/a/x" "$LARGE"
  local id
  id=$(s3ls --versions "s3://$B/a/" | cut -d ' ' -f 1)
  ESSENTIAL='GetObjectVersion' granted s3cat --version-id "$id" "s3://$B/a/x" | cmp - "$LARGE"
  run as_other s3cat "s3://$B/a/x"
  is "$status" 77
  run as_other s3cat --version-id missing "s3://$B/a/x"
  is "$status" 66
  ESSENTIAL='ListBucketVersions' granted s3ls --versions "s3://$B/a/"
  run as_other s3ls --versions "s3://$B/"
  is "$status" 77
  ESSENTIAL='ListBucketVersions' granted s3ls --versions "s3://$B/a/x"
}

@test "policy of s3prune" {
  local i
  for i in 1 2 3; do s3put "s3://$B/a/x_2020010${i}_000000" -- echo x; done
  ESSENTIAL='DeleteObject ListBucket' granted s3prune --keep-last 2 --apply "s3://$B/a/x_{utc:compact}"
  is "$(s3ls "s3://$B/" | wc -l)" 2
  s3prune --print-policy --keep-last 2 "s3://$B/a/x_{utc:compact}" >"$BATS_TEST_TMPDIR/plan"
  run ! grep Delete "$BATS_TEST_TMPDIR/plan"
}

@test "policy of s3sync" {
  mkdir "$BATS_TEST_TMPDIR/tree"
  echo x >"$BATS_TEST_TMPDIR/tree/file"
  s3put "s3://$B/to/old" -- echo x
  ESSENTIAL='PutObject ListBucket DeleteObject' \
    granted s3sync --delete "file://$BATS_TEST_TMPDIR/tree" "s3://$B/to/"
  is "$(s3ls "s3://$B/")" "s3://$B/to/file"
}

@test "a policy of nothing, and strange names" {
  run s3put --print-policy file:///tmp/x
  is "$status" 64
  is "$(s3cat --print-policy "s3://$B/a*?\$" | jq -r '.Statement[1].Resource')" "arn:aws:s3:::$B/a\${*}\${?}\${\$}"
  is "$(s3ls --print-policy | jq -r '.Statement[0].Action[0]')" s3:ListAllMyBuckets
}
