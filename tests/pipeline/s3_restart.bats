#!/usr/bin/env bats
# The gateway is killed and comes back, again and again, in the middle of one upload and of one
# download: 3 times, 20 with SLUICE_LONG.

load ../support/common
load ../support/s3

CHUNK=20000000

setup_file() {
  s3_setup_file restart
  export KILLS=3
  [ -z "${SLUICE_LONG:-}" ] || KILLS=20
  openssl enc -aes-128-ctr -pass pass:sluice -nosalt -pbkdf2 </dev/zero 2>/dev/null |
    head -c $((CHUNK * (KILLS + 4))) >"$BATS_FILE_TMPDIR/data"
}
teardown_file() { s3_teardown_file; }
setup() {
  s3_environment
  DATA=$BATS_FILE_TMPDIR/data
}

chunk() { # NUMBER
  tail -c +$(($1 * CHUNK + 1)) "$DATA" | head -c $CHUNK
}

restart() {
  "$ROOT/tests/support/rgw.sh" kill "$BATS_FILE_TMPDIR/rgw"
  "$ROOT/tests/support/rgw.sh" again "$BATS_FILE_TMPDIR/rgw"
  echo restarted >>"$BATS_TEST_TMPDIR/restarts"
}

fed() { # what s3put reads: it comes in pieces, with a restart after each
  local i
  for ((i = 0; i < KILLS; i++)); do
    chunk "$i"
    restart >&2
  done
  tail -c +$((KILLS * CHUNK + 1)) "$DATA"
}

slowly() { # reads on only after a restart
  local i
  for ((i = 0; i < KILLS; i++)); do
    dd bs=1000000 count=$((CHUNK / 1000000)) iflag=fullblock status=none
    restart >&2
  done
  cat
}

@test "an upload outlives its gateway" {
  fed | s3put --trust-eof s3://restart/up
  is "$(wc -l <"$BATS_TEST_TMPDIR/restarts")" "$KILLS"
  s3cat s3://restart/up | cmp - "$DATA"
  is "$(s3ls --incomplete s3://restart/)" ""
}

@test "a download outlives its gateway" {
  s3put s3://restart/down "$DATA"
  s3cat s3://restart/down | slowly | cmp - "$DATA"
  is "$(wc -l <"$BATS_TEST_TMPDIR/restarts")" "$KILLS"
}
