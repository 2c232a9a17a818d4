# shellcheck shell=bash
# Sourced by both scripts.

# conninfo DATABASE: whatever is in its name
conninfo() {
  local name=${1//\\/\\\\}
  echo "dbname='${name//\'/\\\'}'"
}
