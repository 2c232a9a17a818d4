#!/usr/bin/env bats
# shellcheck disable=SC2016 # scripts are given as text
# sentinel run: what it runs, what it tells, and that it never reports success for a failure.

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || exit
  unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
}

teardown() {
  local pid
  for pid in "${sinks[@]}"; do kill "$pid" 2>/dev/null || true; done
  [ ! -e "$BATS_TEST_TMPDIR/disk/full" ] || umount "$BATS_TEST_TMPDIR/disk"
}

# sink KIND: starts one in the directory KIND; its port is then in $port
sink() {
  mkdir "$1"
  python3 "$ROOT/tests/support/sink.py" "$1" "$1" 3>&- &
  sinks+=($!)
  until [ -e "$1/port" ]; do sleep 0.05; done
  port=$(<"$1/port")
}

# run STATUS OPTION... -- COMMAND: sentinel run, with a history and metrics
watched() {
  local status=0
  sentinel run --name appdb --history history --metrics metrics "${@:2}" >out 2>err </dev/null || status=$?
  is "$status" "$1" "status ($(<err))"
}

# last KEY: of the last line of the history
last() { tail -1 history | python3 -c 'import json,sys; print(json.load(sys.stdin).get(sys.argv[1], ""))' "$1"; }

# gone PID: it ended, whether or not somebody has asked for its status
gone() { [ ! -e "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"; }

no_success() { ! grep -q last_success metrics && ! grep -q '"status":"success"' history; }

@test "stdin, stdout, stderr and the status are the command's" {
  is "$(echo hello | sentinel run --name x -- cat)" hello
  watched 7 -- sh -c 'echo out; echo err >&2; exit 7'
  is "$(<out)" out
  is "$(head -1 err)" err
  has "$(<err)" "sentinel: error: appdb: exit status 7"
  is "$(last exit)" 7
  no_success
}

@test "success is told to the history and the metrics" {
  watched 0 -- true
  is "$(last status) $(last exit) $(last tries)" "success 0 1"
  grep -q '^sluice_run_last_success_timestamp_seconds{name="appdb"} ' metrics
  grep -q '^sluice_run_exit_status{name="appdb"} 0' metrics
  is "$(stat -c %a metrics)" 644
}

@test "a failure keeps the time of the last success" {
  watched 0 -- true
  success=$(grep last_success_timestamp metrics)
  watched 1 -- false
  grep -qxF "$(tail -1 <<<"$success")" metrics
  is "$(last status)" failed
}

@test "a command that is killed, or is not there, failed" {
  watched 137 -- sh -c 'kill -KILL $$'
  is "$(last reason)" "killed by signal 9 (Killed)"
  watched 66 -- no-such-command
  has "$(last reason)" "no-such-command"
  no_success
}

@test "a timeout ends the whole group" {
  watched 75 --timeout 1s -- bash -c 'sleep 1001 & echo $! >child; sleep 1002'
  is "$(last reason)" "timed out after 1s"
  gone "$(<child)"
  no_success
}

@test "a timeout ends a group that ignores SIGTERM" {
  [ -n "${SLUICE_SLOW:-}" ] || skip "takes 20 s; SLUICE_SLOW=1 runs it"
  watched 75 --timeout 1s -- bash -c 'trap "" TERM; while :; do sleep 1; done'
}

@test "who is not the leader has time to clean up, too" {
  watched 75 --timeout 1s -- bash -c '
    (trap "sleep 1; echo aborted >&2; touch cleaned; exit" TERM; while :; do sleep 0.1; done) | cat'
  [ -e cleaned ]
  has "$(<err)" aborted
}

@test "what a command that failed has left is ended before the next try" {
  watched 137 --retries 1 --backoff 1s -- bash -c '
    ! [ -e child ] || ! kill -0 "$(<child)" || touch overlap
    sleep 1004 & echo $! >child; kill -KILL $$'
  [ ! -e overlap ]
  gone "$(<child)"
  watched 0 -- bash -c 'sleep 1005 >/dev/null 2>&1 & echo $! >child'
  kill "$(<child)"
}

@test "a stderr whose reader is stuck holds up no timeout" {
  mkfifo words
  exec 9<>words
  sentinel run --name appdb --history history --timeout 1s -- \
    bash -c 'head -c 200000 /dev/zero | tr "\0" x >&2' 2>words 3>&- &
  for ((i = 0; i < 200; i++)); do [ -s history ] && break || sleep 0.05; done
  cat <&9 >heard 3>&- &
  status=0
  wait %1 || status=$?
  kill %2
  is "$status" 75
  is "$(last reason)" "timed out after 1s"
  has "$(last duration)" 1
}

@test "SIGTERM is passed on to the group, and is no success" {
  sentinel run --name appdb --history history --metrics metrics -- \
    bash -c 'trap "echo cleaned up; exit 0" TERM; sleep 1003 & echo $! >child; wait' >out 3>&- &
  until [ -s child ]; do sleep 0.05; done
  kill -TERM $!
  status=0
  wait $! || status=$?
  is "$status" 143
  is "$(<out)" "cleaned up"
  has "$(last reason)" "signal 15"
  gone "$(<child)"
  no_success
}

@test "two at once: the second runs nothing" {
  mkfifo door
  sentinel run --name appdb --lock lock --history history -- cat door 3>&- &
  first=$!
  exec 9>door
  watched 75 --lock lock -- touch ran
  [ ! -e ran ]
  has "$(<err)" "lock: another run holds the lock"
  is "$(last status)" skipped
  exec 9>&-
  wait "$first"
  watched 0 --lock lock -- touch ran
  [ -e ran ]
}

@test "retries, with a pause" {
  watched 0 --retries 2 --backoff 1s -- sh -c 'echo x >>tries; [ $(wc -l <tries) = 2 ]'
  is "$(last status) $(last exit) $(last tries)" "success 0 2"
  has "$(<err)" "warning: appdb: exit status 1, trying again in 1s"
  rm tries
  watched 1 --retries 1 --backoff 1s -- sh -c 'echo x >>tries; false'
  is "$(wc -l <tries)" 2
  rm tries
  watched 127 --retries 5 --backoff 1s -- sh -c 'echo x >>tries; exit 127'
  is "$(wc -l <tries)" 1
}

@test "pings: start, success, failure with the log" {
  sink http
  watched 0 --ping "http://127.0.0.1:$port/uuid?a=b" -- sh -c 'echo working >&2'
  is "$(head -1 http/1)" "POST /uuid/start?a=b HTTP/1.1"
  is "$(head -1 http/2)" "POST /uuid?a=b HTTP/1.1"
  watched 3 --ping "http://127.0.0.1:$port/uuid" -- sh -c 'echo trouble >&2; exit 3'
  is "$(head -1 http/4)" "POST /uuid/fail HTTP/1.1"
  is "$(tail -n +3 http/4)" "exit status 3
trouble"
}

@test "a webhook gets JSON" {
  sink http
  watched 3 --webhook "http://127.0.0.1:$port/hook" -- sh -c 'echo "say \"why\"" >&2; exit 3'
  is "$(head -1 http/1)" "POST /hook HTTP/1.1"
  is "$(sed -n 2p http/1)" application/json
  tail -n +3 http/1 | python3 -c '
import json, sys
event = json.load(sys.stdin)
assert event["status"] == "failed" and event["exit"] == 3 and event["name"] == "appdb", event
assert event["log"] == "say \"why\"\n" and event["timestamp"].endswith("Z"), event'
  watched 0 --webhook "http://127.0.0.1:$port/hook" -- true
  has "$(<http/2)" '"status":"success"'
}

@test "mail about a failure, and only then, by SMTP" {
  sink smtp
  mail=(--mail admin@example.com --mail-from backup@example.com --mail-server "smtp://127.0.0.1:$port")
  watched 0 "${mail[@]}" -- true
  [ ! -e smtp/1 ]
  watched 3 "${mail[@]}" -- sh -c 'echo trouble >&2; echo . >&2; exit 3'
  has "$(<smtp/1)" "MAIL FROM:<backup@example.com>"
  has "$(<smtp/1)" "RCPT TO:<admin@example.com>"
  has "$(<smtp/1)" "Subject: Backup Failure Alert"
  has "$(<smtp/1)" "Backup failed at $(date -u +'%a, %d %b %Y')"
  has "$(<smtp/1)" trouble
}

@test "mail by the local sendmail, subject and text as asked for" {
  printf '#!/bin/sh\necho "$@" >letter\ncat >>letter\n' >sendmail
  chmod +x sendmail
  watched 3 --mail admin@example.com --sendmail "$PWD/sendmail" --mail-subject "It broke" \
    --mail-text "Look at it" -- sh -c 'exit 3'
  is "$(head -1 letter)" "-i -- admin@example.com"
  grep -qx 'Subject: It broke' letter
  grep -qx 'Look at it' letter
}

@test "a mail program that goes on in the background does not hold the lock" {
  printf '#!/bin/sh\ncat >letter\nsleep 1006 >/dev/null 2>&1 &\necho $! >child\n' >sendmail
  chmod +x sendmail
  watched 1 --lock lock --mail a@b --sendmail "$PWD/sendmail" -- false
  watched 0 --lock lock -- true
  kill "$(<child)"
}

@test "a monitoring endpoint that is down never fails the run" {
  sink http
  kill "${sinks[0]}"
  watched 0 --ping "http://127.0.0.1:$port/secret" -- true
  has "$(<err)" "warning: ping: not told: "
  run ! grep secret err
  sink hang
  before=$SECONDS
  watched 0 --ping "http://127.0.0.1:$port/uuid" --webhook "http://127.0.0.1:$port/hook" \
    --mail a@b --mail-server "smtp://127.0.0.1:$port" -- true
  (( SECONDS - before <= 15 )) || fail "it took $((SECONDS - before)) s"
  is "$(last status)" success
}

@test "an endpoint that answers with an error is a warning" {
  sink http
  watched 0 --webhook "http://127.0.0.1:$port/broken" -- true
  has "$(<err)" "warning: webhook: not told: answered with HTTP status 500"
}

@test "books that cannot be kept are no success" {
  sink http
  mkdir disk
  mount -t tmpfs -o size=64k none disk 2>/dev/null || skip "needs the right to mount"
  head -c 1M /dev/zero >disk/full 2>/dev/null || true
  status=0
  sentinel run --name appdb --history history --metrics disk/metrics \
    --ping "http://127.0.0.1:$port/uuid" -- true 2>err || status=$?
  is "$status" 74
  has "$(<err)" "the command succeeded, but its books cannot be kept: disk/metrics: No space left"
  is "$(last status)" failed
  is "$(head -1 http/2)" "POST /uuid/fail HTTP/1.1"
  is "$(ls disk)" full
  status=0
  sentinel run --name appdb --history disk/history --metrics metrics -- true 2>err || status=$?
  is "$status" 74
  no_success
  is "$(cat disk/history)" ""
}

@test "URLs come from the environment or a file, and are never shown" {
  sink http
  echo "http://127.0.0.1:$port/secret" >url
  SENTINEL_PING_URL_FILE=url watched 0 -- true
  is "$(head -1 http/2)" "POST /secret HTTP/1.1"
  run ! grep -r secret err history metrics
  watched 64 --ping ftp://secret -- true
  run ! grep secret err
}

@test "it never marks the pipe: the command's own proof is what the next stage sees" {
  seq 100 >plain
  is "$(bash -c 'set -o pipefail; sentinel run --name x -- zpipe plain | zpipe -d' | tail -1)" 100
  run -65 bash -c 'sentinel run --name x -- zpipe nothing 2>/dev/null | zpipe 2>/dev/null'
  run -65 bash -c 'sentinel run --nonsense 2>/dev/null | zpipe 2>/dev/null'
}

@test "options that cannot be meant are usage errors" {
  run -64 sentinel run -- true
  run -64 sentinel run --name x
  run -64 sentinel run --name x --
  run -64 sentinel run --name $'a\nb' -- true
  run -64 sentinel run --name x --mail-subject y -- true
  run -64 sentinel run --name x --mail "a b" -- true
  run -64 sentinel run --name x --mail a@b --mail-server host -- true
  run -64 sentinel run --name x --backoff 1s -- true
  run -64 sentinel run --name x --timeout 0s -- true
}
