#!/usr/bin/env bats
# What every tool answers alike.

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || exit
}

# each CHECK: runs CHECK for every tool, naming the one that fails
each() {
  local tool
  for tool in $(tools); do "$@" "$tool" || fail "$tool: $*"; done
}

# refused TOOL STATUS ARGUMENT...: one error line (and perhaps a hint), nothing on stdout
refused() {
  local tool=$1 want=$2 got=0
  shift 2
  "$tool" "$@" >out 2>err </dev/null || got=$?
  is "$got" "$want" "status of $tool $*"
  [ ! -s out ] || fail "stdout is not empty"
  is "$(grep -c ": error: " err)" 1 "error lines"
  is "$(grep -v "^$tool: \(error\|hint\): " err)" "" "other words"
}

@test "--help describes itself and exits 0" {
  check() { "$1" --help >out 2>err && [ ! -s err ] && grep -q "^Usage: $1 " out && grep -q -- --version out; }
  each check
}

@test "--version prints name and version" {
  check() { [[ $("$1" --version) =~ ^$1\ \(sluice\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]; }
  each check
}

@test "--help and --version fail on a full disk" {
  check() {
    local option status
    for option in --help --version; do
      status=0
      "$1" "$option" >/dev/full 2>err || status=$?
      is "$status" 74 && grep -q "^$1: error: standard output: " err || return 1
    done
  }
  each check
}

@test "a closed stdout is a write error" {
  check() { local status=0; "$1" --version >&- 2>err || status=$?; is "$status" 74; }
  each check
}

@test "an unknown option, long or short, is a usage error" {
  check() { refused "$1" 64 --no-such-option && refused "$1" 64 -@; }
  each check
}

@test "an abbreviated option is refused, with the full name" {
  check() { refused "$1" 64 --verbos && grep -q 'hint: did you mean --verbose' err; }
  each check
}

@test "an option given twice is a usage error" {
  check() { refused "$1" 64 -v --verbose && refused "$1" 64 --progress=never --progress never; }
  each check
}

@test "a switch takes no value, an option needs one that is not empty" {
  check() { refused "$1" 64 --quiet=no && refused "$1" 64 --log-format && refused "$1" 64 --log-format=; }
  each check
}

@test "a bad --log-format or --progress is a usage error" {
  check() { refused "$1" 64 --log-format xml && refused "$1" 64 --progress=sometimes; }
  each check
}

@test "-q and -v contradict each other" {
  check() { refused "$1" 64 -q -v; }
  each check
}

@test "stray and empty operands are usage errors" {
  check() {
    case $1 in s3ls | s3prune) ;; *) refused "$1" 64 a b c d e || return ;; esac
    refused "$1" 64 ''
  }
  each check
}

@test "--log-format json puts every message into one JSON object" {
  check() {
    "$1" --log-format=json -q -v 2>err </dev/null || true
    python3 -c 'import json,sys; m=json.loads(open("err").read()); assert m["status"]==64 and m["tool"]==sys.argv[1], m' "$1"
  }
  each check
}

@test "a filter with closed stdin fails to read, and says so" {
  check() {
    "$1" --help | grep -q -- --trust-eof || return 0
    case $1 in zpipe) ;; *) return 0 ;; esac
    local status=0
    "$1" <&- >out 2>err || status=$?
    is "$status" 74 && grep -q 'error: standard input: ' err
  }
  each check
}
