#!/usr/bin/env bats
# What a core of a running seal holds: no identity, no passphrase and no file key, for they are
# wiped before the payload begins; the payload's key alone is in use. That the search works shows
# with wiping switched off.

setup_file() {
  load ../support/common
  [ -n "$(command -v gdb)" ] || skip "gdb is not installed"
  cc -shared -fPIC -O2 -o "$BATS_FILE_TMPDIR/tap.so" "$ROOT/tests/support/memory-tap.c" -ldl
}

setup() {
  load ../support/common
  [ -e "$BATS_FILE_TMPDIR/tap.so" ] || skip "gdb is not installed"
  cd "$BATS_TEST_TMPDIR" || exit
  # Sanitizers keep freed memory and shadow it: there is nothing to see in their cores.
  ! grep -q __asan_init "$(command -v seal)" || skip "a sanitized build"
}

IDENTITY=AGE-SECRET-KEY-1EG5QQ2YJUP8W4XHRES2LF49UTQF5WEHD74NFU9DU38ACCP65HV3Q2GKFD5
PASSPHRASE='lips that are sealed sink no ships'

# Both are headers around the file key "YELLOW SUBMARINE", with the nonce of a payload to come.
for_identity() {
  cat <<'END'
age-encryption.org/v1
-> X25519 ECUIfOtWA9HY0ac9rHdisiri14Lji7KL1Ss3a7puJDg
T9uVjpIRARCJyR+zjU87SngfEF07b0/aSYqay0aHxck
--- GOOFl8zlUeGw6Hva8Wm2etWVn7BGz34XhiCbAgXeTTE
END
  head -c 16 /dev/zero
}
for_passphrase() {
  cat <<'END'
age-encryption.org/v1
-> scrypt tzdJVt+hmz0xmKZhr5oG3A 10
sgsDcdCto66vzfq1BjQz7GwD/2RjVKiKmKzrOXbg1pg
--- VxVaECwe3McRiejK1rytfUslArneyQd9kHK/sWntZuk
END
  head -c 16 /dev/zero
}

# core_of HEADER COMMAND...: a core of the command, taken while it waits for the payload
core_of() {
  local header=$1 pid
  shift
  mkfifo input
  LD_PRELOAD="$BATS_FILE_TMPDIR/tap.so" "$@" <input >/dev/null &
  pid=$!
  exec 9>input
  "$header" >&9
  # It starts threads when it has the key.
  until [ "$(awk '/^Threads:/{print $2}' "/proc/$pid/status")" -gt 1 ]; do sleep 0.05; done
  sleep 0.3
  gdb -batch -p "$pid" -ex 'set use-coredump-filter off' -ex 'set dump-excluded-mappings on' \
    -ex 'gcore core' >gdb.log 2>&1 || cat gdb.log
  kill -KILL "$pid"
  exec 9>&-
  wait "$pid" || true
  [ -s core ]
}

# found WHAT: is it in the core? The first and last byte of a raw key may be changed by clamping.
found() {
  python3 - "$1" "$IDENTITY" "$PASSPHRASE" <<'END'
import sys
what, identity, passphrase = sys.argv[1:]
charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
bits = "".join(f"{charset.index(c):05b}" for c in identity.lower().rsplit("1", 1)[1][:-6])
raw = bytes(int(bits[i:i + 8], 2) for i in range(0, 256, 8))
needle = {"bech32": identity.encode(), "raw": raw[1:31], "passphrase": passphrase.encode(),
          "file key": b"YELLOW SUBMARINE"}[what]
with open("core", "rb") as core:
    sys.exit(0 if needle in core.read() else 1)
END
}

@test "without wiping, the search finds the identity and the file key" {
  echo "$IDENTITY" >key
  KEEP_SECRETS=yes core_of for_identity seal -d -i key
  found bech32 && found raw && found "file key"
}

@test "the identity and the file key are gone before the payload" {
  echo "$IDENTITY" >key
  core_of for_identity seal -d -i key
  for secret in bech32 raw "file key"; do ! found "$secret" || fail "$secret"; done
}

@test "without wiping, the search finds the passphrase" {
  export SEAL_PASSPHRASE=$PASSPHRASE
  KEEP_SECRETS=yes core_of for_passphrase seal -d
  found passphrase && found "file key"
}

@test "a passphrase is gone before the payload, wherever it comes from" {
  SEAL_PASSPHRASE=$PASSPHRASE core_of for_passphrase seal -d
  for secret in passphrase "file key"; do ! found "$secret" || fail "$secret"; done
  rm core input
  echo "$PASSPHRASE" >file
  SEAL_PASSPHRASE_FILE=./file core_of for_passphrase seal -d
  for secret in passphrase "file key"; do ! found "$secret" || fail "$secret"; done
}

@test "a core of a running encryption holds neither passphrase nor identity" {
  nothing() { :; }
  SEAL_PASSPHRASE=$PASSPHRASE core_of nothing seal
  ! found passphrase || fail passphrase
  rm core input
  echo "$IDENTITY" >key
  core_of nothing seal -i key
  for secret in bech32 raw; do ! found "$secret" || fail "$secret"; done
}

@test "debuggers and core dumps are kept out" {
  # As another user than root: what cannot be dumped belongs to root in /proc, whoever runs it.
  local user=() open
  open=$(mktemp -d)
  chmod 755 "$open"
  cp "$(command -v seal)" "$open"
  [ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  mkfifo input
  seal-keygen -q -o key 2>/dev/null
  "${user[@]}" "$open/seal" -r "$(seal-keygen -y key)" <input >/dev/null &
  local pid=$!
  exec 9>input
  sleep 0.5
  local owner
  owner=$(stat -c %U "/proc/$pid/environ")
  exec 9>&-
  wait "$pid" || true
  rm -r "$open"
  is "$owner" root
}
