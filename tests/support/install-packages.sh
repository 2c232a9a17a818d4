#!/bin/bash
# Installs those of the named Debian packages that are missing, as root or through sudo.
set -euo pipefail

missing=()
for package; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "please install as root: apt-get install ${missing[*]}" >&2; exit 77; }
  as_root=(sudo)
fi
echo "installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"; forbid_services off' EXIT

# A server that comes with a package must not start on its own (Debian policy-rc.d).
forbid_services() {
  local policy=/usr/sbin/policy-rc.d
  case $1 in
    on) [ -e $policy ] || printf '#!/bin/sh\n# sluice\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin $policy ;;
    off) ! grep -q '^# sluice$' $policy 2>/dev/null || "${as_root[@]}" rm -f $policy ;;
  esac
}
forbid_services on
{ "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qy --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || { tail -20 "$log" >&2; exit 75; }
