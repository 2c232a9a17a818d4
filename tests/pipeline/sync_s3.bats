#!/usr/bin/env bats
# sync.bash from a directory to Ceph's gateway, and what only a bucket can do.
# shellcheck disable=SC2154

load ../support/common
load ../support/s3
load sync

setup_file() { s3_setup_file; }

setup() {
  s3_environment
  bucket=bucket$BATS_TEST_NUMBER
  s3_bucket "$bucket"
  export SRC=$BATS_TEST_TMPDIR/source DEST=s3://$bucket/pre/fix/
  mkdir "$SRC"
}

teardown_file() { s3_teardown_file; }

@test "s3: sync mirrors a tree" { sync_mirrors_a_tree; }
@test "s3: sync sees every change" { sync_sees_every_change; }
@test "s3: sync compares contents when asked" { sync_compares_contents_when_asked; }
@test "s3: sync leaves excluded names alone" { sync_leaves_excluded_names_alone; }
@test "s3: sync deletes nothing for an empty source" { sync_deletes_nothing_for_an_empty_source; }
@test "s3: sync deletes nothing when a copy failed" { sync_deletes_nothing_when_a_copy_failed; }
@test "s3: sync refuses to delete more than allowed" { sync_refuses_to_delete_more_than_allowed; }
@test "s3: sync reports a file that keeps changing" { sync_reports_a_file_that_keeps_changing; }
@test "s3: sync completes what was killed" { sync_completes_what_was_killed; }
@test "s3: sync goes on and on" { sync_goes_on_and_on; }

@test "a prefix is copied to a prefix by the server" {
  plant a; plant 'b/c d+e%'; touch -d 2001-02-03 "$SRC/a"
  head -c 20000000 /dev/urandom >"$SRC/large"
  sync
  s3sync --delete "$DEST" "s3://$bucket/copy"
  is "$(s3sync -n --delete "$DEST" "s3://$bucket/copy")" ""
  s3sync "s3://$bucket/copy" "file://$BATS_TEST_TMPDIR/back"
  diff -r "$SRC" "$BATS_TEST_TMPDIR/back"
  is "$(stat -c %Y "$BATS_TEST_TMPDIR/back/a")" "$(stat -c %Y "$SRC/a")"
}

@test "a key never leaves the directory" {
  printf evil | s3put --trust-eof "${DEST}../escaped"
  printf good | s3put --trust-eof "${DEST}good"
  run --separate-stderr s3sync "$DEST" "file://$BATS_TEST_TMPDIR/back/in"
  is "$status" 73
  has "$stderr" "no file can have this name"
  is "$(cat "$BATS_TEST_TMPDIR/back/in/good")" good
  [ ! -e "$BATS_TEST_TMPDIR/back/escaped" ]
}

rclone_() {
  env -u AWS_CA_BUNDLE RCLONE_CONFIG_RGW_TYPE=s3 RCLONE_CONFIG_RGW_PROVIDER=Ceph RCLONE_CONFIG_RGW_ENV_AUTH=true \
    RCLONE_CONFIG_RGW_ENDPOINT="$AWS_ENDPOINT_URL_S3" rclone --config "" "$@"
}

# facts URL-PREFIX: name, size, MD5 and time of every object, as rclone sees them
facts() { rclone_ lsjson -R --files-only --hash --metadata "$1" | jq -r '.[] | [.Path, .Size, .Hashes.md5, .ModTime] | @tsv' | sort; }

@test "the bucket is what rclone sync makes of it, and both leave each other's alone" {
  local i
  for i in $(seq 60); do plant "d$((i % 5))/file $i"; done
  plant 'odd +%#&=;,@~'; plant 'ü/🐘'; : >"$SRC/empty"
  touch -d '2001-02-03 04:05:06.120Z' "$SRC/empty"
  ln -s empty "$SRC/link"
  sync --delete
  rclone_ sync "$SRC" "rgw:$bucket/theirs"
  diff <(facts "rgw:$bucket/theirs") <(facts "rgw:$bucket/pre/fix")
  rm "$SRC/d1/file 1"; plant "d2/file 2" changed; plant another
  sync --delete
  rclone_ sync "$SRC" "rgw:$bucket/theirs"
  diff <(facts "rgw:$bucket/theirs") <(facts "rgw:$bucket/pre/fix")
  is "$(s3sync -n --delete "file://$SRC" "s3://$bucket/theirs")" ""
  is "$(rclone_ sync --dry-run "$SRC" "rgw:$bucket/pre/fix" 2>&1 | grep -c 'Skipped' || true)" 0
}
