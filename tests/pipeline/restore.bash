# shellcheck shell=bash disable=SC2154 # a file sets "before"
# What the files about pgrestore-stream share.

# drop_restored: all databases but those that were there at first
drop_restored() {
  local name
  for name in $(databases); do
    case $name in postgres | template? | src) ;; *) dropdb --if-exists --force "$name" ;; esac
  done
}

# untouched: no stray database, and the target, if there is one, has nothing in it
untouched() {
  is "$(databases)" "$before" "databases"
  case " $before " in
    *" target "*) is "$(sql target -c 'SELECT count(*) FROM pg_class WHERE oid >= 16384')" 0 "objects in the target" ;;
  esac
}

# with_signals COMMAND...: background jobs of a shell ignore SIGINT, and whoever runs the tests may
# ignore others.
with_signals() {
  exec python3 -c 'import os, signal, sys
for number in signal.SIGINT, signal.SIGTERM: signal.signal(number, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$@"
}
