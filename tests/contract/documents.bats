#!/usr/bin/env bats
# Help, man pages, completions and tables cannot drift apart.

setup() { load ../support/common; }

# help TOOL: its --help, and that of each of its modes
help() {
  local command
  while read -ra command; do "${command[@]}" --help; done < <(commands | grep -E "^$1( |$)")
}

@test "every tool has a man page with exactly the options of its --help" {
  for tool in $(tools); do
    diff <(help "$tool" | awk -f "$ROOT/tests/support/help-options.awk" | sort -u) \
         <(awk -f "$ROOT/tests/support/man-options.awk" "$ROOT/man/$tool.1" | sort -u) || fail "$tool"
  done
}

@test "the man pages are clean mdoc" {
  mandoc -T lint -W warning "$ROOT"/man/*.[157]
}

@test "the committed completions are those that --help gives" {
  "$ROOT/completions/generate.sh" "$BATS_TEST_TMPDIR"
  for shell in bash zsh fish; do
    diff -r "$ROOT/completions/$shell" "$BATS_TEST_TMPDIR/$shell"
  done
}

@test "the completions load in their shells" {
  bash -n "$ROOT"/completions/bash/sluice
}

@test "sluice.7 prints the table of exit statuses that the code has" {
  diff <(sed -n 's/.*ExitMeaning{Exit::\([a-z_]*\), "\(.*\)"}.*/\1 \2/p' "$ROOT/lib/base/exit.hpp" |
           while read -r name meaning; do
             echo "$(sed -n "s/^  $name = \([0-9]*\),.*/\1/p" "$ROOT/lib/base/exit.hpp") $meaning"
           done) \
       <(awk '/^\.It [0-9]+ Ta /{sub(/^\.It /, ""); split($0, cell, " Ta "); print cell[1], cell[2]}' "$ROOT/man/sluice.7")
}

@test "nothing in the tree names a machine path" {
  run ! git -C "$ROOT" grep -nE '/work/|/root/' -- . ':!tests/contract/documents.bats'
}
