#!/usr/bin/env bats
# shellcheck disable=SC2016 # pipelines are given as text
# The stream contract on real pipes: who dies is seen, who finishes is believed. zpipe stands for
# every stage: -d writes unmarked data, so that nothing but the proof can speak for it.

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || exit
  seq 200000 >plain
  zpipe plain >packed
  mkfifo slow
}

# The exit status of the last stage of a pipeline given as text.
last_stage() {
  local status=0
  bash -c "$1" >out 2>err || status=$?
  echo "$status"
}

# A stage that writes `$1` bytes' worth of input and is then killed by SIGKILL.
killed_after() {
  zpipe -d --trust-eof <slow &
  local victim=$!
  exec 9>slow
  head -c "$1" packed >&9
  sleep 0.1
  kill -KILL $victim
  exec 9>&-
  wait $victim
}

# A writer into the pipe at 1 and 3 that gets its input when another one has come: the pipe is marked
# "broken" then. If it never is, this one finishes all the same, and is believed.
together() {
  {
    for _ in $(seq 50); do
      [[ $(stat -Lc %A /dev/fd/3) != ???x* ]] || break
      sleep 0.1
    done
    cat packed
  } | zpipe -d
}

@test "a writer that finished is believed" {
  is "$(last_stage 'zpipe -d packed | zpipe')" 0
  gunzip -c out | cmp - plain
}

@test "a writer that was killed is seen, before its first byte and after" {
  export -f killed_after
  for bytes in 0 50 60000; do
    is "$(last_stage "killed_after $bytes 2>/dev/null | zpipe")" 65 "after $bytes bytes"
    has "$(<err)" "zpipe: error: standard input: the writer of this stream died without a word"
  done
}

@test "a writer that reported its error is not explained again" {
  is "$(last_stage 'zpipe -d nothing | zpipe')" 65
  is "$(grep -c . err)" 2
  has "$(<err)" "zpipe: error: nothing: No such file"
  has "$(<err)" "standard input: incomplete, reported upstream"
}

@test "a writer that dies in its options is seen" {
  is "$(last_stage 'zpipe --nonsense | zpipe')" 65
}

@test "the failure travels to the end of a long pipeline" {
  is "$(last_stage 'zpipe -d nothing | zpipe | zpipe -d | zpipe -F zstd | zpipe -d')" 65
}

@test "command not found is an empty stream that nobody vouches for" {
  is "$(last_stage 'no-such-stage | zpipe')" 65
  has "$(<err)" "empty, and nothing says that it should be"
  is "$(last_stage 'no-such-stage | zpipe --allow-empty')" 0
}

@test "an empty stream with proof is whole" {
  : | zpipe --allow-empty >nothing.gz
  is "$(last_stage 'zpipe -d nothing.gz | zpipe')" 0
}

@test "a group of finished writers is believed" {
  is "$(last_stage '{ zpipe -d packed; zpipe -d packed; } | zpipe')" 0
  gunzip -c out | cmp - <(cat plain plain)
  is "$(last_stage 'for i in 1 2 3; do zpipe -d packed; done | zpipe')" 0
}

@test "a group with a dead member is refused, wherever it stands" {
  for group in 'zpipe -d nothing; zpipe -d packed' 'zpipe -d packed; zpipe -d nothing' \
    'zpipe -d packed; zpipe -d nothing; zpipe -d packed'; do
    is "$(last_stage "{ $group; } | zpipe")" 65 "$group"
  done
}

@test "a retry loop whose first try failed is refused" {
  is "$(last_stage 'try() { [ -e again ] && zpipe -d packed || { touch again; zpipe -d nothing; }; }
                    until try; do :; done | zpipe')" 65
  [ -e again ]
}

@test "two writers at once are refused" {
  export -f together
  is "$(last_stage '{ together & together; wait; } 3>&1 | zpipe')" 65
  is "$(last_stage '{ printf "%s\n" 1 2 | xargs -P2 -I{} bash -c together; } 3>&1 | zpipe')" 65
}

@test "a foreign stage hides the proof: marked formats are judged, others refused" {
  is "$(last_stage 'zpipe plain | cat | zpipe -d')" 0
  is "$(last_stage 'zpipe plain | pv -q | zpipe -d')" 0
  is "$(last_stage 'zpipe -d packed | cat | zpipe')" 65
  has "$(<err)" "nobody can tell whether it is whole"
  has "$(<err)" "--trust-eof"
  is "$(last_stage 'zpipe -d packed | cat | zpipe --trust-eof')" 0
}

@test "an orderly failure survives a foreign stage" {
  for stage in 'pv -q' cat; do
    is "$(last_stage "zpipe -d nothing | zpipe | $stage | zpipe -d")" 65
    is "$(last_stage "zpipe -d nothing | zpipe -F zstd | $stage | zpipe -d")" 65
  done
}

@test "--trust-eof does not overrule what is known" {
  is "$(last_stage 'zpipe -d nothing | zpipe --trust-eof --allow-empty')" 65
  is "$(last_stage 'head -c 1000 packed | zpipe -d --trust-eof')" 65
}

@test "a regular file is whole when it was read to its end" {
  is "$(last_stage 'zpipe < plain')" 0
  gzip -c plain >foreign.gz
  is "$(last_stage 'zpipe -d < foreign.gz')" 0
}

@test "coprocesses and process substitutions carry the proof" {
  is "$(last_stage 'zpipe < <(zpipe -d packed)')" 0
  is "$(last_stage 'zpipe < <(zpipe -d nothing)')" 65
}

@test "every shell at hand gives the same answers" {
  for shell in dash zsh mksh tcsh fish busybox; do
    path=$(command -v $shell) || continue
    [ $shell != busybox ] || path="busybox sh"
    $path -c 'zpipe -d packed | zpipe' >out || fail "$shell: false alarm"
    $path -c 'zpipe -d nothing | zpipe' >out 2>err && fail "$shell: not seen"
    grep -q 'reported upstream' err || fail "$shell"
  done
}

@test "named FIFOs and files are never marked" {
  mode() { stat -c %a "$1"; }
  before=$(mode slow)
  cat slow >/dev/null &
  zpipe -d packed >slow
  wait $!
  is "$(mode slow)" "$before"
  zpipe -d packed >file
  is "$(mode file)" 644
}

@test "read and write bits of the pipe stay as they are" {
  mode=$(zpipe -d packed | { cat >/dev/null; stat -Lc %a /dev/stdin; })
  is "$mode" 611
}

@test "no false alarm over random sizes" {
  for _ in $(seq 50); do
    head -c $((RANDOM * RANDOM % 3000000)) /dev/urandom >random
    zpipe -1 random | zpipe -d | zpipe -1 -F zstd | zpipe -d | cmp - random
  done
}

# The writer as another user than the pipe's owner. Needs root, and a place that nobody may enter.
as_nobody_setup() {
  [ "$(id -u)" = 0 ] || skip "needs root"
  shared=$(mktemp -d)
  chmod 755 "$shared"
  cp "$(command -v zpipe)" "$shared/zpipe"
  export NOBODY="setpriv --reuid=65534 --regid=65534 --clear-groups $shared/zpipe"
}

teardown() { rm -rf "${shared:-$BATS_TEST_TMPDIR/none}"; }

@test "a writer under another user proves itself by the pipe's size" {
  as_nobody_setup
  is "$(last_stage '$NOBODY -d < packed | zpipe')" 0
  gunzip -c out | cmp - plain
  is "$(last_stage '{ $NOBODY -d < packed; $NOBODY -d < packed; } | zpipe')" 0
  is "$(last_stage '{ zpipe -d packed; $NOBODY -d < packed; zpipe -d packed; } | zpipe')" 0
}

@test "the size of a foreign writer's pipe is no proof" {
  for size in 131072 524288 1048576; do
    run python3 -c '
import subprocess, sys
writer = subprocess.Popen(["sh", "-c", "echo partial; kill -9 $$"], stdout=subprocess.PIPE, pipesize=int(sys.argv[1]))
sys.exit(subprocess.run(["zpipe"], stdin=writer.stdout, stdout=subprocess.DEVNULL).returncode)' $size
    is "$status" 65 "$size"
  done
}

@test "a reader under another user sees the proof" {
  as_nobody_setup
  is "$(last_stage 'zpipe -d packed | $NOBODY')" 0
  is "$(last_stage 'zpipe -d nothing | $NOBODY')" 65
}

@test "a writer under another user that fails or is killed is seen" {
  as_nobody_setup
  is "$(last_stage '$NOBODY -d nothing | zpipe')" 65
  is "$(last_stage '{ zpipe -d packed; $NOBODY -d nothing; } | zpipe')" 65
  is "$(last_stage '{ $NOBODY -d nothing; zpipe -d packed; } | zpipe')" 65
  is "$(last_stage '{ $NOBODY -d nothing; $NOBODY -d < packed; } | zpipe')" 65
  is "$(last_stage '(sleep 0.3; cat packed) | timeout -s KILL 0.1 $NOBODY -d | zpipe')" 65
}

@test "two writers at once under another user are refused" {
  as_nobody_setup
  slowly='(sleep 1; cat packed)'
  is "$(last_stage "{ $slowly | $NOBODY -d & $slowly | $NOBODY -d; wait; } | zpipe")" 65
  is "$(last_stage "{ $slowly | zpipe -d & $slowly | $NOBODY -d; wait; } | zpipe")" 65
}

# OWNER:WRITER:READER; what they run is in $shared, which all may enter.
users_pipe() { "$ROOT/tests/support/users-pipe.py" "$@" >out 2>err; }

@test "no user of the three has to be root: owner, writer and reader are strangers" {
  as_nobody_setup
  cp plain packed "$shared/"
  chmod 644 "$shared"/p*
  zip=$shared/zpipe
  for users in 1001:1001:1001 1001:1002:1001 1001:1002:1003 1001:0:1001 0:1001:1002; do
    run -0 users_pipe $users "$zip -d $shared/packed" "$zip"
    gunzip -c out | cmp - plain
    run -0 users_pipe $users "$zip -d $shared/packed; $zip -d $shared/packed" "$zip"
    run -65 users_pipe $users "$zip -d $shared/nothing" "$zip"
    run -65 users_pipe $users "$zip -d $shared/packed; $zip -d $shared/nothing" "$zip"
    run -65 users_pipe $users "$zip -d $shared/nothing; $zip -d $shared/packed" "$zip"
    run -65 users_pipe $users "(sleep 0.3; cat $shared/packed) | timeout -s KILL 0.1 $zip -d" "$zip"
  done
}
