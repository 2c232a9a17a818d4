# shellcheck shell=bash
# A throw-away PostgreSQL server: a cluster of its own in a directory of its own, reachable by its
# Unix socket (everybody is trusted) and on loopback (password, user postgres: "secret").
#
#   . tests/support/postgres.sh
#   postgres_start DIR [MAJOR]    starts it; exports PGHOST PGPORT PGUSER; DIR must not exist
#   postgres_stop DIR             stops it and removes DIR
#
# Sourced by the tests and by the demo; works as root (the server then runs as another user).

postgres_bin() { # [MAJOR]: the newest, or that one
  local bin
  # shellcheck disable=SC2086 # the star is meant
  bin=$(printf '%s\n' /usr/lib/postgresql/${1:-*}/bin | sort -V | tail -1)
  [ -x "$bin/initdb" ] || {
    echo "no PostgreSQL server ${1:-} in /usr/lib/postgresql: install the package postgresql" >&2
    return 1
  }
  echo "$bin"
}

# Runs a command as the user that owns DIR's cluster: initdb and postgres refuse root.
postgres_as_owner() {
  if [ "$(id -u)" -ne 0 ]; then
    "$@"
  elif id postgres >/dev/null 2>&1; then
    setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
  else
    setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"
  fi
}

postgres_start() {
  local dir=$1 bin
  bin=$(postgres_bin "${2:-}") || return
  mkdir -m 755 "$dir" || return
  if [ "$(id -u)" -eq 0 ]; then
    chown "$(postgres_as_owner id -u):$(postgres_as_owner id -g)" "$dir"
  fi
  echo secret >"$dir/password"
  (cd "$dir" && postgres_as_owner "$bin/initdb" -D "$dir/data" -U postgres -E UTF8 \
    --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 --pwfile="$dir/password" -N) \
    >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; return 1; }
  cat >>"$dir/data/postgresql.conf" <<EOF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
fsync = off
wal_level = logical
full_page_writes = off
synchronous_commit = off
max_wal_size = 4GB
${POSTGRES_CONF:-}
EOF
  postgres_launch "$dir" "${2:-}"
}

# Starts the cluster in DIR/data and exports the way to it, as postgres_start does.
postgres_launch() { # DIR [MAJOR]
  local dir=$1 bin port try
  bin=$(postgres_bin "${2:-}") || return
  sed -i "s|^unix_socket_directories = .*|unix_socket_directories = '$dir'|" "$dir/data/postgresql.conf"
  # Nobody can reserve a port: try until one is free.
  for try in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if (cd "$dir" && postgres_as_owner "$bin/pg_ctl" -D "$dir/data" -w -t 60 -o "-p $port" \
      -l "$dir/log" start) >/dev/null 2>&1 3>&-; then
      export PGHOST=$dir PGPORT=$port PGUSER=postgres
      unset PGDATABASE PGPASSWORD PGSERVICE
      return 0
    fi
  done
  cat "$dir/log" >&2
  echo "PostgreSQL did not start in $dir after $try tries" >&2
  return 1
}

postgres_stop() {
  local dir=$1 pid
  if pid=$(head -1 "$dir/data/postmaster.pid" 2>/dev/null); then
    kill -INT "$pid" 2>/dev/null
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  fi
  rm -rf "$dir"
}
