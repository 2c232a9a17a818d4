#!/usr/bin/env bats
# The READMEs of the examples account for every promise of the documents that they replace.
# shellcheck disable=SC2016 # a README's text

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || exit
}

@test "every promise has a line, which names what exists or says why not" {
  is "$("$ROOT/tests/support/promises.py" "$ROOT")" ""
}

@test "a promise without a line, without a test or with a file that is not there is found" {
  mkdir -p copy/examples/mirror copy/tests
  cp "$ROOT/Makefile" copy/
  sed 's/^| 004-20, .*$/| 004-20 | x | `tests\/nowhere.bats` |/; s/^| 004-19 .*/| 004-19 | x | y |/' \
    "$ROOT/examples/mirror/README.md" >copy/examples/mirror/README.md
  "$ROOT/tests/support/promises.py" copy >out
  grep -x 'examples/mirror/README.md: 004-20: there is no tests/nowhere.bats' out
  grep '^examples/mirror/README.md: 004-19: neither' out
  grep -x '004-22 is in no README' out
}
