# The options in an mdoc page, in the form of help-options.awk. Only items that begin with a flag.
/^\.It Fl / {
  line = $0
  sub(/^\.It /, "", line)
  gsub(/ Ns = Ns /, " ", line)
  gsub(/ , /, " ", line)
  gsub(/Ar /, "", line)
  gsub(/Fl -?/, "&@", line)
  gsub(/Fl -@/, "--", line)
  gsub(/Fl @/, "-", line)
  print line
}
