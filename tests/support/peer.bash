# shellcheck shell=bash
# A scripted peer (peer.py) for a bats file. The directory is PEER; peer_start [UPSTREAM-PORT].

peer_start() {
  mkdir -p "$PEER"
  : >"$PEER/script"
  : >"$PEER/log"
  : >"$PEER/headers"
  : >"$PEER/inside"
  "$ROOT/tests/support/peer.py" "$PEER" "$@" 3>&- >"$PEER/out" 2>&1 &
  echo $! >"$PEER/pid"
  until [ -s "$PEER/port" ]; do
    kill -0 "$(<"$PEER/pid")" || { cat "$PEER/out" >&2; return 1; }
    sleep 0.05
  done
}

# peer_before_server: between the tools and the server that s3_environment tells, whose own address
# is DIRECT then
peer_before_server() {
  DIRECT=$AWS_ENDPOINT_URL_S3
  PEER=$BATS_TEST_TMPDIR/peer
  peer_start "${DIRECT##*:}"
  AWS_ENDPOINT_URL_S3=http://127.0.0.1:$(<"$PEER/port")
}

peer_stop() {
  kill "$(<"$PEER/pid")"
  wait "$(<"$PEER/pid")" 2>/dev/null || true
}

# peer_script LINE...: from now on; counts begin anew (a comment makes the lines new ones)
peer_script() { printf '%s\n' "$@" >"$PEER/script"; }

# peer_saw_header METHOD PATH-REGEX HEADER: fails without a request that carries it
peer_saw_header() { grep -qE "^$1 [^ ]*$2[^ ]* $3" "$PEER/headers" || fail "no $1 $2 with $3"; }

# peer_saw METHOD REGEX: how many requests
peer_saw() { grep -cE "^$1 .*$2" "$PEER/log" || true; }
