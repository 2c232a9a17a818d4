#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2153  # each test has an environment of its own
# Where credentials come from, and what becomes of those that run out: the whole chain against a
# real gateway, with a scripted token service, container endpoint and machine metadata.

load ../support/common
load ../support/peer
load ../support/s3

setup_file() {
  s3_setup_file keys
}

teardown_file() { s3_teardown_file; }

setup() {
  s3_environment
  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION
  export AWS_CONFIG_FILE=$BATS_TEST_TMPDIR/config AWS_SHARED_CREDENTIALS_FILE=$BATS_TEST_TMPDIR/credentials
  PEER=$BATS_TEST_TMPDIR/peer
}

teardown() { [ ! -e "$PEER/pid" ] || peer_stop; }

# service: a scripted peer without a server behind it; its URL is SERVICE
service() {
  peer_start
  SERVICE=http://127.0.0.1:$(<"$PEER/port")
}

# json FILE ACCESS SECRET EXPIRATION: an answer of the container's and the machine's endpoint
json() {
  printf '%s\n' 'Content-Type: application/json' '' \
    "{\"AccessKeyId\":\"$2\",\"SecretAccessKey\":\"$3\",\"Expiration\":\"$4\"}" >"$PEER/$1"
}

# sts FILE: an answer of the token service
sts() {
  printf '%s\n' 'Content-Type: text/xml' '' "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>testaccess</AccessKeyId><SecretAccessKey>testsecret</SecretAccessKey><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>" >"$PEER/$1"
}

works() { s3ls s3://keys/ || fail "does not work"; }

# refused PART...: status 78, and the message has all parts, and no secret
refused() {
  run s3ls s3://keys/
  is "$status" 78
  local part
  for part in "$@"; do has "$output" "$part"; done
  [[ $output != *testsecret* ]] || fail "a secret is shown"
}

@test "the environment, also by file, trimmed" {
  export AWS_ACCESS_KEY_ID=$' testaccess\n' AWS_SECRET_ACCESS_KEY=testsecret
  works
  unset AWS_SECRET_ACCESS_KEY
  refused "only one half" "secret key is missing"
  printf 'testsecret\n' >"$BATS_TEST_TMPDIR/secret"
  export AWS_SECRET_ACCESS_KEY_FILE=$BATS_TEST_TMPDIR/secret
  works
  export AWS_SECRET_ACCESS_KEY=testsecret
  refused "set twice"
}

@test "none at all, a wrong key id, a wrong secret" {
  refused "none found" AWS_PROFILE
  export AWS_ACCESS_KEY_ID=testaccess AWS_SECRET_ACCESS_KEY=wrong
  refused "secret key is wrong" "$AWS_ENDPOINT_URL_S3" s3://keys
  export AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=testsecret
  refused "unknown there"
}

@test "rights that do not suffice, a missing bucket, a server that is down" {
  export AWS_ACCESS_KEY_ID=testother AWS_SECRET_ACCESS_KEY=testothersecret
  run s3ls s3://keys/
  is "$status" 77
  run s3put s3://keys/x -- echo x
  is "$status" 77
  run s3cat s3://no-such-bucket/x
  is "$status" 66
  has "$output" "no such bucket"
  run s3ls --endpoint http://127.0.0.1:1 --retries 1 s3://keys/
  is "$status" 75
  has "$output" "s3://keys: http://127.0.0.1:1: cannot connect"
  run s3ls --endpoint http://s3.example.com s3://keys/
  is "$status" 78
  has "$output" "plain http"
}

@test "a profile, and one that is not there" {
  printf '%s\n' '[default]' 'aws_access_key_id = testaccess' 'aws_secret_access_key = testsecret' >"$AWS_SHARED_CREDENTIALS_FILE"
  works
  printf '%s\n' '[profile other]' 'aws_access_key_id = testaccess' 'aws_secret_access_key = wrong' >"$AWS_CONFIG_FILE"
  AWS_PROFILE=other refused "secret key is wrong"
  AWS_PROFILE=missing refused "profile missing"
  export AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=testsecret
  s3ls --profile default s3://keys/
}

@test "a program that prints them" {
  printf '%s\n' '[default]' "credential_process = echo '{\"Version\":1,\"AccessKeyId\":\"testaccess\",\"SecretAccessKey\":\"testsecret\"}'" >"$AWS_CONFIG_FILE"
  works
  printf '%s\n' '[default]' 'credential_process = exit 3' >"$AWS_CONFIG_FILE"
  refused credential_process "exit status 3"
}

@test "a role, taken with another profile's keys" {
  service
  sts role
  peer_script '1 POST / reply 503 Busy' '1 POST / answer 200 role'
  export AWS_ENDPOINT_URL_STS=$SERVICE
  printf '%s\n' '[default]' 'role_arn = arn:aws:iam::1:role/r' 'source_profile = base' \
    '[profile base]' 'aws_access_key_id = a' 'aws_secret_access_key = b' >"$AWS_CONFIG_FILE"
  works
  peer_script '* POST / reply 403 AccessDenied'
  run s3ls s3://keys/
  is "$status" 77
  has "$output" "role arn:aws:iam::1:role/r"
  printf '%s\n' '[default]' 'role_arn = arn:aws:iam::1:role/r' >"$AWS_CONFIG_FILE"
  refused "nobody to take it"
  printf '%s\n' '[default]' 'role_arn = r' 'source_profile = x' '[profile x]' 'role_arn = r' 'source_profile = default' >"$AWS_CONFIG_FILE"
  refused "does not end"
}

@test "a web identity, as Kubernetes gives it" {
  service
  sts identity
  peer_script '1 POST / answer 200 identity'
  echo token >"$BATS_TEST_TMPDIR/token"
  export AWS_ENDPOINT_URL_STS=$SERVICE AWS_ROLE_ARN=arn:aws:iam::1:role/r \
    AWS_WEB_IDENTITY_TOKEN_FILE=$BATS_TEST_TMPDIR/token
  works
}

@test "a container's endpoint, asked again before they run out" {
  service
  json soon testaccess testsecret "$(date -u -d '+1 minute' +%FT%TZ)"
  peer_script '* GET /creds answer 200 soon'
  export AWS_CONTAINER_CREDENTIALS_FULL_URI=$SERVICE/creds AWS_CONTAINER_AUTHORIZATION_TOKEN=t
  head -c 20000000 /dev/zero | s3put --trust-eof s3://keys/large
  peer_saw_header GET /creds 'authorization: t$'
  [ "$(peer_saw GET creds)" -ge 4 ] || fail "asked only $(peer_saw GET creds) times"
  # While they are good, a service that fails does no harm.
  peer_script '1 GET /creds answer 200 soon' '* GET /creds reply 400'
  head -c 20000000 /dev/zero | s3put --trust-eof s3://keys/large
  AWS_CONTAINER_CREDENTIALS_FULL_URI=http://example.com/ refused "plain http"
}

@test "the machine's role, by a session of version 2" {
  service
  json machine testaccess testsecret 2100-01-01T00:00:00Z
  printf '\n\nrole-a\n' >"$PEER/roles"
  printf '\n\nsession\n' >"$PEER/session"
  peer_script '* PUT /latest/api/token answer 200 session' \
    '* GET security-credentials/$ answer 200 roles' '* GET security-credentials/role-a$ answer 200 machine'
  unset AWS_EC2_METADATA_DISABLED
  export AWS_EC2_METADATA_SERVICE_ENDPOINT=$SERVICE
  works
  peer_saw_header PUT /latest/api/token 'x-aws-ec2-metadata-token-ttl-seconds: '
  peer_saw_header GET security-credentials/role-a 'x-aws-ec2-metadata-token: session$'
  AWS_EC2_METADATA_DISABLED=true refused "none found"
}

@test "credentials that the server calls expired in the middle of an upload are replaced" {
  PEER=$BATS_TEST_TMPDIR/gateway peer_start "${AWS_ENDPOINT_URL_S3##*:}"
  echo '1 PUT partNumber=2 reply 400 ExpiredToken' >"$BATS_TEST_TMPDIR/gateway/script"
  service
  json first testaccess testsecret 2100-01-01T00:00:00Z
  json second testaccess2 testsecret2 2100-01-01T00:00:00Z
  peer_script '1 GET /creds answer 200 first' '* GET /creds answer 200 second'
  export AWS_CONTAINER_CREDENTIALS_FULL_URI=$SERVICE/creds
  head -c 20000000 /dev/zero |
    s3put --trust-eof --endpoint "http://127.0.0.1:$(<"$BATS_TEST_TMPDIR/gateway/port")" s3://keys/expiring
  is "$(s3ls --json s3://keys/expiring | jq .size)" 20000000
  is "$(peer_saw GET creds)" 3  # two for the upload, one for the listing
  PEER=$BATS_TEST_TMPDIR/gateway peer_stop
}
