#!/usr/bin/env bats
# shellcheck disable=SC2016 # pipelines are given as text
# What sentinel says of marks and listings, and with what status. The listings are written here, in
# the form of s3ls --json; tests/pipeline/sentinel.bats takes them from a store.

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || exit
}

# ago DURATION: the time in date(1)'s words, e.g. "3 hours"
ago() { date -ud "$1 ago" +%Y-%m-%dT%H:%M:%SZ; }

# backup PLACE GROUP AGE [SIZE]: a line of s3ls --json
backup() {
  local time
  time=$(ago "$3")
  printf '{"url":"%s%s_%s.dump","key":"k","size":%s,"modified":"%s","etag":"e","time":"%s","group":"%s"}\n' \
    "$1" "$2" "$time" "${4:-1000}" "$(ago '1 second')" "$time" "$2"
}

# check STATUS ARGUMENT...: sentinel check on the file "facts"
check() {
  local status=0
  sentinel check "${@:2}" <facts >out 2>err || status=$?
  is "$status" "$1" "status ($(<out) $(<err))"
}

@test "a mark is a time and OK, and a note that has one line" {
  [[ $(sentinel mark) =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\ OK$ ]]
  [[ $(sentinel mark --note 'from db1') =~ Z\ OK\ from\ db1$ ]]
  run -64 sentinel mark --note $'two\nlines'
}

@test "a mark is fresh or stale" {
  sentinel mark | sentinel check --max-age 2h >out
  [[ $(<out) =~ "OK - mark "[0-9]+"s old" ]]
  echo "$(ago '5 hours') OK" >facts
  check 1 --max-age 2h
  has "$(<out)" "mark: the newest mark is 5h old"
  check 0 --max-age 26h
}

@test "the health table: which job is to blame" {
  # dump age, uploaded?, mark age, status, diagnosis
  while IFS=, read -r dump uploaded mark status diagnosis; do
    { backup file:///backups/last/ appdb "$dump"
      [ "$uploaded" = no ] || backup s3://b/postgres/ appdb "$dump"
      echo "$(ago "$mark") OK"; } >facts
    check "$status" --copy s3:// --max-age 26h --max-mark-age 2h --max-lag 2h
    has "$(<out)" "$diagnosis"
  done <<'END'
3 hours,yes,1 hour,0,OK - newest appdb 3h old
4 days,yes,1 hour,1,CRITICAL - backups are not made; uploads run
3 hours,no,1 hour,1,CRITICAL - uploads fail; backups are made
3 hours,yes,5 hours,1,CRITICAL - uploads fail; backups are made
3 hours,no,4 days,1,CRITICAL - uploads fail; backups are made
4 days,no,4 days,1,CRITICAL - backups are not made, and uploads fail
END
}

@test "old backups that were stored a second ago are old" {
  backup s3://b/ appdb '30 hours' >facts
  check 1 --max-age 26h
  has "$(<out)" "dump: appdb: the newest backup is 30h old"
}

@test "--nagios exits 0, 1, 2 and 3" {
  backup s3://b/ appdb '3 hours' >facts
  check 0 --nagios --max-age 26h
  [[ $(<out) =~ ^"OK - newest appdb 3h old, 1000 B | age="108[0-9]{2}"s;;93600 size=1000B"$ ]]
  check 1 --nagios --min-count 2
  check 2 --nagios --expect crm
  echo nonsense >facts
  check 3 --nagios
  has "$(<out)" "UNKNOWN - standard input: line 1: "
  check 65
  is "$(<out)" ""
}

@test "--json is one object" {
  backup s3://b/ appdb '30 hours' >facts
  check 1 --json --max-age 26h
  python3 - <<'END'
import json
verdict = json.load(open("out"))
assert verdict["status"] == "critical"
assert [(f["indicator"], f["subject"]) for f in verdict["findings"]] == [("dump", "appdb")]
assert verdict["groups"][0]["count"] == 1
END
}

@test "a failed listing is not an empty one" {
  run -65 bash -c '{ sentinel mark; sentinel mark --nonsense; } 2>/dev/null | sentinel check'
  run -1 bash -c 'sentinel metrics --allow-empty </dev/null >/dev/null; sentinel check --allow-empty </dev/null'
  has "$output" "CRITICAL - dump: there is no backup"
  run -65 bash -c 'echo "2025-12-18T01:15:04Z OK" | sentinel check'
}

@test "a no is an answer, and proved on the pipe" {
  echo "2025-12-18T01:15:04Z OK" >facts
  run -0 bash -c 'set -o pipefail; { sentinel check --max-age 2h <facts; true; } | zpipe | zpipe -d'
  has "$output" "CRITICAL - mark"
}

@test "room on a file system" {
  backup s3://b/ appdb '3 hours' >facts
  check 1 --min-free "100%:$PWD"
  has "$(<out)" "space: $PWD: "
  check 0 --min-free "1K:$PWD"
  check 66 --min-free 10%:/no/such/directory
}

@test "limits that cannot be meant are usage errors" {
  : >facts
  for limit in --max-lag=1h --max-failures=3 --max-duration=2x --min-free=10% --min-free=x:/ \
    --max-shrink=200% --max-age=2 --expect=a,,b --min-count=0; do
    check 64 "$limit"
  done
}

@test "metrics appear at once, readable for all, or stay as they were" {
  backup s3://b/ appdb '3 hours' >facts
  sentinel metrics -o node.prom <facts
  is "$(stat -c %a node.prom)" 644
  grep -qx 'sluice_backups{group="appdb"} 1' node.prom
  cp node.prom before
  run -65 sentinel metrics -o node.prom <<<nonsense
  cmp node.prom before
  run -66 sentinel metrics -o missing/node.prom <facts
}
