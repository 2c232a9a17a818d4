# shellcheck shell=bash disable=SC2154
# For the tests of the examples. A file sets `compose` to the arguments of docker compose.

dc() { docker compose "${compose[@]}" "$@" </dev/null; }

# Runs the command until it succeeds, for at most a minute and a half: cron needs up to one.
await() {
  local _
  for _ in {1..90}; do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 1
  done
  dc logs --tail 20 >&2
  fail "never: $*"
}

# psql in the service SERVICE; further arguments are psql's.
query() {
  local service=$1
  shift
  dc exec -T "$service" psql -XAtq -U postgres -v ON_ERROR_STOP=1 "$@"
}

# status COMMAND…: prints its status; its output is in the file out
status() {
  local status=0
  "$@" >out 2>&1 || status=$?
  echo "$status"
}
