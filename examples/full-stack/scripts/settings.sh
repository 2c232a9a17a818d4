# shellcheck shell=bash disable=SC2034 # what it sets is for those who source it
# What the scripts know from config/.backup.conf and the environment. Sourced by them.
umask 077
shopt -s inherit_errexit
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() { # STATUS MESSAGE [HINT]
  echo "${0##*/}: error: $2" >&2
  [ -z "${3:-}" ] || echo "${0##*/}: hint: $3" >&2
  exit "$1"
}
say() { echo "${0##*/}: $*" >&2; }

# usage_if_asked ARGUMENT…: prints the comment at the head of the script for --help.
usage_if_asked() {
  [[ " $* " == *" --help "* || " $* " == *" -h "* ]] || return 0
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
  exit 0
}

read_conf() { # FILE
  local line key value number=0 given
  given=" $(for key in $(compgen -e); do [ -z "${!key}" ] || printf '%s ' "$key"; done)"
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    [[ ! $line =~ ^[[:space:]]*(#|$) ]] || continue
    key=${line%%=*} value=${line#*=}
    [[ $line == *=* && $keys == *" $key "* ]] || die 78 "$1:$number: there is no setting '$key'"
    [[ $given != *" $key "* ]] || continue
    [ "$key" != REPLICATE ] || [ -z "${REPLICATE:-}" ] || value=$REPLICATE$'\n'$value
    export "$key=$value"
  done <"$1"
}

take_settings() {
  local key
  keys=" $(sed -n 's/^\([A-Z_]*\)=.*/\1/p' "$here/config/.backup.conf" | xargs) "
  conf=${BACKUP_CONF:-$here/config/.backup.conf}
  [ -r "$conf" ] || die 78 "BACKUP_CONF: cannot read $conf"
  read_conf "$conf"
  [ "$conf" -ef "$here/config/.backup.conf" ] || read_conf "$here/config/.backup.conf"
  for key in PARALLEL REPLICATE_DELETE REPLICATE_CHECK; do
    [[ ${!key} == yes || ${!key} == no ]] || die 78 "$key: '${!key}' is neither yes nor no"
  done
  for key in LEVEL KEEP_DAILY KEEP_WEEKLY KEEP_MONTHLY; do
    [[ ${!key} =~ ^[1-9][0-9]{0,3}$ ]] || die 78 "$key: '${!key}' is not a number, 1 or more"
  done
  export DATA STATUS
  DATA=$(cd "$here" && realpath -m "$DATA") STATUS=$(cd "$here" && realpath -m "$STATUS")
  mkdir -p "$DATA/volumes" "$STATUS"
  take_password
  export PGHOST=$POSTGRES_HOST PGPORT=$POSTGRES_PORT PGUSER=$POSTGRES_USER
  suffix=gz${RECIPIENTS:+.age}
}

take_password() {
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    [ -r "$POSTGRES_PASSWORD_FILE" ] || die 78 "POSTGRES_PASSWORD_FILE: cannot read $POSTGRES_PASSWORD_FILE"
    PGPASSWORD=$(<"$POSTGRES_PASSWORD_FILE")
  else
    PGPASSWORD=${POSTGRES_PASSWORD:-${PGPASSWORD:-}}
  fi
  export PGPASSWORD
}

# A program that talks to the server, in the network of its container where there is one.
client() {
  if [ -z "$DATABASE_CONTAINER" ]; then "$@"; return; fi
  docker run --rm -i --network "container:$DATABASE_CONTAINER" -e PGHOST=127.0.0.1 -e PGPORT=5432 -e PGUSER \
    -e PGPASSWORD --entrypoint "$1" "$IMAGE" "${@:2}"
}
sql() { client psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

compress() {
  local recipients=() recipient
  for recipient in $RECIPIENTS; do recipients+=(-r "$recipient"); done
  if [ -n "$RECIPIENTS" ]; then zpipe --level "$LEVEL" | seal "${recipients[@]}"; else zpipe --level "$LEVEL"; fi
}

# store FILE COMMAND…: FILE is what the command prints, compressed, and exists only if all succeeded.
store() {
  local file=$1
  shift
  # shellcheck disable=SC2016 # the child's
  s3put --if-absent "file://$DATA/$file" -- bash -c 'set -euo pipefail; "$@" | compress' "$0" "$@"
}

# pack FILE DIRECTORY MEMBER…: members are compressed already.
pack() {
  # shellcheck disable=SC2016 # the child's
  s3put --if-absent "file://$DATA/$1" -- bash -c 'set -euo pipefail; tar -C "$@" | zpipe -1' "$0" "$2" -c "${@:3}"
}

unpack() { # FILE: what is in it
  case $1 in
    *.age) s3cat "file://$1" | seal -d | zpipe -d ;;
    *) s3cat "file://$1" | zpipe -d ;;
  esac
}

verify() { # FILE: can it be read to its end?
  case $1 in
    *.age) [ -n "${SEAL_IDENTITY_FILE:-}" ] || { seal --inspect "$1" >/dev/null; return; } ;;
  esac
  case $1 in
    *.sql.gz*) unpack "$1" | pgrestore-stream --verify ;;
    *) unpack "$1" | tar -t >/dev/null ;;
  esac
}

# describe FILE DIRECTORY MEMBER…: what `sha256sum -c` checks, and facts in its comments.
describe() {
  local file=$1 directory=$2 sums sizes
  shift 2
  sums=$(cd "$directory" && sha256sum -- "$@")
  sizes=$(cd "$directory" && stat -c '# size: %s %n' -- "$@")
  {
    echo "# backup: $BACKUP_TIME"
    echo "# start: $start"
    echo "# end: $(date -u +%FT%TZ)"
    echo "# versions: $(s3put --version | head -1), PostgreSQL ${server:-not asked}"
    echo "$sizes"
    echo "$sums"
  } | s3put --trust-eof "file://$DATA/$file"
}

# retain TEMPLATE…: each kind by itself.
retain() {
  local template
  for template; do
    s3prune --keep-daily "$KEEP_DAILY" --keep-weekly "$KEEP_WEEKLY" --keep-monthly "$KEEP_MONTHLY" \
      --max-delete "$MAX_DELETE" --apply "file://$DATA/$template" >&2
  done
}

# backup_file WHICH DIRECTORY NAME: the backup that is meant by a file, a time, or "", the newest one
backup_file() {
  local file=$1
  case $file in
    '') file=$(s3ls --latest "file://$2/$3_{utc:compact}.tar.gz") || die 66 "there is no backup in $2"
      file=${file#file://} ;;
    [0-9]*_[0-9]*) file=$2/$3_$file.tar.gz ;;
    /*) ;;
    *) [ -e "$file" ] || file=$2/$file; file=$(realpath "$file") || exit ;;
  esac
  [ -e "$file" ] || die 66 "$file: there is no such backup"
  echo "$file"
}

# restoring NOTHING: makes $scratch, and says at a failure what was done ($done_with), or NOTHING
restoring() {
  nothing=$1
  scratch=$(mktemp -d "$DATA/.restore.XXXXXX")
  trap end_restoring EXIT
}
# shellcheck disable=SC2317 # called at the end
end_restoring() {
  local status=$?
  rm -rf "$scratch"
  [ $status = 0 ] || say "failed: ${done_with:-$nothing}, status $status"
}

confirm() { # QUESTION, unless yes=yes
  [ "${yes:-no}" = no ] || return 0
  [ -t 0 ] || die 77 "nobody can be asked: $1" "--yes means yes"
  local answer
  read -r -p "$1 [y/N] " answer
  [[ $answer == [yY]* ]] || die 1 "nothing was changed"
}

# A volume's tar on standard output, read-only; further arguments are tar's. $DATA/volumes is at hand.
read_volume() { # VOLUME ARGUMENT…
  if [[ $1 == /* ]]; then
    (cd "$DATA/volumes" && tar -C "$1" --numeric-owner -c "${@:2}" .)
  else
    docker run --rm -v "$1:/volume:ro" -v "$DATA/volumes:/work" -w /work --user 0 --entrypoint tar "$IMAGE" \
      -C /volume --numeric-owner -c "${@:2}" .
  fi
}

in_volume() { # VOLUME SCRIPT ARGUMENT…: bash with the volume as working directory
  if [[ $1 == /* ]]; then
    (cd "$1" && bash -euo pipefail -c "$2" "$0" "${@:3}")
  else
    docker run --rm -i -v "$1:/volume" -w /volume --user 0 --entrypoint bash "$IMAGE" -euo pipefail -c "$2" "$0" "${@:3}"
  fi
}

start=$(date -u +%FT%TZ)
# The parts of one run have the same; nobody else may inherit it.
BACKUP_TIME=${BACKUP_TIME:-$(date -u +%Y%m%d_%H%M%S)}
export -f client compress read_volume die
