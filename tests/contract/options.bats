#!/usr/bin/env bats
# What every tool answers alike.

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || exit
}

# each CHECK: runs CHECK for every tool and every mode, naming the one that fails
each() {
  local command
  while read -ra command; do
    "$@" "${command[@]}" </dev/null || fail "${command[*]}: $*"
  done < <(commands)
}

# refused STATUS TOOL ARGUMENT...: one error line (and perhaps a hint), nothing on stdout
refused() {
  local want=$1 tool=$2 got=0
  "${@:2}" >out 2>err </dev/null || got=$?
  is "$got" "$want" "status of ${*:2}"
  [ ! -s out ] || fail "stdout is not empty"
  is "$(grep -c ": error: " err)" 1 "error lines"
  is "$(grep -v "^$tool: \(error\|hint\): " err)" "" "other words"
}

@test "--help describes itself and exits 0" {
  check() { "$@" --help >out 2>err && [ ! -s err ] && grep -q "^Usage: $* " out && grep -q -- --version out; }
  each check
}

@test "--version prints name and version" {
  check() { [[ $("$@" --version) =~ ^$1\ \(sluice\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]; }
  each check
}

@test "--help and --version fail on a full disk" {
  check() {
    local option status
    for option in --help --version; do
      status=0
      "$@" "$option" >/dev/full 2>err || status=$?
      is "$status" 74 && grep -q "^$1: error: standard output: " err || return 1
    done
  }
  each check
}

@test "a closed stdout is a write error" {
  check() { local status=0; "$@" --version >&- 2>err || status=$?; is "$status" 74; }
  each check
}

@test "an unknown option, long or short, is a usage error" {
  check() { refused 64 "$@" --no-such-option && refused 64 "$@" -@; }
  each check
}

@test "an abbreviated option is refused, with the full name" {
  check() { refused 64 "$@" --verbos && grep -q 'hint: did you mean --verbose' err; }
  each check
}

@test "an option given twice is a usage error" {
  check() { refused 64 "$@" -v --verbose && refused 64 "$@" --progress=never --progress never; }
  each check
}

@test "a switch takes no value, an option needs one that is not empty" {
  check() { refused 64 "$@" --quiet=no && refused 64 "$@" --log-format && refused 64 "$@" --log-format=; }
  each check
}

@test "a bad --log-format or --progress is a usage error" {
  check() { refused 64 "$@" --log-format xml && refused 64 "$@" --progress=sometimes; }
  each check
}

@test "-q and -v contradict each other" {
  check() { refused 64 "$@" -q -v; }
  each check
}

@test "stray and empty operands are usage errors" {
  check() {
    case $1 in s3ls | s3prune) ;; *) refused 64 "$@" a b c d e || return ;; esac
    refused 64 "$@" ''
  }
  each check
}

@test "--log-format json puts every message into one JSON object" {
  check() {
    "$@" --log-format=json -q -v 2>err </dev/null || true
    python3 -c 'import json,sys; m=json.loads(open("err").read()); assert m["status"]==64 and m["tool"]==sys.argv[1], m' "$1"
  }
  each check
}

@test "a filter with closed stdin fails to read, and says so" {
  check() {
    "$@" --help | grep -q -- --trust-eof || return 0
    case $* in zpipe | "sentinel check") ;; *) return 0 ;; esac
    local status=0
    "$@" <&- >out 2>err || status=$?
    is "$status" 74 && grep -q 'error: standard input: ' err
  }
  each check
}

@test "a tool with modes wants one, before anything else" {
  refused 64 sentinel
  has "$(<err)" "a mode is missing"
  refused 64 sentinel guard
  has "$(<err)" "guard: no such mode"
  has "$(<err)" "hint: one of mark"
  refused 64 sentinel -v mark
  has "$(<err)" "mark: comes after options"
}
