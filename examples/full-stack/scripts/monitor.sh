#!/bin/bash
# Usage: monitor.sh [--check | --mark | --every SECONDS]
# Status of the backups: writes STATUS/backups.prom (metrics for Prometheus) and STATUS/backups.html,
# and prints how many there are, the newest, and the room they take.
#   --check          says whether all is well; status 1 and why if not
#   --mark           the same of the last successful run's age alone: the service's health check
#   --every SECONDS  again and again
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/settings.sh"
usage_if_asked "$@"
take_settings
copies=()
while IFS= read -r destination; do
  case $destination in s3://* | file:///*) copies+=(--copy "${destination%/}/") ;; esac
done <<<"$REPLICATE"
template="{db}_{utc:compact}.sql.$suffix"

facts() {
  local copy
  s3ls --json "file://$DATA/$template"
  for copy in "${copies[@]}"; do [ "$copy" = --copy ] || s3ls --json "$copy$template"; done
}
limits=(--expect "$MAIN_DB,$FUNCTIONS_DB" --max-age "$MAX_AGE" --max-shrink "$MAX_SHRINK" --min-free "$MIN_FREE:$DATA")
if [ -e "$STATUS/history" ]; then
  history=(--history "$STATUS/history")
  limits+=("${history[@]}" --max-failures "$MAX_FAILURES" --max-duration "$MAX_DURATION")
else
  history=()
fi
[ ${#copies[@]} = 0 ] || limits+=("${copies[@]}" --max-lag "$MAX_AGE")

report() {
  facts | sentinel metrics "${copies[@]}" "${history[@]}" -o "$STATUS/backups.prom"
  facts | sentinel page "${limits[@]}" --title "Backups of $MAIN_DB and $FUNCTIONS_DB" \
    --restore "scripts/restore-database.sh --only {group}" -o "$STATUS/backups.html"
  echo "backups: $(s3ls "file://$DATA/$template" | wc -l)"
  echo "newest: $(s3ls --latest "file://$DATA/$template" | xargs -rn1 basename | xargs)"
  echo "used: $(du -sh "$DATA" | cut -f1), free: $(df -h --output=avail "$DATA" | tail -1 | xargs)"
}

case ${1:-}:$# in
  :0) report ;;
  --check:1) facts | sentinel check "${limits[@]}" ;;
  --mark:1) s3cat "file://$STATUS/mark" | sentinel check --max-mark-age "$MAX_AGE" ;;
  --every:2)
    while :; do
      report
      sleep "$2" &
      wait $!
    done
    ;;
  *) die 64 "unknown argument '$1'" "${0##*/} --help" ;;
esac
