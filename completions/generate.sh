#!/bin/bash
# Writes the completions of all tools for bash, zsh and fish into DIRECTORY, from their --help.
# usage: generate.sh DIRECTORY (the tools are taken from $SLUICE_BIN, else from PATH)
set -euo pipefail

out=${1:?usage: generate.sh DIRECTORY}
root=$(cd "$(dirname "$0")/.." && pwd)
PATH="${SLUICE_BIN:-}:$PATH"
mapfile -t tools < <(sed -n 's/^tool(\([a-z0-9-]*\) .*/\1/p' "$root/CMakeLists.txt")

# what a user can type: the tool, or the tool and each of its modes
commands() { echo "$1"; "$1" --help | awk -v tool="$1" -f "$root/tests/support/help-modes.awk"; }
modes() { commands "$1" | awk 'NF == 2 {print $2}'; }

# COMMAND...: "-p --threads N" and so on, a line an option
options() { "$@" --help | awk -f "$root/tests/support/help-options.awk"; }

# SPELLING COMMAND...: what --help says about one option
describe() {
  "${@:2}" --help | awk -v want="$1" '
    { line = $0; sub(/^ +/, "", line); n = split(line, word, /[ ,=]+/); hit = 0
      for (i = 1; i <= n && word[i] ~ /^-/; i++) if (word[i] == want) hit = 1
      if (waiting) { print line; exit }
      if (hit && $0 ~ /^  /) { if (match(line, /  +/)) { print substr(line, RSTART + RLENGTH); exit } waiting = 1 } }'
}

quote() { sed "s/'/'\\\\\\\\''/g; s/\\[/(/g; s/\\]/)/g; s/:/ -/g"; }

mkdir -p "$out"/{bash,zsh,fish}

# The modes of a tool come before the tool itself, so that the first pattern that fits is right.
{
  echo "# bash completion for sluice; generated from --help, do not edit"
  echo "_sluice() {"
  echo "  local options modes="
  echo "  case \"\${1##*/} \${COMP_WORDS[1]}\" in"
  for tool in "${tools[@]}"; do
    while read -ra command; do
      words=$(options "${command[@]}" | tr ' ' '\n' | grep '^-' | tr '\n' ' ')
      if [ ${#command[@]} = 2 ]; then
        echo "    '${command[*]}') options='${words% }' ;;"
      else
        list=$(modes "$tool" | tr '\n' ' ')
        echo "    '$tool '*) options='${words% }' modes='${list% }' ;;"
      fi
    done < <(commands "$tool" | sort -r)
  done
  cat <<'BASH'
  esac
  if [[ $2 == -* || -n $modes ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$modes $options" -- "$2")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$2")
  fi
}
BASH
  echo "complete -o filenames -F _sluice ${tools[*]}"
} >"$out/bash/sluice"

# COMMAND...: the call of _arguments
zsh_arguments() {
  echo "_arguments -s -S \\"
  options "$@" | while read -ra words; do
    metavar=
    [[ ${words[-1]} == -* ]] || { metavar=${words[-1]}; unset 'words[-1]'; }
    text=$(describe "${words[0]}" "$@" | quote)
    for word in "${words[@]}"; do
      form=$word
      if [ -n "$metavar" ]; then [[ $word == --* ]] && form="$word=" || form="$word+"; fi
      echo "  '${form}[$text]${metavar:+:$metavar:_files}' \\"
    done
  done
}

# CONDITION COMMAND...: a line of complete for each option
fish_options() {
  options "${@:2}" | while read -ra words; do
    line="complete -c $2$1"
    text=$(describe "${words[0]}" "${@:2}" | quote)
    for word in "${words[@]}"; do
      case $word in
        --*) line+=" -l ${word#--}" ;;
        -*) line+=" -s ${word#-}" ;;
        *) line+=" -r" ;;
      esac
    done
    echo "$line -d '$text'"
  done
}

for tool in "${tools[@]}"; do
  {
    echo "#compdef $tool"
    echo "# generated from --help, do not edit"
    for mode in $(modes "$tool"); do
      echo "if [[ \$words[2] == $mode ]] && (( CURRENT > 2 )); then"
      echo "shift words; (( CURRENT-- ))"
      zsh_arguments "$tool" "$mode"
      echo "  '*:operand:_files'"
      echo "return"
      echo "fi"
    done
    zsh_arguments "$tool"
    list=$(modes "$tool" | tr '\n' ' ')
    if [ -n "$list" ]; then echo "  '1:mode:(${list% })'"; else echo "  '*:operand:_files'"; fi
  } >"$out/zsh/_$tool"
  {
    echo "# fish completion for $tool; generated from --help, do not edit"
    for mode in $(modes "$tool"); do
      echo "complete -c $tool -n __fish_use_subcommand -f -a $mode"
      fish_options " -n '__fish_seen_subcommand_from $mode'" "$tool" "$mode"
    done
    condition=
    if [ -n "$(modes "$tool")" ]; then condition=" -n __fish_use_subcommand"; fi
    fish_options "$condition" "$tool"
  } >"$out/fish/$tool.fish"
done
