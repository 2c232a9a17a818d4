#!/usr/bin/env bats
# shellcheck disable=SC2002,SC2238 # cat makes a pipe that nobody proves; "cut" is a file
# seal and stock age open each other's files; keys and passphrases come from where they should;
# what is damaged, cut or not for us is refused, each with its own words.

setup_file() {
  load ../support/common
  cd "$BATS_FILE_TMPDIR" || exit
  seal-keygen -o key 2>/dev/null
  seal-keygen -y key >recipients
  seal-keygen -o other 2>/dev/null
  head -c 3000000 /dev/urandom >plain
  seal -R recipients plain >sealed
}

setup() {
  load ../support/common
  cd "$BATS_TEST_TMPDIR" || exit
  cp "$BATS_FILE_TMPDIR"/{key,recipients,other,plain,sealed} .
  unset SEAL_PASSPHRASE SEAL_PASSPHRASE_FILE SEAL_PASSPHRASE_FD SEAL_PASSPHRASE_COMMAND \
    AGE_PASSPHRASE SEAL_IDENTITY_FILE SEAL_RECIPIENTS SEAL_RECIPIENTS_FILE
}

# Around the edges of chunks (64 KiB) and batches (16 chunks).
SIZES="0 1 15 16 17 65519 65520 65535 65536 65537 131071 131072 131073 1048575 1048576 1048577 \
1114111 1114112 1114113 2097151 2097152 2097153 2999999"

# fails STATUS WORDS COMMAND...: with one line that has WORDS, and no more than a hint after it
fails() {
  local want=$1 words=$2 got=0
  shift 2
  "$@" >out 2>err || got=$?
  is "$got" "$want" "status of $*: $(cat err)"
  has "$(<err)" "$words"
  is "$(grep -c 'seal: error: ' err)" 1 "error lines of $*"
}

answer() { "$ROOT/tests/support/answer.py" "$@"; }
answer_on_stderr() { answer "$@" >&2; }

# --- interoperation ---

@test "age opens what seal makes, and seal what age makes, at every size" {
  for size in $SIZES; do
    head -c "$size" plain >p
    seal -R recipients <p >ours
    age -d -i key ours | cmp - p || fail "age cannot open $size"
    age -R recipients p >theirs
    seal -d -i key theirs | cmp - p || fail "seal cannot open $size"
  done
}

@test "where libcrypto is not allowed the cipher, libgcrypt has it" {
  printf '%s\n' 'openssl_conf = init' '[init]' 'alg_section = approved' '[approved]' \
    'default_properties = fips=yes' >fips.cnf
  export OPENSSL_CONF=$PWD/fips.cnf
  run ! openssl enc -chacha20 -pass pass:x -in plain -out none # what the setting is for
  seal -R recipients plain >ours
  seal -d -i key ours | cmp - plain
  env -u OPENSSL_CONF age -d -i key ours | cmp - plain
}

@test "the same through pipes, with 1 to 4 threads" {
  for threads in 1 2 3 4; do
    for size in 0 65536 1048576 1048577 2999999; do
      head -c "$size" plain >p
      cat p | seal --allow-empty --trust-eof --threads "$threads" -R recipients | age -d -i key | cmp - p
      age -R recipients p | cat | seal -d --threads "$threads" -i key | cmp - p
    done
  done
}

@test "armored files go both ways" {
  for size in 0 1 47 48 49 65536 1048577; do
    head -c "$size" plain >p
    seal -a -R recipients p >ours
    age -d -i key ours | cmp - p
    age -a -R recipients p | seal -d -i key | cmp - p
    age -a -R recipients p | sed 's/$/\r/' | seal -d -i key | cmp - p
  done
}

@test "ed25519 keys of SSH are recipients and identities" {
  ssh-keygen -q -t ed25519 -N '' -f ssh -C 'a comment'
  seal -R ssh.pub plain | age -d -i ssh | cmp - plain
  age -R ssh.pub plain | seal -d -i ssh | cmp - plain
  seal -r "$(cat ssh.pub)" plain | seal -d -i ssh | cmp - plain
  is "$(seal-keygen -y ssh)" "$(cut -d' ' -f1,2 ssh.pub)"
}

@test "every one of several recipients opens the file; duplicates count once" {
  seal -R recipients -r "$(seal-keygen -y other)" -R recipients -i key plain >several
  is "$(seal --inspect several | grep -c '^recipient:')" 2
  seal -d -i key several | cmp - plain
  age -d -i other several | cmp - plain
}

@test "age-keygen reads our keys, seal-keygen theirs" {
  is "$(age-keygen -y key)" "$(cat recipients)"
  age-keygen -o theirs 2>/dev/null
  is "$(seal-keygen -y theirs)" "$(age-keygen -y theirs)"
  is "$(seal-keygen -y <theirs)" "$(age-keygen -y theirs)"
}

# --- seal-keygen ---

@test "a new key is for its owner only, overwrites nothing, and tells how to restore" {
  seal-keygen -o new 2>err
  is "$(stat -c %a new)" 600
  has "$(<err)" "Public key: $(seal-keygen -y new)"
  has "$(<err)" "age -d -i new FILE"
  local before status=0
  before=$(<new)
  seal-keygen -o new 2>err || status=$?
  is "$status" 73
  is "$(<new)" "$before"
}

@test "a key on standard output that others may read gives a warning" {
  seal-keygen >loose 2>err
  has "$(<err)" "seal-keygen: warning: standard output: others may read"
}

# --- secrets without a terminal ---

@test "a passphrase from a variable, a file, a descriptor or a command opens the file" {
  SEAL_PASSPHRASE='hush hush' seal plain >locked
  printf 'hush hush\n' >file
  chmod 600 file
  SEAL_PASSPHRASE='hush hush' seal -d locked | cmp - plain
  SEAL_PASSPHRASE_FILE=./file seal -d locked | cmp - plain
  SEAL_PASSPHRASE_FD=7 seal -d locked 7<file | cmp - plain
  SEAL_PASSPHRASE_COMMAND='echo hush hush' seal -d locked | cmp - plain
  AGE_PASSPHRASE='hush hush' seal -d locked | cmp - plain
  SEAL_PASSPHRASE=wrong fails 78 "locked: wrong passphrase" seal -d locked
}

@test "age opens what a passphrase locks" {
  SEAL_PASSPHRASE='hush hush' seal plain >locked
  answer 'passphrase: =hush hush' -- age -d -o opened locked
  cmp opened plain
}

@test "keys come from the environment" {
  SEAL_RECIPIENTS_FILE=recipients seal plain >file
  SEAL_IDENTITY_FILE=key seal -d file | cmp - plain
  SEAL_RECIPIENTS="$(cat recipients), $(seal-keygen -y other)" seal plain >file
  SEAL_IDENTITY_FILE=other seal -d file | cmp - plain
  # An option comes before the variable.
  SEAL_RECIPIENTS=$(seal-keygen -y other) seal -R recipients plain >file
  SEAL_IDENTITY_FILE=other seal -d -i key file | cmp - plain
}

@test "a passphrase and recipients together are refused, as are two passphrases" {
  SEAL_PASSPHRASE=x fails 64 "a passphrase and recipients together" seal -R recipients plain
  SEAL_PASSPHRASE=x SEAL_RECIPIENTS_FILE=recipients fails 64 "a passphrase and recipients together" seal plain
  SEAL_PASSPHRASE=x SEAL_PASSPHRASE_FILE=y fails 78 "SEAL_PASSPHRASE and SEAL_PASSPHRASE_FILE are both set" seal plain
}

@test "a source of a passphrase that fails is named" {
  SEAL_PASSPHRASE_FILE=nothing fails 78 "nothing: No such file" seal plain
  SEAL_PASSPHRASE_FD=77 fails 78 "SEAL_PASSPHRASE_FD: not an open descriptor: 77" seal plain
  SEAL_PASSPHRASE_COMMAND='exit 3' fails 78 "SEAL_PASSPHRASE_COMMAND: exit status 3" seal plain
  SEAL_PASSPHRASE_COMMAND=true fails 78 "the passphrase is empty" seal plain
}

@test "a terminal is asked, without echo, when there is nothing else" {
  answer 'Passphrase: =tell me' 'Again: =tell me' -- seal -p -o locked plain >terminal
  run ! grep -q 'tell me' terminal
  answer 'Passphrase: =tell me' -- seal -d -o opened locked
  cmp opened plain
  fails 78 "seal: error: locked: wrong passphrase" answer_on_stderr 'Passphrase: =tell him' -- seal -d -o nothing locked
  fails 78 "the two passphrases differ" answer_on_stderr 'Passphrase: =a' 'Again: =b' -- seal -p -o nothing plain
  fails 78 "the passphrase is empty" answer_on_stderr 'Passphrase: =' -- seal -p -o nothing plain
  [ ! -e nothing ]
}

@test "without a terminal, a missing passphrase is an error, not a wait" {
  SEAL_PASSPHRASE=x seal plain >locked
  fails 78 "no passphrase, and no terminal to ask for it" setsid -w seal -d locked
  fails 78 "no passphrase, and no terminal to ask for it" setsid -w seal -p plain
}

@test "a key that others may read gives a warning, a closed one none" {
  chmod 644 key
  seal -d -i key sealed 2>err | cmp - plain
  has "$(<err)" "seal: warning: key: others may read this secret"
  chmod 600 key
  seal -d -i key sealed 2>err | cmp - plain
  [ ! -s err ]
}

@test "keys and data do not both come from standard input" {
  seal -d -i - sealed <key | cmp - plain
  seal -R - plain <recipients | seal -d -i key | cmp - plain
  fails 64 "standard input cannot be read twice" seal -d -i -
}

# --- what is refused by name ---

@test "recipients that are not supported are refused by name" {
  fails 78 "post-quantum recipients are not supported" seal -r age1pq1qqqqqqqq plain
  fails 78 "age1yubikey1" seal -r age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t plain
  fails 78 "ssh-rsa: SSH keys of this type are not supported" seal -r "ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB" plain
  fails 78 "a damaged age1… recipient" seal -r "$(sed "s/.$//" recipients)" plain
  fails 78 "not a recipient" seal -r me@example.com plain
}

@test "a secret key where a recipient belongs is refused, and not repeated" {
  fails 78 "a secret key where a recipient belongs" seal -r "$(tail -1 key)" plain
  run ! grep -q 'AGE-SECRET-KEY-1[A-Z0-9]' err
  fails 78 "key:4: a secret key where a recipient belongs" seal -R key plain
}

@test "a key file that cannot be used is status 78" {
  fails 78 "nothing: No such file" seal -d -i nothing sealed
  echo AGE-SECRET-KEY-1QQ >bad
  fails 78 "bad:1: a damaged AGE-SECRET-KEY-1…" seal -d -i bad sealed
  echo '# nothing' >bad
  fails 78 "bad: no key in it" seal -d -i bad sealed
  echo AGE-SECRET-KEY-PQ-1QQQQ >bad
  fails 78 "bad:1: AGE-SECRET-KEY-PQ-1…: post-quantum keys are not supported" seal -d -i bad sealed
  echo AGE-PLUGIN-YUBIKEY-1QQQQ >bad
  fails 78 "bad:1: AGE-PLUGIN-…: keys of plugins are not supported" seal -d -i bad sealed
  seal -R recipients key >locked
  fails 78 "locked: the key file is itself encrypted" seal -d -i locked sealed
  ssh-keygen -q -t ed25519 -N secret -f ssh
  fails 78 "ssh: an SSH key with a passphrase is not supported" seal -d -i ssh sealed
  ssh-keygen -q -t ecdsa -N '' -f ecdsa
  fails 78 "ecdsa-sha2-nistp256: SSH keys of this type are not supported" seal -d -i ecdsa sealed
}

@test "a wrong key is status 78, and the recipients are named" {
  fails 78 "sealed: wrong key" seal -d -i other sealed
  has "$(<err)" "the recipients are: X25519"
  [ ! -s out ]
  SEAL_PASSPHRASE=x fails 78 "sealed: encrypted to a key, and none is given" seal -d sealed
}

@test "modes and options that say nothing together are usage errors" {
  fails 64 "more than one of" seal -e -d
  fails 64 "--json: is for --inspect" seal -d --json
  fails 64 "--recipient: is for encryption" seal -d -r x
  fails 64 "--armor: is for encryption" seal -d -a
  fails 64 "--identity: --inspect needs no key" seal --inspect -i key
  fails 64 "--passphrase: a file is rewrapped to recipients only" seal --rewrap -p
  fails 64 "no recipient" seal plain
}

# --- damage ---

@test "a cut file says after how many bytes, and releases whole chunks only" {
  local header
  header=$(seal --inspect --json sealed | sed 's/.*"header_size":\([0-9]*\).*/\1/')
  for chunks in 0 1 2 16 17 32; do
    for more in 0 1 15 16 17 65551; do
      [ "$chunks$more" != 00 ] || continue
      head -c $((header + chunks * 65552 + more)) sealed >cut
      fails 65 "cut: cut after $((header + chunks * 65552 + more)) bytes" seal -d -i key cut
      cmp out <(head -c $((chunks * 65536)) plain) || fail "$chunks chunks and $more bytes"
    done
  done
  head -c "$header" sealed >cut
  fails 65 "cut: cut after $header bytes" seal -d -i key cut
  head -c $((header - 1)) sealed >cut
  fails 65 "cut: the header is cut after $((header - 1)) bytes" seal -d -i key cut
}

@test "a damaged chunk says where; what came before is released" {
  local header at
  header=$(seal --inspect --json sealed | sed 's/.*"header_size":\([0-9]*\).*/\1/')
  for chunk in 0 1 15 16 44; do
    cp sealed damaged
    at=$((header + chunk * 65552))
    printf '\0\1\2\3\4\5\6\7' | dd of=damaged bs=1 seek=$((at + 100)) conv=notrunc status=none
    fails 65 "damaged: the payload is damaged at byte $at: chunk $chunk is not authentic" seal -d -i key damaged
    cmp out <(head -c $((chunk * 65536)) plain)
  done
}

@test "trailing bytes, a damaged header and what is no age file have their own words" {
  head -c 65536 plain | seal --trust-eof -R recipients >exact
  { cat exact; echo more; } >long
  fails 65 "long: trailing bytes after its end at byte $(stat -c %s exact)" seal -d -i key long
  sed '2s/X25519 ./X25519 _/' sealed >damaged
  fails 65 "damaged: the header is damaged at byte 22: " seal -d -i key damaged
  sed '4s/^--- ./--- ~/' sealed >damaged
  fails 65 "damaged: the header is damaged at byte " seal -d -i key damaged
  seal -i key -r "$(seal-keygen -y other)" plain | sed '2s/^-> X25519/-> X25518/' >damaged
  fails 65 "it is not authentic" seal -d -i key damaged
  fails 65 "plain: not an age file" seal -d -i key plain
  : >empty
  fails 65 "empty: empty, not an age file" seal -d -i key empty
  seal -a -R recipients plain | sed '9s/./*/' >damaged
  fails 65 "damaged: the armor is damaged at byte 490: " seal -d -i key damaged
  sed 's/v1/v2/;1q' sealed >damaged
  fails 65 "unsupported version v2" seal -d -i key damaged
}

@test "the corpus: good files decrypt, bad ones are refused" {
  echo AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX >key
  chmod 600 key
  for file in "$ROOT"/tests/corpus/crypt/good-*; do seal -d -i key "$file" >/dev/null || fail "$file"; done
  for file in "$ROOT"/tests/corpus/crypt/bad-*; do run -65 seal -d -i key "$file"; done
}

@test "with -o nothing appears unless all is authentic" {
  head -c 2000000 sealed >cut
  fails 65 "cut after" seal -d -i key -o plaintext cut
  fails 65 "cut after" seal -d -i key -o plaintext <cut
  [ ! -e plaintext ]
  is "$(find . -name '.sluice-*')" ""
  echo old >plaintext
  fails 65 "cut after" seal -d -i key -o plaintext cut
  is "$(<plaintext)" old
  seal -d -i key -o plaintext sealed
  cmp plaintext plain
  is "$(stat -c %a plaintext)" 600
}

@test "an interrupted run leaves no file" {
  mkfifo slow
  seal -R recipients -o result <slow &
  local pid=$!
  exec 9>slow
  head -c 2000000 plain >&9
  sleep 0.3
  kill -TERM $pid
  local status=0
  wait $pid || status=$?
  exec 9>&-
  is "$status" 143
  is "$(find . -name 'result' -o -name '.sluice-*')" ""
}

# --- the stream contract ---

@test "a failed input leaves a payload that no age file can have" {
  for bytes in 1 65535 65536 65537 1048576 2000000 2097152; do
    head -c $bytes plain | zpipe --trust-eof >packed.gz
    fails 65 "incomplete, reported upstream" \
      bash -o pipefail -c '{ zpipe -d packed.gz; zpipe -d nothing 2>/dev/null; } | seal -R recipients'
    mv out left
    fails 65 "cut after" seal --inspect left
    run -65 zpipe left
    has "$output" "the age file is cut"
  done
}

@test "an input that nobody vouches for is refused before the last chunk" {
  fails 65 "nobody can tell whether it is whole" bash -c 'cat plain | seal -R recipients'
  mv out left
  fails 65 "cut after" seal --inspect left
  fails 65 "empty, and nothing says that it should be" bash -c ': | seal -R recipients'
  : | seal --allow-empty -R recipients | seal -d -i key >out
  [ ! -s out ]
}

@test "a whole STREAM is its own proof; a cut is explained by who failed" {
  cat sealed | seal -d -i key | cmp - plain
  head -c 1000000 sealed >cut
  fails 65 "standard input: incomplete, reported upstream" \
    bash -c '{ zpipe -d nothing 2>/dev/null; cat cut; } | seal -d -i key'
  fails 65 "standard input: cut after 1000000 bytes" bash -c 'cat cut | seal -d -i key'
}

@test "a full disk is an error" {
  fails 74 "standard output: No space left on device" bash -c 'seal -R recipients plain >/dev/full'
  fails 74 "standard output: No space left on device" bash -c 'seal -d -i key sealed >/dev/full'
}

# --- inspect and rewrap ---

@test "--inspect tells types and sizes without a key" {
  ssh-keygen -q -t ed25519 -N '' -f ssh
  seal -R recipients -R ssh.pub plain >file
  seal --inspect file >report
  has "$(<report)" "recipient:  X25519"
  has "$(<report)" "recipient:  ssh-ed25519"
  has "$(<report)" "plain text: 3000000 bytes"
  seal --inspect <file | cmp - report
  cat file | seal --inspect | cmp - report
  seal --inspect --json file | python3 -c '
import json, sys
facts = json.load(sys.stdin)
assert facts["recipients"] == ["X25519", "ssh-ed25519"] and facts["plain_size"] == 3000000, facts
assert facts["cut"] is False and facts["armored"] is False, facts'
  is "$(seal -a -i key plain | seal --inspect --json | grep -o '"armored":true')" '"armored":true'
}

@test "--inspect says where a file is cut" {
  head -c 65752 sealed >cut
  fails 65 "cut: cut after 65752 bytes" seal --inspect --json cut
  has "$(<out)" '"cut":true'
}

@test "--rewrap changes the recipients and not the payload" {
  seal --rewrap -i key -r "$(seal-keygen -y other)" sealed >rewrapped
  age -d -i other rewrapped | cmp - plain
  fails 78 "wrong key" seal -d -i key rewrapped
  cmp <(tail -c 2000000 sealed) <(tail -c 2000000 rewrapped)
  SEAL_PASSPHRASE=x seal plain >locked
  SEAL_PASSPHRASE=x seal --rewrap -R recipients locked | seal -d -i key | cmp - plain
}

@test "--rewrap refuses what is cut or damaged, and leaves an impossible payload" {
  head -c 2000000 sealed >cut
  fails 65 "cut after 2000000 bytes" seal --rewrap -i key -R recipients cut
  mv out left
  fails 65 "cut after" seal --inspect left
  cp sealed damaged
  printf '\0\1\2\3\4\5\6\7' | dd of=damaged bs=1 seek=1500000 conv=notrunc status=none
  fails 65 "is not authentic" seal --rewrap -i key -R recipients damaged
  mv out left
  fails 65 "cut after" seal --inspect left
  fails 65 "is not authentic" seal --rewrap -i key -R recipients -o nothing damaged
  [ ! -e nothing ]
}

# --- memory ---

@test "memory stays below 32 MiB in both directions" {
  ! grep -q __asan_init "$(command -v seal)" || skip "a sanitized build"
  head -c 100M /dev/zero >large
  for command in "seal --threads 4 -R recipients large >large.age" "seal --threads 4 -d -i key large.age >/dev/null" \
    "seal --threads 4 --rewrap -i key -R recipients large.age >/dev/null"; do
    python3 - "$command" <<'END'
import resource, subprocess, sys
subprocess.run(sys.argv[1], shell=True, check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
assert peak < 32 * 1024, f"{peak} KiB: {sys.argv[1]}"
END
  done
}
