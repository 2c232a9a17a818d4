#!/bin/bash
# seal against age and gpg --symmetric (SIZE MiB, default 1024, read from memory).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH="${SLUICE_BIN:-$root/build}:$PATH"
compare() { python3 "$root/tests/bench/compare.py" "$@"; }

size=${SIZE:-1024}
dir=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
head -c "${size}M" /dev/urandom >plain
bytes=$(stat -c %s plain)
seal-keygen -q -o key 2>/dev/null
seal-keygen -y key >recipients
export GNUPGHOME=$dir/gnupg
mkdir -m 700 "$GNUPGHOME"
gpg="gpg --batch --quiet --pinentry-mode loopback --passphrase secret"

compare --bytes "$bytes" --svg "$root/docs/bench-encrypt.svg" "encrypt $size MiB" \
  'seal=seal -R recipients plain' 'age=age -R recipients plain' "gpg --symmetric=$gpg -o - -c plain"
compare --bytes "$bytes" "encrypt $size MiB through pipes" \
  'seal=cat plain | seal --trust-eof -R recipients | cat' 'age=cat plain | age -R recipients | cat'
seal -R recipients -o sealed plain
$gpg -o gpg -c plain
compare --bytes "$bytes" --svg "$root/docs/bench-decrypt.svg" "decrypt $size MiB" \
  'seal -d=seal -d -i key sealed' 'age -d=age -d -i key sealed' "gpg -d=$gpg -o - -d gpg"
compare --bytes "$bytes" "decrypt $size MiB through pipes" \
  'seal -d=cat sealed | seal -d -i key | cat' 'age -d=cat sealed | age -d -i key | cat'
rm gpg
compare --bytes "$bytes" "file to file, $size MiB" \
  'seal=seal -R recipients -o out plain' 'age=age -R recipients -o out plain'
