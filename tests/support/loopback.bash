# shellcheck shell=bash disable=SC2154 # dir: where the server that sources this keeps its files
# For the scripts that start servers on loopback.

free_port() { # a port that nobody listens on, below the range of outgoing connections
  local port
  while :; do
    port=$((RANDOM % 12000 + 20000))
    if ! { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null; then echo "$port"; return; fi
    exec 3>&-
  done
}

spawn() { # NAME COMMAND…: detached, the leader of its process group; its process id is kept
  local name=$1
  shift
  setsid "$@" >>"$dir/$name.log" 2>&1 </dev/null 3>&- &
  echo $! >"$dir/$name.pid"
}

answers() { # PORT: does a server speak HTTP?
  local line=
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
  read -r -t 5 line <&3 || true
  exec 3>&-
  [[ $line == HTTP/1.* ]]
}
