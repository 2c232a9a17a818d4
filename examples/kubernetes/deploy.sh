#!/bin/bash
# deploy.sh [OVERLAY] [KUBECTL'S ARGUMENTS…]: brings everything up; OVERLAY is one of overlays/. The
# first time, it makes up a password and keeps it in base/postgres.env.
set -euo pipefail
cd "$(dirname "$0")"
if [ ! -e base/postgres.env ]; then
  (umask 077; printf 'username=postgres\npassword=%s\n' "$(head -c 24 /dev/urandom | base64 | tr -d '+/')" >base/postgres.env)
fi
directory=.
if [ -n "${1:-}" ] && [ -d "overlays/$1" ]; then directory=overlays/$1; shift; fi
kubectl apply -k "$directory" "$@"
