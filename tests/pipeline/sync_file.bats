#!/usr/bin/env bats
# sync.bash from a directory to a directory.
# shellcheck disable=SC2154

load ../support/common
load sync

setup() {
  export SRC=$BATS_TEST_TMPDIR/source DEST=file://$BATS_TEST_TMPDIR/destination/
  mkdir "$SRC"
}

@test "file: sync mirrors a tree" { sync_mirrors_a_tree; }
@test "file: sync sees every change" { sync_sees_every_change; }
@test "file: sync compares contents when asked" { sync_compares_contents_when_asked; }
@test "file: sync leaves excluded names alone" { sync_leaves_excluded_names_alone; }
@test "file: sync deletes nothing for an empty source" { sync_deletes_nothing_for_an_empty_source; }
@test "file: sync deletes nothing when a copy failed" { sync_deletes_nothing_when_a_copy_failed; }
@test "file: sync refuses to delete more than allowed" { sync_refuses_to_delete_more_than_allowed; }
@test "file: sync reports a file that keeps changing" { sync_reports_a_file_that_keeps_changing; }
@test "file: sync completes what was killed" { sync_completes_what_was_killed; }
@test "file: sync goes on and on" { sync_goes_on_and_on; }

@test "directories that lost their last file go, links stay" {
  plant sub/deep/a; plant b
  sync
  ln -s b "$BATS_TEST_TMPDIR/destination/link"
  rm -r "$SRC/sub"
  sync --delete
  is "$(ls -A "$BATS_TEST_TMPDIR/destination")" "$(printf '%s\n' b link)"
}

@test "what it is asked must make sense" {
  refuses() { # PART ARGUMENT...
    run s3sync "${@:2}"
    is "$status" 64 "$*"
    has "$output" "$1"
  }
  refuses "a source and a destination" "file://$SRC"
  refuses "inside the other" "file://$SRC" "file://$SRC/sub"
  refuses "inside the other" "file://$SRC/sub" "file://$SRC"
  ln -s "$SRC" "$BATS_TEST_TMPDIR/link"
  refuses "inside the other" "file://$BATS_TEST_TMPDIR/link" "file://$SRC/"
  refuses "inside the other" s3://bucket/a s3://bucket/a/b
  refuses "a template" "file://$SRC" "$DEST{utc}"
  refuses "neither an s3://" "$SRC" "$DEST"
}
