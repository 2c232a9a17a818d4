# shellcheck shell=bash
# The health table, each row provoked for real: a nightly dump into a directory, an upload from there
# to $STORE (file:// or s3://), and the mark that it leaves. For sentinel_file.bats and
# sentinel_s3.bats.

sentinel_setup() {
  cd "$BATS_TEST_TMPDIR" || exit
  backups=file://$BATS_TEST_TMPDIR/backups/last/
  name='{db}_{utc}.dump'
}

# dump AGE: what a nightly job left that ran so long ago
dump() {
  local time
  time=$(date -ud "$1 ago" +%Y-%m-%dT%H:%M:%SZ)
  head -c 2000 /dev/urandom | s3put --trust-eof "${backups}appdb_$time.dump"
}

# upload: what the hourly job does: all that is not there yet, and then the mark
upload() {
  local url
  for url in $(s3ls "$backups"); do
    s3cat "$url" | s3put --trust-eof --overwrite "${STORE}last/${url##*/}" || return
  done
  sentinel mark | s3put --trust-eof --overwrite "${STORE}.last_success"
}

# age_mark AGE: as if the last upload had been so long ago
age_mark() {
  date -ud "$1 ago" +'%Y-%m-%dT%H:%M:%SZ OK' | s3put --trust-eof --overwrite "${STORE}.last_success"
}

facts() {
  s3ls --json "$backups$name" && s3ls --json "${STORE}last/$name" && s3cat "${STORE}.last_success"
}

# judged STATUS DIAGNOSIS
judged() {
  local status=0
  facts | sentinel check --copy "$STORE" --max-age 26h --max-mark-age 2h --max-lag 2h >out || status=$?
  has "$(<out)" "$2"
  is "$status" "$1"
}

sentinel_the_health_table() {
  dump '30 hours' && dump '6 hours' && upload
  judged 0 "OK - newest appdb 6h old"
  # the mark alone: the upload job ran
  s3cat "${STORE}.last_success" | sentinel check --max-age 2h >out
  has "$(<out)" "OK - mark"
  # dump fresh, mark stale: the upload job has not run since
  dump '3 hours' && age_mark '5 hours'
  judged 1 "CRITICAL - uploads fail; backups are made"
  has "$(<out)" "upload: appdb: what was made 3h ago is not in $STORE"
  has "$(<out)" "mark: the newest mark is 5h old"
  # the upload runs again
  upload
  judged 0 "OK - newest appdb 3h old"
  # dump stale, mark fresh: uploads run and have nothing new, though all they stored is a second old
  rm backups/last/appdb_*
  dump '4 days' && upload
  judged 1 "CRITICAL - backups are not made; uploads run"
  run -1 grep -E '^(upload|mark):' out
  # both
  age_mark '5 days'
  judged 1 "CRITICAL - backups are not made, and uploads fail"
  # nothing is left where backups are made: the copies do not hide it
  rm backups/last/appdb_* && upload
  judged 1 "dump: there is no backup"
}

sentinel_a_receipt_is_a_fact() {
  head -c 2000 /dev/urandom | s3put --trust-eof --receipt - "${STORE}one" |
    sentinel check --min-size 2000 --max-age 1h >out
  [[ $(<out) =~ "OK - newest "[0-9]+"s old, 2.0 KiB" ]]
}

sentinel_a_failed_upload_renews_nothing() {
  age_mark '5 hours'
  before=$(s3cat "${STORE}.last_success")
  (set -o pipefail; s3cat "${STORE}nothing" | s3put "${STORE}copy" && sentinel mark | s3put --overwrite "${STORE}.last_success") || true
  is "$(s3cat "${STORE}.last_success")" "$before"
}
