# shellcheck shell=bash disable=SC2034,SC1083 # what it sets is for those who source it
# What backup, restore and the entrypoint know from the environment. Sourced by them.
# Several names may say the same thing; an empty variable is unset; NAME_FILE names a file that
# holds the value of NAME. `backup --help` prints the table.

die() { # STATUS MESSAGE [HINT]
  echo "${0##*/}: error: $2" >&2
  [ -z "${3:-}" ] || echo "${0##*/}: hint: $3" >&2
  exit "$1"
}

# take TARGET NAME…: exports TARGET with the value that it or one of the other names has.
# Kubernetes sets POSTGRES_PORT=tcp://… for a service of that name: that is not ours.
take() {
  local target=$1 base name value chosen='' from=''
  for base; do
    for name in "$base" "${base}_FILE"; do
      value=${!name:-}
      [[ -n $value && $value != tcp://* ]] || continue
      if [ "$name" != "$base" ]; then
        [ -r "$value" ] || die 78 "$name: cannot read $value"
        value=$(<"$value")
      fi
      [ -z "$from" ] || [ "$value" = "$chosen" ] ||
        die 78 "$from and $name contradict each other" "set one of them"
      chosen=$value from=$name
    done
  done
  unset "$target"
  [ -z "$chosen" ] || export "$target=$chosen"
}

one_of() { # NAME VALUE…
  local name=$1 value
  shift
  for value; do [ "${!name}" != "$value" ] || return 0; done
  die 78 "$name: '${!name}' is not one of: $*"
}

# Names that begin like ours and are not: somebody misspelt one. Service links are not ours.
known="BACKUP_SCHEDULE BACKUP_KEEP_DAYS BACKUP_FORMAT BACKUP_COMPRESSION BACKUP_LEVEL BACKUP_URL
  BACKUP_USER BACKUP_MAX_AGE BACKUP_HISTORY S3_ACCESS_KEY S3_SECRET_KEY S3_BUCKET S3_PREFIX S3_ENDPOINT S3_REGION"
refuse_misspelt() {
  local name
  for name in $(compgen -e); do
    case $name in
      *_SERVICE_HOST | *_SERVICE_PORT* | *_PORT | *_PORT_*_TCP* | *_PORT_*_UDP*) ;;
      BACKUP_* | S3_*)
        [[ " ${known//$'\n'/ } " == *" ${name%_FILE} "* ]] ||
          die 78 "$name: there is no such setting" "backup --help lists them"
        ;;
      RCLONE_S3_PROVIDER | RCLONE_S3_ACCESS_KEY_ID | RCLONE_S3_SECRET_ACCESS_KEY | RCLONE_S3_BUCKET | \
        RCLONE_S3_ENDPOINT | RCLONE_S3_REGION | RCLONE_S3_*_FILE) ;;
      RCLONE_*) echo "${0##*/}: warning: $name has no effect here" >&2 ;;
    esac
  done
}

take_database() {
  take PGHOST POSTGRES_HOST
  take PGPORT POSTGRES_PORT
  take PGUSER POSTGRES_USER
  take PGPASSWORD POSTGRES_PASSWORD
  take PGDATABASE POSTGRES_DB
  [ -n "${PGDATABASE:-}" ] || die 78 "POSTGRES_DB is not set: which database?"
  [[ $PGDATABASE != */* ]] || die 78 "POSTGRES_DB: '$PGDATABASE' has a slash, which no backup's name can have"
}

# A bare host of a private network speaks plain http, as the documents of such stacks have it.
complete_endpoint() {
  local host=${AWS_ENDPOINT_URL_S3:-}
  case $host in
    '' | http://* | https://*) return ;;
    localhost* | 127.* | 10.* | 192.168.*) ;;
    *) [[ ${host%%[:/]*} != *.* ]] || { AWS_ENDPOINT_URL_S3=https://$host; return; } ;;
  esac
  AWS_ENDPOINT_URL_S3=http://$host
}

take_store() {
  take BACKUP_URL
  take S3_BUCKET RCLONE_S3_BUCKET
  if [ -n "${BACKUP_URL:-}" ]; then
    [ -z "${S3_BUCKET:-}" ] || die 78 "BACKUP_URL and S3_BUCKET contradict each other" "set one of them"
    place=${BACKUP_URL%/}/
  else
    [ -n "${S3_BUCKET:-}" ] || die 78 "S3_BUCKET is not set" "or BACKUP_URL=file:///backups/ for a directory"
    take S3_PREFIX
    place=s3://$S3_BUCKET/${S3_PREFIX:+${S3_PREFIX%/}/}
  fi
  take AWS_ACCESS_KEY_ID S3_ACCESS_KEY RCLONE_S3_ACCESS_KEY_ID
  take AWS_SECRET_ACCESS_KEY S3_SECRET_KEY RCLONE_S3_SECRET_ACCESS_KEY
  take AWS_ENDPOINT_URL_S3 S3_ENDPOINT RCLONE_S3_ENDPOINT
  take AWS_REGION S3_REGION RCLONE_S3_REGION
  complete_endpoint
  take RCLONE_S3_PROVIDER
  case ${RCLONE_S3_PROVIDER:-} in
    '' | AWS | Other | Minio | Ceph | Cloudflare | Wasabi | DigitalOcean) ;;
    *) echo "${0##*/}: warning: RCLONE_S3_PROVIDER: '$RCLONE_S3_PROVIDER' is not known, taken for Other" >&2 ;;
  esac
  [ "${RCLONE_S3_PROVIDER:-AWS}" = AWS ] || [ -n "${AWS_ENDPOINT_URL_S3:-}" ] || [[ $place == file:* ]] ||
    die 78 "S3_ENDPOINT is not set" "RCLONE_S3_PROVIDER=$RCLONE_S3_PROVIDER has no endpoint of its own"
}

# Sets template, place, name_end: what a backup is called.
take_settings() {
  refuse_misspelt
  take_database
  take_store
  take BACKUP_FORMAT
  take BACKUP_COMPRESSION
  take BACKUP_LEVEL
  take BACKUP_KEEP_DAYS
  : "${BACKUP_FORMAT:=plain}" "${BACKUP_COMPRESSION:=gzip}"
  one_of BACKUP_FORMAT plain custom
  one_of BACKUP_COMPRESSION gzip zstd
  [[ ${BACKUP_LEVEL:-1} =~ ^[0-9]{1,2}$ ]] || die 78 "BACKUP_LEVEL: '$BACKUP_LEVEL' is not a number"
  [[ ${BACKUP_KEEP_DAYS:-1} =~ ^[1-9][0-9]{0,4}$ ]] ||
    die 78 "BACKUP_KEEP_DAYS: '$BACKUP_KEEP_DAYS' is not a number of days, 1 or more"
  encrypted=no
  [ -z "${SEAL_RECIPIENTS:-}${SEAL_RECIPIENTS_FILE:-}" ] || encrypted=yes
  local name=${PGDATABASE//'{'/'{{'}
  name=${name//'}'/'}}'}
  name_end=.sql
  [ "$BACKUP_FORMAT" = plain ] || name_end=.dump
  case $BACKUP_COMPRESSION in gzip) name_end+=.gz ;; zstd) name_end+=.zst ;; esac
  [ $encrypted = no ] || name_end+=.age
  name_begin=${name}_
  template=$place${name_begin}{utc}$name_end
}

# worst STATUS…: of a pipeline's statuses the one that says why. 65, 74 and 141 are mostly what the
# other stages' failure looks like from here.
worst() {
  local status first=0
  for status; do
    case $status in
      0) ;;
      65 | 74 | 141) [ "$first" != 0 ] || first=$status ;;
      *) echo "$status"; return ;;
    esac
  done
  echo "$first"
}

# five_fields SCHEDULE: cron's fields for @daily and the like, on which busybox's crond 1.35 crashes.
five_fields() {
  case $1 in
    @hourly) echo '0 * * * *' ;;
    @daily | @midnight) echo '0 0 * * *' ;;
    @weekly) echo '0 0 * * 0' ;;
    @monthly) echo '0 0 1 * *' ;;
    @yearly | @annually) echo '0 0 1 1 *' ;;
    *) echo "$1" ;;
  esac
}
