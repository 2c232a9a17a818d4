#!/bin/bash
# fetch-age-vectors.sh DIRECTORY: the official test vectors of the age format (C2SP/CCTV), a file
# each, from the npm package cctv-age. Compressed ones are inflated. Says so and succeeds when npm
# is absent or cannot reach its registry: the test that reads them then says that it was skipped.
set -euo pipefail

version=0.2.0
sha256=94a2a220a95b158a69997e84405bb5d4ef84adf05d15bf341b83ec3ba9dd846e
directory=$1
[ ! -e "$directory" ] || exit 0

missing() { echo "$*: the age test vectors will be skipped" >&2; exit 0; }
command -v npm >/dev/null || missing "npm is not installed"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
package=$(cd "$scratch" && npm pack --silent "cctv-age@$version") || missing "npm cannot fetch cctv-age"
sha256sum --quiet -c <<<"$sha256  $scratch/$package"
tar -xzf "$scratch/$package" -C "$scratch"
mkdir "$scratch/vectors"
cat >"$scratch/unpack.mjs" <<'END'
import * as vectors from './package/index.js';
import { writeFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
for (const [name, bytes] of Object.entries(vectors)) {
  let file = Buffer.from(bytes);
  const body = file.indexOf('\n\n') + 2;
  if (file.subarray(0, body).includes('compressed: zlib')) {
    file = Buffer.concat([file.subarray(0, body), inflateSync(file.subarray(body))]);
  }
  writeFileSync(`${process.argv[2]}/${name}`, file);
}
END
node "$scratch/unpack.mjs" "$scratch/vectors"
mkdir -p "$(dirname "$directory")"
mv "$scratch/vectors" "$directory"
