# For every bats file: the tools first in PATH, one scratch directory a test, short checks.
# SLUICE_BIN names the build directory of the tools under test.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export PATH="${SLUICE_BIN:-$ROOT/build}:$PATH"
export LC_ALL=C.UTF-8 AWS_EC2_METADATA_DISABLED=true
umask 022

bats_require_minimum_version 1.5.0

# The tools that this build has, a name a line.
tools() { sed -n 's/^tool(\([a-z0-9-]*\) .*/\1/p' "$ROOT/CMakeLists.txt"; }

# What a user can type: the tools, and "TOOL MODE" for each mode of those that have several.
commands() {
  local tool
  for tool in $(tools); do
    echo "$tool"
    "$tool" --help | awk -v tool="$tool" -f "$ROOT/tests/support/help-modes.awk"
  done
}

fail() { echo "$*" >&2; return 1; }

# is ACTUAL EXPECTED [WHAT]
is() { [ "$1" = "$2" ] || fail "${3:-value}: got '$1', want '$2'"; }

# has TEXT PART: TEXT contains PART literally
has() { [[ $1 == *"$2"* ]] || fail "'$2' is not in: $1"; }

# status COMMAND...: prints its status; what it prints goes to "out"
status() { local status=0; "$@" >out 2>&1 </dev/null || status=$?; echo "$status"; }

# measured COMMAND...: what it prints goes to "out" of the test, its peak of memory in KiB to $peak
measured() {
  command time -f %M -o "$BATS_TEST_TMPDIR/peak" "$@" >"$BATS_TEST_TMPDIR/out"
  # shellcheck disable=SC2034
  peak=$(<"$BATS_TEST_TMPDIR/peak")
}
