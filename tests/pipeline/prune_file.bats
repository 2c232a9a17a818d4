#!/usr/bin/env bats
# prune.bash on a directory.

load ../support/common
load prune

setup() { export STORE=file://$BATS_TEST_TMPDIR/store/; }

@test "file: plans by default" { prune_plans_by_default; }
@test "file: deletes and says what" { prune_deletes_and_says_what; }
@test "file: keeps fewer than asked" { prune_keeps_fewer_than_asked; }
@test "file: keeps the newest" { prune_keeps_the_newest; }
@test "file: stops its clock when backups stop" { prune_stops_its_clock_when_backups_stop; }
@test "file: does not believe the future" { prune_does_not_believe_the_future; }
@test "file: does not count what is too small" { prune_does_not_count_what_is_too_small; }
@test "file: does not count what lost its manifest" { prune_does_not_count_what_lost_its_manifest; }
@test "file: counts sets" { prune_counts_sets; }
@test "file: does not count sets that lack members" { prune_does_not_count_sets_that_lack_members; }
@test "file: refuses to delete most" { prune_refuses_to_delete_most; }
@test "file: keeps off other names" { prune_keeps_off_other_names; }
@test "file: keeps the newest of each group" { prune_keeps_the_newest_of_each_group; }
@test "file: refuses templates that overlap" { prune_refuses_templates_that_overlap; }
@test "file: goes by days of the zone" { prune_goes_by_days_of_the_zone; }
@test "file: says when it goes by last modified" { prune_says_when_it_goes_by_last_modified; }
@test "file: survives strange keys" { prune_survives_strange_keys; }

@test "a set goes with its links, its unfinished files and its directory" {
  store=$BATS_TEST_TMPDIR/store
  for i in 2 1 0; do set_of "backup_$(day "-$i")" a sub/b; done
  old=$store/backup_$(day -2)
  ln -s a "$old/link"
  ln -s /nowhere "$old/sub/dangling"
  mkdir "$old/empty"
  touch "$old/sub/.sluice-unfinished"
  s3prune --apply --keep-last 2 "${STORE}backup_{utc:compact}/"
  [ ! -e "$old" ]
  is "$(find "$store" -type f | wc -l)" 4
}

@test "a link in a set is removed, never what it points to" {
  store=$BATS_TEST_TMPDIR/store
  set_of "backup_$(day -1)" a
  set_of "backup_$(day -0)" a
  mkdir "$BATS_TEST_TMPDIR/precious"
  touch "$BATS_TEST_TMPDIR/precious/file"
  ln -s "$BATS_TEST_TMPDIR/precious" "$store/backup_$(day -1)/out"
  ln -s "backup_$(day -0)" "$store/latest"
  s3prune --apply --keep-last 1 "${STORE}backup_{utc:compact}/"
  [ -e "$BATS_TEST_TMPDIR/precious/file" ]
  [ -L "$store/latest" ]
  is "$(find "$store" -type f)" "$store/backup_$(day -0)/a"
}

@test "hard links of a rotation are pruned one directory at a time" {
  store=$BATS_TEST_TMPDIR/store
  days 9
  mkdir "$store/last" "$store/daily"
  mv "$store"/*.dump "$store/last"
  ln "$store"/last/* "$store/daily"
  s3prune --apply --keep-last 2 "$(T last/app_)"
  s3prune --apply --keep-daily 7 "$(T daily/app_)"
  is "$(find "$store/last" -type f | wc -l) $(find "$store/daily" -type f | wc -l)" "2 7"
}

@test "unfinished files go when they are old" {
  store=$BATS_TEST_TMPDIR/store
  mkdir "$store"
  touch -d '2 days ago' "$store/.sluice-old"
  touch "$store/.sluice-young"
  is "$(s3prune --incomplete 1d "$STORE" | awk '{print $1, $3}')" "abort ${STORE}.sluice-old"
  [ -e "$store/.sluice-old" ]
  is "$(s3prune --incomplete 1d --apply "$STORE" | awk '{print $1, $3}')" "aborted ${STORE}.sluice-old"
  is "$(ls -A "$store")" .sluice-young
}

@test "what it is asked must make sense" {
  refuses() { # PART ARGUMENT...
    run s3prune "${@:2}"
    is "$status" 64 "$*"
    has "$output" "$1"
  }
  refuses "no rule says what to keep" "$(T)"
  refuses "no rule says what to keep" --keep-last 0 "$(T)"
  refuses "a URL is missing" --keep-last 1
  refuses "no template" --keep-last 1 "${STORE}app.dump"
  refuses "no template" --keep-last 1 "$STORE"
  refuses "no such time zone" --keep-last 1 --tz Europe/Wien "$(T)"
  refuses "no such time zone" --keep-last 1 --tz ../../etc/passwd "$(T)"
  refuses "contradict" --keep-last 1 -n --apply "$(T)"
  refuses "neither a number nor a percentage" --keep-last 1 --max-delete all "$(T)"
  refuses "two errands" --keep-last 1 --incomplete 1d "$(T)"
  refuses "names no sets" --keep-last 1 --members a "$(T)"
}

@test "memory does not grow with the number of backups" {
  local peak few
  prune_all_but_30_of 2000
  few=$peak
  prune_all_but_30_of 40000
  ((peak < few + 2048)) || fail "$few KiB for 2,000 backups, $peak KiB for 40,000"
}
prune_all_but_30_of() { # COUNT
  hourly "$1" "$BATS_TEST_TMPDIR/store"
  measured s3prune --keep-daily 30 --max-delete 100% --apply "$(T)"
  is "$(wc -l <"$BATS_TEST_TMPDIR/out")" "$(($1 - 30))"
  is "$(find "$BATS_TEST_TMPDIR/store" -type f | wc -l)" 30
  rm -r "$BATS_TEST_TMPDIR/store"
}

@test "names of local times are read in their own zone, whatever the zone of the days" {
  # 23:30 in Tokyo and 00:30 the next day are one day in Vienna
  local T="${STORE}app_{local:%Y%m%d_%H%M}.dump"
  put app_20260101_2330.dump; put app_20260102_0030.dump; put app_20260102_2330.dump
  is "$(TZ=Asia/Tokyo s3prune --keep-daily 9 --tz Europe/Vienna "$T")" "\
delete  2026-01-01T14:30:00Z  ${STORE}app_20260101_2330.dump  (no rule keeps it)
keep    2026-01-01T15:30:00Z  ${STORE}app_20260102_0030.dump  (daily 2026-01-01)
keep    2026-01-02T14:30:00Z  ${STORE}app_20260102_2330.dump  (newest, daily 2026-01-02)"
}
