# shellcheck shell=bash disable=SC2154,SC2034
# What s3prune must never do, run by prune_file.bats and prune_s3.bats alike. STORE is the URL of
# an empty place, ending in "/". Without the fail-safe that it names, each test loses a backup.

# put KEY [CONTENT]
put() { printf %s "${2-backup}" | s3put --trust-eof --allow-empty "$STORE$1"; }

# day -N: N days before yesterday; days N: backups of N days, the last one yesterday
day() { date -u -d "yesterday $1 days" +%Y%m%d_030000; }
days() { local i; for ((i = $1 - 1; i >= 0; i--)); do put "app_$(day "-$i").dump"; done; }

# hourly COUNT DIRECTORY: as many empty backups, an hour apart
hourly() {
  mkdir "$2"
  (cd "$2" && seq -f @%.0f 1400000000 3600 $((1400000000 + 3600 * ($1 - 1))) |
    TZ=UTC date -f - +app_%Y%m%d_%H%M%S.dump | xargs touch)
}

left() { s3ls "$STORE" | sed "s|^$STORE||"; }
T() { echo "$STORE${1:-app_}{utc:compact}.dump"; }

prune_plans_by_default() {
  days 5
  local before plan
  before=$(left)
  plan=$(s3prune --keep-last 3 "$(T)")
  is "$(left)" "$before"
  is "$(grep -c ^keep <<<"$plan") $(grep -c ^delete <<<"$plan")" "3 2"
  has "$plan" "delete  $(date -u -d 'yesterday -4 days' +%Y-%m-%dT03:00:00Z)  ${STORE}app_$(day -4).dump  (no rule keeps it)"
  has "$plan" "(newest, last 1 of 3)"
  is "$(s3prune -n --json --keep-daily 3 "$(T)" | jq -r '.action + " " + .reason' | head -n 3 | tail -n 1)" \
    "keep daily $(date -u -d 'yesterday -2 days' +%F)"
}

prune_deletes_and_says_what() {
  days 5
  is "$(s3prune --apply --keep-last 3 "$(T)" | awk '{print $1, $3}')" \
    "$(printf 'deleted %s\n' "${STORE}app_$(day -4).dump" "${STORE}app_$(day -3).dump")"
  is "$(left)" "$(printf '%s\n' "app_$(day -2).dump" "app_$(day -1).dump" "app_$(day -0).dump")"
  is "$(s3prune --apply --keep-last 3 "$(T)")" "" "a second run"
}

prune_keeps_fewer_than_asked() {
  days 3
  s3prune --apply --keep-last 10 "$(T)"
  is "$(left | wc -l)" 3
  s3prune --apply --keep-last 10 "$(T nothing_)"
}

prune_keeps_the_newest() {
  days 3
  s3prune --apply --keep-match nothing "$(T)"
  is "$(left)" "app_$(day -0).dump"
}

# Backups stopped in 2020.
prune_stops_its_clock_when_backups_stop() {
  put app_20200101_030000.dump; put app_20200105_030000.dump; put app_20200107_030000.dump
  s3prune --apply --keep-within 7d "$(T)"
  is "$(left | wc -l)" 3
}

# Counted, the false date would push out all but one; as a clock, it would age them all.
prune_does_not_believe_the_future() {
  days 3
  put app_20990101_030000.dump
  run --separate-stderr s3prune --apply --keep-last 2 --keep-within 36h "$(T)"
  is "$status" 0
  has "$stderr" "app_20990101_030000.dump: dated in the future"
  is "$(left)" "$(printf '%s\n' "app_$(day -1).dump" "app_$(day -0).dump" app_20990101_030000.dump)"
}

prune_does_not_count_what_is_too_small() {
  put "app_$(day -4).dump"; put "app_$(day -3).dump"
  put "app_$(day -2).dump" ""; put "app_$(day -1).dump" x; put "app_$(day -0).dump" ""
  s3prune --apply --keep-last 2 --min-size 2 "$(T)"
  has "$(left)" "app_$(day -4).dump"
  has "$(left)" "app_$(day -3).dump"
}

prune_does_not_count_what_lost_its_manifest() {
  local i
  for i in 4 3; do put "app_$(day "-$i").dump"; put "app_$(day "-$i").dump.json" "{}"; done
  put "app_$(day -2).dump"; put "app_$(day -1).dump"
  s3prune --apply --keep-last 2 "$(T)"
  has "$(left)" "app_$(day -4).dump.json"
  has "$(left)" "app_$(day -3).dump"
  put "app_$(day -0).dump"; put "app_$(day -0).dump.json" "{}"
  s3prune --apply --keep-last 1 --max-delete 100% "$(T)"
  is "$(left)" "$(printf '%s\n' "app_$(day -0).dump" "app_$(day -0).dump.json")" "manifests go along"
}

set_of() { local set=$1 member; shift; for member; do put "$set/$member" "$member"; done; }

prune_counts_sets() {
  local i
  for i in {12..0}; do set_of "backup_$(day "-$i")" auth.sql settings.sql "sub dir/x"; done
  put backup_notes/auth.sql; put README
  s3prune --apply --keep-last 10 "${STORE}backup_{utc:compact}/"
  is "$(left | grep -c auth)" 11
  is "$(left | grep -c "sub dir")" 10
  has "$(left)" "backup_$(day -9)/settings.sql"
  [[ $(left) != *"backup_$(day -10)/"* ]]
  has "$(left)" README
  s3prune --apply --keep-last 3 --max-delete 7 "${STORE}backup_{utc:compact}/"
  is "$(left | grep -c auth)" 4
}

prune_does_not_count_sets_that_lack_members() {
  set_of "backup_$(day -3)" auth.sql settings.sql
  set_of "backup_$(day -2)" auth.sql
  set_of "backup_$(day -1)" auth.sql
  s3prune --apply --keep-last 1 --members auth.sql,settings.sql "${STORE}backup_{utc:compact}/"
  has "$(left)" "backup_$(day -3)/settings.sql"
  set_of "backup_$(day -0)" auth.sql settings.sql
  s3prune --apply --keep-last 1 --members 'auth.*,set*.sql' "${STORE}backup_{utc:compact}/"
  is "$(left)" "$(printf '%s\n' "backup_$(day -0)/auth.sql" "backup_$(day -0)/settings.sql")"
}

prune_refuses_to_delete_most() {
  local i
  for i in {29..0}; do put "b/app_$(day "-$i").dump"; done
  put a/app_20200101_030000.dump; put a/app_20200102_030000.dump
  local before all="$STORE{db}/app_{utc:compact}.dump"
  before=$(left)
  run --separate-stderr s3prune --apply --keep-last 1 "$all"
  is "$status" 1
  is "$output" ""
  has "$stderr" "(b): 29 of 30 backups would go, 15 are allowed at once: nothing is deleted"
  is "$(left)" "$before" "nothing of the other group either"
  run --separate-stderr s3prune --keep-last 1 "$all"
  is "$status" 1 "the plan"
  is "$(grep -c ^delete <<<"$output")" 30
  run s3prune --apply --keep-last 1 --max-delete 90% "$all"
  is "$status" 1
  s3prune --apply --keep-last 1 --max-delete 29 "$all" >"$BATS_TEST_TMPDIR/out"
  is "$(left)" "$(printf '%s\n' a/app_20200102_030000.dump "b/app_$(day -0).dump")"
}

prune_keeps_off_other_names() {
  days 2
  local others=("app_staging_$(day -30).dump" notes.txt "app_$(day -30).dump.tmp" "app_20230230_030000.dump"
    "other_$(day -30).dump" "app_$(day -30).dump.json.bak" "sub/app_$(day -30).dump") other
  for other in "${others[@]}"; do put "$other"; done
  s3prune --apply --keep-last 1 "$(T)"
  is "$(left | wc -l)" "$((${#others[@]} + 1))"
  for other in "${others[@]}"; do has "$(left)" "$other"; done
}

prune_keeps_the_newest_of_each_group() {
  put "appdb_$(day -0).dump"; put "appdb_$(day -1).dump"
  put old_20200101_000000.dump; put old_20200102_000000.dump
  s3prune --apply --keep-last 1 "$STORE{db}_{utc:compact}.dump"
  is "$(left)" "$(printf '%s\n' "appdb_$(day -0).dump" old_20200102_000000.dump)"
}

# What one template would keep the other would delete.
prune_refuses_templates_that_overlap() {
  days 2
  local before
  before=$(left)
  run s3prune --apply --keep-last 1 "$STORE{db}_{utc:compact}.dump" "$(T)"
  is "$status" 64
  has "$output" "belongs to two of the templates"
  is "$(left)" "$before"
}

prune_goes_by_days_of_the_zone() {
  put app_20260101_233000.dump; put app_20260102_003000.dump; put app_20260102_120000.dump
  is "$(s3prune --keep-daily 9 "$(T)" | grep -c ^keep)" 2
  is "$(s3prune --keep-daily 9 --tz America/Los_Angeles "$(T)" | grep -c ^keep)" 2
  has "$(s3prune --keep-daily 9 --tz America/Los_Angeles "$(T)")" "app_20260102_003000.dump  (daily 2026-01-01)"
  has "$(TZ=Asia/Tokyo s3prune --keep-daily 9 --tz local "$(T)")" "app_20260102_120000.dump  (newest, daily 2026-01-02)"
  has "$(TZ=Asia/Tokyo s3prune --keep-hourly 9 --tz local "$(T)")" "(newest, hourly 2026-01-02T21)"
}

prune_says_when_it_goes_by_last_modified() {
  put a.dump; put b.dump
  run --separate-stderr s3prune --keep-last 1 "$STORE{name}.dump"
  has "$stderr" "no time in the template, going by Last-Modified"
}

prune_survives_strange_keys() {
  local keys=('a b' 'a+b%20' '#x?y&z' $'new\nline' $'\a\e[1m' '🐘' "it's <\"q\">" '{{x}}') key
  for key in "${keys[@]}"; do put "$key/20200101_000000"; put "$key/20200102_000000"; done
  s3prune --apply --keep-last 1 "$STORE{name}/{utc:compact}" >"$BATS_TEST_TMPDIR/out"
  is "$(wc -l <"$BATS_TEST_TMPDIR/out")" "${#keys[@]}"
  is "$(s3ls -0 "$STORE" | tr -dc '\0' | wc -c)" "${#keys[@]}"
  is "$(s3ls "$STORE" | grep -c 20200102)" "${#keys[@]}"
}
