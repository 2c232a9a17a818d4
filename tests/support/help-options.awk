# The options in a --help text, one a line: "-d --decompress", "-p --threads N", "--level N", "-1".
/^  (-.|   )/ && /^ *-/ {
  line = $0
  sub(/^ +/, "", line)
  sub(/(  .*)$/, "", line)
  gsub(/, /, " ", line)
  sub(/=/, " ", line)
  print line
}
