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

@test "a directory that cannot be read to its end is no short one" {
  local name
  for name in $(seq 50); do plant "$name"; done
  sync
  cc -shared -fPIC -o "$BATS_TEST_TMPDIR/fails.so" "$ROOT/tests/support/readdir-fails.c" -ldl
  export READDIR_FAILS_AFTER=20
  run env LD_PRELOAD="$BATS_TEST_TMPDIR/fails.so" s3sync --delete "file://$SRC" "$DEST"
  is "$status" 74
  has "$output" "$SRC: Input/output error"
  is "$(there | wc -l)" 50
  run env LD_PRELOAD="$BATS_TEST_TMPDIR/fails.so" s3ls --latest "${DEST}"
  is "$status" 74
}

@test "nothing is written through a link to elsewhere" {
  plant sub/precious
  mkdir -p "$BATS_TEST_TMPDIR/destination" "$BATS_TEST_TMPDIR/elsewhere"
  echo mine >"$BATS_TEST_TMPDIR/elsewhere/precious"
  ln -s ../elsewhere "$BATS_TEST_TMPDIR/destination/sub"
  run sync
  is "$status" 73
  has "$output" "destination/sub: a symbolic link"
  is "$(<"$BATS_TEST_TMPDIR/elsewhere/precious")" mine
  sync --exclude 'sub/*'
}

@test "directories that were empty before, stay" {
  plant a; plant gone/b
  sync
  rm -r "$SRC/gone"
  mkdir "$BATS_TEST_TMPDIR/destination/lost+found"
  sync --delete
  is "$(ls "$BATS_TEST_TMPDIR/destination")" "$(printf '%s\n' a lost+found)"
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
