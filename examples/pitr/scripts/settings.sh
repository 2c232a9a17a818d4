# shellcheck shell=bash disable=SC2034,SC1083 # what it sets is for those who source it
# What the scripts share. PITR_URL is where everything is, such as s3://backups/pg or
# file:///backups/pg; with SEAL_RECIPIENTS, or a file of them, all is encrypted. Sourced by them.

die() { # STATUS MESSAGE [HINT]
  echo "${0##*/}: error: $2" >&2
  [ -z "${3:-}" ] || echo "${0##*/}: hint: $3" >&2
  exit "$1"
}

[ -n "${PITR_URL:-}" ] || die 78 "PITR_URL is not set" "such as s3://backups/pg"
end=.gz
[ -z "${SEAL_RECIPIENTS:-}${SEAL_RECIPIENTS_FILE:-}" ] || end=.gz.age
base=${PITR_URL%/}/base/base_{utc:compact}.tar$end
increment=${PITR_URL%/}/increment/increment_{utc:compact}.tar$end
wal=${PITR_URL%/}/wal

# choose --latest TEMPLATE, or --at TIME TEMPLATE: that object's URL, or nothing where there is none
choose() {
  local status=0
  s3ls "$@" || status=$?
  [ $status -le 1 ] || exit $status
}

# The filters of both directions: one stage more where there is encryption.
pack() { if [ $end = .gz.age ]; then zpipe | seal; else zpipe; fi; }
unpack() { if [ $end = .gz.age ]; then seal -d | zpipe -d; else zpipe -d; fi; }
export -f pack
export end
