#!/bin/bash
# Brings everything up. The first time, it makes up a password and keeps it in postgres.env.
set -euo pipefail
cd "$(dirname "$0")"
if [ ! -e postgres.env ]; then
  (umask 077; printf 'username=postgres\npassword=%s\n' "$(head -c 24 /dev/urandom | base64 | tr -d '+/')" >postgres.env)
fi
kubectl apply -k . "$@"
