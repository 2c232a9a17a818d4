#!/bin/bash
# Writes the completions of all tools for bash, zsh and fish into DIRECTORY, from their --help.
# usage: generate.sh DIRECTORY (the tools are taken from $SLUICE_BIN, else from PATH)
set -euo pipefail

out=${1:?usage: generate.sh DIRECTORY}
root=$(cd "$(dirname "$0")/.." && pwd)
PATH="${SLUICE_BIN:-}:$PATH"
mapfile -t tools < <(sed -n 's/^tool(\([a-z0-9-]*\) .*/\1/p' "$root/CMakeLists.txt")

# "-p --threads N" and so on, a line an option
options() { "$1" --help | awk -f "$root/tests/support/help-options.awk"; }

# what --help says about one option
describe() { # TOOL SPELLING
  "$1" --help | awk -v want="$2" '
    { line = $0; sub(/^ +/, "", line); n = split(line, word, /[ ,=]+/); hit = 0
      for (i = 1; i <= n && word[i] ~ /^-/; i++) if (word[i] == want) hit = 1
      if (waiting) { print line; exit }
      if (hit && $0 ~ /^  /) { if (match(line, /  +/)) { print substr(line, RSTART + RLENGTH); exit } waiting = 1 } }'
}

quote() { sed "s/'/'\\\\\\\\''/g; s/\\[/(/g; s/\\]/)/g; s/:/ -/g"; }

mkdir -p "$out"/{bash,zsh,fish}

{
  echo "# bash completion for sluice; generated from --help, do not edit"
  echo "_sluice() {"
  echo "  local options"
  echo "  case \${1##*/} in"
  for tool in "${tools[@]}"; do
    words=$(options "$tool" | tr ' ' '\n' | grep '^-' | tr '\n' ' ')
    echo "    $tool) options='${words% }' ;;"
  done
  cat <<'BASH'
  esac
  if [[ $2 == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$2")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$2")
  fi
}
BASH
  echo "complete -o filenames -F _sluice ${tools[*]}"
} >"$out/bash/sluice"

for tool in "${tools[@]}"; do
  {
    echo "#compdef $tool"
    echo "# generated from --help, do not edit"
    echo "_arguments -s -S \\"
    options "$tool" | while read -ra words; do
      metavar=
      [[ ${words[-1]} == -* ]] || { metavar=${words[-1]}; unset 'words[-1]'; }
      text=$(describe "$tool" "${words[0]}" | quote)
      for word in "${words[@]}"; do
        form=$word
        if [ -n "$metavar" ]; then [[ $word == --* ]] && form="$word=" || form="$word+"; fi
        echo "  '${form}[$text]${metavar:+:$metavar:_files}' \\"
      done
    done
    echo "  '*:operand:_files'"
  } >"$out/zsh/_$tool"
  {
    echo "# fish completion for $tool; generated from --help, do not edit"
    options "$tool" | while read -ra words; do
      line="complete -c $tool"
      text=$(describe "$tool" "${words[0]}" | quote)
      for word in "${words[@]}"; do
        case $word in
          --*) line+=" -l ${word#--}" ;;
          -*) line+=" -s ${word#-}" ;;
          *) line+=" -r" ;;
        esac
      done
      echo "$line -d '$text'"
    done
  } >"$out/fish/$tool.fish"
done
