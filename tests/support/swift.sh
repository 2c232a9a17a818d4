#!/bin/bash
# A throw-away OpenStack Swift with its S3 interface on loopback, stricter than Ceph's gateway here
# and poorer there.
#   swift.sh start DIR   starts it, on free ports; DIR/env then holds what the tools need
#   swift.sh stop DIR    ends exactly the processes that DIR/*.pid names
#   swift.sh bucket DIR NAME   makes a bucket
# Any user; no systemd. Packages: swift-proxy swift-account swift-container swift-object memcached
# curl. DIR lies on a file system with extended attributes.
set -euo pipefail
export LC_ALL=C
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/loopback.bash"

secret=testsecret0000000000000000000000000000001
servers=(account container object proxy)

die() { echo "swift.sh: $*" >&2; exit 1; }

write_config() { # SERVER PIPELINE WORKERS
  cat >"$dir/$1.conf" <<END
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port[$1]}
user = $(id -un)
swift_dir = $dir
devices = $dir/devices
mount_check = false
workers = $3
fallocate_reserve = 0
disable_fallocate = true
[pipeline:main]
pipeline = $2
[app:$1-server]
use = egg:swift#$1
END
}

# The order is that of Swift's own example; s3api comes before what signs in.
write_proxy_config() {
  local filters='catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink'
  local filter
  write_config proxy "$filters proxy-server" 2
  cat >>"$dir/proxy.conf" <<END
account_autocreate = true
allow_account_management = true
END
  for filter in $filters; do
    printf '[filter:%s]\nuse = egg:swift#%s\n' "$filter" "${filter/#cache/memcache}"
    case $filter in
      cache) echo "memcache_servers = 127.0.0.1:${port[memcached]}" ;;
      tempauth) echo "user_test_tester = $secret .admin" ;;
      s3api) printf 'location = us-east-1\nmax_upload_part_num = 10000\n' ;;
      versioned_writes) echo 'allow_object_versioning = true' ;;
    esac
  done >>"$dir/proxy.conf"
}

write_rings() { # one device for each kind of server
  /usr/bin/python3 - "$dir" "${port[account]}" "${port[container]}" "${port[object]}" >"$dir/rings.log" 2>&1 <<'END'
import sys
from swift.common.ring import RingBuilder
for name, port in zip(("account", "container", "object"), map(int, sys.argv[2:])):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1.0, "device": "d1", "meta": "",
                     "ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port})
    builder.rebalance()
    builder.get_ring().save(f"{sys.argv[1]}/{name}.ring.gz")
END
}

start() {
  [ ! -e "$dir/swift.conf" ] || die "$dir is in use"
  local name
  for name in memcached swift-{proxy,account,container,object}-server; do
    command -v "$name" >/dev/null || die "$name is not installed"
  done
  declare -A port
  for name in memcached "${servers[@]}"; do port[$name]=$(free_port); done
  mkdir -p "$dir/devices/d1"
  printf '%s\n' '[swift-hash]' 'swift_hash_path_suffix = sluice' '[storage-policy:0]' 'name = one' 'default = yes' \
    >"$dir/swift.conf"
  for name in account container object; do write_config "$name" "$name-server" 1; done
  write_proxy_config
  write_rings || { cat "$dir/rings.log" >&2; die "cannot make the rings"; }
  trap '[ -s "$dir/env" ] || { tail -n 5 "$dir"/*.log >&2; stop; }' EXIT
  spawn memcached memcached -l 127.0.0.1 -p "${port[memcached]}" -U 0 -u "$(id -un)"
  for name in "${servers[@]}"; do spawn "$name" "swift-$name-server" "$dir/$name.conf" -v; done
  for name in "${servers[@]}"; do
    until answers "${port[$name]}"; do
      kill -0 "$(<"$dir/$name.pid")" 2>/dev/null || die "the $name server died"
      sleep 0.1
    done
  done
  echo "export AWS_ACCESS_KEY_ID=test:tester AWS_SECRET_ACCESS_KEY=$secret" \
    "AWS_REGION=us-east-1 AWS_ENDPOINT_URL_S3=http://127.0.0.1:${port[proxy]}" >"$dir/env"
}

stop() {
  local name pid
  for name in proxy object container account memcached; do
    [ -s "$dir/$name.pid" ] || continue
    pid=$(<"$dir/$name.pid")
    kill -9 -- "-$pid" 2>/dev/null || true
    while kill -0 -- "-$pid" 2>/dev/null; do sleep 0.02; done
    rm -f "$dir/$name.pid"
  done
}

bucket() { # NAME: by Swift's own interface, since curl cannot sign for a key with a colon
  # shellcheck disable=SC1091
  . "$dir/env"
  local token
  token=$(curl -sSf -D - -o /dev/null -H "X-Auth-User: $AWS_ACCESS_KEY_ID" -H "X-Auth-Key: $AWS_SECRET_ACCESS_KEY" \
    "$AWS_ENDPOINT_URL_S3/auth/v1.0" | tr -d '\r' | sed -n 's/^x-auth-token: //Ip')
  curl -sSf -X PUT -H "X-Auth-Token: $token" "$AWS_ENDPOINT_URL_S3/v1/AUTH_test/$1"
}

usage="usage: swift.sh start|stop DIR, or bucket DIR NAME"
[ $# -ge 2 ] || die "$usage"
mkdir -p "$2"
dir=$(cd "$2" && pwd)
case $1 in
  start) start ;;
  stop) stop ;;
  bucket) bucket "${3:?$usage}" ;;
  *) die "$usage" ;;
esac
