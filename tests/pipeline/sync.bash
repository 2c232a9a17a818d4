# shellcheck shell=bash disable=SC2154
# What s3sync must do and never do, run by sync_file.bats and sync_s3.bats alike. DEST is the URL
# of an empty place, ending in "/"; SRC is a directory.

sync() { s3sync "$@" "file://$SRC" "$DEST"; }
there() { s3ls "$DEST" | sed "s|^$DEST||"; }
plant() { mkdir -p "$(dirname "$SRC/$1")"; printf %s "${2-content of $1}" >"$SRC/$1"; }

sync_mirrors_a_tree() {
  local name names=(a 'b/c d/e+f' 'b.txt' 'b/x' '#q?&' 'per%20cent' '🐘/ü' $'tab\there' "it's <\"q\">" empty '{{x}}')
  for name in "${names[@]}"; do plant "$name"; done
  : >"$SRC/empty"
  touch -d '2001-02-03 04:05:06.123456789Z' "$SRC/a"
  ln -s a "$SRC/link"
  ln -s b "$SRC/directory-link"
  mkdir "$SRC/nothing in it"
  is "$(sync --delete)" "" "silence"
  is "$(there | wc -l)" "${#names[@]}"
  s3sync "$DEST" "file://$BATS_TEST_TMPDIR/back"
  rm "$SRC/link" "$SRC/directory-link"
  rmdir "$SRC/nothing in it"
  diff -r "$SRC" "$BATS_TEST_TMPDIR/back"
  diff <(cd "$SRC" && find . -type f -printf '%P %T@\n' | sort) \
    <(cd "$BATS_TEST_TMPDIR/back" && find . -type f -printf '%P %T@\n' | sort)
  is "$(sync -n --delete)" "" "a second run"
}

sync_sees_every_change() {
  local name
  for name in same size time gone sub/gone; do plant "$name"; done
  sync
  plant size longer
  plant time "CONTENT of time"
  touch -d '2001-02-03' "$SRC/time"
  rm "$SRC/gone" "$SRC/sub/gone"
  plant new
  is "$(sync -n --delete | sort)" "$(printf '%s\n' 'copy new (new)' 'copy size (size)' 'copy time (time)' 'delete gone' 'delete sub/gone')"
  is "$(there | wc -l)" 5 "a rehearsal changes nothing"
  sync
  is "$(there | wc -l)" 6 "without --delete"
  is "$(sync --delete --json | jq -c 'del(.lag)')" '{"action":"delete","name":"gone","size":15}
{"action":"delete","name":"sub/gone","size":19}
{"action":"done","copied":0,"bytes":0,"deleted":2,"unchanged":4,"failed":0}'
  is "$(s3cat "${DEST}time")" "CONTENT of time"
}

# The change keeps size and time.
sync_compares_contents_when_asked() {
  plant a before; touch -d 2001-02-03 "$SRC/a"
  plant b; head -c 9000000 /dev/zero >"$SRC/large"
  sync --checksum
  plant a beforE; touch -d 2001-02-03 "$SRC/a"
  is "$(sync -n)" ""
  is "$(sync -n --checksum)" "copy a (content)"
  sync --checksum
  is "$(s3cat "${DEST}a")" "beforE"
}

sync_leaves_excluded_names_alone() {
  plant a; plant cache/x; plant b.tmp
  printf OK | s3put --trust-eof "$DEST.last_success"
  printf old | s3put --trust-eof "${DEST}keep/me"
  sync --delete --exclude .last_success --exclude cache --exclude '*.tmp' --exclude 'keep/*'
  is "$(there | sort)" "$(printf '%s\n' .last_success a keep/me | sort)"
}

sync_deletes_nothing_for_an_empty_source() {
  plant a; plant b
  sync
  mv "$SRC" "$SRC.mounted"; mkdir "$SRC"; mkdir "$SRC/lost+found"; ln -s /etc/passwd "$SRC/link"
  run --separate-stderr sync --delete
  is "$status" 1
  has "$stderr" "the source is empty: nothing is deleted of 2 files"
  is "$(there | wc -l)" 2
  rm -r "$SRC"
  run sync --delete
  is "$status" 66
  is "$(there | wc -l)" 2
}

sync_deletes_nothing_when_a_copy_failed() {
  plant a; plant gone
  sync
  rm "$SRC/gone"
  plant b
  case $DEST in
    s3:*) plant "$(printf 'x%.0s' {1..200})/$(printf 'y%.0s' {1..200})/$(printf 'z%.0s' {1..200})/$(
      printf 'x%.0s' {1..200})/$(printf 'y%.0s' {1..200})/$(printf 'z%.0s' {1..200})" ;; # too long for a key
    *) printf "in the way" | s3put --trust-eof "${DEST}c"; plant c/d ;;
  esac
  run --separate-stderr sync --delete
  [ "$status" -ne 0 ]
  has "$stderr" "1 files failed, so nothing was deleted"
  has "$(there)" gone
  has "$(there)" b
}

sync_refuses_to_delete_more_than_allowed() {
  local i
  for i in 1 2 3 4; do plant "f$i"; done
  sync
  rm "$SRC/f1" "$SRC/f2"; plant f5
  run --separate-stderr sync --delete --max-delete 1
  is "$status" 1
  has "$stderr" "--max-delete allows 1: nothing is deleted of 2 files"
  is "$(there | wc -l)" 5
  sync --delete --max-delete 2
  is "$(there)" "$(printf '%s\n' f3 f4 f5)"
}

# The file grows as long as it is read.
sync_reports_a_file_that_keeps_changing() {
  plant a; plant gone
  sync
  rm "$SRC/gone"
  head -c 30000000 /dev/zero >"$SRC/busy"
  (while :; do printf x >>"$SRC/busy"; done) &
  local writer=$!
  run --separate-stderr sync --delete
  kill "$writer"
  is "$status" 75
  has "$stderr" "busy: the file changed while it was read"
  is "$(there)" "$(printf '%s\n' a gone)"
  sync --delete
  is "$(there)" "$(printf '%s\n' a busy)"
}

sync_completes_what_was_killed() {
  local i pid
  for i in $(seq 300); do plant "d$((i % 7))/f$i"; done
  head -c 30000000 /dev/urandom >"$SRC/large"
  for i in $(seq "${SLUICE_KILLS:-5}"); do
    find "$SRC" -type f | shuf -n 40 | while read -r file; do printf "%s" "$i $file" >"$file"; done
    s3sync --delete "file://$SRC" "$DEST" 2>/dev/null &
    pid=$!
    sleep "0.$((RANDOM % 30 + 1))"
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" || true
  done
  sync --delete
  is "$(sync -n --delete)" ""
  s3sync "$DEST" "file://$BATS_TEST_TMPDIR/back"
  diff -r "$SRC" "$BATS_TEST_TMPDIR/back"
}

sync_goes_on_and_on() {
  plant a
  s3sync --every 1s --json "file://$SRC" "$DEST" >"$BATS_TEST_TMPDIR/rounds" &
  local pid=$!
  until grep -q '"done"' "$BATS_TEST_TMPDIR/rounds"; do sleep 0.1; done
  plant b
  until there | grep -qx b; do sleep 0.1; done
  kill "$pid"
  wait "$pid" || is "$?" 143
  has "$(tail -n 1 "$BATS_TEST_TMPDIR/rounds")" '"lag":'
}
