#!/usr/bin/env bats
# The lines that begin with "$ " in a page's EXAMPLES are commands, and they work, one after the
# other, in an empty directory.

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || exit
}

# examples PAGE: its commands, a line each
examples() { sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/s/^\$ //p' "$ROOT/man/$1" | sed 's/\\e/\\/g; s/\\-/-/g'; }

works() {
  examples "$1" >script
  [ -s script ] || fail "$1 has no examples"
  bash -euo pipefail script || fail "the examples of $1"
}

@test "the examples of zpipe.1 work" { works zpipe.1; }
@test "the examples of seal.1 work" { works seal.1; }
@test "the examples of seal-keygen.1 work" { works seal-keygen.1; }
