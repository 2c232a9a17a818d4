#!/bin/bash
# A throw-away S3 server on loopback: Ceph's gateway with one monitor and one store in memory.
#   rgw.sh start DIR   starts it, on a free port; DIR/env then holds what the tools need
#   rgw.sh stop DIR    ends exactly the processes that DIR/*.pid names
#   rgw.sh bucket DIR NAME [HEADER]   makes a bucket
#   rgw.sh kill DIR    kills the gateway alone;  rgw.sh again DIR   starts it again, same port
#   rgw.sh serve DIR   for a container: starts, or starts again with what DIR holds, and stays until
#                      SIGTERM, which keeps everything in DIR
# RGW_ADDRESS, RGW_PORT, RGW_NAME, RGW_STORE (memstore, or bluestore: a sparse file), RGW_BYTES,
# RGW_GC_WAIT (seconds until the space of what is gone is free), RGW_ACCESS_KEY and RGW_SECRET_KEY
# have defaults for tests.
# Any user; no systemd. Packages: radosgw ceph-mon ceph-osd. A second account (testother,
# testothersecret) has rights to nothing that is not its own; the first one has a second key
# (testaccess2, testsecret2).
set -euo pipefail
export LC_ALL=C
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/loopback.bash"

die() { echo "rgw.sh: $*" >&2; exit 1; }

write_config() { # PORT MONITOR-PORT
  cat >"$dir/ceph.conf" <<END
[global]
fsid = $fsid
mon_host = [v2:127.0.0.1:$2]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
# the gateway's default, "secure", cannot work without keys
ms_mon_client_mode = crc
keyring = $dir/keyring
run_dir = $dir
crash_dir = $dir
# a socket's path may not be as long as ours
admin_socket =
log_file = $dir/\$name.log
mon_cluster_log_to_file = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
[mon]
mon_data = $dir/mon
mon_data_avail_warn = 0
mon_data_avail_crit = 0
[osd]
osd_data = $dir/osd
osd_objectstore = ${RGW_STORE:-memstore}
bluestore_block_size = ${RGW_BYTES:-8589934592}
bluestore_block_db_create = false
bluestore_block_wal_create = false
memstore_device_bytes = ${RGW_BYTES:-8589934592}
osd_class_update_on_start = false
[client]
rgw_data = $dir/rgw
rgw_frontends = beast endpoint=${RGW_ADDRESS:-127.0.0.1}:$1
rgw_dns_name = ${RGW_NAME:-localhost}
rgw_thread_pool_size = 64
rgw_num_rados_handles = 1
rgw_gc_obj_min_wait = ${RGW_GC_WAIT:-7200}
rgw_gc_processor_period = ${RGW_GC_WAIT:-3600}
rgw_crypt_require_ssl = false
rgw_crypt_s3_kms_backend = testing
rgw_crypt_s3_kms_encryption_keys = testkey=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
END
}

account() { # UID ACCESS-KEY SECRET-KEY
  timeout 60 radosgw-admin user create --uid="$1" --display-name="$1" --access-key="$2" \
    --secret-key="$3" >>"$dir/setup.log" 2>&1 || die "cannot create the account $1"
}

gateway() { # PORT
  spawn rgw radosgw -f -n client.rgw
  for _ in $(seq 600); do
    kill -0 "$(<"$dir/rgw.pid")" 2>/dev/null || die "the gateway died"
    if answers "$1"; then return; fi
    sleep 0.1
  done
  die "the gateway does not answer"
}

start() {
  [ ! -e "$dir/ceph.conf" ] || die "$dir is in use"
  local program port monitor fsid osd
  for program in ceph-mon ceph-osd radosgw; do
    command -v "$program" >/dev/null || die "$program is not installed"
  done
  port=${RGW_PORT:-$(free_port)} monitor=$(free_port)
  read -r fsid </proc/sys/kernel/random/uuid
  read -r osd </proc/sys/kernel/random/uuid
  mkdir -p "$dir/mon" "$dir/osd" "$dir/rgw"
  : >"$dir/keyring"
  write_config "$port" "$monitor"
  trap '[ -s "$dir/env" ] || { tail -n 5 "$dir"/*.log >&2; stop; }' EXIT
  monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$monitor]" \
    "$dir/monmap" >"$dir/setup.log" 2>&1
  ceph-mon --mkfs -i a --monmap "$dir/monmap" >>"$dir/setup.log" 2>&1
  spawn mon ceph-mon -f -i a
  timeout 60 ceph --connect-timeout 30 osd new "$osd" >>"$dir/setup.log" 2>&1 ||
    die "the monitor does not answer"
  ceph-osd -i 0 --mkfs --osd-uuid "$osd" >>"$dir/setup.log" 2>&1 || die "the store was not made"
  spawn osd ceph-osd -f -i 0
  account test "$access" "$secret"
  timeout 60 radosgw-admin key create --uid=test --key-type=s3 --access-key=testaccess2 \
    --secret-key=testsecret2 >>"$dir/setup.log" 2>&1 || die "cannot create a second key"
  account other testother testothersecret
  gateway "$port"
  echo "$port" >"$dir/port"
  echo "export AWS_ACCESS_KEY_ID=$access AWS_SECRET_ACCESS_KEY=$secret" \
    "AWS_REGION=us-east-1 AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port" >"$dir/env"
}

end() { # NAME
  local pid
  [ -s "$dir/$1.pid" ] || return 0
  pid=$(<"$dir/$1.pid")
  kill -9 "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
  rm -f "$dir/$1.pid"
}

bucket() { # NAME [HEADER]
  # shellcheck disable=SC1091
  . "$dir/env"
  local nothing
  nothing=$(sha256sum </dev/null | cut -d' ' -f1)
  curl -sSf -X PUT -H "x-amz-content-sha256: $nothing" ${2:+-H "$2"} --aws-sigv4 aws:amz:us-east-1:s3 \
    -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "$AWS_ENDPOINT_URL_S3/$1"
}

stop() { end rgw; end osd; end mon; }

save() { # the store writes its memory down when it is asked to end
  local name pid
  for name in rgw osd mon; do
    pid=$(<"$dir/$name.pid")
    kill -TERM "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    rm -f "$dir/$name.pid"
  done
}

serve() {
  trap save EXIT
  trap 'exit 0' TERM INT
  if [ -e "$dir/env" ]; then
    spawn mon ceph-mon -f -i a
    spawn osd ceph-osd -f -i 0
    gateway "$(<"$dir/port")"
  else
    (start)
  fi
  while kill -0 "$(<"$dir/rgw.pid")" 2>/dev/null; do sleep 0.5; done
  die "the gateway died"
}

usage="usage: rgw.sh start|stop|kill|again|serve DIR, or bucket DIR NAME [HEADER]"
[ $# -ge 2 ] || die "$usage"
mkdir -p "$2"
dir=$(cd "$2" && pwd)
export CEPH_CONF="$dir/ceph.conf" CEPH_ARGS=
access=${RGW_ACCESS_KEY:-testaccess} secret=${RGW_SECRET_KEY:-testsecret}
case $1 in
  start) start ;;
  stop) stop ;;
  kill) end rgw ;;
  serve) serve ;;
  again) gateway "$(<"$dir/port")" ;;
  bucket) bucket "${3:?$usage}" "${4:-}" ;;
  *) die "$usage" ;;
esac
