#!/usr/bin/env bats
# prune.bash on Ceph's gateway, and what only a bucket can do.
# shellcheck disable=SC2154,SC2030,SC2031

load ../support/common
load ../support/s3
load prune

setup_file() {
  s3_setup_file
}

setup() {
  s3_environment
  bucket=bucket$BATS_TEST_NUMBER
  s3_bucket "$bucket"
  export STORE=s3://$bucket/
}

teardown_file() { s3_teardown_file; }

api() { aws --endpoint-url "$AWS_ENDPOINT_URL_S3" s3api "$@"; }

@test "s3: plans by default" { prune_plans_by_default; }
@test "s3: deletes and says what" { prune_deletes_and_says_what; }
@test "s3: keeps fewer than asked" { prune_keeps_fewer_than_asked; }
@test "s3: keeps the newest" { prune_keeps_the_newest; }
@test "s3: stops its clock when backups stop" { prune_stops_its_clock_when_backups_stop; }
@test "s3: does not believe the future" { prune_does_not_believe_the_future; }
@test "s3: does not count what is too small" { prune_does_not_count_what_is_too_small; }
@test "s3: does not count what lost its manifest" { prune_does_not_count_what_lost_its_manifest; }
@test "s3: counts sets" { prune_counts_sets; }
@test "s3: does not count sets that lack members" { prune_does_not_count_sets_that_lack_members; }
@test "s3: refuses to delete most" { prune_refuses_to_delete_most; }
@test "s3: keeps off other names" { prune_keeps_off_other_names; }
@test "s3: keeps the newest of each group" { prune_keeps_the_newest_of_each_group; }
@test "s3: refuses templates that overlap" { prune_refuses_templates_that_overlap; }
@test "s3: goes by days of the zone" { prune_goes_by_days_of_the_zone; }
@test "s3: says when it goes by last modified" { prune_says_when_it_goes_by_last_modified; }
@test "s3: survives strange keys" { prune_survives_strange_keys; }

# One key of the batch is protected from the account that prunes.
@test "every object that cannot be deleted is named, the others go" {
  days 6
  api put-bucket-policy --bucket "$bucket" --policy '{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/other"]}, "Action": "s3:*",
     "Resource": ["arn:aws:s3:::'"$bucket"'", "arn:aws:s3:::'"$bucket"'/*"]},
    {"Effect": "Deny", "Principal": {"AWS": ["arn:aws:iam:::user/other"]}, "Action": "s3:DeleteObject",
     "Resource": ["arn:aws:s3:::'"$bucket/app_$(day -4)"'.dump", "arn:aws:s3:::'"$bucket/app_$(day -3)"'.dump"]}]}'
  AWS_ACCESS_KEY_ID=testother AWS_SECRET_ACCESS_KEY=testothersecret \
    run --separate-stderr s3prune --apply --keep-last 2 "$(T)"
  is "$status" 77
  is "$(awk '{print $1, $3}' <<<"$output")" \
    "$(printf 'deleted %s\n' "${STORE}app_$(day -5).dump" "${STORE}app_$(day -2).dump")"
  has "$stderr" "${STORE}app_$(day -4).dump: not allowed (AccessDenied"
  has "$stderr" "${STORE}app_$(day -3).dump: not allowed (AccessDenied"
  has "$stderr" "error: 2 objects could not be deleted"
  is "$(left | wc -l)" 4
}

@test "a bucket that keeps versions is reported, not fought" {
  s3_versioning "$bucket" Enabled
  days 3
  run --separate-stderr s3prune --apply --keep-last 2 "$(T)"
  is "$status" 0
  has "$stderr" "the bucket keeps old versions"
  is "$(left | wc -l)" 2
  is "$(api list-object-versions --bucket "$bucket" --query 'length(Versions)')" 3
  run --separate-stderr s3prune --keep-last 2 "$(T)"
  is "$stderr" "" "nothing to delete, nothing to say"
}

@test "a locked object is hidden, not lost" {
  api create-bucket --bucket "locked" --object-lock-enabled-for-bucket >/dev/null
  api put-object-lock-configuration --bucket locked --object-lock-configuration \
    '{"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}}'
  local STORE=s3://locked/
  days 3
  run --separate-stderr s3prune --apply --keep-last 2 "$(T)"
  is "$status" 0
  has "$stderr" "object locks"
  is "$(left | wc -l)" 2
  is "$(api list-object-versions --bucket locked --query 'length(Versions)')" 3
}

@test "unfinished uploads are ended, those of the template only" {
  local key
  for key in "app_$(day -1).dump" other; do
    api create-multipart-upload --bucket "$bucket" --key "$key" --query UploadId --output text \
      >"$BATS_TEST_TMPDIR/id"
    head -c 5242880 /dev/zero >"$BATS_TEST_TMPDIR/part"
    api upload-part --bucket "$bucket" --key "$key" --part-number 1 --body "$BATS_TEST_TMPDIR/part" \
      --upload-id "$(cat "$BATS_TEST_TMPDIR/id")" >/dev/null
  done
  sleep 1.1
  is "$(s3prune --incomplete 1d --apply "$STORE")" "" "too young"
  is "$(s3prune --incomplete 1s "$(T)" | awk '{print $1, $3}')" "abort ${STORE}app_$(day -1).dump"
  is "$(s3ls --incomplete "$STORE" | wc -l)" 2
  is "$(s3prune --incomplete 1s --apply "$(T)" | awk '{print $1, $3}')" "aborted ${STORE}app_$(day -1).dump"
  is "$(s3ls --incomplete "$STORE")" "${STORE}other"
  is "$(s3prune --incomplete 1s --apply --json "$STORE" | jq -r '.action + " " + .key')" "aborted other"
  is "$(s3ls --incomplete "$STORE")" ""
}

# deletions: how many requests to delete the gateway has logged; its log comes a moment late
deletions() { sleep 1; grep -c '"POST /[^ ]*?delete' "$BATS_FILE_TMPDIR/rgw/client.rgw.log" || true; }

@test "a thousand objects are one request" {
  local before
  hourly 2600 "$BATS_TEST_TMPDIR/many"
  aws --endpoint-url "$AWS_ENDPOINT_URL_S3" s3 sync --quiet "$BATS_TEST_TMPDIR/many" "$STORE"
  is "$(left | wc -l)" 2600
  before=$(deletions)
  s3prune --apply --keep-last 100 --max-delete 2500 "$(T)" >"$BATS_TEST_TMPDIR/out"
  is "$(wc -l <"$BATS_TEST_TMPDIR/out")" 2500
  is "$(($(deletions) - before))" 3
  is "$(left | wc -l)" 100
}

@test "100,000 objects are 100 requests and no more memory than 10,000" {
  [ -n "${SLUICE_LONG:-}" ] || skip "SLUICE_LONG is not set"
  local peak few before rules=(--keep-daily 30 --max-delete 100% --apply)
  hourly 10000 "$BATS_TEST_TMPDIR/few"
  hourly 100000 "$BATS_TEST_TMPDIR/many"
  s3sync "file://$BATS_TEST_TMPDIR/" "$STORE"
  measured s3prune "${rules[@]}" "$(T few/app_)"
  few=$peak
  before=$(deletions)
  measured s3prune "${rules[@]}" "$(T many/app_)"
  is "$(($(deletions) - before))" 100
  is "$(s3ls "${STORE}many/" | wc -l)" 30
  ((peak < few + 2048)) || fail "$few KiB for 10,000 objects, $peak KiB for 100,000"
}
