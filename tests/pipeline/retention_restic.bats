#!/usr/bin/env bats
# The policy against restic's forget: eight years of backups, the same times, the same sets.
# SLUICE_LONG=1 does it for hourly backups, too (70,000 of them).

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || return
  export RESTIC_PASSWORD=x RESTIC_REPOSITORY=$PWD/restic
}

# history ZONE STEP-HOURS: times with that zone's offset, a line each; some fail to appear, none
# is punctual
history_of() {
  python3 - "$1" "$2" <<'END'
import datetime, random, sys, zoneinfo
zone, step = zoneinfo.ZoneInfo(sys.argv[1]), int(sys.argv[2])
random.seed(7)
time = datetime.datetime(2017, 12, 28, 2, 30, tzinfo=datetime.timezone.utc)
while time.year < 2026:
    if random.random() > 0.05:
        late = datetime.timedelta(seconds=random.randrange(step * 1800))
        print((time + late).astimezone(zone).isoformat())
    time += datetime.timedelta(hours=step)
END
}

# both ZONE STEP-HOURS: the history as snapshots of restic and as files of ours
both() {
  restic init -q
  history_of "$1" "$2" >moments
  "$ROOT/tests/support/restic-history.py" "$RESTIC_REPOSITORY" <moments
  mkdir files
  TZ=UTC date -f moments +files/app_%Y%m%d_%H%M%S.dump | xargs touch
}

# same ZONE RULES...: both keep the same
same() {
  restic forget --dry-run --json --group-by '' "${@:2}" |
    jq -r '.[0].keep[].time' | TZ=UTC date -f - +app_%Y%m%d_%H%M%S.dump | sort >theirs
  s3prune --tz "$1" "${@:2}" --max-delete 100% --json "file://$PWD/files/app_{utc:compact}.dump" |
    jq -r 'select(.action == "keep").key' | xargs -n1 basename | sort >ours
  [ -s theirs ]
  diff theirs ours || fail "$*"
}

every_policy() { # ZONE
  same "$1" --keep-daily 400 --keep-yearly 5
  same "$1" --keep-hourly 48 --keep-monthly 200
  same "$1" --keep-weekly 60
  same "$1" --keep-within 10d --keep-weekly 53 --keep-monthly 24
  same "$1" --keep-last 3 --keep-hourly 24 --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --keep-yearly 75
}

@test "eight years of daily backups, in UTC" {
  both UTC 24
  every_policy UTC
}

@test "eight years of daily backups, across the clock changes of Los Angeles" {
  both America/Los_Angeles 24
  every_policy America/Los_Angeles
}

@test "backups every ten hours, where days begin at odd times" {
  both Asia/Kathmandu 10
  every_policy Asia/Kathmandu
}

@test "eight years of hourly backups" {
  [ -n "${SLUICE_LONG:-}" ] || skip "SLUICE_LONG is not set"
  both America/Los_Angeles 1
  every_policy America/Los_Angeles
}
