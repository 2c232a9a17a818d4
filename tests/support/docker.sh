#!/bin/bash
# A private Docker engine with compose and buildx, for the tests of the examples. Root only.
#   docker.sh start DIR    fetches what is missing into DIR, starts the engine; DIR/env names it
#   docker.sh stop DIR     removes every container, volume and network, and ends the engine
#   docker.sh in DIR CMD…  runs a command where the engine's published ports are
# The engine has a network, mount and process namespace of its own (slirp4netns leads out of it),
# so that its rules, bridges and mounts never touch the machine and all end with it. Images stay in
# DIR for the next time. Debian 12 has no compose: engine and plugins are those of Debian forky,
# unpacked, not installed. Packages: slirp4netns iptables runc tini iproute2 debootstrap.
set -euo pipefail
export LC_ALL=C

die() { echo "docker.sh: $*" >&2; exit 1; }

# shellcheck disable=SC2016 # the mirror's own format
mirror() { apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -1; }

fetch_engine() {
  [ ! -e "$dir/engine/complete" ] || return 0
  local apt=$dir/apt package
  rm -rf "$apt" "$dir/engine"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs" "$dir/engine"
  : >"$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) forky main" >"$apt/sources.list"
  local options=(-qq -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "Dir::State::status=$apt/status"
    -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update
  (cd "$apt/debs" && apt-get "${options[@]}" download docker.io docker-cli containerd docker-buildx docker-compose)
  for package in "$apt"/debs/*.deb; do dpkg-deb -x "$package" "$dir/engine"; done
  rm -rf "$apt"
  touch "$dir/engine/complete"
}

# The base image, under the name that Dockerfiles use.
fetch_base() {
  ! docker image inspect debian:bookworm-slim >/dev/null 2>&1 || return 0
  local root=$dir/bookworm
  rm -rf "$root"
  debootstrap --variant=minbase bookworm "$root" "$(mirror)" >"$dir/debootstrap.log" 2>&1 ||
    { tail "$dir/debootstrap.log" >&2; die "debootstrap failed"; }
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb \
    "$root"/usr/share/{doc,man,locale,info}/*
  tar -C "$root" --numeric-owner -c . | docker import -c 'CMD ["bash"]' - debian:bookworm-slim >/dev/null
  rm -rf "$root"
}

# Runs inside the namespaces, as their first process.
inside() {
  mount --make-rprivate /
  echo 'nameserver 10.0.2.3' >"$dir/resolv.conf"
  mount --bind "$dir/resolv.conf" /etc/resolv.conf
  ip link set lo up
  until ip -4 addr show dev tap0 2>/dev/null | grep -q inet; do sleep 0.05; done
  exec "$dir/engine/usr/sbin/dockerd" --data-root "$dir/data" --exec-root "$dir/exec" \
    -H "unix://$dir/docker.sock" -p "$dir/docker.pid" --cgroup-parent "$cgroup" --init-path /usr/bin/tini-static
}

spawn() { # NAME COMMAND…: detached, its process id kept, with none of the caller's files open
  local name=$1
  shift
  (
    for file in "/proc/$BASHPID/fd"/*; do
      [ "${file##*/}" -le 2 ] || eval "exec ${file##*/}>&-"
    done
    exec setsid "$@" >>"$dir/$name.log" 2>&1 </dev/null
  ) &
  echo $! >"$dir/$name.pid"
}

answers() { docker version >/dev/null 2>&1; }

start() {
  [ "$(id -u)" = 0 ] || die "needs root"
  ! answers || return 0
  fetch_engine
  rm -rf "$dir"/*.log "$dir/exec" "$dir/docker.pid"
  mkdir -p "$DOCKER_CONFIG/cli-plugins"
  ln -sf "$dir"/engine/usr/libexec/docker/cli-plugins/* "$DOCKER_CONFIG/cli-plugins/"
  spawn engine unshare --net --mount --pid --fork --kill-child --mount-proc "$0" inside "$dir"
  until [ "$(readlink "/proc/$(<"$dir/engine.pid")/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
  spawn slirp slirp4netns --configure --mtu=65520 --disable-host-loopback "$(<"$dir/engine.pid")" tap0
  for _ in $(seq 300); do
    ! answers || break
    kill -0 "$(<"$dir/engine.pid")" 2>/dev/null || break
    sleep 0.1
  done
  answers || { tail -5 "$dir"/*.log >&2; stop; die "the engine did not start"; }
  fetch_base
  # shellcheck disable=SC2016 # for those who source it
  printf 'export DOCKER_HOST=%q DOCKER_CONFIG=%q PATH=%q:"$PATH"\n' \
    "$DOCKER_HOST" "$DOCKER_CONFIG" "$dir/engine/usr/bin" >"$dir/env"
}

await_end() { # PID: ends by itself within 15 s, or is killed
  local _
  for _ in {1..300}; do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.05
  done
  kill -KILL "$1"
}

empty() {
  local list
  for list in "container ls -aq" "volume ls -q" "network ls -q --filter type=custom"; do
    # shellcheck disable=SC2086,SC2046 # words are meant
    docker $list | while read -r name; do docker ${list%% *} rm -f "$name"; done
  done >/dev/null
}

stop() {
  ! answers || empty
  if [ -s "$dir/engine.pid" ]; then
    # unshare itself ignores the signal; the engine is its child, and the first process inside.
    local pid
    pid=$(<"$dir/engine.pid")
    xargs -r kill <"/proc/$pid/task/$pid/children" 2>/dev/null || true
    await_end "$pid"
  fi
  if [ -s "$dir/slirp.pid" ]; then
    kill "$(<"$dir/slirp.pid")" 2>/dev/null || true
    await_end "$(<"$dir/slirp.pid")"
  fi
  rm -f "$dir"/*.pid
  rm -rf "$dir/docker.sock" "$dir/docker.pid" "$dir/exec"
  find /sys/fs/cgroup -depth -type d -path "*$cgroup*" -exec rmdir {} + 2>/dev/null || true
}

usage="usage: docker.sh start|stop DIR, or in DIR COMMAND…"
[ $# -ge 2 ] || die "$usage"
mkdir -p "$2"
dir=$(cd "$2" && pwd)
cgroup=/sluice-$(cksum <<<"$dir" | cut -d' ' -f1)
export DOCKER_HOST=unix://$dir/docker.sock DOCKER_CONFIG=$dir/config
export PATH="$dir/engine/usr/bin:$dir/engine/usr/sbin:/usr/sbin:$PATH"
case $1 in
  start) start ;;
  stop) stop ;;
  inside) inside ;;
  in) shift 2; exec nsenter --net="/proc/$(<"$dir/engine.pid")/ns/net" -- "$@" ;;
  *) die "$usage" ;;
esac
